#include "gateway/http/client_connection.h"

#include <openssl/err.h>

#include <utility>

namespace portage::http {

namespace {

constexpr std::size_t kHeaderLimit = 64 * 1024;
constexpr std::uint64_t kTrustIdleMs = 0;  // idle since an earlier tick: look at the socket first

// The server's TLS said no to our certificate. With TLS 1.3 that comes after our first bytes, but
// such a server has read none of them.
bool certificate_refused(unsigned long error) {
  switch (ERR_GET_REASON(error)) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
      return true;
    default:
      return false;
  }
}

void append_value(std::string& out, std::string_view value) {
  for (char c : value) out.push_back(c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
}

}  // namespace

ClientConnection::ClientConnection(std::shared_ptr<Pool> pool)
    : loop_(pool->shared_loop()), pool_(std::move(pool)) {}

bool ClientConnection::begin(Job& job, bool fresh) {
  if (!fresh && loop_->now_ms() - idle_since_ms_ > kTrustIdleMs && !wire_->idle_and_open()) {
    auto keep = shared_from_this();
    read();  // closes, unless it was but a TLS ticket
    if (state_ != State::idle) return false;
  }
  first_request_ = false;
  job_ = std::move(job);
  write_request();
  return true;
}

void ClientConnection::write_request() {
  if (!established_) {
    established_ = true;
    pool_->established();
  }
  state_ = State::asking;
  anything_written_ = false;
  set_due(pool_->options().answer_timeout_ms);
  parser_.emplace(response_, job_->request.method == "HEAD", kHeaderLimit,
                  pool_->options().body_limit);
  compose();
  flush();
  if (state_ == State::asking) watch_.want_read();
}

void ClientConnection::compose() {
  const OutRequest& request = job_->request;
  out_.clear();
  out_at_ = 0;
  out_.append(request.method).append(" ").append(pool_->to().base).append(request.target);
  if (out_.back() == ' ') out_.push_back('/');
  out_.append(" HTTP/1.1\r\nhost: ").append(pool_->to().host_header).append("\r\n");
  for (const auto& [name, value] : request.headers) {
    if (name == "host" || name == "content-length" || name == "transfer-encoding") continue;
    out_.append(name).append(": ");
    append_value(out_, value);
    out_.append("\r\n");
  }
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    out_.append("content-length: ").append(std::to_string(request.body.size())).append("\r\n");
  }
  out_.append("\r\n").append(request.body);
}

void ClientConnection::flush() {
  while (out_at_ < out_.size()) {
    std::size_t written = 0;
    Io io = wire_->write(std::string_view(out_).substr(out_at_), written);
    if (io == Io::want_write || io == Io::want_read) {
      io == Io::want_write ? watch_.want_write() : watch_.want_read();
      return;
    }
    if (io != Io::done) {
      // Stale: the server had closed it meanwhile. Once more, if it cannot have seen anything.
      if (!anything_written_ && !first_request_ && !job_->again) {
        Job job = std::move(*job_);
        job_.reset();
        job.again = true;
        auto pool = pool_;
        close();
        pool->submit(std::move(job));
        return;
      }
      // An answer may stand in the socket all the same: a server that refuses early closes early.
      if (anything_written_ && io != Io::closed) {
        out_at_ = out_.size();
        break;
      }
      fail("http.broken", wire_->reason(), anything_written_);
      return;
    }
    anything_written_ = true;
    out_at_ += written;
  }
  out_.clear();
  out_at_ = 0;
  if (out_.capacity() > kHeaderLimit) out_.shrink_to_fit();
}

void ClientConnection::readable() {
  switch (state_) {
    case State::handshake:
      handshake();
      return;
    case State::idle:
    case State::asking:
      while (read()) {
      }
      return;
    default:
      return;
  }
}

// True when it may be worth to read once more.
bool ClientConnection::read() {
  std::size_t got = 0;
  Io io = wire_->read(loop_->scratch(), LoopThread::kScratch, got);
  if (io == Io::want_read) {
    watch_.want_read();
    return false;
  }
  if (io == Io::want_write) {
    watch_.want_write();
    return false;
  }
  if (io != Io::done || state_ == State::idle) {
    if (state_ == State::idle) {
      close();  // the server has closed it, or says what nobody asked
    } else {
      at_end(io);
    }
    return false;
  }
  bool more = wire_->buffered() || got == LoopThread::kScratch;
  parse(std::string_view(loop_->scratch(), got));
  if (state_ != State::asking && state_ != State::idle) return false;
  if (!more) watch_.want_read();
  return more;
}

