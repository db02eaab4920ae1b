// The Server: listens, spreads connections over the loops, holds the TLS context.
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "gateway/http/connection.h"

namespace portage::http {

namespace {

constexpr std::uint32_t kAcceptPauseMs = 100;  // when the process has no descriptor left
constexpr std::size_t kRefusalsAtOnce = 64;    // connections that are told "503"

base::Error listen_error(const std::string& where, const std::string& reason) {
  return base::make_error(base::ErrorKind::unavailable, "http.listen",
                          {{"address", where}, {"reason", reason}});
}

std::string reason_of(int error) { return std::generic_category().message(error); }

// A connection's descriptor until it is handed on.
struct OpenSocket {
  int fd = -1;
  explicit OpenSocket(int descriptor) : fd(descriptor) {}
  OpenSocket(OpenSocket&& other) noexcept : fd(std::exchange(other.fd, -1)) {}
  OpenSocket& operator=(OpenSocket&&) = delete;
  ~OpenSocket() {
    if (fd >= 0) ::close(fd);
  }
  int release() { return std::exchange(fd, -1); }
};

class Listener final : public Conversation, public std::enable_shared_from_this<Listener> {
 public:
  Listener(std::vector<std::shared_ptr<LoopThread>> loops, std::shared_ptr<ServerShared> shared,
           int socket)
      : loops_(std::move(loops)),
        shared_(std::move(shared)),
        socket_(loops_.front()->io().get_executor(), socket) {}

  void start() {
    loops_.front()->add(shared_from_this());
    wait();
  }
  void expired() override { wait(); }
  void drain() override { close(); }
  bool busy() const override { return false; }
  void close() override {
    if (!socket_.is_open()) return;
    error_code ignored;  // closed either way
    socket_.close(ignored);
    loops_.front()->remove(*this);
  }

 private:
  void wait() {
    if (!socket_.is_open()) return;
    socket_.async_wait(Descriptor::wait_read, [self = shared_from_this()](const error_code& e) {
      if (!e && self->socket_.is_open()) self->accept();
    });
  }

  void accept() {
    for (int i = 0; i < 64; ++i) {  // then let the connections have their turn
      sockaddr_storage address{};
      socklen_t length = sizeof address;
      int fd = ::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&address), &length,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd >= 0) {
        take(fd, address);
        continue;
      }
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        if (shared_->options.on_fault)
          shared_->options.on_fault("http.listen", reason_of(errno), "");
        due_ms_ = loops_.front()->now_ms() + kAcceptPauseMs;
        return;
      }
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      // The peer gave up before we came: the next one.
    }
    wait();
  }

  void take(int fd, const sockaddr_storage& address) {
    auto loop = loops_[next_++ % loops_.size()];
    std::size_t open = shared_->connections;
    if (open >= shared_->options.max_connections + kRefusalsAtOnce) {
      ::close(fd);
      return;
    }
    bool refuse = open >= shared_->options.max_connections;
    if (address.ss_family != AF_UNIX) {
      int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    auto connection = std::make_shared<Connection>(loop, shared_, fd, peer_of(fd, address));
    if (loop->here()) {
      connection->start(refuse);
    } else {
      loop->post([connection, refuse] { connection->start(refuse); });
    }
  }

  static Peer peer_of(int fd, const sockaddr_storage& address) {
    Peer peer;
    char text[INET6_ADDRSTRLEN] = "";
    if (address.ss_family == AF_INET) {
      const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
      inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
      peer.address = text;
    } else if (address.ss_family == AF_INET6) {
      const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
      inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
      peer.address = text;
    } else {
      ucred who{};
      socklen_t length = sizeof who;
      if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &length) == 0) {
        peer.address = "unix:" + std::to_string(who.uid);
      } else {
        peer.address = "unix";
      }
    }
    return peer;
  }

  std::vector<std::shared_ptr<LoopThread>> loops_;  // first: the reactor outlives the socket
  std::shared_ptr<ServerShared> shared_;
  Descriptor socket_;
  std::size_t next_ = 0;
};

