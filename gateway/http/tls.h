// TLS contexts (certificates, trust, versions) and what a peer's certificate says.
// Threads: a context is made once and then shared; OpenSSL counts its references.
// Never reads a certificate's name for trust: trust is the chain, identity the certificate's
// digest.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "gateway/base/result.h"
#include "gateway/http/http.h"

namespace portage::http {

struct SslContextFree {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContext = std::shared_ptr<SSL_CTX>;

// Errors: "http.tls_file" with the file and OpenSSL's reason.
base::Result<SslContext> server_context(const TlsFiles& files, bool client_certificate);
base::Result<SslContext> client_context(const TlsFiles& files);

// Sets whom the client expects: SNI and the name (or IP address) the certificate must carry.
bool expect_name(SSL* ssl, const std::string& name);

// Fills certificate, names and subject from the peer's verified certificate, if there is one.
void describe_peer(SSL* ssl, Peer& peer);

// The oldest reason in OpenSSL's queue of this thread; empties the queue.
std::string tls_reason();

}  // namespace portage::http
