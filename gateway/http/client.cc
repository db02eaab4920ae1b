// The Client: the door to a Pool, from any thread.
#include "gateway/http/pool.h"

namespace portage::http {

namespace {

class PooledClient final : public Client {
 public:
  explicit PooledClient(std::shared_ptr<LoopThread> loop, std::shared_ptr<Pool> pool)
      : loop_(std::move(loop)), pool_(std::move(pool)) {}
  // When this returns, every request has had its answer or its failure.
  ~PooledClient() override {
    loop_->call([this] { pool_->close(); });
  }

  void send(OutRequest request, std::function<void(SendResult)> done) override {
    Job job{std::move(request), std::move(done)};
    if (loop_->here()) {
      pool_->submit(std::move(job));
    } else if (loop_->ended()) {
      SendResult result;
      result.failure = {"http.broken", "closed", false};
      job.done(std::move(result));
    } else {
      loop_->post([pool = pool_, job = std::move(job)]() mutable { pool->submit(std::move(job)); });
    }
  }

 private:
  std::shared_ptr<LoopThread> loop_;
  std::shared_ptr<Pool> pool_;
};

}  // namespace

base::Result<std::unique_ptr<Client>> make_client(Loop& loop, const ClientOptions& options) {
  auto to = parse_url(options.url);
  if (!to) return to.error();
  SslContext context;
  if (to->tls) {
    auto made = client_context(options.files);
    if (!made) return made.error();
    context = *made;
  }
  auto thread = static_cast<LoopThread&>(loop).shared_from_this();
  auto pool = std::make_shared<Pool>(thread, options, std::move(to).value(), std::move(context));
  thread->call([&pool] { pool->start(); });
  return std::unique_ptr<Client>(std::make_unique<PooledClient>(thread, std::move(pool)));
}

}  // namespace portage::http