void ClientConnection::parse(std::string_view data) {
  std::string kept;
  if (!pending_.empty()) {
    kept = std::move(pending_);
    pending_.clear();
    kept.append(data);
    data = kept;
  }
  error_code error;
  while (!data.empty() && !error) {
    data.remove_prefix(parser_->put(boost::asio::const_buffer(data.data(), data.size()), error));
    if (error || !parser_->is_done()) continue;
    if (response_.status / 100 != 1 || response_.status == 101) {
      if (!data.empty()) out_ = "x";  // more than was asked for: not to be used again
      answer_done();
      return;
    }
    response_ = {};  // 100 and 103 announce; the answer follows
    parser_.emplace(response_, job_->request.method == "HEAD", kHeaderLimit,
                    pool_->options().body_limit);
  }
  if (error == beast::http::error::need_more) {
    if (data.size() <= kHeaderLimit) {
      pending_.assign(data);
      return;
    }
    error = beast::http::error::header_limit;
  }
  if (error == beast::http::error::body_limit) {
    fail("http.answer_too_large", error.message(), true);
  } else if (error) {
    fail("http.bad_answer", error.message(), true);
  }
}

void ClientConnection::at_end(Io io) {
  if (io == Io::closed && parser_->got_some()) {
    error_code error;
    parser_->put_eof(error);
    if (!error && parser_->is_done()) {
      answer_done();
      return;
    }
  }
  bool refused = first_request_ && !parser_->got_some() && wire_->ssl() != nullptr &&
                 certificate_refused(wire_->error());
  if (refused) {
    fail("http.tls", wire_->reason(), false);
  } else {
    fail("http.broken", wire_->reason(), anything_written_);
  }
}

void ClientConnection::answer_done() {
  Job job = std::move(*job_);
  job_.reset();
  SendResult result;
  result.ok = true;
  result.response = std::move(response_);
  response_ = {};
  bool again = parser_->keep_alive() && out_.empty();
  parser_.reset();
  auto keep = shared_from_this();
  if (again) {
    state_ = State::idle;
    idle_since_ms_ = loop_->now_ms();
    set_due(pool_->options().idle_timeout_ms);
    watch_.want_read();
    pool_->free_again(shared_from_this());
  } else {
    close();
  }
  job.done(std::move(result));
}

void ClientConnection::fail(std::string_view code, std::string detail, bool sent) {
  SendResult result;
  result.failure = {std::string(code), std::move(detail), sent};
  if (parser_ && parser_->is_header_done()) result.response.status = response_.status;
  const bool first = !std::exchange(established_, true);
  const SendResult same = result;
  if (job_) {
    Job job = std::move(*job_);
    job_.reset();
    pool_->deliver(std::move(job), std::move(result));
  }
  if (first) pool_->could_not_open(same);
  close();
}

void ClientConnection::fail_connect(std::string detail) {
  fail("http.connect", std::move(detail), false);
}

void ClientConnection::expired() {
  switch (state_) {
    case State::idle:
      wire_->end();
      close();
      return;
    case State::asking:
      fail("http.timeout", "no answer in time", anything_written_);
      return;
    case State::handshake:
      fail("http.tls", "no handshake in time", false);
      return;
    default:
      fail_connect("no connection in time");
  }
}

void ClientConnection::drop_socket() {
  wire_.reset();
  watch_.close();
}

void ClientConnection::close() {
  if (state_ == State::closed) return;
  auto keep = shared_from_this();
  if (job_) {  // the pool closes
    fail("http.broken", "closed", state_ == State::asking && anything_written_);
    return;
  }
  state_ = State::closed;
  drop_socket();
  loop_->remove(*this);
  pool_->ended(*this);
}

void ClientConnection::can_read() { readable(); }

void ClientConnection::can_write() {
  switch (state_) {
    case State::connecting:
      connected();
      return;
    case State::handshake:
      handshake();
      return;
    case State::asking:
      flush();
      return;
    default:
      return;
  }
}

}  // namespace portage::http
