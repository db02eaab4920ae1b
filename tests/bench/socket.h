// Plain or TLS sockets for the bench's own programs: as little as a peer needs, so that what is measured
// is the gateway. Threads: one.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

struct Tls {
  std::string certificate, key, authorities;
  bool on() const { return !certificate.empty(); }
};
// A context for one side; both sides ask for the other's certificate. nullptr with a message on stderr.
SSL_CTX* make_context(const Tls& files, bool server);

class Socket {
 public:
  Socket() = default;
  Socket(int fd, SSL* ssl) : fd_(fd), ssl_(ssl) {}
  Socket(Socket&& other) noexcept { *this = std::move(other); }
  Socket& operator=(Socket&& other) noexcept;
  ~Socket() { close(); }

  // A connection under way to 127.0.0.1; fd() < 0 if even that failed.
  static Socket connect(std::uint16_t port, SSL_CTX* context);
  // A listener on 127.0.0.1; port 0 takes a free one.
  static int listen(std::uint16_t& port);
  // A connection from a listener; fd() < 0 when there is none now.
  static Socket accept(int listener, SSL_CTX* context);

  int fd() const { return fd_; }
  // One step of opening a connection: 1 = open (TLS too), 0 = not yet, -1 = the peer is gone.
  int opened();
  // Bytes moved; 0 = not now; -1 = the peer is gone.
  long read(char* to, std::size_t n);
  long write(std::string_view bytes);
  void close();

 private:
  long settle(int result);
  int fd_ = -1;
  SSL* ssl_ = nullptr;
};

std::int64_t now_us();   // CLOCK_MONOTONIC: comparable between processes of one machine

// One line of a program's record of what it did, in files that `portage-load check` compares.
struct Sent {
  std::uint64_t seq = 0;
  std::uint64_t lane = 0;
  std::int64_t sent_us = 0, acknowledged_us = 0;  // 0 = never
};
struct Got {
  std::uint64_t seq = 0;
  std::int64_t at_us = 0;
  char id[26] = {};        // ce-id: the gateway's id of the record
  std::uint16_t attempt = 0;
  std::uint32_t receiver = 0;
};

// HTTP/1.1 as the gateway speaks it: how many bytes the first message in `in` takes, 0 if it is not whole.
struct Message {
  std::size_t size = 0;
  int status = 0;               // of an answer
  std::string_view head, body;
};
bool cut_message(std::string_view in, Message& out);
std::string_view header(std::string_view head, std::string_view lower_name);

}  // namespace bench
