#include "gateway/http/exchange.h"

#include <charconv>

namespace portage::http {

namespace {

constexpr std::size_t kUnsentLimit = 1u << 20;

std::string frame(std::string_view chunk) {
  char size[20];
  auto end = std::to_chars(size, size + sizeof size, chunk.size(), 16).ptr;
  std::string framed;
  framed.reserve(chunk.size() + 24);
  framed.append(size, end).append("\r\n").append(chunk).append("\r\n");
  return framed;
}

}  // namespace

template <class Task>
void ServerExchange::on_loop(Task task) {
  if (connection_->loop().here()) {
    task(*connection_, number_);
  } else {
    connection_->loop().post([connection = connection_, number = number_,
                              task = std::move(task)]() mutable { task(*connection, number); });
  }
}

ServerExchange::~ServerExchange() {
  if (!answered_) {
    on_loop([](Connection& c, std::uint64_t number) { c.answer_nothing(number); });
  } else if (stream_ != nullptr && !finished_) {
    on_loop([](Connection& c, std::uint64_t number) { c.stream_end(number, false); });
  }
}

void ServerExchange::respond(Response response) {
  if (answered_.exchange(true)) return;
  on_loop([response = std::move(response)](Connection& c, std::uint64_t number) mutable {
    c.answer(number, std::move(response));
  });
}

void ServerExchange::start_stream(int status, Headers headers) {
  if (answered_.exchange(true)) return;
  stream_ = std::make_shared<StreamState>();
  chunked_ = connection_->chunked_streams();
  on_loop([status, headers = std::move(headers), stream = stream_](Connection& c,
                                                                   std::uint64_t number) {
    c.stream_start(number, status, headers, stream);
  });
}

bool ServerExchange::write(std::string chunk) {
  if (stream_ == nullptr || finished_ || stream_->gone) return false;
  if (chunk.empty()) return true;  // an empty chunk would end the answer
  std::string framed = chunked_ ? frame(chunk) : std::move(chunk);
  if (stream_->unsent.fetch_add(framed.size()) + framed.size() > kUnsentLimit) {
    stream_->gone = true;
    on_loop([](Connection& c, std::uint64_t number) { c.stream_end(number, false); });
    return false;
  }
  on_loop([framed = std::move(framed)](Connection& c, std::uint64_t number) {
    c.stream_write(number, framed);
  });
  return !stream_->gone;
}

void ServerExchange::finish() {
  if (stream_ == nullptr || finished_) return;
  finished_ = true;
  on_loop([](Connection& c, std::uint64_t number) { c.stream_end(number, true); });
}

}  // namespace portage::http
