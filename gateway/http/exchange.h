// The server's Exchange: carries one answer, from any thread, to its connection's loop.
#pragma once

#include <atomic>

#include "gateway/http/connection.h"

namespace portage::http {

class ServerExchange final : public Exchange {
 public:
  ServerExchange(std::shared_ptr<Connection> connection, std::uint64_t number, Request request)
      : connection_(std::move(connection)), number_(number), request_(std::move(request)) {}
  ~ServerExchange() override;

  Request& request() override { return request_; }
  Loop& loop() override { return connection_->loop(); }
  void respond(Response response) override;
  void start_stream(int status, Headers headers) override;
  bool write(std::string chunk) override;
  void finish() override;

 private:
  template <class Task>
  void on_loop(Task task);

  std::shared_ptr<Connection> connection_;
  std::uint64_t number_;
  Request request_;
  std::shared_ptr<StreamState> stream_;
  bool chunked_ = true, finished_ = false;
  std::atomic<bool> answered_ = false;
};

}  // namespace portage::http
