#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/http/echo_server.h"
#include "tests/unit/http/raw_socket.h"

namespace portage::http {
namespace {

using test::EchoServer;
using test::RawSocket;

struct Held {
  std::promise<std::shared_ptr<Exchange>> promise;
  Handler handler() {
    return [this](std::shared_ptr<Exchange> e) { promise.set_value(std::move(e)); };
  }
};

TEST(HttpStream, SendsChunksAsTheyComeAndKeepsTheConnection) {
  Held held;
  EchoServer echo({}, 1, held.handler());
  RawSocket socket(echo.port());
  socket.send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
  auto exchange = held.promise.get_future().get();
  exchange->start_stream(200, {{"content-type", "application/x-ndjson"}});
  std::string head = socket.read_until("\r\n\r\n");
  EXPECT_NE(head.find("transfer-encoding: chunked"), std::string::npos) << head;
  EXPECT_TRUE(exchange->write("one\n"));
  EXPECT_EQ(socket.read_until("one\n\r\n"), "4\r\none\n\r\n");
  EXPECT_TRUE(exchange->write(""));  // must not end the answer
  EXPECT_TRUE(exchange->write("two\n"));
  EXPECT_EQ(socket.read_until("two\n\r\n"), "4\r\ntwo\n\r\n");
  exchange->finish();
  EXPECT_EQ(socket.read_until("0\r\n\r\n"), "0\r\n\r\n");
  EXPECT_FALSE(exchange->write("late"));
  held.promise = {};
  socket.send("GET /again HTTP/1.1\r\nHost: h\r\n\r\n");
  auto again = held.promise.get_future().get();
  again->respond({200, {}, "plain"});
  EXPECT_NE(socket.read_until("plain").find("200 OK"), std::string::npos);
}

TEST(HttpStream, TellsTheWriterThatThePeerLeft) {
  Held held;
  EchoServer echo({}, 1, held.handler());
  std::shared_ptr<Exchange> exchange;
  {
    RawSocket socket(echo.port());
    socket.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    exchange = held.promise.get_future().get();
    exchange->start_stream(200, {});
    socket.read_until("\r\n\r\n");
  }
  bool gone = false;
  for (int i = 0; i < 200 && !gone; ++i) {
    gone = !exchange->write("x");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_TRUE(gone);
}

TEST(HttpStream, StopsAtAMegabyteForAReaderThatSleeps) {
  Held held;
  EchoServer echo({}, 1, held.handler());
  RawSocket socket(echo.port(), 4096);
  socket.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  auto exchange = held.promise.get_future().get();
  exchange->start_stream(200, {});
  std::size_t written = 0;
  while (exchange->write(std::string(65'536, 'x')) && written < (64u << 20)) {
    written += 65'536;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  EXPECT_LT(written, 16u << 20);  // the sockets' own buffers and a megabyte
  EXPECT_FALSE(exchange->write("more"));
  std::string all = socket.read_to_end();
  EXPECT_FALSE(all.ends_with("0\r\n\r\n")) << "a cut answer must not look whole";
}

TEST(HttpStream, CutsTheAnswerWhenTheWriterForgets) {
  Held held;
  EchoServer echo({}, 1, held.handler());
  RawSocket socket(echo.port());
  socket.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  auto exchange = held.promise.get_future().get();
  exchange->start_stream(200, {});
  exchange->write("half");
  exchange.reset();
  std::string all = socket.read_to_end();
  EXPECT_TRUE(socket.closed());
  EXPECT_FALSE(all.ends_with("0\r\n\r\n"));
}

TEST(HttpStream, GivesHttp10TheBytesAndTheEnd) {
  Held held;
  EchoServer echo({}, 1, held.handler());
  RawSocket socket(echo.port());
  socket.send("GET / HTTP/1.0\r\n\r\n");
  auto exchange = held.promise.get_future().get();
  exchange->start_stream(200, {});
  exchange->write("plain bytes");
  exchange->finish();
  std::string all = socket.read_to_end();
  EXPECT_TRUE(all.ends_with("\r\n\r\nplain bytes")) << all;
  EXPECT_EQ(all.find("chunked"), std::string::npos);
}

TEST(HttpStream, GivesHeadNoChunks) {
  Held held;
  EchoServer echo({}, 1, held.handler());
  RawSocket socket(echo.port());
  socket.send("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  auto exchange = held.promise.get_future().get();
  exchange->start_stream(200, {});
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(exchange->write(std::string(65'536, 'x')));
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  exchange->finish();
  EXPECT_TRUE(socket.read_to_end().ends_with("\r\n\r\n"));
}

TEST(HttpStream, TakesWritesFromAnotherThread) {
  Held held;
  EchoServer echo({}, 1, held.handler());
  RawSocket socket(echo.port());
  socket.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  auto exchange = held.promise.get_future().get();
  exchange->start_stream(200, {});
  std::thread writer([&] {
    for (int i = 0; i < 2000; ++i) ASSERT_TRUE(exchange->write("line\n"));
    exchange->finish();
  });
  std::string all = socket.read_until("\r\n0\r\n\r\n");
  writer.join();
  EXPECT_EQ(test::count_of(all, "5\r\nline\n\r\n"), 2000u);
}

}  // namespace
}  // namespace portage::http
