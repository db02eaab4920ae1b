// Connection: one client's socket at a Server. Reads a request, hands it over, writes the answer;
// one exchange at a time, pipelined requests wait their turn in the socket. Threads: its Loop's
// only. Lifetime: the Loop's list holds it until close(); exchanges hold it too. Never holds more
// than one request, its unread rest up to the header limit, and one answer.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "gateway/http/loop_thread.h"
#include "gateway/http/parser.h"
#include "gateway/http/wire.h"

namespace portage::http {

// What all connections of one server share. Options and handler never change after listen().
struct ServerShared {
  ServerOptions options;
  Handler handler;
  std::atomic<std::size_t> connections = 0;
  std::atomic<bool> draining = false;
  std::atomic<bool> closed = false;  // the Server is gone: no handler call any more
  std::mutex mutex;                  // guards context
  SslContext context;

  SslContext current_context() {
    std::lock_guard lock(mutex);
    return context;
  }
};

// The unsent bytes of a streamed answer, seen by the writer's thread and by the loop.
struct StreamState {
  std::atomic<std::size_t> unsent = 0;
  std::atomic<bool> gone = false;
};

class Connection final : public Conversation, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<LoopThread> loop, std::shared_ptr<ServerShared> shared, int socket,
             Peer peer);
  ~Connection() override;

  // On the loop. `refuse`: too many connections; say so and close.
  void start(bool refuse);

  LoopThread& loop() { return *loop_; }
  ServerShared& shared() { return *shared_; }
  // Answers of exchange `number`; one that is over is ignored. On the loop.
  void answer(std::uint64_t number, Response response);
  void answer_nothing(std::uint64_t number);  // the handler forgot: 500
  void stream_start(std::uint64_t number, int status, const Headers& headers,
                    std::shared_ptr<StreamState> stream);
  void stream_write(std::uint64_t number, std::string_view framed);
  void stream_end(std::uint64_t number, bool whole);
  bool chunked_streams() const { return !http_10_; }  // of the running exchange

  void expired() override;
  void drain() override;
  bool busy() const override;
  void close() override;
  void can_read() override;
  void can_write() override;

 private:
  enum class State : unsigned char { handshake, reading, answering, streaming, leaving, closed };

  void readable();
  void advance();  // does whatever can be done without waiting, then arms the next wait
  void handshake();
  bool read();  // false when there was nothing or the connection ended
  void parse_pending();
  std::size_t parse(std::string_view data, bool& whole);
  void hand_over();
  void refuse(int status, std::string_view code);
  void refuse_parse_error(const error_code& error);
  Response own_answer(int status, std::string_view code) const;
  void compose(Response& response, std::string& out);
  void send(std::string& message);
  bool flush();  // true when nothing is left to write
  void answered();
  void leave();
  void watch_peer();
  void set_idle();
  void set_due(std::uint32_t delay_ms) { due_ms_ = loop_->now_ms() + delay_ms; }

  std::shared_ptr<LoopThread> loop_;  // first: the reactor outlives the socket
  std::shared_ptr<ServerShared> shared_;
  int fresh_;  // accepted, not yet watched
  Watch watch_;
  Wire wire_{watch_};
  Peer peer_;

  State state_ = State::reading;
  bool advancing_ = false;
  bool unparsed_ = false;  // pending_ may hold a whole request
  bool keep_alive_ = true, http_10_ = false, head_ = false;
  bool begun_ = false;  // the first byte of a request is here
  bool continue_sent_ = false, left_ = false, draining_ = false;
  std::size_t discarded_ = 0;
  std::uint32_t idle_left_ms_ = 0;  // of the idle time, after TLS's buffers went

  std::optional<RequestParser> parser_;
  Request request_;
  std::string language_;  // of the running exchange
  std::string pending_;   // read, not yet parsed
  std::string out_;       // composed, not yet written
  std::size_t out_at_ = 0;
  std::uint64_t number_ = 0;  // of the exchange
  std::shared_ptr<StreamState> stream_;
};

}  // namespace portage::http
