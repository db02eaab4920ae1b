#include "gateway/http/connection.h"

#include <unistd.h>

#include <utility>

#include "gateway/http/exchange.h"
#include "gateway/http/target.h"

namespace portage::http {

namespace {

constexpr std::uint32_t kHandshakeMs = 10'000;
constexpr std::uint32_t kDrainIdleMs = 500;
constexpr std::uint32_t kSlimMs = 1'000;

int status_of(const error_code& error, std::string_view& code) {
  using beast::http::error;
  code = "http.malformed";
  if (error == beast::http::error::body_limit) {
    code = "http.body_too_large";
    return 413;
  }
  if (error == beast::http::error::header_limit) {
    code = "http.headers_too_large";
    return 431;
  }
  if (error == beast::http::error::bad_version) {
    code = "http.version";
    return 505;
  }
  return 400;
}

}  // namespace

Connection::Connection(std::shared_ptr<LoopThread> loop, std::shared_ptr<ServerShared> shared,
                       int socket, Peer peer)
    : loop_(std::move(loop)), shared_(std::move(shared)), fresh_(socket), peer_(std::move(peer)) {
  ++shared_->connections;
}

Connection::~Connection() {
  if (fresh_ >= 0) ::close(fresh_);
  if (state_ != State::closed) --shared_->connections;
}

void Connection::start(bool refuse_it) {
  loop_->add(shared_from_this());
  watch_.open(*loop_, std::exchange(fresh_, -1), *this);
  const ServerOptions& options = shared_->options;
  if (shared_->closed || (refuse_it && options.tls)) {
    close();
    return;
  }
  if (refuse_it) {
    refuse(503, "http.busy");
    return;
  }
  if (options.tls) {
    SslContext context = shared_->current_context();
    if (!wire_.start_tls(context.get(), true)) {
      close();
      return;
    }
    state_ = State::handshake;
    set_due(std::min(options.read_timeout_ms, kHandshakeMs));
    watch_.want_read();
    return;
  }
  set_idle();
  watch_.want_read();  // the first bytes are seldom here yet
}

void Connection::handshake() {
  switch (wire_.handshake()) {
    case Io::done:
      describe_peer(wire_.ssl(), peer_);
      state_ = State::reading;
      set_idle();
      break;
    case Io::want_read:
      watch_.want_read();
      break;
    case Io::want_write:
      watch_.want_write();
      break;
    default:
      if (shared_->options.on_fault) {
        shared_->options.on_fault("http.tls", wire_.reason(), peer_.address);
      }
      leave();  // so that the alert arrives
  }
}

void Connection::can_read() { readable(); }

void Connection::can_write() {
  if (state_ == State::handshake) {
    readable();
  } else {
    advance();
  }
}

void Connection::readable() {
  advancing_ = true;
  switch (state_) {
    case State::handshake:
      handshake();
      break;
    case State::reading:
      if (!unparsed_ && out_.empty()) read();
      break;
    case State::streaming:
    case State::leaving:
      watch_peer();
      break;
    case State::answering:
    case State::closed:
      break;
  }
  advancing_ = false;
  advance();
}

void Connection::advance() {
  if (advancing_) return;
  advancing_ = true;
  for (bool more = true; more && state_ != State::closed;) {
    more = false;
    if (!out_.empty()) {
      more = !watch_.writing() && flush();
    } else if (state_ == State::leaving) {
      if (!left_) leave();
    } else if (state_ == State::reading) {
      if (stream_ != nullptr) stream_.reset();
      if (unparsed_) {
        parse_pending();
        more = true;
      } else if (!watch_.reading() && wire_.buffered()) {
        more = read();
      } else {
        watch_.want_read();
      }
    }
  }
  advancing_ = false;
}

bool Connection::read() {
  std::size_t got = 0;
  Io io = wire_.read(loop_->scratch(), LoopThread::kScratch, got);
  if (io == Io::want_read) {
    watch_.want_read();
    return false;
  }
  if (io == Io::want_write) {
    watch_.want_write();
    return false;
  }
  if (io != Io::done) {
    close();  // between requests, or in the middle of one that nobody will see
    return false;
  }
  std::string_view data(loop_->scratch(), got);
  if (!pending_.empty()) {
    pending_.append(data);
    unparsed_ = true;
    return true;
  }
  bool whole = false;
  data.remove_prefix(parse(data, whole));
  if (state_ == State::reading) pending_.assign(data);
  if (whole) hand_over();
  return true;
}

void Connection::parse_pending() {
  unparsed_ = false;
  std::string data = std::move(pending_);
  pending_.clear();
  bool whole = false;
  data.erase(0, parse(data, whole));
  if (state_ == State::reading) pending_ = std::move(data);
  if (whole) hand_over();
}

// Parses to the end of one request at most; gives how many bytes are done with.
std::size_t Connection::parse(std::string_view data, bool& whole) {
  std::size_t used = 0;
  const ServerOptions& options = shared_->options;
  if (!begun_) {
    while (used < data.size() && (data[used] == '\r' || data[used] == '\n')) ++used;
    if (used == data.size()) return used;
    begun_ = true;
    set_due(options.read_timeout_ms);
    parser_.emplace(request_, options.header_limit, options.body_limit);
  }
  error_code error;
  while (used < data.size() && !parser_->is_done() && !error) {
    used += parser_->put(boost::asio::const_buffer(data.data() + used, data.size() - used), error);
  }
  if (error == beast::http::error::need_more) {
    // Only a header or a chunk's head is kept unparsed.
    if (data.size() - used <= options.header_limit) {
      error = {};
    } else {
      error = beast::http::error::header_limit;
    }
  }
  if (error) {
    std::string_view code;
    int status = status_of(error, code);
    refuse(status, code);
    return data.size();
  }
  whole = parser_->is_done();
  if (!whole && parser_->is_header_done() && !continue_sent_ && parser_->expects_continue() &&
      !parser_->http_10()) {
    continue_sent_ = true;
    loop_->out_scratch().assign("HTTP/1.1 100 Continue\r\n\r\n");
    send(loop_->out_scratch());
  }
  return used;
}

void Connection::hand_over() {
  keep_alive_ = parser_->keep_alive();
  http_10_ = parser_->http_10();
  head_ = request_.method == "HEAD";
  Target target;
  if (!parse_target(request_.target, target)) {
    refuse(400, "http.bad_target");
    return;
  }
  if (parser_->expects_other()) {
    refuse(417, "http.expectation");
    return;
  }
  request_.path = std::move(target.path);
  request_.query = std::move(target.query);
  request_.peer = peer_;
  language_ = header(request_.headers, "accept-language");
  state_ = State::answering;
  due_ms_ = 0;
  ++number_;
  auto exchange =
      std::make_shared<ServerExchange>(shared_from_this(), number_, std::move(request_));
  request_ = {};
  shared_->handler(std::move(exchange));
}

void Connection::expired() {
  if (state_ == State::reading && begun_ && out_.empty()) {
    refuse(408, "http.request_timeout");
    return;
  }
  if (state_ == State::reading && !begun_ && out_.empty()) {
    if (idle_left_ms_ > 0) {  // quiet for a while: keep it, without its buffers
      wire_.slim();
      set_due(std::exchange(idle_left_ms_, 0));
      return;
    }
    wire_.end();
  }
  close();
}

void Connection::set_idle() {
  std::uint32_t all = shared_->options.idle_timeout_ms;
  std::uint32_t first = shared_->options.tls ? std::min(all, kSlimMs) : all;
  idle_left_ms_ = all - first;
  set_due(first);
}

void Connection::drain() {
  draining_ = true;
  if (state_ == State::reading && !begun_ && out_.empty()) {
    idle_left_ms_ = 0;
    set_due(kDrainIdleMs);
  }
}

bool Connection::busy() const {
  return state_ == State::answering || begun_ || (!out_.empty() && state_ != State::streaming);
}

void Connection::close() {
  if (state_ == State::closed) return;
  state_ = State::closed;
  --shared_->connections;
  if (stream_ != nullptr) stream_->gone = true;
  watch_.close();
  out_ = {};
  pending_ = {};
  loop_->remove(*this);
}

}  // namespace portage::http
