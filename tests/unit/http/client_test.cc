#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "tests/unit/http/echo_server.h"
#include "tests/unit/http/scripted_server.h"

namespace portage::http {
namespace {

using test::EchoServer;
using test::ScriptedServer;
using test::send_and_wait;

struct Fixture {
  std::unique_ptr<Loops> loops = make_loops(1);
  std::unique_ptr<Client> client;

  explicit Fixture(ClientOptions options) {
    auto made = make_client(loops->at(0), options);
    if (made.ok()) client = std::move(made).value();
  }
  Fixture(std::uint16_t port, ClientOptions options = {})
      : Fixture([&] {
          options.url = "http://127.0.0.1:" + std::to_string(port);
          return options;
        }()) {}
};

OutRequest post(std::string body) { return {"POST", "/p", {{"content-type", "text/plain"}}, body}; }

TEST(HttpClient, SendsAndReusesOneConnection) {
  EchoServer echo;
  Fixture f(echo.port());
  for (int i = 0; i < 5; ++i) {
    SendResult result = send_and_wait(*f.client, post("b" + std::to_string(i)));
    ASSERT_TRUE(result.ok) << result.failure.code << result.failure.detail;
    EXPECT_EQ(result.response.body, "POST /p b" + std::to_string(i));
    EXPECT_EQ(header(result.response.headers, "content-type"), "text/plain");
  }
  EXPECT_EQ(echo.calls(), 5);
}

TEST(HttpClient, AppendsTheTargetToTheBase) {
  EchoServer echo;
  ClientOptions options;
  options.url = "http://localhost:" + std::to_string(echo.port()) + "/base/";
  Fixture f(options);
  SendResult result = send_and_wait(*f.client, {"GET", "/x?y=1", {}, ""});
  ASSERT_TRUE(result.ok) << result.failure.detail;
  EXPECT_EQ(result.response.body, "GET /base/x ");
}

TEST(HttpClient, NeverOpensMoreThanItsLimitAndKeepsTheOrder) {
  std::mutex mutex;
  std::vector<std::string> seen;
  std::atomic<int> running = 0, most = 0;
  EchoServer echo({}, 1, [&](std::shared_ptr<Exchange> exchange) {
    most = std::max(most.load(), ++running);
    {
      std::lock_guard lock(mutex);
      seen.push_back(exchange->request().body);
    }
    Loop& loop = exchange->loop();
    loop.after(2, [exchange = std::move(exchange), &running] {
      --running;
      exchange->respond({200, {}, ""});
    });
  });
  Fixture f(echo.port(), {.max_connections = 1});
  constexpr int kRequests = 50;
  std::atomic<int> done = 0;
  for (int i = 0; i < kRequests; ++i) {
    f.client->send(post(std::to_string(i)), [&](SendResult r) { done += r.ok ? 1 : 1000; });
  }
  for (int i = 0; i < 1000 && done < kRequests; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(done, kRequests);
  EXPECT_EQ(most, 1);
  for (int i = 0; i < kRequests; ++i)
    EXPECT_EQ(seen.at(static_cast<std::size_t>(i)), std::to_string(i));
}

TEST(HttpClient, SaysNotSentWhenNobodyListens) {
  std::uint16_t port = 0;
  {
    EchoServer gone;
    port = gone.port();
  }
  Fixture f(port);
  // More than the pool holds: a dead host must answer them all, and not by recursion.
  std::atomic<int> failed = 0;
  for (int i = 0; i < 5000; ++i) {
    f.client->send(post(""), [&](SendResult r) {
      if (!r.ok && !r.failure.sent && r.failure.code == "http.connect") ++failed;
    });
  }
  SendResult last = send_and_wait(*f.client, post(""));
  EXPECT_EQ(last.failure.code, "http.connect");
  EXPECT_EQ(last.failure.detail, "Connection refused");
  EXPECT_FALSE(last.failure.sent);
  EXPECT_EQ(failed, 5000);
}

TEST(HttpClient, SaysSentWhenTheAnswerDoesNotCome) {
  ScriptedServer silent({""});
  Fixture f(silent.port(), {.answer_timeout_ms = 200});
  SendResult result = send_and_wait(*f.client, post("x"));
  EXPECT_EQ(result.failure.code, "http.timeout");
  EXPECT_TRUE(result.failure.sent);
}

TEST(HttpClient, SaysSentWhenTheConnectionBreaksAfterTheRequest) {
  ScriptedServer closes({"close"});
  Fixture f(closes.port());
  SendResult result = send_and_wait(*f.client, post("x"));
  EXPECT_EQ(result.failure.code, "http.broken");
  EXPECT_TRUE(result.failure.sent);
  ScriptedServer half({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "close"});
  Fixture g(half.port());
  SendResult cut = send_and_wait(*g.client, post("x"));
  EXPECT_EQ(cut.failure.code, "http.broken");
  EXPECT_TRUE(cut.failure.sent);
}

TEST(HttpClient, TimesOutInTheQueueWithoutHavingSent) {
  ScriptedServer silent({""});
  Fixture f(silent.port(), {.max_connections = 1, .answer_timeout_ms = 400});
  f.client->send(post("first"), [](SendResult) {});
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  std::promise<SendResult> promise;
  f.client->send(post("second"), [&](SendResult r) { promise.set_value(std::move(r)); });
  SendResult second = promise.get_future().get();
  // Either it waited too long, or it got the connection after the first's end and was sent.
  EXPECT_EQ(second.failure.code, "http.timeout");
}

TEST(HttpClient, OpensANewConnectionForAStaleOne) {
  ScriptedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "close"});
  Fixture f(server.port());
  ASSERT_TRUE(send_and_wait(*f.client, post("1")).ok);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  for (int i = 0; i < 3; ++i) {
    SendResult again = send_and_wait(*f.client, post("2"));
    EXPECT_TRUE(again.ok) << again.failure.code << " " << again.failure.detail;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

TEST(HttpClient, DoesNotReuseAConnectionThatIsToClose) {
  ScriptedServer server({"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"});
  Fixture f(server.port());
  EXPECT_TRUE(send_and_wait(*f.client, post("1")).ok);
  EXPECT_TRUE(send_and_wait(*f.client, post("2")).ok);
  EXPECT_EQ(server.connections(), 2);
}

TEST(HttpClient, ReadsAnAnswerToTheEndOfTheConnection) {
  ScriptedServer server({"HTTP/1.1 200 OK\r\n\r\nall of it", "close"});
  Fixture f(server.port());
  SendResult result = send_and_wait(*f.client, post("1"));
  ASSERT_TRUE(result.ok) << result.failure.detail;
  EXPECT_EQ(result.response.body, "all of it");
}

TEST(HttpClient, SkipsInterimAnswersAndReadsChunks) {
  ScriptedServer server(
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nX: y\r\n\r\n"
       "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
       "pause", "2\r\nde\r\n0\r\n\r\n"});
  Fixture f(server.port());
  SendResult result = send_and_wait(*f.client, post("1"));
  ASSERT_TRUE(result.ok) << result.failure.detail;
  EXPECT_EQ(result.response.status, 201);
  EXPECT_EQ(result.response.body, "abcde");
  EXPECT_EQ(header(result.response.headers, "x"), "");
}

TEST(HttpClient, RefusesATooLargeOrBrokenAnswer) {
  ScriptedServer large({"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n"});
  Fixture f(large.port(), {.body_limit = 1000});
  SendResult result = send_and_wait(*f.client, post("1"));
  EXPECT_EQ(result.failure.code, "http.answer_too_large");
  EXPECT_TRUE(result.failure.sent);
  ScriptedServer chunks({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n"});
  Fixture g(chunks.port(), {.body_limit = 1000});
  EXPECT_EQ(send_and_wait(*g.client, post("1")).failure.code, "http.answer_too_large");
  ScriptedServer babble({"SSH-2.0-OpenSSH\r\n"});
  Fixture h(babble.port());
  SendResult bad = send_and_wait(*h.client, post("1"));
  EXPECT_EQ(bad.failure.code, "http.bad_answer");
  EXPECT_TRUE(bad.failure.sent);
}

TEST(HttpClient, NeverFollowsARedirect) {
  ScriptedServer server({"HTTP/1.1 307 Elsewhere\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"});
  Fixture f(server.port());
  SendResult result = send_and_wait(*f.client, post("1"));
  ASSERT_TRUE(result.ok);
  EXPECT_EQ(result.response.status, 307);
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, SendsALargeBodyAndReadsALargeAnswer) {
  EchoServer echo;
  Fixture f(echo.port());
  std::string body(3 << 20, 'x');
  SendResult result = send_and_wait(*f.client, post(body));
  ASSERT_TRUE(result.ok) << result.failure.code;
  EXPECT_EQ(result.response.body.size(), body.size() + 8);
}

TEST(HttpClient, AnswersEveryRequestWhenItIsDestroyed) {
  ScriptedServer silent({""});
  std::atomic<int> done = 0;
  {
    Fixture f(silent.port(), {.max_connections = 2});
    for (int i = 0; i < 10; ++i)
      f.client->send(post("x"), [&](SendResult r) { done += r.ok ? 0 : 1; });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    f.client.reset();
    EXPECT_EQ(done, 10);
  }
}

TEST(HttpClient, AnswersEveryRequestWhenTheLoopsStop) {
  ScriptedServer silent({""});
  std::atomic<int> done = 0;
  Fixture f(silent.port(), {.max_connections = 2});
  for (int i = 0; i < 10; ++i)
    f.client->send(post("x"), [&](SendResult r) { done += r.ok ? 0 : 1; });
  f.loops->stop(20);
  EXPECT_EQ(done, 10);
  f.client->send(post("late"), [&](SendResult r) { done += r.failure.sent ? 100 : 1; });
  EXPECT_EQ(done, 11);
}

TEST(HttpClient, SpeaksOverAUnixSocketToThePeersUser) {
  std::string path =
      (std::filesystem::temp_directory_path() / ("portage-http-" + std::to_string(::getpid())))
          .string();
  for (int round = 0; round < 2; ++round) {  // again over the socket that was left behind
    EchoServer echo({.unix_path = path});
    ASSERT_TRUE(echo.ok());
    auto mode = std::filesystem::status(path).permissions();
    EXPECT_EQ(mode & std::filesystem::perms::others_all, std::filesystem::perms::none);
    Fixture f(ClientOptions{.url = "unix:" + path});
    SendResult result = send_and_wait(*f.client, post("u"));
    ASSERT_TRUE(result.ok) << result.failure.detail;
    EXPECT_EQ(result.response.body, "POST /p u");
    EXPECT_EQ(echo.peers().at(0).address, "unix:" + std::to_string(::getuid()));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(HttpClient, RefusesAUrlThatItCannotUse) {
  auto loops = make_loops(1);
  auto client = make_client(loops->at(0), {.url = "gopher://h"});
  ASSERT_FALSE(client.ok());
  EXPECT_EQ(client.error().code, "http.url");
}

TEST(HttpLoop, RunsTasksInOrderAndTimersNotEarly) {
  auto loops = make_loops(1);
  std::vector<int> order;
  std::promise<void> all;
  auto began = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration took{};
  loops->at(0).after(60, [&] {
    order.push_back(3);
    took = std::chrono::steady_clock::now() - began;
    all.set_value();
  });
  loops->at(0).after(20, [&] { order.push_back(2); });
  loops->at(0).post([&] {
    order.push_back(0);
    loops->at(0).post([&] { order.push_back(1); });
  });
  all.get_future().wait();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3}));
  EXPECT_GE(took, std::chrono::milliseconds(55));
  EXPECT_LT(took, std::chrono::seconds(2));
  EXPECT_FALSE(loops->at(0).here());
}

TEST(HttpLoop, TakesPostsFromManyThreads) {
  auto loops = make_loops(2);
  std::atomic<int> ran = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) {
        loops->at(static_cast<std::size_t>(i) % 2).post([&] { ++ran; });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  loops->stop(0);
  EXPECT_EQ(ran, 40'000);
}

}  // namespace
}  // namespace portage::http
