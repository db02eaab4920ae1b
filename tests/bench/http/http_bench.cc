// CPU per request of the http room: one server loop, one client loop, loopback, a 2 KB body.
//   bench_http [requests] [connections]
#include <sys/resource.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <future>

#include "gateway/base/time.h"
#include "gateway/http/http.h"
#include "tests/support/certificates.h"

namespace portage::http {
namespace {

double thread_cpu_us(Loop& loop) {
  std::promise<double> promise;
  auto future = promise.get_future();
  loop.post([&promise] {
    rusage use{};
    getrusage(RUSAGE_THREAD, &use);
    promise.set_value(static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e6 +
                      static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec));
  });
  return future.get();
}

struct Load {
  Client& client;
  std::size_t total;
  std::atomic<std::size_t> sent = 0, done = 0, failed = 0;
  std::promise<void> finished{};

  void one() {
    if (sent++ >= total) return;
    OutRequest request;
    request.target = "/v1/in/cmsm-halton";
    request.headers = {{"content-type", "application/json"},
                       {"ce-id", "01J0000000000000000000000A"},
                       {"ce-source", "cmsm-halton"},
                       {"ce-type", "portage.referral"},
                       {"ce-specversion", "1.0"},
                       {"idempotency-key", "\"01J0000000000000000000000A\""},
                       {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}};
    request.body.assign(2048, 'x');
    client.send(std::move(request), [this](SendResult result) {
      if (!result.ok || result.response.status != 202) ++failed;
      if (++done == total) {
        finished.set_value();
      } else {
        one();
      }
    });
  }
};

int run(const char* name, bool tls, std::size_t requests, std::size_t connections) {
  auto server_loops = make_loops(1);
  auto client_loops = make_loops(1);
  test::Certificates authority;
  ServerOptions options;
  ClientOptions client_options;
  if (tls) {
    options.tls = options.client_certificate = true;
    options.files = authority.issue("localhost", "DNS:localhost,IP:127.0.0.1");
    client_options.files = authority.issue("prov-intake", "DNS:prov-intake");
  }
  auto server = listen(*server_loops, options, [](std::shared_ptr<Exchange> exchange) {
    Response response;
    response.status = exchange->request().body.size() == 2048 ? 202 : 400;
    response.headers = {{"content-type", "application/json"},
                        {"location", "/v1/records/01J0000000000000000000000A"}};
    response.body.assign(300, 'r');
    exchange->respond(std::move(response));
  });
  if (!server) return 1;
  client_options.url =
      (tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string((*server)->port());
  client_options.max_connections = connections;
  auto client = make_client(client_loops->at(0), client_options);
  if (!client) return 1;
  auto round = [&](std::size_t total) {
    Load load{**client, total};
    client_loops->at(0).post([&] {
      for (std::size_t i = 0; i < connections; ++i) load.one();
    });
    load.finished.get_future().wait();
    client_loops->at(0).post([] {});
    return load.failed.load();
  };
  round(requests / 10 + connections);  // connects and warms up
  double server_before = thread_cpu_us(server_loops->at(0));
  double client_before = thread_cpu_us(client_loops->at(0));
  auto began = base::steady_micros();
  std::size_t failed = round(requests);
  auto took = static_cast<double>(base::steady_micros() - began);
  double in = (thread_cpu_us(server_loops->at(0)) - server_before) / static_cast<double>(requests);
  double out = (thread_cpu_us(client_loops->at(0)) - client_before) / static_cast<double>(requests);
  std::printf(
      "%-11s %4zu connections %9.0f requests/s   in %5.2f us  out %5.2f us  both %5.2f us"
      "   failed %zu\n",
      name, connections, static_cast<double>(requests) * 1e6 / took, in, out, in + out, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace portage::http

int main(int argc, char** argv) {
  std::size_t requests = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200'000;
  std::size_t connections = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 64;
  return portage::http::run("plain", false, requests, connections) |
         portage::http::run("mutual TLS", true, requests, connections);
}
