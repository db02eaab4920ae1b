// The answers of a Connection: composing, writing, streaming, leaving.
#include <algorithm>
#include <boost/beast/http/status.hpp>

#include "gateway/http/connection.h"
#include "gateway/http/problem.h"

namespace portage::http {

namespace {

constexpr std::uint32_t kLeaveMs = 2'000;  // reading on, so that the answer arrives
constexpr std::size_t kDiscardLimit = 16u << 20;
constexpr std::size_t kKeepRoom = 16 * 1024;  // of an idle connection's buffer

// A line break in a header's value would begin another header.
void append_value(std::string& out, std::string_view value) {
  for (char c : value) out.push_back(c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
}

void append_head(std::string& out, int status, const Headers& headers, std::string_view date,
                 bool& own_date) {
  out.append("HTTP/1.1 ").append(std::to_string(status)).push_back(' ');
  auto reason = beast::http::obsolete_reason(static_cast<beast::http::status>(status));
  out.append(reason.data(), reason.size()).append("\r\n");
  for (const auto& [name, value] : headers) {
    if (name == "content-length" || name == "transfer-encoding" || name == "connection") continue;
    own_date = own_date || name == "date";
    out.append(name).append(": ");
    append_value(out, value);
    out.append("\r\n");
  }
  if (!own_date) out.append("date: ").append(date).append("\r\n");
}

}  // namespace

void Connection::compose(Response& response, std::string& out) {
  bool own_date = false;
  append_head(out, response.status, response.headers, loop_->http_date(), own_date);
  bool bodiless = response.status < 200 || response.status == 204 || response.status == 304;
  if (!bodiless) {
    out.append("content-length: ").append(std::to_string(response.body.size())).append("\r\n");
  }
  if (!keep_alive_) {
    out.append("connection: close\r\n");
  } else if (http_10_) {
    out.append("connection: keep-alive\r\n");
  }
  out.append("\r\n");
  if (!bodiless && !head_) out.append(response.body);
}

void Connection::answer(std::uint64_t number, Response response) {
  if (number != number_ || state_ != State::answering) return;
  if (shared_->draining || draining_) keep_alive_ = false;
  std::string& message = loop_->out_scratch();
  message.clear();
  compose(response, message);
  answered();
  send(message);
}

void Connection::answer_nothing(std::uint64_t number) {
  if (number != number_ || state_ != State::answering) return;
  answer(number, own_answer(500, "internal"));
}

Response Connection::own_answer(int status, std::string_view code) const {
  std::string_view language = header(request_.headers, "accept-language");
  if (language.empty()) language = language_;
  if (shared_->options.problem) return shared_->options.problem(status, code, language);
  return problem_response(status, code, language);
}

// Answers what never became an exchange, and ends the connection: its next bytes may be anything.
void Connection::refuse(int status, std::string_view code) {
  keep_alive_ = false;
  head_ = request_.method == "HEAD";
  Response response = own_answer(status, code);
  std::string& message = loop_->out_scratch();
  message.clear();
  compose(response, message);
  answered();
  send(message);
}

void Connection::answered() {
  state_ = keep_alive_ ? State::reading : State::leaving;
  begun_ = false;
  continue_sent_ = false;
  parser_.reset();
  request_ = {};
  if (keep_alive_) {
    set_idle();
  } else {
    set_due(shared_->options.read_timeout_ms);
  }
  unparsed_ = !pending_.empty();
}

// Writes at once from the loop's buffer; only what the socket does not take is kept.
void Connection::send(std::string& message) {
  if (!out_.empty() || watch_.writing()) {
    out_.append(message);
    if (!watch_.writing()) flush();
  } else {
    std::size_t written = 0, total = 0;
    std::string_view rest = message;
    Io io = Io::done;
    while (!rest.empty() && (io = wire_.write(rest, written)) == Io::done) {
      rest.remove_prefix(written);
      total += written;
    }
    if (stream_ != nullptr) stream_->unsent -= std::min(stream_->unsent.load(), total);
    if (!rest.empty()) {
      if (io != Io::want_write && io != Io::want_read) {
        close();
        return;
      }
      out_.assign(rest);
      out_at_ = 0;
      set_due(shared_->options.read_timeout_ms);
      io == Io::want_write ? watch_.want_write() : watch_.want_read();
    }
  }
  advance();
}

bool Connection::flush() {
  while (out_at_ < out_.size()) {
    std::size_t written = 0;
    Io io = wire_.write(std::string_view(out_).substr(out_at_), written);
    if (io == Io::want_write || io == Io::want_read) {
      io == Io::want_write ? watch_.want_write() : watch_.want_read();
      return false;
    }
    if (io != Io::done) {
      close();
      return false;
    }
    out_at_ += written;
    if (stream_ != nullptr) stream_->unsent -= std::min(stream_->unsent.load(), written);
    set_due(shared_->options.read_timeout_ms);
  }
  out_at_ = 0;
  out_.clear();
  if (out_.capacity() > kKeepRoom) out_.shrink_to_fit();
  if (state_ == State::reading && !begun_) set_idle();
  if (state_ == State::answering || state_ == State::streaming) due_ms_ = 0;
  return true;
}

void Connection::stream_start(std::uint64_t number, int status, const Headers& headers,
                              std::shared_ptr<StreamState> stream) {
  if (number != number_ || state_ != State::answering) {
    stream->gone = true;
    return;
  }
  if (http_10_ || shared_->draining || draining_) keep_alive_ = false;
  std::string head;
  bool own_date = false;
  append_head(head, status, headers, loop_->http_date(), own_date);
  if (!http_10_) head.append("transfer-encoding: chunked\r\n");
  if (!keep_alive_) head.append("connection: close\r\n");
  head.append("\r\n");
  state_ = State::streaming;
  parser_.reset();
  stream_ = std::move(stream);
  stream_->unsent += head.size();
  send(head);
  if (state_ == State::streaming) watch_.want_read();  // to see the peer leave
}

void Connection::stream_write(std::uint64_t number, std::string_view framed) {
  if (number != number_ || state_ != State::streaming) return;
  if (head_) {  // a body that is not wanted
    stream_->unsent -= framed.size();
    return;
  }
  std::string message(framed);
  send(message);
}

void Connection::stream_end(std::uint64_t number, bool whole) {
  if (number != number_ || state_ != State::streaming) return;
  if (!whole) {  // without its end the peer sees that it was cut
    close();
    return;
  }
  std::string last = http_10_ || head_ ? "" : "0\r\n\r\n";
  stream_->unsent += last.size();
  answered();
  send(last);
  if (out_.empty()) stream_.reset();
}

// The peer may still be sending: closing now could destroy our answer on its way. Say goodbye, then
// read and forget for a while.
void Connection::leave() {
  wire_.end();
  set_due(kLeaveMs);
  discarded_ = 0;
  left_ = true;
  state_ = State::leaving;
  watch_.want_read();
}

void Connection::watch_peer() {
  for (;;) {
    std::size_t got = 0;
    Io io = state_ == State::leaving ? wire_.discard(loop_->scratch(), LoopThread::kScratch, got)
                                     : wire_.read(loop_->scratch(), LoopThread::kScratch, got);
    if (io == Io::want_read) break;
    if (io != Io::done) {
      close();
      return;
    }
    if (state_ == State::leaving) {
      discarded_ += got;
      if (discarded_ > kDiscardLimit) {
        close();
        return;
      }
    } else {
      pending_.append(loop_->scratch(), got);
      if (pending_.size() > shared_->options.header_limit) return;  // enough; it may wait
    }
  }
  watch_.want_read();
}

}  // namespace portage::http
