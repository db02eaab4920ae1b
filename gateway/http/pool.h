// Pool: the keep-alive connections of one Client, and the requests that wait for one.
// Threads: its Loop's only. Lifetime: the Loop's list and the connections hold it.
// Never opens more than max_connections; requests beyond wait in order.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/http/loop_thread.h"
#include "gateway/http/tls.h"
#include "gateway/http/url.h"

namespace portage::http {

class ClientConnection;

// A request on its way.
struct Job {
  OutRequest request;
  std::function<void(SendResult)> done;
  std::uint64_t since_ms = 0;
  bool again = false;  // was already tried on a connection that turned out to be stale
};

struct SessionFree {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};

class Pool final : public Conversation, public std::enable_shared_from_this<Pool> {
 public:
  Pool(std::shared_ptr<LoopThread> loop, ClientOptions options, Destination to, SslContext context);
  ~Pool() override;

  void start();
  void submit(Job job);

  // From the connections.
  const ClientOptions& options() const { return options_; }
  const Destination& to() const { return to_; }
  SSL_CTX* context() const { return context_.get(); }
  LoopThread& loop() { return *loop_; }
  std::shared_ptr<LoopThread> shared_loop() { return loop_; }
  SSL_SESSION* session() const { return session_.get(); }
  void keep_session(SSL_SESSION* session) { session_.reset(session); }
  void deliver(Job job, SendResult result);  // a failure: told in a turn of its own
  void free_again(std::shared_ptr<ClientConnection> connection);  // ready for the next request
  void established();                             // one more is connected, TLS and all
  void could_not_open(const SendResult& result);  // one of them gave up on the way there
  void ended(ClientConnection& connection);

  void expired() override;
  void drain() override {}
  bool busy() const override;
  void close() override;

 private:
  bool may_open() const;
  void open(Job job);
  void feed_queue();
  void tell_failures();
  void fail_job(Job job, std::string_view code, std::string detail);

  std::shared_ptr<LoopThread> loop_;
  ClientOptions options_;
  Destination to_;
  SslContext context_;
  std::unique_ptr<SSL_SESSION, SessionFree> session_;    // the newest, to resume from
  std::vector<std::shared_ptr<ClientConnection>> idle_;  // the last used is used next
  std::size_t open_ = 0, opening_ = 0;  // opening_ of the open ones have not been established yet
  std::deque<Job> queue_;
  std::vector<std::pair<Job, SendResult>> failures_;  // not yet told
  bool feeding_ = false, closed_ = false;
};

}  // namespace portage::http