base::Result<OpenSocket> open_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return listen_error(path, "the path is too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  OpenSocket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.fd < 0) return listen_error(path, reason_of(errno));
  struct stat found {};
  if (::lstat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) {
    // Left behind by a process that ended, unless somebody still answers.
    OpenSocket probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (::connect(probe.fd, generic, sizeof address) == 0) {
      return listen_error(path, reason_of(EADDRINUSE));
    }
    ::unlink(path.c_str());
  }
  if (::bind(socket.fd, generic, sizeof address) != 0 || ::chmod(path.c_str(), 0660) != 0 ||
      ::listen(socket.fd, SOMAXCONN) != 0) {
    return listen_error(path, reason_of(errno));
  }
  return socket;
}

base::Result<OpenSocket> open_tcp(const ServerOptions& options) {
  std::string where = options.address + ":" + std::to_string(options.port);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  std::string port = std::to_string(options.port);
  if (int error = ::getaddrinfo(options.address.c_str(), port.c_str(), &hints, &found)) {
    return listen_error(where, gai_strerror(error));
  }
  std::string reason = "no address";
  for (addrinfo* a = found; a != nullptr; a = a->ai_next) {
    OpenSocket socket(::socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    int on = 1;
    if (socket.fd >= 0 && ::setsockopt(socket.fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        ::bind(socket.fd, a->ai_addr, a->ai_addrlen) == 0 && ::listen(socket.fd, SOMAXCONN) == 0) {
      ::freeaddrinfo(found);
      return socket;
    }
    reason = reason_of(errno);
  }
  ::freeaddrinfo(found);
  return listen_error(where, reason);
}

std::uint16_t port_of(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<sockaddr_in6&>(address).sin6_port);
  }
  return 0;
}

class ListeningServer final : public Server {
 public:
  ListeningServer(std::vector<std::shared_ptr<LoopThread>> loops,
                  std::shared_ptr<ServerShared> shared, int socket)
      : loops_(std::move(loops)), shared_(std::move(shared)), port_(port_of(socket)) {
    listener_ = std::make_shared<Listener>(loops_, shared_, socket);
    loops_.front()->call([this] { listener_->start(); });
  }

  // When this returns, no handler runs or will run.
  ~ListeningServer() override {
    shared_->closed = true;
    loops_.front()->call([this] { listener_->close(); });
    for (auto& loop : loops_) {
      loop->call([&] { loop->each([this](Conversation& c) { close_own(c); }); });
    }
    if (!shared_->options.unix_path.empty()) ::unlink(shared_->options.unix_path.c_str());
  }

  std::uint16_t port() const override { return port_; }

  base::Status reload_tls(const TlsFiles& files) override {
    auto context = server_context(files, shared_->options.client_certificate);
    if (!context) return context.error();
    std::lock_guard lock(shared_->mutex);
    shared_->context = *context;
    return {};
  }

  void drain() override {
    shared_->draining = true;
    loops_.front()->post([listener = listener_] { listener->close(); });
    for (auto& loop : loops_) {
      loop->post([loop, shared = shared_] {
        loop->each([&shared](Conversation& c) {
          auto* connection = dynamic_cast<Connection*>(&c);
          if (connection != nullptr && &connection->shared() == shared.get()) connection->drain();
        });
      });
    }
  }

 private:
  void close_own(Conversation& c) {
    auto* connection = dynamic_cast<Connection*>(&c);
    if (connection != nullptr && &connection->shared() == shared_.get()) connection->close();
  }

  std::vector<std::shared_ptr<LoopThread>> loops_;
  std::shared_ptr<ServerShared> shared_;
  std::uint16_t port_;
  std::shared_ptr<Listener> listener_;
};

}  // namespace

base::Result<std::unique_ptr<Server>> listen(Loops& loops, const ServerOptions& options,
                                             Handler handler) {
  auto shared = std::make_shared<ServerShared>();
  shared->options = options;
  shared->handler = std::move(handler);
  if (options.tls) {
    auto context = server_context(options.files, options.client_certificate);
    if (!context) return context.error();
    shared->context = *context;
  }
  auto socket = options.unix_path.empty() ? open_tcp(options) : open_unix(options.unix_path);
  if (!socket) return socket.error();
  std::vector<std::shared_ptr<LoopThread>> threads;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    threads.push_back(static_cast<LoopThread&>(loops.at(i)).shared_from_this());
  }
  return std::unique_ptr<Server>(
      std::make_unique<ListeningServer>(std::move(threads), std::move(shared), socket->release()));
}

}  // namespace portage::http
