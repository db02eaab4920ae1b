#include "gateway/http/pool.h"

#include <algorithm>

#include "gateway/http/client_connection.h"

namespace portage::http {

namespace {
// A handshake costs as much as many requests, and the first gives a session that the next ones
// resume: sixteen at once would hold up everything else on this loop.
constexpr std::size_t kHandshakesAtOnce = 1;
}  // namespace

Pool::Pool(std::shared_ptr<LoopThread> loop, ClientOptions options, Destination to,
           SslContext context)
    : loop_(std::move(loop)),
      options_(std::move(options)),
      to_(std::move(to)),
      context_(std::move(context)) {
  if (options_.expected_name.empty()) options_.expected_name = to_.host;
  if (options_.max_connections == 0) options_.max_connections = 1;
}

Pool::~Pool() = default;

void Pool::start() { loop_->add(shared_from_this()); }

void Pool::submit(Job job) {
  if (closed_) {
    fail_job(std::move(job), "http.broken", "closed");
    return;
  }
  if (job.since_ms == 0) job.since_ms = loop_->now_ms();
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->begin(job, false)) return;
  }
  if (may_open()) {
    open(std::move(job));
    return;
  }
  if (queue_.empty()) due_ms_ = job.since_ms + options_.answer_timeout_ms;
  queue_.push_back(std::move(job));
}

bool Pool::may_open() const {
  return open_ < options_.max_connections && (!to_.tls || opening_ < kHandshakesAtOnce);
}

void Pool::established() {
  --opening_;
  feed_queue();
}

// Nobody is there: whoever waits for a connection need not try it one by one.
void Pool::could_not_open(const SendResult& result) {
  --opening_;
  if (open_ > 1) return;  // others stand, or are still trying: the queue is theirs
  std::deque<Job> waiting;
  waiting.swap(queue_);
  for (Job& job : waiting) deliver(std::move(job), result);
}

void Pool::open(Job job) {
  ++open_;
  ++opening_;
  auto connection = std::make_shared<ClientConnection>(shared_from_this());
  connection->open(std::move(job));
}

void Pool::free_again(std::shared_ptr<ClientConnection> connection) {
  while (!queue_.empty()) {
    Job job = std::move(queue_.front());
    queue_.pop_front();
    if (connection->begin(job, true)) return;
    queue_.push_front(std::move(job));
    return;  // it has ended, and ended() feeds the queue
  }
  idle_.push_back(std::move(connection));
}

void Pool::ended(ClientConnection& connection) {
  --open_;
  std::erase_if(idle_, [&](const auto& c) { return c.get() == &connection; });
  if (queue_.empty() || feeding_ || closed_) return;
  feeding_ =
      true;  // in a turn of its own: a dead host must not make us call ourselves deeper and deeper
  loop_->post([self = shared_from_this()] { self->feed_queue(); });
}

void Pool::feed_queue() {
  feeding_ = false;
  while (!queue_.empty() && may_open()) {
    Job job = std::move(queue_.front());
    queue_.pop_front();
    open(std::move(job));
  }
}

// The requests that waited too long for a connection.
void Pool::expired() {
  std::uint64_t now = loop_->now_ms();
  while (!queue_.empty() && queue_.front().since_ms + options_.answer_timeout_ms <= now) {
    Job job = std::move(queue_.front());
    queue_.pop_front();
    fail_job(std::move(job), "http.timeout", "no connection became free");
  }
  if (!queue_.empty()) due_ms_ = queue_.front().since_ms + options_.answer_timeout_ms;
}

void Pool::fail_job(Job job, std::string_view code, std::string detail) {
  SendResult result;
  result.failure = {std::string(code), std::move(detail), false};
  deliver(std::move(job), std::move(result));
}

void Pool::deliver(Job job, SendResult result) {
  failures_.emplace_back(std::move(job), std::move(result));
  if (failures_.size() == 1) {
    loop_->post([self = shared_from_this()] { self->tell_failures(); });
  }
}

void Pool::tell_failures() {
  auto failures = std::move(failures_);
  failures_.clear();
  for (auto& [job, result] : failures) job.done(std::move(result));
}

bool Pool::busy() const { return open_ > idle_.size() || !queue_.empty() || !failures_.empty(); }

void Pool::close() {
  if (closed_) return;
  closed_ = true;
  auto keep = shared_from_this();
  loop_->each([this](Conversation& c) {
    auto* connection = dynamic_cast<ClientConnection*>(&c);
    if (connection != nullptr && connection->belongs_to(*this)) connection->close();
  });
  while (!queue_.empty()) {
    Job job = std::move(queue_.front());
    queue_.pop_front();
    fail_job(std::move(job), "http.broken", "closed");
  }
  while (!failures_.empty()) tell_failures();
  session_.reset();
  loop_->remove(*this);
}

}  // namespace portage::http
