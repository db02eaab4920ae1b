#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "tests/support/certificates.h"
#include "tests/unit/http/echo_server.h"
#include "tests/unit/http/raw_socket.h"
#include "tests/unit/http/scripted_server.h"

namespace portage::http {
namespace {

using test::Certificates;
using test::EchoServer;
using test::RawSocket;
using test::send_and_wait;

class HttpTls : public testing::Test {
 protected:
  ServerOptions server_options() {
    ServerOptions options;
    options.tls = options.client_certificate = true;
    options.files = authority_.issue("localhost", "DNS:localhost,IP:127.0.0.1");
    return options;
  }
  std::unique_ptr<Client> client(std::uint16_t port, const TlsFiles& files,
                                 const std::string& host = "127.0.0.1",
                                 const std::string& expected = "") {
    ClientOptions options;
    options.url = "https://" + host + ":" + std::to_string(port);
    options.files = files;
    options.expected_name = expected;
    auto made = make_client(loops_->at(0), options);
    return made.ok() ? std::move(made).value() : nullptr;
  }
  static OutRequest post() { return {"POST", "/t", {}, "body"}; }

  Certificates authority_;
  Certificates stranger_{"Another Authority"};
  std::unique_ptr<Loops> loops_ = make_loops(1);
};

TEST_F(HttpTls, TellsTheHandlerWhoTheClientIs) {
  EchoServer echo(server_options());
  ASSERT_TRUE(echo.ok());
  TlsFiles files =
      authority_.issue("cmsm-halton", "DNS:halton.example,URI:urn:portage:cmsm-halton");
  auto c = client(echo.port(), files);
  ASSERT_NE(c, nullptr);
  SendResult result = send_and_wait(*c, post());
  ASSERT_TRUE(result.ok) << result.failure.code << ": " << result.failure.detail;
  EXPECT_EQ(result.response.body, "POST /t body");
  Peer peer = echo.peers().at(0);
  EXPECT_TRUE(peer.tls);
  EXPECT_EQ(peer.address, "127.0.0.1");
  EXPECT_EQ(peer.certificate, Certificates::digest(files.certificate));
  EXPECT_EQ(peer.names,
            (std::vector<std::string>{"halton.example", "urn:portage:cmsm-halton", "cmsm-halton"}));
  EXPECT_EQ(peer.subject, "CN=cmsm-halton,O=Portage tests");
}

TEST_F(HttpTls, ResumesSessionsAndStillKnowsTheClient) {
  ServerOptions options = server_options();
  options.idle_timeout_ms = 100;  // so that the next request needs a new connection
  EchoServer echo(options);
  TlsFiles files = authority_.issue("cmsm-halton", "");
  auto c = client(echo.port(), files);
  for (int i = 0; i < 3; ++i) {
    SendResult result = send_and_wait(*c, post());
    ASSERT_TRUE(result.ok) << result.failure.detail;
    EXPECT_EQ(echo.peers().at(static_cast<std::size_t>(i)).certificate,
              Certificates::digest(files.certificate));
    EXPECT_EQ(echo.peers().at(static_cast<std::size_t>(i)).resumed, i > 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(350));
  }
}

TEST_F(HttpTls, ABurstShakesHandsOnceAndResumesFromThatSession) {
  EchoServer* server = nullptr;
  std::mutex mutex;
  std::vector<bool> resumed;
  EchoServer echo(server_options(), 1, [&](std::shared_ptr<Exchange> exchange) {
    {
      std::lock_guard lock(mutex);
      resumed.push_back(exchange->request().peer.resumed);
    }
    // Slow enough that the burst needs several connections.
    server->loops().at(0).after(50, [exchange] { exchange->respond({200, {}, ""}); });
  });
  server = &echo;
  auto c = client(echo.port(), authority_.issue("cmsm-halton", ""));
  std::atomic<int> answered = 0;
  constexpr int kBurst = 12;
  for (int i = 0; i < kBurst; ++i) {
    c->send(post(), [&](SendResult result) { answered += result.ok ? 1 : 100; });
  }
  for (int i = 0; i < 500 && answered < kBurst; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ASSERT_EQ(answered, kBurst);
  std::lock_guard lock(mutex);
  EXPECT_FALSE(resumed.front());
  EXPECT_GT(std::count(resumed.begin(), resumed.end(), true), kBurst / 2);
}

TEST_F(HttpTls, AServerThatNeverShakesHandsFailsTheWholeQueueAtOnce) {
  test::ScriptedServer silent({""});
  ClientOptions options;
  options.url = "https://127.0.0.1:" + std::to_string(silent.port());
  options.files = authority_.issue("cmsm-halton", "");
  options.connect_timeout_ms = 300;
  auto c = std::move(make_client(loops_->at(0), options)).value();
  const auto began = std::chrono::steady_clock::now();
  std::atomic<int> failed = 0;
  for (int i = 0; i < 20; ++i) {
    c->send(post(),
            [&](SendResult result) { failed += result.failure.code == "http.tls" ? 1 : 100; });
  }
  for (int i = 0; i < 300 && failed < 20; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(failed, 20);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
}

TEST_F(HttpTls, KeepsAQuietConnectionUsable) {
  EchoServer echo(server_options());
  auto c = client(echo.port(), authority_.issue("cmsm-halton", ""));
  ASSERT_TRUE(send_and_wait(*c, post()).ok);
  std::this_thread::sleep_for(std::chrono::milliseconds(1'300));  // its buffers go after a second
  ASSERT_TRUE(send_and_wait(*c, post()).ok);
  EXPECT_FALSE(echo.peers().at(1).resumed) << "the same connection";
}

TEST_F(HttpTls, OpensANewConnectionWhenTheServerHasClosedTheOldOne) {
  TlsFiles files = authority_.issue("cmsm-halton", "");
  ServerOptions options = server_options();
  auto first = std::make_unique<EchoServer>(options);
  options.port = first->port();
  auto c = client(options.port, files);
  ASSERT_TRUE(send_and_wait(*c, post()).ok);
  first.reset();
  EchoServer second(options);
  ASSERT_TRUE(second.ok());
  std::this_thread::sleep_for(std::chrono::milliseconds(30));  // the goodbye has arrived
  SendResult result = send_and_wait(*c, post());
  EXPECT_TRUE(result.ok) << result.failure.code << ": " << result.failure.detail;
}

TEST_F(HttpTls, RefusesClientsThatItCannotTrustAndLivesOn) {
  std::atomic<int> faults = 0;
  ServerOptions options = server_options();
  options.on_fault = [&](std::string_view code, std::string_view reason, std::string_view) {
    if (code == "http.tls" && !reason.empty()) ++faults;
  };
  EchoServer echo(options);
  TlsFiles foreign = stranger_.issue("cmsm-halton", "");
  foreign.authorities = authority_.authority();
  TlsFiles none{"", "", authority_.authority()};
  TlsFiles expired = authority_.issue("cmsm-halton", "", -1);
  for (const TlsFiles& files : {foreign, none, expired}) {
    auto c = client(echo.port(), files);
    ASSERT_NE(c, nullptr);
    SendResult result = send_and_wait(*c, post());
    EXPECT_FALSE(result.ok);
    EXPECT_EQ(result.failure.code, "http.tls") << result.failure.detail;
    EXPECT_FALSE(result.failure.sent) << result.failure.detail;
  }
  EXPECT_EQ(echo.calls(), 0);
  for (int i = 0; i < 200 && faults < 3; ++i) {  // told after the alert went out
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(faults, 3);
  auto good = client(echo.port(), authority_.issue("cmsm-halton", ""));
  EXPECT_TRUE(send_and_wait(*good, post()).ok);
}

TEST_F(HttpTls, ClientVerifiesAuthorityAndName) {
  EchoServer echo(server_options());
  TlsFiles files = authority_.issue("prov-intake", "");
  TlsFiles distrusting = files;
  distrusting.authorities = stranger_.authority();
  SendResult unknown = send_and_wait(*client(echo.port(), distrusting), post());
  EXPECT_EQ(unknown.failure.code, "http.tls");
  EXPECT_FALSE(unknown.failure.sent);
  SendResult misnamed =
      send_and_wait(*client(echo.port(), files, "127.0.0.1", "other.example"), post());
  EXPECT_EQ(misnamed.failure.code, "http.tls");
  EXPECT_NE(misnamed.failure.detail.find("mismatch"), std::string::npos) << misnamed.failure.detail;
  EXPECT_TRUE(send_and_wait(*client(echo.port(), files, "localhost"), post()).ok);
  EXPECT_TRUE(send_and_wait(*client(echo.port(), files, "127.0.0.1", "localhost"), post()).ok);
  EXPECT_EQ(echo.calls(), 2);
}

TEST_F(HttpTls, ReloadsCertificatesForNewConnections) {
  EchoServer echo(server_options());
  TlsFiles files = authority_.issue("prov-intake", "");
  auto before = client(echo.port(), files);
  ASSERT_TRUE(send_and_wait(*before, post()).ok);
  TlsFiles fresh = stranger_.issue("localhost", "IP:127.0.0.1");  // trusts the other authority now
  ASSERT_TRUE(echo.server().reload_tls(fresh).ok());
  EXPECT_TRUE(send_and_wait(*before, post()).ok) << "a connection that stands goes on";
  EXPECT_FALSE(send_and_wait(*client(echo.port(), files), post()).ok);
  EXPECT_TRUE(send_and_wait(*client(echo.port(), stranger_.issue("prov-intake", "")), post()).ok);
  base::Status missing = echo.server().reload_tls({"/nowhere.pem", "/nowhere.key", ""});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, "http.tls_file");
  EXPECT_TRUE(send_and_wait(*client(echo.port(), stranger_.issue("prov-intake", "")), post()).ok);
}

TEST_F(HttpTls, EndsAHandshakeThatDoesNotGoOn) {
  ServerOptions options = server_options();
  options.read_timeout_ms = 300;
  EchoServer echo(options);
  RawSocket silent(echo.port());
  EXPECT_EQ(silent.read_to_end(3'000), "");
  EXPECT_TRUE(silent.closed());
  RawSocket plain(echo.port());
  plain.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  plain.read_to_end(3'000);
  EXPECT_TRUE(plain.closed());
  EXPECT_EQ(echo.calls(), 0);
}

TEST_F(HttpTls, RefusesOldVersionsOfTls) {
  EchoServer echo(server_options());
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(echo.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  SSL* ssl = SSL_new(context);
  SSL_set_fd(ssl, fd);
  EXPECT_NE(SSL_connect(ssl), 1);
  SSL_free(ssl);
  ::close(fd);
  SSL_CTX_free(context);
}

TEST_F(HttpTls, CarriesLargeBodiesBothWays) {
  EchoServer echo(server_options());
  auto c = client(echo.port(), authority_.issue("prov-intake", ""));
  for (int i = 0; i < 3; ++i) {
    SendResult result = send_and_wait(*c, {"POST", "/t", {}, std::string(3 << 20, 'x')});
    ASSERT_TRUE(result.ok) << result.failure.code << result.failure.detail;
    EXPECT_EQ(result.response.body.size(), (3u << 20) + 8);
  }
}

TEST_F(HttpTls, AnswersCurlOverMutualTls) {
  EchoServer echo(server_options());
  TlsFiles files = authority_.issue("prov-intake", "");
  std::string body(200'000, 'x');
  std::string body_file = authority_.folder() + "/body";
  std::FILE* out = std::fopen(body_file.c_str(), "w");
  ASSERT_NE(out, nullptr);
  std::fwrite(body.data(), 1, body.size(), out);
  std::fclose(out);
  for (const char* version : {"--tls-max 1.2", "--tlsv1.3"}) {
    std::string command = std::string("curl -sS --max-time 10 -w '%{http_code}' ") + version +
                          " --cacert " + files.authorities + " --cert " + files.certificate +
                          " --key " + files.key + " --data-binary @" + body_file +
                          " https://localhost:" + std::to_string(echo.port()) + "/curl 2>&1";
    std::FILE* pipe = ::popen(command.c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::string answer;
    char buffer[4096];
    for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
      answer.append(buffer, n);
    }
    EXPECT_EQ(::pclose(pipe), 0) << answer.substr(0, 300);
    EXPECT_EQ(answer.size(), body.size() + 14) << answer.substr(0, 300);
    EXPECT_TRUE(answer.starts_with("POST /curl xxx"));
    EXPECT_TRUE(answer.ends_with("200"));
  }
}

TEST_F(HttpTls, DoesNotStartWithoutAnAuthorityForItsClients) {
  ServerOptions options = server_options();
  options.files.authorities = "/nowhere.pem";
  auto server = listen(*loops_, options, [](std::shared_ptr<Exchange>) {});
  ASSERT_FALSE(server.ok());
  EXPECT_EQ(server.error().code, "http.tls_file");
  EXPECT_EQ(server.error().place.file, "/nowhere.pem");
}

}  // namespace
}  // namespace portage::http
