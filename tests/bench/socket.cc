#include "tests/bench/socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <utility>

namespace bench {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void prepare(int fd) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  const int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

}  // namespace

SSL_CTX* make_context(const Tls& files, bool server) {
  SSL_CTX* context = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_load_verify_locations(context, files.authorities.c_str(), nullptr) != 1) {
    ERR_print_errors_fp(stderr);
    return nullptr;
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (server ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(ssl_, other.ssl_);
  return *this;
}

Socket Socket::connect(std::uint16_t port, SSL_CTX* context) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  prepare(fd);
  const sockaddr_in address = loopback(port);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno != EINPROGRESS) {
    ::close(fd);
    return {};
  }
  SSL* ssl = nullptr;
  if (context != nullptr) {
    ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    SSL_set_connect_state(ssl);
  }
  return {fd, ssl};
}

int Socket::listen(std::uint16_t& port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int one = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in address = loopback(port);
  socklen_t size = sizeof address;
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0 || ::listen(fd, 1024) != 0) {
    std::perror("listen");
    ::close(fd);
    return -1;
  }
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  return fd;
}

Socket Socket::accept(int listener, SSL_CTX* context) {
  const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return {};
  prepare(fd);
  SSL* ssl = nullptr;
  if (context != nullptr) {
    ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    SSL_set_accept_state(ssl);
  }
  return {fd, ssl};
}

long Socket::settle(int result) {
  if (result > 0) return result;
  const int why = SSL_get_error(ssl_, result);
  ERR_clear_error();
  return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

int Socket::opened() {
  if (fd_ < 0) return -1;
  if (ssl_ != nullptr) {
    const int done = SSL_do_handshake(ssl_);
    return done == 1 ? 1 : static_cast<int>(settle(done));
  }
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  return getpeername(fd_, reinterpret_cast<sockaddr*>(&peer), &size) == 0 ? 1 : 0;
}

long Socket::read(char* to, std::size_t n) {
  if (ssl_ != nullptr) return settle(SSL_read(ssl_, to, static_cast<int>(n)));
  const ssize_t got = ::recv(fd_, to, n, 0);
  if (got > 0) return got;
  return got < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOTCONN) ? 0 : -1;
}

long Socket::write(std::string_view bytes) {
  if (bytes.empty()) return 0;
  if (ssl_ != nullptr) return settle(SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())));
  const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0) return sent;
  return errno == EAGAIN || errno == EINTR || errno == ENOTCONN ? 0 : -1;
}

void Socket::close() {
  if (ssl_ != nullptr) SSL_free(ssl_);
  if (fd_ >= 0) ::close(fd_);
  ssl_ = nullptr;
  fd_ = -1;
}

std::int64_t now_us() {
  timespec at{};
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1'000'000 + at.tv_nsec / 1000;
}

std::string_view header(std::string_view head, std::string_view lower_name) {
  std::size_t at = head.find("\r\n");
  while (at != std::string_view::npos && at + 2 < head.size()) {
    const std::size_t from = at + 2;
    at = head.find("\r\n", from);
    const std::string_view line = head.substr(from, at == std::string_view::npos ? at : at - from);
    const std::size_t colon = line.find(':');
    if (colon != lower_name.size() || strncasecmp(line.data(), lower_name.data(), colon) != 0) continue;
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    return value;
  }
  return {};
}

bool cut_message(std::string_view in, Message& out) {
  const std::size_t end = in.find("\r\n\r\n");
  if (end == std::string_view::npos) return false;
  out.head = in.substr(0, end + 2);
  std::size_t length = 0;
  for (const char c : header(out.head, "content-length")) {
    if (c < '0' || c > '9') break;
    length = length * 10 + static_cast<std::size_t>(c - '0');
  }
  if (in.size() < end + 4 + length) return false;
  out.size = end + 4 + length;
  out.body = in.substr(end + 4, length);
  out.status = out.head.starts_with("HTTP/1.1 ") ? std::atoi(out.head.data() + 9) : 0;
  return true;
}

}  // namespace bench
