#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/http/echo_server.h"
#include "tests/unit/http/raw_socket.h"

namespace portage::http {
namespace {

using test::count_of;
using test::EchoServer;
using test::RawSocket;

std::string ask(std::uint16_t port, std::string_view request) {
  RawSocket socket(port);
  EXPECT_TRUE(socket.connected());
  socket.send(request);
  socket.end_sending();
  return socket.read_to_end();
}

TEST(HttpServer, AnswersOneRequestAndKeepsTheConnection) {
  EchoServer echo;
  ASSERT_TRUE(echo.ok());
  RawSocket socket(echo.port());
  for (int i = 0; i < 3; ++i) {
    socket.send("POST /a%20b?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");
    std::string answer = socket.read_until("POST /a b body");
    EXPECT_NE(answer.find("HTTP/1.1 200 OK\r\n"), std::string::npos) << answer;
    EXPECT_NE(answer.find("content-length: 14\r\n"), std::string::npos) << answer;
    EXPECT_EQ(answer.find("connection: close"), std::string::npos) << answer;
  }
  EXPECT_EQ(echo.calls(), 3);
}

TEST(HttpServer, ReadsARequestThatComesByteByByte) {
  EchoServer echo;
  RawSocket socket(echo.port());
  std::string_view request =
      "\r\nPOST /slow HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n";
  for (char c : request) {
    socket.send(std::string_view(&c, 1));
    std::this_thread::sleep_for(std::chrono::microseconds(300));
  }
  std::string answer = socket.read_until("abc0123456789");
  EXPECT_NE(answer.find("POST /slow abc0123456789"), std::string::npos) << answer;
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  EchoServer echo;
  RawSocket socket(echo.port());
  std::string requests;
  for (int i = 0; i < 500; ++i) {
    requests += "POST /n/" + std::to_string(i) +
                "/ HTTP/1.1\r\nHost: h\r\nContent-Length: 300\r\n\r\n" + std::string(300, 'x');
  }
  std::thread sender([&] { socket.send(requests); });
  std::string answer = socket.read_until("/n/499/");
  sender.join();
  std::size_t at = 0;
  for (int i = 0; i < 500; ++i) {
    std::size_t next = answer.find("POST /n/" + std::to_string(i) + "/", at);
    ASSERT_NE(next, std::string::npos) << i;
    at = next;
  }
  EXPECT_EQ(count_of(answer, "HTTP/1.1 200 OK"), 500u);
}

TEST(HttpServer, AnswersPipelinedRequestsInOrderWhenTheHandlerAnswersLater) {
  std::vector<std::shared_ptr<Exchange>> held;
  std::mutex mutex;
  EchoServer echo({}, 1, [&](std::shared_ptr<Exchange> e) {
    std::lock_guard lock(mutex);
    held.push_back(std::move(e));
  });
  RawSocket socket(echo.port());
  socket.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
  for (int i = 1; i <= 2; ++i) {
    for (int wait = 0; wait < 500; ++wait) {
      {
        std::lock_guard lock(mutex);
        if (held.size() == static_cast<std::size_t>(i)) break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::lock_guard lock(mutex);
    ASSERT_EQ(held.size(), static_cast<std::size_t>(i)) << "one exchange at a time";
    held.back()->respond({200, {}, "answer " + held.back()->request().path});
  }
  std::string answer = socket.read_until("answer /2");
  EXPECT_LT(answer.find("answer /1"), answer.find("answer /2"));
  std::lock_guard lock(mutex);
  held.clear();
}

TEST(HttpServer, RefusesAnAnnouncedBodyOverTheLimitWithoutReadingIt) {
  EchoServer echo({.body_limit = 1000});
  RawSocket socket(echo.port());
  socket.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n");
  std::string answer = socket.read_to_end();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
  EXPECT_NE(answer.find("urn:portage:error:http.body_too_large"), std::string::npos) << answer;
  EXPECT_NE(answer.find("connection: close"), std::string::npos);
  EXPECT_TRUE(socket.closed());
  EXPECT_EQ(echo.calls(), 0);
}

TEST(HttpServer, RefusesAChunkedBodyWhenItPassesTheLimit) {
  EchoServer echo({.body_limit = 1000});
  std::string chunk = "100\r\n" + std::string(256, 'x') + "\r\n";
  std::string answer = ask(echo.port(),
                           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked"
                           "\r\n\r\n" +
                               chunk + chunk + chunk + chunk);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
  std::string fits = ask(echo.port(),
                         "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked"
                         "\r\n\r\n" +
                             chunk + chunk + chunk + "0\r\n\r\n");
  EXPECT_TRUE(fits.starts_with("HTTP/1.1 200 ")) << fits;
  EXPECT_EQ(echo.calls(), 1);
}

TEST(HttpServer, DeliversItsRefusalWhileTheSenderIsStillSending) {
  EchoServer echo({.body_limit = 1000});
  RawSocket socket(echo.port());
  socket.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n");
  std::string block(100'000, 'x');
  for (int i = 0; i < 30; ++i) socket.send(block);
  EXPECT_TRUE(socket.read_to_end().starts_with("HTTP/1.1 413 "));
}

TEST(HttpServer, RefusesHeadersOverTheLimit) {
  EchoServer echo({.header_limit = 2000});
  std::string answer =
      ask(echo.port(), "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(3000, 'x') + "\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 431 ")) << answer;
  // Also when its end never comes, and when it is the address that is long.
  RawSocket endless(echo.port());
  endless.send("GET / HTTP/1.1\r\nHost: h\r\n");
  for (int i = 0; i < 100; ++i) endless.send("A: " + std::string(50, 'x') + "\r\n");
  EXPECT_TRUE(endless.read_to_end().starts_with("HTTP/1.1 431 "));
  std::string address = ask(echo.port(), "GET /" + std::string(3000, 'x') + " HTTP/1.1\r\n");
  EXPECT_TRUE(address.starts_with("HTTP/1.1 431 ")) << address;
}

TEST(HttpServer, BoundsAChunksHeadToo) {
  EchoServer echo({.header_limit = 2000});
  RawSocket socket(echo.port());
  socket.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;");
  for (int i = 0; i < 100; ++i) socket.send(std::string(1000, 'x'));
  std::string answer = socket.read_to_end();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << answer;
  EXPECT_EQ(echo.calls(), 0);
}

TEST(HttpServer, EndsASlowRequestWith408) {
  EchoServer echo({.read_timeout_ms = 300});
  RawSocket socket(echo.port());
  auto began = std::chrono::steady_clock::now();
  socket.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n");
  for (int i = 0; i < 8; ++i) {  // a byte now and then does not help
    socket.send("x");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  std::string answer = socket.read_to_end();
  auto took = std::chrono::steady_clock::now() - began;
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 408 ")) << answer;
  EXPECT_LT(took, std::chrono::seconds(2));
  EXPECT_TRUE(socket.closed());
  EXPECT_EQ(echo.calls(), 0);
}

TEST(HttpServer, ClosesAnIdleConnectionWithoutAWord) {
  EchoServer echo({.idle_timeout_ms = 200});
  RawSocket socket(echo.port());
  EXPECT_EQ(socket.read_to_end(3'000), "");
  EXPECT_TRUE(socket.closed());
}

TEST(HttpServer, ClosesOnATruncatedBodyAndNeverHandsItOver) {
  EchoServer echo;
  EXPECT_EQ(ask(echo.port(), "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc"), "");
  EXPECT_EQ(ask(echo.port(),
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                "5\r\nabc"),
            "");
  EXPECT_EQ(ask(echo.port(), "POST / HTT"), "");
  EXPECT_EQ(echo.calls(), 0);
}

TEST(HttpServer, AnswersAClientThatHalfCloses) {
  EchoServer echo;
  EXPECT_NE(ask(echo.port(), "GET /half HTTP/1.1\r\nHost: h\r\n\r\n").find("GET /half"),
            std::string::npos);
}

TEST(HttpServer, RefusesConnectionsBeyondTheLimit) {
  EchoServer echo({.max_connections = 2});
  RawSocket first(echo.port()), second(echo.port());
  first.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
  second.send("GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(first.read_until("GET /1").find("200"), std::string::npos);
  EXPECT_NE(second.read_until("GET /2").find("200"), std::string::npos);
  {
    RawSocket third(echo.port());
    EXPECT_TRUE(third.read_to_end().starts_with("HTTP/1.1 503 "));
  }
  first.send("GET /1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(first.read_to_end().find("connection: close"), std::string::npos);
  for (int i = 0; i < 100; ++i) {  // a place is free again
    RawSocket next(echo.port());
    next.send("GET /4 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    if (next.read_to_end().find("GET /4") != std::string::npos) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  }
  FAIL() << "no place became free";
}

TEST(HttpServer, SaysContinueOnceAndOnlyIfTheBodyIsAwaited) {
  EchoServer echo({.body_limit = 1000});
  RawSocket socket(echo.port());
  socket.send("POST /e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(socket.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.send("abc");
  std::string answer = socket.read_until("POST /e abc");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  std::string eager = ask(echo.port(),
                          "POST /e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                          "Content-Length: 3\r\n\r\nabc");
  EXPECT_TRUE(eager.starts_with("HTTP/1.1 200 ")) << eager;
  std::string too_large = ask(echo.port(),
                              "POST /e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                              "Content-Length: 3000\r\n\r\n");
  EXPECT_TRUE(too_large.starts_with("HTTP/1.1 413 ")) << too_large;
  std::string other = ask(echo.port(), "GET /e HTTP/1.1\r\nHost: h\r\nExpect: miracles\r\n\r\n");
  EXPECT_TRUE(other.starts_with("HTTP/1.1 417 ")) << other;
}

TEST(HttpServer, GivesHeadTheLengthButNoBody) {
  EchoServer echo;
  std::string answer = ask(echo.port(), "HEAD /h HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(answer.find("content-length: 8\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST(HttpServer, ClosesWhenAskedAndAfterHttp10) {
  EchoServer echo;
  for (const char* request :
       {"GET /c HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET /c HTTP/1.0\r\n\r\n"}) {
    RawSocket socket(echo.port());
    socket.send(request);
    std::string answer = socket.read_to_end();
    EXPECT_TRUE(socket.closed());
    EXPECT_NE(answer.find("GET /c"), std::string::npos);
    EXPECT_NE(answer.find("connection: close"), std::string::npos);
  }
  RawSocket kept(echo.port());
  kept.send("GET /k HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_NE(kept.read_until("GET /k").find("connection: keep-alive"), std::string::npos);
  kept.send("GET /again HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_NE(kept.read_until("GET /again").find("200 OK"), std::string::npos);
}

TEST(HttpServer, AnswersAnUnansweredExchangeWith500InTheSendersLanguage) {
  EchoServer echo({}, 1, [](std::shared_ptr<Exchange>) {});
  std::string answer = ask(echo.port(), "GET / HTTP/1.1\r\nHost: h\r\nAccept-Language: fr\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 ")) << answer;
  EXPECT_NE(answer.find("content-language: fr"), std::string::npos) << answer;
  EXPECT_NE(answer.find("rien n'a \xC3\xA9t\xC3\xA9 accept\xC3\xA9"), std::string::npos) << answer;
}

TEST(HttpServer, TakesAnAnswerFromAnotherThreadAndOnlyTheFirst) {
  EchoServer echo({}, 2, [](std::shared_ptr<Exchange> exchange) {
    std::thread([exchange = std::move(exchange)]() mutable {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      exchange->respond({201, {{"x-evil", "a\r\nx-injected: 1"}}, "first"});
      exchange->respond({202, {}, "second"});
      exchange.reset();
    }).detach();
  });
  RawSocket socket(echo.port());
  for (int i = 0; i < 20; ++i) {
    socket.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    std::string answer = socket.read_until("first");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 201 ")) << answer;
    EXPECT_EQ(answer.find("\r\nx-injected"), std::string::npos) << answer;
  }
}

TEST(HttpServer, DropsAClientThatNeverReads) {
  std::atomic<int> calls = 0;
  EchoServer echo({.read_timeout_ms = 400}, 1, [&](std::shared_ptr<Exchange> exchange) {
    ++calls;
    exchange->respond({200, {}, std::string(4 << 20, 'x')});
  });
  RawSocket socket(echo.port(), 4096);
  for (int i = 0; i < 20; ++i) socket.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  EXPECT_LE(calls, 2) << "answers pile up for one who does not read";
  EXPECT_LT(socket.read_to_end().size(), 16u << 20);
  EXPECT_TRUE(socket.closed());
}

TEST(HttpServer, DrainFinishesRunningExchangesThenCloses) {
  std::promise<std::shared_ptr<Exchange>> promise;
  auto arrived = promise.get_future();
  EchoServer echo({}, 1, [&](std::shared_ptr<Exchange> e) { promise.set_value(std::move(e)); });
  RawSocket busy(echo.port()), idle(echo.port());
  busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  auto exchange = arrived.get();
  std::uint16_t port = echo.port();
  echo.server().drain();
  EXPECT_EQ(idle.read_to_end(3'000), "");
  EXPECT_TRUE(idle.closed());
  RawSocket late(port);
  EXPECT_FALSE(late.connected());
  exchange->respond({200, {}, "finished"});
  exchange.reset();
  std::string answer = busy.read_to_end();
  EXPECT_NE(answer.find("finished"), std::string::npos);
  EXPECT_NE(answer.find("connection: close"), std::string::npos);
  EXPECT_TRUE(busy.closed());
}

TEST(HttpServer, LoopsStopWaitsForRunningExchangesUpToTheGrace) {
  std::promise<std::shared_ptr<Exchange>> promise;
  auto arrived = promise.get_future();
  EchoServer echo({}, 1, [&](std::shared_ptr<Exchange> e) { promise.set_value(std::move(e)); });
  RawSocket socket(echo.port());
  socket.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  auto exchange = arrived.get();
  std::thread answerer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    exchange->respond({200, {}, "in time"});
    exchange.reset();
  });
  echo.loops().stop(5'000);
  answerer.join();
  EXPECT_NE(socket.read_to_end().find("in time"), std::string::npos);
}

TEST(HttpServer, AnExchangeMayOutliveItsServerAndLoops) {
  std::shared_ptr<Exchange> kept;
  {
    std::promise<std::shared_ptr<Exchange>> promise;
    auto arrived = promise.get_future();
    EchoServer echo({}, 1, [&](std::shared_ptr<Exchange> e) { promise.set_value(std::move(e)); });
    RawSocket socket(echo.port());
    socket.send("GET /kept HTTP/1.1\r\nHost: h\r\n\r\n");
    kept = arrived.get();
  }
  EXPECT_EQ(kept->request().path, "/kept");
  kept->respond({200, {}, "too late"});
  kept.reset();
}

TEST(HttpServer, SaysWhyItCannotListen) {
  EchoServer first;
  ServerOptions options;
  options.port = first.port();
  auto loops = make_loops(1);
  auto second = listen(*loops, options, [](std::shared_ptr<Exchange>) {});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, "http.listen");
  EXPECT_EQ(second.error().arguments.at(0).second, "127.0.0.1:" + std::to_string(first.port()));
}

}  // namespace
}  // namespace portage::http
