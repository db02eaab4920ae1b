// How a ClientConnection comes to stand: names, sockets, TLS.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>

#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "gateway/http/client_connection.h"

namespace portage::http {

namespace {

std::string reason_of(int error) { return std::generic_category().message(error); }

int new_socket(int family) {
  return ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

int keep_new_session(SSL* ssl, SSL_SESSION* session) {
  auto* pool = static_cast<Pool*>(SSL_get_app_data(ssl));
  if (pool == nullptr) return 0;
  pool->keep_session(session);
  return 1;  // ours now
}

}  // namespace

void ClientConnection::open(Job job) {
  job_ = std::move(job);
  loop_->add(shared_from_this());
  set_due(pool_->options().connect_timeout_ms);
  // In a turn of its own: a connection refused at once must not answer inside send().
  loop_->post([self = shared_from_this()] {
    if (self->state_ == State::resolving) self->resolve();
  });
}

void ClientConnection::resolve() {
  const Destination& to = pool_->to();
  Address address{};
  if (!to.unix_path.empty()) {
    auto& where = reinterpret_cast<sockaddr_un&>(address.storage);
    where.sun_family = AF_UNIX;
    if (to.unix_path.size() >= sizeof where.sun_path) {
      fail_connect("the path is too long");
      return;
    }
    std::memcpy(where.sun_path, to.unix_path.data(), to.unix_path.size());
    address.size = sizeof where;
    addresses_.push_back(address);
  } else {
    auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
    auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
    if (to.host == "localhost") {  // loopback by definition (RFC 6761), also without a hosts file
      for (const int family : {AF_INET, AF_INET6}) {
        Address loopback{};
        auto& four = reinterpret_cast<sockaddr_in&>(loopback.storage);
        auto& six = reinterpret_cast<sockaddr_in6&>(loopback.storage);
        if (family == AF_INET) {
          four.sin_family = AF_INET;
          four.sin_port = htons(to.port);
          four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
          loopback.size = sizeof four;
        } else {
          six.sin6_family = AF_INET6;
          six.sin6_port = htons(to.port);
          six.sin6_addr = in6addr_loopback;
          loopback.size = sizeof six;
        }
        addresses_.push_back(loopback);
      }
    } else if (inet_pton(AF_INET, to.host.c_str(), &v4.sin_addr) == 1) {
      v4.sin_family = AF_INET;
      v4.sin_port = htons(to.port);
      address.size = sizeof v4;
      addresses_.push_back(address);
    } else if (inet_pton(AF_INET6, to.host.c_str(), &v6.sin6_addr) == 1) {
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(to.port);
      address.size = sizeof v6;
      addresses_.push_back(address);
    }
  }
  if (!addresses_.empty()) {
    connect_next();
    return;
  }
  using Resolver = asio::ip::basic_resolver<asio::ip::tcp, Executor>;
  auto resolver = std::make_shared<Resolver>(loop_->io().get_executor());
  std::weak_ptr<ClientConnection> weak = weak_from_this();
  resolver->async_resolve(
      to.host, std::to_string(to.port),
      [weak, resolver](const error_code& error, const Resolver::results_type& found) {
        auto self = weak.lock();
        if (self == nullptr || self->state_ != State::resolving) return;
        if (error) {
          self->fail_connect(error.message());
          return;
        }
        for (const auto& entry : found) {
          Address next{};
          next.size = static_cast<socklen_t>(entry.endpoint().size());
          std::memcpy(&next.storage, entry.endpoint().data(), next.size);
          self->addresses_.push_back(next);
        }
        self->connect_next();
      });
}

void ClientConnection::connect_next() {
  drop_socket();
  if (next_address_ == addresses_.size()) {
    fail_connect(connect_reason_);
    return;
  }
  const Address& address = addresses_[next_address_++];
  int fd = new_socket(address.storage.ss_family);
  if (fd < 0) {
    fail_connect(reason_of(errno));
    return;
  }
  if (address.storage.ss_family != AF_UNIX) {
    int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  state_ = State::connecting;
  const int refused =
      ::connect(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0 ? 0
                                                                                            : errno;
  watch_.open(*loop_, fd, *this);  // not before: an unconnected socket looks like a closed one
  wire_.emplace(watch_);
  if (refused == 0) {
    connected();
  } else if (refused == EINPROGRESS) {
    watch_.want_write();
  } else {
    if (next_address_ == 1) connect_reason_ = reason_of(refused);  // the first one's says most
    connect_next();
  }
}

void ClientConnection::connected() {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(watch_.socket(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    if (next_address_ == 1) connect_reason_ = reason_of(error);  // the first one's says most
    connect_next();
    return;
  }
  if (!pool_->to().tls) {
    write_request();
    return;
  }
  SSL_CTX_sess_set_new_cb(pool_->context(), keep_new_session);
  if (!wire_->start_tls(pool_->context(), false) ||
      !expect_name(wire_->ssl(), pool_->options().expected_name)) {
    fail("http.tls", tls_reason(), false);
    return;
  }
  SSL_set_app_data(wire_->ssl(), pool_.get());
  if (pool_->session() != nullptr) SSL_set_session(wire_->ssl(), pool_->session());
  state_ = State::handshake;
  handshake();
}

void ClientConnection::handshake() {
  switch (wire_->handshake()) {
    case Io::done:
      write_request();
      break;
    case Io::want_read:
      watch_.want_read();
      break;
    case Io::want_write:
      watch_.want_write();
      break;
    default:
      fail("http.tls", wire_->reason(), false);
  }
}

}  // namespace portage::http
