// Wire: bytes to and from one non-blocking socket, plain or through TLS. TLS is driven by hand on
// the socket itself: one system call a record, no copies between buffers. Threads: one at a time.
// Lifetime: borrows the watched socket, owns the SSL; tells the watch when a read found it empty.
// Never blocks, never throws.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "gateway/http/tls.h"
#include "gateway/http/watch.h"

namespace portage::http {

enum class Io : unsigned char { done, want_read, want_write, closed, failed };

class Wire {
 public:
  explicit Wire(Watch& watch) : watch_(watch) {}
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire();

  bool start_tls(SSL_CTX* context, bool server);  // false: out of memory
  SSL* ssl() const { return ssl_; }
  Io handshake();
  Io read(char* into, std::size_t room, std::size_t& got);
  Io discard(char* into, std::size_t room, std::size_t& got);  // past TLS: nobody looks at it
  Io write(std::string_view data, std::size_t& written);
  bool buffered() const;       // TLS holds bytes that were already read
  void slim();                 // frees TLS's buffers for a while without traffic
  void end();                  // says goodbye (close_notify, FIN); reading goes on
  bool idle_and_open() const;  // plain look at the socket: still open, nothing to read

  const std::string& reason() const { return reason_; }  // after closed or failed
  unsigned long error() const { return error_; }         // OpenSSL's, or 0

 private:
  Io tls_result(int result);
  Io failed(int error);

  Watch& watch_;
  SSL* ssl_ = nullptr;
  std::string reason_;
  unsigned long error_ = 0;
};

}  // namespace portage::http
