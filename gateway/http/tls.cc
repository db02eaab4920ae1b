#include "gateway/http/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <span>

#include "gateway/base/text.h"

namespace portage::http {

namespace {

base::Error file_error(const std::string& file) {
  return base::make_error(base::ErrorKind::invalid, "http.tls_file",
                          {{"file", file}, {"reason", tls_reason()}}, {.file = file});
}

base::Status load_own(SSL_CTX* context, const TlsFiles& files) {
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1) {
    return file_error(files.certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return file_error(files.key);
  }
  return {};
}

SslContext new_context(const SSL_METHOD* method) {
  ERR_clear_error();
  SslContext context(SSL_CTX_new(method), SslContextFree{});
  if (context == nullptr) return context;
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // A record may move between attempts to write it, and a big body goes out piece by piece.
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context.get(), 1);  // one read() for header and body of a record
  // Ephemeral keys and authenticated encryption only, also where TLS 1.2 is spoken.
  SSL_CTX_set_cipher_list(context.get(), "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL");
  return context;
}

std::string asn1_text(const ASN1_STRING* text) {
  unsigned char* utf8 = nullptr;
  int n = ASN1_STRING_to_UTF8(&utf8, text);
  if (n < 0) return {};
  std::string out(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(n));
  OPENSSL_free(utf8);
  // A NUL or another control character inside a name is a trick, not a name.
  for (char c : out) {
    if (static_cast<unsigned char>(c) < 0x20) return {};
  }
  return out;
}

void add_alternative_names(X509* certificate, Peer& peer) {
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  if (names == nullptr) return;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    std::string text;
    if (name->type == GEN_DNS) text = asn1_text(name->d.dNSName);
    if (name->type == GEN_URI) text = asn1_text(name->d.uniformResourceIdentifier);
    if (!text.empty()) peer.names.push_back(std::move(text));
  }
  GENERAL_NAMES_free(names);
}

void add_subject(X509* certificate, Peer& peer) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at >= 0) {
    std::string text = asn1_text(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (!text.empty()) peer.names.push_back(std::move(text));
  }
  BIO* memory = BIO_new(BIO_s_mem());
  if (memory == nullptr) return;
  if (X509_NAME_print_ex(memory, subject, 0, XN_FLAG_RFC2253) >= 0) {
    char* data = nullptr;
    long n = BIO_get_mem_data(memory, &data);
    if (n > 0) peer.subject.assign(data, static_cast<std::size_t>(n));
  }
  BIO_free(memory);
}

}  // namespace

std::string tls_reason() {
  unsigned long code = ERR_get_error();
  std::string reason;
  if (code != 0) {
    const char* text = ERR_reason_error_string(code);
    reason = text != nullptr ? text : "error " + std::to_string(code);
  }
  ERR_clear_error();
  return reason;
}

base::Result<SslContext> server_context(const TlsFiles& files, bool client_certificate) {
  SslContext context = new_context(TLS_server_method());
  if (context == nullptr) return file_error("");
  if (auto loaded = load_own(context.get(), files); !loaded) return loaded.error();
  SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE);
  constexpr unsigned char kSessions[] = "portage";
  SSL_CTX_set_session_id_context(context.get(), kSessions, sizeof kSessions - 1);
  // Tickets only: they carry the client's certificate, and the server keeps nothing.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 1);
  if (client_certificate) {
    STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(files.authorities.c_str());
    if (names == nullptr) return file_error(files.authorities);
    SSL_CTX_set_client_CA_list(context.get(), names);
    if (SSL_CTX_load_verify_file(context.get(), files.authorities.c_str()) != 1) {
      return file_error(files.authorities);
    }
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

base::Result<SslContext> client_context(const TlsFiles& files) {
  SslContext context = new_context(TLS_client_method());
  if (context == nullptr) return file_error("");
  if (!files.certificate.empty()) {
    if (auto loaded = load_own(context.get(), files); !loaded) return loaded.error();
  }
  int trusted = files.authorities.empty()
                    ? SSL_CTX_set_default_verify_paths(context.get())
                    : SSL_CTX_load_verify_file(context.get(), files.authorities.c_str());
  if (trusted != 1) return file_error(files.authorities);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_session_cache_mode(context.get(),
                                 SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
  return context;
}

bool expect_name(SSL* ssl, const std::string& name) {
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, name.c_str(), &v4) == 1 || inet_pton(AF_INET6, name.c_str(), &v6) == 1) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str()) == 1;
  }
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set_tlsext_host_name(ssl, name.c_str()) == 1 && SSL_set1_host(ssl, name.c_str()) == 1;
}

void describe_peer(SSL* ssl, Peer& peer) {
  peer.tls = true;
  peer.resumed = SSL_session_reused(ssl) == 1;
  X509* certificate = SSL_get1_peer_certificate(ssl);
  if (certificate == nullptr) return;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int n = 0;
  if (X509_digest(certificate, EVP_sha256(), digest, &n) == 1) {
    peer.certificate = base::hex(std::span<const unsigned char>(digest, n));
  }
  add_alternative_names(certificate, peer);
  add_subject(certificate, peer);
  X509_free(certificate);
}

}  // namespace portage::http
