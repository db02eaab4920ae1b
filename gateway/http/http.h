// The one HTTP door: server, client and TLS, on Boost.Beast. No Beast and no Asio type leaves this
// room.
//
// A Loop is one thread with its own event queue; a server's connection and a client's pool live on
// one Loop and all their callbacks run there, so they need no locks. Exchange::respond and
// Client::send may be called from any thread; answers given on the exchange's own Loop cost no
// wake-up.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/result.h"

namespace portage::http {

class Loop {
 public:
  virtual ~Loop() = default;
  virtual void post(std::function<void()> task) = 0;  // from any thread
  virtual void after(std::uint32_t delay_ms, std::function<void()> task) = 0;
  virtual bool here() const = 0;  // is this the Loop's thread?
};

// N threads, one Loop each. stop() lets running exchanges end for `grace_ms`, then closes
// everything.
class Loops {
 public:
  virtual ~Loops() = default;
  virtual std::size_t size() const = 0;
  virtual Loop& at(std::size_t i) = 0;
  virtual void stop(std::uint32_t grace_ms) = 0;
};
std::unique_ptr<Loops> make_loops(std::size_t threads);

using Headers = std::vector<std::pair<std::string, std::string>>;  // names in lower case
std::string_view header(const Headers& headers, std::string_view lower_name);  // first, or empty

// Who is at the other end.
struct Peer {
  std::string address;  // "127.0.0.1"; of a Unix socket "unix:UID"
  bool tls = false;
  std::string certificate;  // SHA-256 of the client's DER certificate, lower-case hex; or empty
  std::vector<std::string> names;  // SAN dNSName and URI entries, then the subject's CN
  std::string subject;             // one line, for logs of the operator
  bool resumed = false;  // a TLS session that was resumed; the certificate is that of its start
};

struct Request {
  std::string method;  // "POST"
  std::string target;  // path and query as sent
  std::string path;    // decoded once; a request with %2F, %00 or ".." is refused before
  std::vector<std::pair<std::string, std::string>> query;  // decoded
  Headers headers;
  std::string body;
  Peer peer;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

// One request that wants one answer. Destroying it unanswered answers 500.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual Request& request() = 0;
  virtual Loop& loop() = 0;
  virtual void respond(Response response) = 0;  // once; later calls are ignored
  // An answer that goes on: headers now, then chunks until finish(). write() gives false when the
  // peer is gone or too slow (more than 1 MiB unsent); the caller then stops.
  virtual void start_stream(int status, Headers headers) = 0;
  virtual bool write(std::string chunk) = 0;
  virtual void finish() = 0;
};
using Handler = std::function<void(std::shared_ptr<Exchange>)>;

struct TlsFiles {
  std::string certificate, key;  // PEM files of this side
  std::string authorities;       // PEM file: whom to trust on the other side
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0 = any free port, see Server::port()
  std::string unix_path;   // not empty: a Unix socket instead (mode 0660)
  bool tls = false;
  bool client_certificate = false;  // require one (mutual TLS)
  TlsFiles files;
  std::size_t body_limit = 8u << 20;       // Content-Length and chunked alike -> 413
  std::size_t header_limit = 16u << 10;    // -> 431
  std::uint32_t read_timeout_ms = 30'000;  // for a whole request, from its first byte -> 408
  std::uint32_t idle_timeout_ms = 120'000;
  std::size_t max_connections = 10'000;
  // Makes the body of an answer that this room gives itself (400, 408, 413, 431, 500, 503): the
  // API's problem+json. `language` is the Accept-Language header.
  std::function<Response(int status, std::string_view code, std::string_view language)> problem;
  // For the operator: a handshake that failed ("http.tls"), no descriptor left ("http.listen"). May
  // be empty; runs on a loop.
  std::function<void(std::string_view code, std::string_view reason, std::string_view address)>
      on_fault;
};

class Server {
 public:
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  virtual base::Status reload_tls(const TlsFiles& files) = 0;  // new connections use them
  virtual void drain() = 0;  // stop accepting; keep-alive connections close after their answer
};
// Connections are spread over the loops. Errors: "http.listen" with the reason.
base::Result<std::unique_ptr<Server>> listen(Loops& loops, const ServerOptions& options,
                                             Handler handler);

struct ClientOptions {
  std::string url;            // "https://host:port/base", "http://…", "unix:/path"
  TlsFiles files;             // client certificate (may be empty) and authorities
  std::string expected_name;  // of the server's certificate; default: the URL's host
  std::size_t max_connections = 16;
  std::uint32_t connect_timeout_ms = 3'000;
  std::uint32_t answer_timeout_ms = 30'000;
  std::uint32_t idle_timeout_ms = 60'000;
  std::size_t body_limit = 4u << 20;
};

struct OutRequest {
  std::string method = "POST";
  std::string target;  // appended to the URL's base
  Headers headers;
  std::string body;
};

// What became of a request. `sent` tells whether the peer may have seen it: a failure with sent =
// true has an unknown outcome.
struct SendFailure {
  std::string code;    // "http.connect", "http.tls", "http.timeout", "http.broken"
  std::string detail;  // the system's reason
  bool sent = false;
};
struct SendResult {
  bool ok = false;
  Response response;    // if ok
  SendFailure failure;  // if not
};

// A keep-alive pool to one destination, on one Loop. Requests beyond max_connections queue in
// order. A stale pooled connection that breaks before any byte of an answer is retried once on a
// new one only if no byte of the request was written.
class Client {
 public:
  virtual ~Client() = default;
  virtual void send(OutRequest request,
                    std::function<void(SendResult)> done) = 0;  // done on the Loop
};
base::Result<std::unique_ptr<Client>> make_client(Loop& loop, const ClientOptions& options);

// Percent-decoding and the CloudEvents header encoding (one round; invalid UTF-8 is refused).
base::Result<std::string> percent_decode(std::string_view text);
std::string percent_encode(std::string_view text);

}  // namespace portage::http
