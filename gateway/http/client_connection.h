// ClientConnection: one connection of a Pool; one request at a time.
// Threads: its Loop's only. Lifetime: the Loop's list holds it until close().
// Never repeats a request of which a byte was written.
#pragma once

#include <netdb.h>
#include <sys/socket.h>

#include <optional>
#include <string>

#include "gateway/http/loop_thread.h"
#include "gateway/http/parser.h"
#include "gateway/http/pool.h"
#include "gateway/http/wire.h"

namespace portage::http {

class ClientConnection final : public Conversation,
                               public std::enable_shared_from_this<ClientConnection> {
 public:
  explicit ClientConnection(std::shared_ptr<Pool> pool);

  bool belongs_to(const Pool& pool) const { return pool_.get() == &pool; }
  void open(Job job);  // connects, then sends
  bool begin(Job& job,
             bool fresh);  // on an idle connection; false: it was stale, the job is untouched

  void expired() override;
  void drain() override {}
  bool busy() const override { return state_ != State::idle && state_ != State::closed; }
  void close() override;
  void can_read() override;
  void can_write() override;

 private:
  enum class State : unsigned char { resolving, connecting, handshake, idle, asking, closed };

  void resolve();
  void connect_next();
  void connected();
  void handshake();
  void write_request();
  void compose();
  void flush();
  void readable();
  bool read();
  void parse(std::string_view data);
  void at_end(Io io);
  void answer_done();
  void fail(std::string_view code, std::string detail, bool sent);
  void fail_connect(std::string detail);
  void drop_socket();
  void set_due(std::uint32_t delay_ms) { due_ms_ = pool_->loop().now_ms() + delay_ms; }

  std::shared_ptr<LoopThread> loop_;  // first: the reactor outlives the socket
  std::shared_ptr<Pool> pool_;
  Watch watch_;
  std::optional<Wire> wire_;
  State state_ = State::resolving;

  struct Address {
    sockaddr_storage storage;
    socklen_t size;
  };
  std::vector<Address> addresses_;
  std::size_t next_address_ = 0;
  std::string connect_reason_ = "no address";

  std::optional<Job> job_;
  std::string out_;
  std::size_t out_at_ = 0;
  bool anything_written_ = false, first_request_ = true, established_ = false;
  std::uint64_t idle_since_ms_ = 0;
  std::optional<ResponseParser> parser_;
  Response response_;
  std::string pending_;  // of a header or a chunk's head
};

}  // namespace portage::http
