// portage-sink: receivers that take everything and remember what they got; they do not deduplicate.
//   portage-sink --ports FILE --count N [--port FIRST] [--tls CERT KEY CA] [--slow-ms N] --out FILE
// Listens on N ports (written to FILE), answers 202, and on SIGTERM writes what it got to --out. With
// --slow-ms the first receiver takes so long for each answer.
#include <sys/epoll.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/socket.h"

namespace bench {
namespace {

volatile std::sig_atomic_t stop_now = 0;
void on_signal(int) { stop_now = 1; }

struct Connection {
  Socket socket;
  std::string in, out;
  std::uint32_t receiver = 0;
  std::int64_t answer_at = 0;   // of a slow receiver
};

// The sender's sequence number: the last twelve digits of the template's UUID, wherever the body has it.
std::uint64_t sequence_of(std::string_view body) {
  constexpr std::string_view kMiddle = "00000000-0000-4000-8000-";
  const std::size_t at = body.find(kMiddle);
  if (at == std::string_view::npos || at + kMiddle.size() + 12 > body.size()) return 0;
  return std::strtoull(std::string(body.substr(at + kMiddle.size(), 12)).c_str(), nullptr, 16);
}

void take(Connection& from, const Message& message, std::vector<Got>& got, std::int64_t slow_us) {
  Got one;
  one.seq = sequence_of(message.body);
  one.at_us = now_us();
  one.receiver = from.receiver;
  const std::string_view id = header(message.head, "ce-id");
  std::memcpy(one.id, id.data(), std::min(id.size(), sizeof one.id));
  one.attempt = static_cast<std::uint16_t>(
      std::atoi(std::string(header(message.head, "portage-attempt")).c_str()));
  got.push_back(one);
  if (slow_us > 0 && from.receiver == 0) from.answer_at = one.at_us + slow_us;
  from.out += "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
}

bool progress(Connection& one, std::vector<Got>& got, std::int64_t slow_us) {
  char buffer[32 << 10];
  while (true) {
    const long n = one.socket.read(buffer, sizeof buffer);
    if (n < 0) return false;
    if (n == 0) break;
    one.in.append(buffer, static_cast<std::size_t>(n));
  }
  Message message;
  std::size_t used = 0;
  while (cut_message(std::string_view(one.in).substr(used), message)) {
    take(one, message, got, slow_us);
    used += message.size;
  }
  one.in.erase(0, used);
  if (one.answer_at > now_us()) return true;  // comes again by the clock
  one.answer_at = 0;
  while (!one.out.empty()) {
    const long n = one.socket.write(one.out);
    if (n < 0) return false;
    if (n == 0) break;
    one.out.erase(0, static_cast<std::size_t>(n));
  }
  return true;
}

struct Listening {
  int fd;
  std::uint32_t receiver;
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::string ports_file, out_file;
  Tls tls;
  std::uint32_t count = 3;
  std::uint16_t first = 0;
  std::int64_t slow_us = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    const auto value = [&] { return i + 1 < argc ? argv[++i] : ""; };
    if (name == "--ports") ports_file = value();
    else if (name == "--out") out_file = value();
    else if (name == "--slow-ms") slow_us = 1000 * std::atoi(value());
    else if (name == "--count") count = static_cast<std::uint32_t>(std::atoi(value()));
    else if (name == "--port") first = static_cast<std::uint16_t>(std::atoi(value()));
    else if (name == "--tls") {
      tls.certificate = value();
      tls.key = value();
      tls.authorities = value();
    } else {
      std::fprintf(stderr, "portage-sink: unknown option %s\n", argv[i]);
      return 2;
    }
  }
  SSL_CTX* context = nullptr;
  if (tls.on() && (context = make_context(tls, true)) == nullptr) return 2;
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::unique_ptr<Listening>> listeners;
  std::string ports;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint16_t port = first == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(first + i);
    const int fd = Socket::listen(port);
    if (fd < 0) return 2;
    listeners.push_back(std::make_unique<Listening>(Listening{fd, i}));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = listeners.back().get();
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    ports += std::to_string(port) + "\n";
  }
  std::ofstream(ports_file + ".part") << ports << std::flush;
  std::rename((ports_file + ".part").c_str(), ports_file.c_str());

  std::vector<Got> got;
  got.reserve(1 << 20);
  std::vector<std::unique_ptr<Connection>> connections;
  epoll_event events[256];
  while (stop_now == 0) {
    const int n = epoll_wait(epoll, events, 256, slow_us > 0 ? 1 : 100);
    if (slow_us > 0) {
      const std::int64_t now = now_us();
      for (const auto& one : connections) {
        if (one->answer_at != 0 && one->answer_at <= now && !progress(*one, got, slow_us)) one->socket.close();
      }
    }
    for (int i = 0; i < n; ++i) {
      Listening* listener = nullptr;
      for (const auto& one : listeners) {
        if (one.get() == events[i].data.ptr) listener = one.get();
      }
      if (listener != nullptr) {
        while (true) {
          Socket socket = Socket::accept(listener->fd, context);
          if (socket.fd() < 0) break;
          connections.push_back(std::make_unique<Connection>());
          Connection& one = *connections.back();
          one.socket = std::move(socket);
          one.receiver = listener->receiver;
          epoll_event event{};
          event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
          event.data.ptr = &one;
          epoll_ctl(epoll, EPOLL_CTL_ADD, one.socket.fd(), &event);
        }
        continue;
      }
      auto* one = static_cast<Connection*>(events[i].data.ptr);
      if (!progress(*one, got, slow_us)) one->socket.close();
    }
    std::erase_if(connections, [](const auto& one) { return one->socket.fd() < 0; });
  }
  std::ofstream out(out_file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(got.data()), static_cast<std::streamsize>(got.size() * sizeof(Got)));
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("{\"got\":%zu,\"cpu_s\":%.2f}\n", got.size(),
              static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                  static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
  return 0;
}
