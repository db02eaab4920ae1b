// A server that answers each request with fixed bytes, for what a well-behaved server never does.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace portage::test {

// Each step is bytes to send, "pause" (20 ms) or "close". A request is what comes with one quiet
// moment after it; one connection at a time, each starting the script anew at every request.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<std::string> script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_, 64);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer() {
    ending_ = true;
    thread_.join();
    ::close(listener_);
  }
  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }

 private:
  bool readable(int fd, int timeout_ms) const {
    for (int waited = 0; waited < timeout_ms && !ending_; waited += 10) {
      pollfd wait{fd, POLLIN, 0};
      if (::poll(&wait, 1, 10) > 0) return true;
    }
    return false;
  }
  void run() {
    while (!ending_) {
      if (!readable(listener_, 100)) continue;
      int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      ++connections_;
      serve(fd);
      ::close(fd);
    }
  }
  void serve(int fd) {
    while (readable(fd, 2'000)) {
      char buffer[65536];
      if (::recv(fd, buffer, sizeof buffer, 0) <= 0) return;
      for (const std::string& step : script_) {
        if (step == "close") return;
        if (step == "pause") {
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
        } else if (!step.empty()) {
          ::send(fd, step.data(), step.size(), MSG_NOSIGNAL);
        }
      }
    }
  }

  std::vector<std::string> script_;
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> ending_ = false;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};

}  // namespace portage::test
