// Watch: owns one socket and says when it can be read or written. The kernel is told of the socket
// once and reports changes only (edge-triggered), so waiting again costs no call; what it has
// reported is remembered until a read finds the socket empty. Threads: its Loop's only. Lifetime:
// of the connection that holds it; what was reported before its end is dropped. Never reads or
// writes.
#pragma once

#include <cstdint>
#include <vector>

#include "gateway/http/asio.h"

namespace portage::http {

class Conversation;
class LoopThread;

class Watch {
 public:
  Watch() = default;
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() { close(); }

  // Owns `socket` from now on; reports to `whose`. A socket that connects: after connect().
  void open(LoopThread& loop, int socket, Conversation& whose);
  void close();
  bool is_open() const { return socket_ >= 0; }
  int socket() const { return socket_; }

  void want_read();   // whose.can_read() is called once: when there is something, or the end
  void want_write();  // whose.can_write() is called once: when there is room again
  bool reading() const { return want_read_; }
  bool writing() const { return want_write_; }

  // A read found less than it had room for.
  void empty() { may_read_ = at_end_; }

 private:
  friend class Watches;
  void changed(std::uint32_t events);

  LoopThread* loop_ = nullptr;
  Conversation* whose_ = nullptr;
  int socket_ = -1;
  std::uint32_t slot_ = 0;
  bool want_read_ = false, want_write_ = false;
  bool may_read_ = false;  // reported, and no read has found the socket empty since
  bool at_end_ = false;    // closed by the peer or broken: a read says so, and nothing else will
};

// The watches of one Loop. One descriptor of the reactor stands for all of them.
class Watches {
 public:
  explicit Watches(asio::io_context& io);
  void start();
  void stop();

  std::uint32_t add(int socket, Watch& watch);
  void remove(std::uint32_t slot);
  void soon(std::uint32_t slot);  // what a watch has remembered is reported in the next turn

 private:
  struct Slot {
    Watch* watch = nullptr;
    std::uint32_t use = 0;  // counts the sockets that had it: reports of earlier ones are void
  };
  void wait();
  void collect();
  void report(std::uint64_t key, std::uint32_t events);
  std::uint64_t key(std::uint32_t slot) const;

  asio::io_context& io_;
  Descriptor all_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint64_t> soon_, now_;
};

}  // namespace portage::http
