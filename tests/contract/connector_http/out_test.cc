#include "connectors/http/out.h"

#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <thread>

namespace portage::connector {
namespace {

using http::header;

class HttpSinkTest : public testing::Test {
 protected:
  HttpSinkTest() {
    auto made = http::listen(*loops_, {}, [this](std::shared_ptr<http::Exchange> exchange) {
      std::lock_guard lock(mutex_);
      seen_.push_back(exchange->request());
      if (hold_) {
        held_.push_back(std::move(exchange));
      } else {
        exchange->respond(next_);
      }
    });
    if (made.ok()) server_ = std::move(made).value();
    HttpOutOptions options;
    options.client.url = "http://127.0.0.1:" + std::to_string(server_->port()) + "/inbox";
    options.client.answer_timeout_ms = 300;
    options.client.max_connections = 4;
    options.deduplicates = true;
    sink_ = make_http_sink(loops_->at(0), options).value();
  }
  ~HttpSinkTest() override {
    sink_.reset();
    {
      std::lock_guard lock(mutex_);
      held_.clear();
    }
    server_.reset();
  }
  static Outbound item() {
    return {.record_id = "01J0000000000000000000000A",
            .kind = "referral",
            .source = "cmsm-halton",
            .receiver = "ssm-halton",
            .content_type = "application/xml",
            .bytes = "<r/>",
            .lane = "case \xC3\xA9",
            .date = "2023-04-01",
            .in_reply_to = "",
            .trace_id = "0af7651916cd43dd8448eb211c80319c",
            .attempt = 3};
  }
  SendOutcome send(Outbound out) {
    std::promise<SendOutcome> promise;
    sink_->write(std::move(out), [&](SendOutcome o) { promise.set_value(std::move(o)); });
    return promise.get_future().get();
  }
  SendOutcome send_for(http::Response answer) {
    {
      std::lock_guard lock(mutex_);
      next_ = std::move(answer);
    }
    return send(item());
  }

