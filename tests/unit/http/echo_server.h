// A small real server for tests: answers 200 with "METHOD path body" and remembers what it saw.
#pragma once

#include <atomic>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/http/http.h"

namespace portage::test {

class EchoServer {
 public:
  explicit EchoServer(http::ServerOptions options = {}, std::size_t threads = 1,
                      http::Handler handler = nullptr)
      : loops_(http::make_loops(threads)) {
    if (!handler) handler = [this](std::shared_ptr<http::Exchange> e) { echo(std::move(e)); };
    auto server = http::listen(*loops_, options, std::move(handler));
    if (server.ok()) server_ = std::move(server).value();
  }
  ~EchoServer() { server_.reset(); }

  bool ok() const { return server_ != nullptr; }
  std::uint16_t port() const { return server_->port(); }
  http::Server& server() { return *server_; }
  http::Loops& loops() { return *loops_; }
  int calls() const { return calls_; }
  std::vector<http::Peer> peers() {
    std::lock_guard lock(mutex_);
    return peers_;
  }
  void stop() { server_.reset(); }

 private:
  void echo(std::shared_ptr<http::Exchange> exchange) {
    ++calls_;
    http::Request& request = exchange->request();
    {
      std::lock_guard lock(mutex_);
      peers_.push_back(request.peer);
    }
    http::Response response;
    response.headers = {{"content-type", "text/plain"}};
    response.body = request.method + " " + request.path + " " + request.body;
    exchange->respond(std::move(response));
  }

  std::unique_ptr<http::Loops> loops_;  // first: outlives the server
  std::atomic<int> calls_ = 0;
  std::mutex mutex_;
  std::vector<http::Peer> peers_;
  std::unique_ptr<http::Server> server_;
};

// Sends and waits for the result, at most ten seconds.
inline http::SendResult send_and_wait(http::Client& client, http::OutRequest request) {
  auto promise = std::make_shared<std::promise<http::SendResult>>();
  auto future = promise->get_future();
  client.send(std::move(request),
              [promise](http::SendResult result) { promise->set_value(std::move(result)); });
  if (future.wait_for(std::chrono::seconds(10)) != std::future_status::ready) {
    http::SendResult result;
    result.failure.code = "the callback never came";
    return result;
  }
  return future.get();
}

}  // namespace portage::test
