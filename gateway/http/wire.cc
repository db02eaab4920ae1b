#include "gateway/http/wire.h"

#include <openssl/err.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace portage::http {

Wire::~Wire() {
  if (ssl_ == nullptr) return;
  // Without this OpenSSL would forbid to resume the session. After a failure it shall.
  if (SSL_is_init_finished(ssl_) && error_ == 0) {
    SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  }
  SSL_free(ssl_);
}

bool Wire::start_tls(SSL_CTX* context, bool server) {
  ssl_ = SSL_new(context);
  if (ssl_ == nullptr || SSL_set_fd(ssl_, watch_.socket()) != 1) return false;
  if (server) {
    SSL_set_accept_state(ssl_);
  } else {
    SSL_set_connect_state(ssl_);
  }
  return true;
}

Io Wire::failed(int error) {
  reason_ = std::generic_category().message(error);
  return Io::failed;
}

Io Wire::tls_result(int result) {
  int system = errno;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      watch_.empty();
      return Io::want_read;
    case SSL_ERROR_WANT_WRITE:
      return Io::want_write;
    case SSL_ERROR_ZERO_RETURN:
      reason_ = "closed";
      return Io::closed;
    case SSL_ERROR_SYSCALL:
      ERR_clear_error();
      if (system == 0) {
        reason_ = "closed";
        return Io::closed;
      }
      return failed(system);
    default:
      // Without a goodbye the end may be an attacker's: whatever needed the end of data fails.
      if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        ERR_clear_error();
        reason_ = "closed";
        return Io::failed;
      }
      error_ = ERR_peek_error();
      reason_ = tls_reason();
      if (long verify = SSL_get_verify_result(ssl_); verify != X509_V_OK) {
        reason_ += std::string(": ") + X509_verify_cert_error_string(verify);
      }
      return Io::failed;
  }
}

Io Wire::handshake() {
  ERR_clear_error();
  errno = 0;
  int result = SSL_do_handshake(ssl_);
  return result == 1 ? Io::done : tls_result(result);
}

Io Wire::read(char* into, std::size_t room, std::size_t& got) {
  got = 0;
  if (ssl_ != nullptr) {
    ERR_clear_error();
    errno = 0;
    int result = SSL_read_ex(ssl_, into, room, &got);
    return result == 1 ? Io::done : tls_result(result);
  }
  return discard(into, room, got);
}

Io Wire::discard(char* into, std::size_t room, std::size_t& got) {
  got = 0;
  for (;;) {
    ssize_t n = ::recv(watch_.socket(), into, room, MSG_DONTWAIT);
    if (n > 0) {
      got = static_cast<std::size_t>(n);
      if (got < room) watch_.empty();
      return Io::done;
    }
    if (n == 0) {
      reason_ = "closed";
      return Io::closed;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return failed(errno);
    watch_.empty();
    return Io::want_read;
  }
}

Io Wire::write(std::string_view data, std::size_t& written) {
  written = 0;
  if (data.empty()) return Io::done;
  if (ssl_ != nullptr) {
    ERR_clear_error();
    errno = 0;
    int result = SSL_write_ex(ssl_, data.data(), data.size(), &written);
    return result == 1 ? Io::done : tls_result(result);
  }
  for (;;) {
    ssize_t n = ::send(watch_.socket(), data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0) {
      written = static_cast<std::size_t>(n);
      return Io::done;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Io::want_write;
    return failed(errno);
  }
}

bool Wire::buffered() const { return ssl_ != nullptr && SSL_has_pending(ssl_) == 1; }

void Wire::slim() {
  if (ssl_ != nullptr) SSL_free_buffers(ssl_);
}

void Wire::end() {
  if (ssl_ != nullptr && SSL_is_init_finished(ssl_)) {
    ERR_clear_error();
    SSL_shutdown(ssl_);
    ERR_clear_error();
  }
  ::shutdown(watch_.socket(), SHUT_WR);
}

bool Wire::idle_and_open() const {
  char byte = 0;
  ssize_t n = ::recv(watch_.socket(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace portage::http
