#include <gtest/gtest.h>

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

class Malformed : public testing::TestWithParam<const char*> {};

TEST_P(Malformed, IsRefusedAndNeverHandled) {
  EchoServer echo;
  std::string answer = ask(echo.port(), GetParam());
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << GetParam() << "\n" << answer;
  EXPECT_NE(answer.find("application/problem+json"), std::string::npos);
  EXPECT_EQ(count_of(answer, "HTTP/1.1 4"), 1u);
  EXPECT_EQ(echo.calls(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    HttpServer, Malformed,
    testing::Values(
        "\x01\x02\x03\x04garbage\r\n\r\n", "GET\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",  // no Host
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: a\x01z\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: "
        "3\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n"));

class BadTarget : public testing::TestWithParam<const char*> {};

TEST_P(BadTarget, IsRefusedAndNeverHandled) {
  EchoServer echo;
  std::string answer =
      ask(echo.port(), std::string("GET ") + GetParam() + " HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << GetParam() << "\n" << answer;
  EXPECT_EQ(echo.calls(), 0);
}

INSTANTIATE_TEST_SUITE_P(HttpServer, BadTarget,
                         testing::Values("/a%2Fb", "/a%2fb", "/a%5Cb", "/%00", "/a%0d%0ab",
                                         "/../etc", "/a/../b", "/a/..", "/%2e%2e/b", "/a/%2E./b",
                                         "/./a", "/%", "/%4", "/%zz", "/%C0%AF", "/%FF", "/a?x=%zz",
                                         "/a?x=%00", "relative", "ftp://h/x", "http://",
                                         "http://u@h/x", "/a#frag"));

TEST(HttpServer, UnderstandsAbsoluteForm) {
  EchoServer echo;
  std::string answer = ask(echo.port(), "GET http://h:80/p%C3%A9?q HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(answer.find("GET /p\xC3\xA9 "), std::string::npos) << answer;
}

TEST(HttpServer, RefusesAnotherVersion) {
  EchoServer echo;
  EXPECT_TRUE(ask(echo.port(), "GET / HTTP/2.0\r\nHost: h\r\n\r\n").starts_with("HTTP/1.1 505 "));
}

}  // namespace
}  // namespace portage::http
