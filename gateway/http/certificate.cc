#include "gateway/http/certificate.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <ctime>
#include <memory>

namespace portage::http {

namespace {

base::Micros instant(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return static_cast<base::Micros>(timegm(&parts)) * 1'000'000;
}

}  // namespace

base::Result<CertificateDays> certificate_days(const std::string& pem_file) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(pem_file.c_str(), "rb"),
                                                             &std::fclose);
  X509* read = file ? PEM_read_X509(file.get(), nullptr, nullptr, nullptr) : nullptr;
  const std::unique_ptr<X509, void (*)(X509*)> certificate(read, &X509_free);
  if (!certificate) {
    return base::make_error(base::ErrorKind::invalid, "http.certificate", {{"file", pem_file}});
  }
  return CertificateDays{instant(X509_get0_notBefore(certificate.get())),
                         instant(X509_get0_notAfter(certificate.get()))};
}

}  // namespace portage::http