  std::unique_ptr<http::Loops> loops_ = http::make_loops(1);
  std::mutex mutex_;
  std::vector<http::Request> seen_;
  std::vector<std::shared_ptr<http::Exchange>> held_;
  http::Response next_{202, {}, ""};
  bool hold_ = false;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<Sink> sink_;
};

TEST_F(HttpSinkTest, SendsTheRecordAsABinaryEventWithItsIdAtEveryAttempt) {
  SendOutcome outcome = send(item());
  EXPECT_EQ(outcome.sent, Sent::delivered);
  EXPECT_EQ(outcome.code, "");
  EXPECT_EQ(outcome.detail, "HTTP 202");
  const http::Request request = seen_.at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/inbox");
  EXPECT_EQ(request.body, "<r/>");
  const auto& h = request.headers;
  EXPECT_EQ(header(h, "content-type"), "application/xml");
  EXPECT_EQ(header(h, "ce-id"), "01J0000000000000000000000A");
  EXPECT_EQ(header(h, "ce-source"), "cmsm-halton");
  EXPECT_EQ(header(h, "ce-type"), "portage.referral.v1");
  EXPECT_EQ(header(h, "ce-specversion"), "1.0");
  EXPECT_EQ(header(h, "ce-inreplyto"), "");
  EXPECT_EQ(header(h, "idempotency-key"), "\"01J0000000000000000000000A\"");
  EXPECT_EQ(header(h, "portage-attempt"), "3");
  EXPECT_EQ(header(h, "portage-lane"), "case%20%C3%A9");
  std::string trace(header(h, "traceparent"));
  EXPECT_TRUE(trace.starts_with("00-0af7651916cd43dd8448eb211c80319c-")) << trace;
  EXPECT_EQ(trace.size(), 55u);
  Outbound again = item();
  again.attempt = 4;
  again.in_reply_to = "01J0000000000000000000000B";
  again.trace_id = "broken";
  send(again);
  EXPECT_EQ(header(seen_.at(1).headers, "ce-id"), header(h, "ce-id"));
  EXPECT_EQ(header(seen_.at(1).headers, "ce-inreplyto"), "01J0000000000000000000000B");
  EXPECT_EQ(header(seen_.at(1).headers, "traceparent"), "");
}

TEST_F(HttpSinkTest, TellsWhatAnAnswerMeans) {
  struct Case {
    int status;
    Sent sent;
    const char* code;
  };
  for (const Case& c :
       {Case{200, Sent::delivered, ""}, Case{204, Sent::delivered, ""},
        Case{307, Sent::failed, "deliver.redirect"}, Case{400, Sent::refused, "deliver.refused"},
        Case{401, Sent::failed, "deliver.denied"}, Case{403, Sent::failed, "deliver.denied"},
        Case{404, Sent::failed, "deliver.address"}, Case{408, Sent::failed, "deliver.throttled"},
        Case{409, Sent::refused, "deliver.conflict"}, Case{410, Sent::refused, "deliver.refused"},
        Case{413, Sent::refused, "deliver.refused"}, Case{415, Sent::refused, "deliver.refused"},
        Case{422, Sent::refused, "deliver.refused"}, Case{429, Sent::failed, "deliver.throttled"},
        Case{500, Sent::failed, "deliver.server_error"},
        Case{503, Sent::failed, "deliver.throttled"},
        Case{504, Sent::failed, "deliver.server_error"}}) {
    SendOutcome outcome = send_for({c.status, {}, ""});
    EXPECT_EQ(outcome.sent, c.sent) << c.status;
    EXPECT_EQ(outcome.code, c.code) << c.status;
    EXPECT_EQ(outcome.detail, "HTTP " + std::to_string(c.status));
  }
}

TEST_F(HttpSinkTest, WaitsAsLongAsTheReceiverAsks) {
  SendOutcome outcome = send_for({503, {{"retry-after", "120"}}, ""});
  EXPECT_EQ(outcome.sent, Sent::throttled);
  EXPECT_EQ(outcome.retry_after_s, 120u);
  constexpr base::Micros kNow = 784'111'777'000'000;  // Sun, 06 Nov 1994 08:49:37 GMT
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:50:37 GMT", kNow), 60u);
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:49:30 GMT", kNow), 0u);
  EXPECT_EQ(retry_after("Sun, 06 Nov 2094 08:49:37 GMT", kNow), 86'400u);
  EXPECT_EQ(retry_after("99999999999999999999999", kNow), 86'400u);
  for (const char* odd : {"", "soon", "-5", "1.5", "Sun, 06 Xyz 1994 08:50:37 GMT"}) {
    EXPECT_EQ(retry_after(odd, kNow), 0u) << odd;
  }
}

TEST_F(HttpSinkTest, HandsBackABodyThatIsAnAnswer) {
  SendOutcome outcome = send_for({200, {{"content-type", "application/xml"}}, "<decision/>"});
  EXPECT_EQ(outcome.sent, Sent::delivered);
  EXPECT_EQ(outcome.reply, "<decision/>");
  EXPECT_EQ(outcome.reply_content_type, "application/xml");
  EXPECT_EQ(send_for({202, {{"content-type", "application/xml"}}, "<ok/>"}).reply, "");
  EXPECT_EQ(send_for({200, {}, "no type"}).reply, "");
  EXPECT_EQ(send_for({422, {{"content-type", "text/plain"}}, "no"}).reply, "");
}

TEST_F(HttpSinkTest, CallsAnAnswerThatDoesNotComeUnknown) {
  hold_ = true;
  SendOutcome outcome = send(item());
  EXPECT_EQ(outcome.sent, Sent::unknown);
  EXPECT_EQ(outcome.code, "deliver.timeout");
}

TEST_F(HttpSinkTest, CallsABrokenConnectionUnknownAndADeadHostFailed) {
  hold_ = true;
  std::promise<SendOutcome> promise;
  sink_->write(item(), [&](SendOutcome o) { promise.set_value(std::move(o)); });
  for (int i = 0; i < 200; ++i) {
    std::lock_guard lock(mutex_);
    if (!held_.empty()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  server_.reset();
  SendOutcome broken = promise.get_future().get();
  EXPECT_EQ(broken.sent, Sent::unknown);
  EXPECT_EQ(broken.code, "deliver.broken");
  SendOutcome dead = send(item());
  EXPECT_EQ(dead.sent, Sent::failed);
  EXPECT_EQ(dead.code, "deliver.connect");
  EXPECT_EQ(dead.detail, "Connection refused");
}

TEST_F(HttpSinkTest, StopEndsEveryWriteAndLaterOnesFail) {
  hold_ = true;
  std::atomic<int> unknown = 0, failed = 0;
  for (int i = 0; i < 10; ++i) {
    sink_->write(item(), [&](SendOutcome o) { ++(o.sent == Sent::unknown ? unknown : failed); });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  sink_->stop();
  EXPECT_EQ(unknown, 4);  // as many as the pool held
  EXPECT_EQ(failed, 6);
  SendOutcome late = send(item());
  EXPECT_EQ(late.sent, Sent::failed);
  EXPECT_EQ(late.code, "deliver.not_sent");
}

TEST_F(HttpSinkTest, SaysWhatItCanDo) {
  EXPECT_EQ(sink_->parallel(), 4u);
  EXPECT_TRUE(sink_->deduplicates());
  auto bad = make_http_sink(loops_->at(0), {.client = {.url = "nonsense"}});
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, "http.url");
}

}  // namespace
}  // namespace portage::connector
