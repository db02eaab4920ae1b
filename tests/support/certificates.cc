#include "tests/support/certificates.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <span>

#include "gateway/base/text.h"

namespace portage::test {

namespace {

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

X509* new_certificate(EVP_PKEY* key, const std::string& name, long serial, int days) {
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -86400L * 10);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400L * days);
  X509_set_pubkey(certificate, key);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>("Portage tests"), -1, -1, 0);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

void write_certificate(const std::string& path, X509* certificate) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
}

}  // namespace

Certificates::Certificates(const std::string& authority_name) {
  std::string pattern = (std::filesystem::temp_directory_path() / "portage-tls-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  key_ = EVP_EC_gen("P-256");
  certificate_ = new_certificate(key_, authority_name, serial_++, 2);
  X509_set_issuer_name(certificate_, X509_get_subject_name(certificate_));
  add_extension(certificate_, certificate_, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate_, certificate_, NID_key_usage, "critical,keyCertSign,cRLSign");
  X509_sign(certificate_, key_, EVP_sha256());
  write_certificate(authority(), certificate_);
}

Certificates::~Certificates() {
  X509_free(certificate_);
  EVP_PKEY_free(key_);
  std::error_code ignored;  // a leftover in the temporary folder harms nobody
  std::filesystem::remove_all(folder_, ignored);
}

http::TlsFiles Certificates::issue(const std::string& name, const std::string& alternative_names,
                                   int days) {
  std::string stem = folder_ + "/" + name + "-" + std::to_string(serial_);
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = new_certificate(key, name, serial_++, days);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate_));
  add_extension(certificate, certificate_, NID_basic_constraints, "critical,CA:FALSE");
  if (!alternative_names.empty()) {
    add_extension(certificate, certificate_, NID_subject_alt_name, alternative_names.c_str());
  }
  X509_sign(certificate, key_, EVP_sha256());
  http::TlsFiles files{stem + ".pem", stem + ".key", authority()};
  write_certificate(files.certificate, certificate);
  std::FILE* file = std::fopen(files.key.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return files;
}

std::string Certificates::digest(const std::string& certificate_file) {
  std::FILE* file = std::fopen(certificate_file.c_str(), "r");
  if (file == nullptr) return {};
  X509* certificate = PEM_read_X509(file, nullptr, nullptr, nullptr);
  std::fclose(file);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int n = 0;
  X509_digest(certificate, EVP_sha256(), digest, &n);
  X509_free(certificate);
  return base::hex(std::span<const unsigned char>(digest, n));
}

}  // namespace portage::test
