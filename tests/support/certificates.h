// Certificates for tests, made anew in a temporary folder that goes with the object.
// A Certificates is one authority; issue() makes a key and a certificate that it signs.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <string>
#include <vector>

#include "gateway/http/http.h"

namespace portage::test {

class Certificates {
 public:
  explicit Certificates(const std::string& authority_name = "Test Authority");
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;
  ~Certificates();

  const std::string& folder() const { return folder_; }
  std::string authority() const { return folder_ + "/authority.pem"; }
  // Subject alternative names as OpenSSL writes them: "DNS:localhost,IP:127.0.0.1,URI:urn:x".
  // `days` < 0: expired.
  http::TlsFiles issue(const std::string& name, const std::string& alternative_names, int days = 2);
  // SHA-256 of the DER form, lower-case hex.
  static std::string digest(const std::string& certificate_file);

 private:
  std::string folder_;
  EVP_PKEY* key_ = nullptr;
  X509* certificate_ = nullptr;
  long serial_ = 1;
};

}  // namespace portage::test
