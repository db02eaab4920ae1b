// portage-load: many senders, each with one connection and one request in flight, that post records made
// from a template; and `check`, which compares what was sent with what a sink got.
//   portage-load send --port N --party ID --template FILE --senders N [--seconds S] [--rate R] [--until-killed]
//                     [--first SEQ] [--only RECEIVER] [--tls CERT KEY CA] [--out FILE]
//   portage-load check --sent FILE… --got FILE…
//   portage-load disk FOLDER
// A sender repeats a record with the same id until it is acknowledged, over new connections if it must.
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <vector>

#include "tests/bench/check.h"
#include "tests/bench/disk.h"
#include "tests/bench/socket.h"

namespace bench {
namespace {

volatile std::sig_atomic_t stop_now = 0;
void on_signal(int) { stop_now = 1; }

struct Options {
  std::uint16_t port = 0;
  std::string party, content_type = "application/json", out, template_file;
  std::size_t senders = 1;
  double seconds = 10, rate = 0;
  bool until_killed = false;
  int only = -1;   // one of the three receivers, or all
  std::uint64_t first = 1;
  Tls tls;
};

// The template's text with the places where a record's own values go.
struct Template {
  std::string text;
  std::size_t uuid_at = 0, member_at = 0, postal_at = 0;
};
constexpr std::string_view kUuid = "00000000-0000-4000-8000-000000000001";
constexpr std::string_view kMember = "900000001";
constexpr std::string_view kPostal = "L6H 1A1";
// Halton, Peel and Toronto: three catchments, so three receivers.
constexpr std::string_view kPostals[] = {"L6H 1A1", "L5B 1A1", "M5V 1A1"};
constexpr std::uint64_t kLanesOfSender = 64;

Template load_template(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  Template t;
  t.text.assign(std::istreambuf_iterator<char>(in), {});
  t.uuid_at = t.text.find(kUuid);
  t.member_at = t.text.find(kMember);
  t.postal_at = t.text.find(kPostal);
  if (t.uuid_at == std::string::npos || t.member_at == std::string::npos ||
      t.postal_at == std::string::npos) {
    std::fprintf(stderr, "portage-load: %s is not the template\n", file.c_str());
    std::exit(2);
  }
  return t;
}

struct Sender {
  std::size_t index = 0;
  Socket socket;
  std::string request, in;
  std::size_t written = 0;
  bool busy = false;
  Sent current;
  std::int64_t again_at = 0;   // reconnect or repeat then
};

class Load {
 public:
  explicit Load(Options options)
      : options_(std::move(options)), template_(load_template(options_.template_file)) {
    if (options_.tls.on() && (context_ = make_context(options_.tls, false)) == nullptr) std::exit(2);
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    head_ = "POST /v1/in/" + options_.party + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " +
            options_.content_type + "\r\nContent-Length: " + std::to_string(template_.text.size()) +
            "\r\n\r\n";
    next_ = options_.first;
    for (std::size_t i = 0; i < options_.senders; ++i) {
      senders_.push_back(std::make_unique<Sender>());
      senders_.back()->index = i;
    }
  }

  int run() {
    open_all();
    const std::int64_t began = now_us();
    const std::int64_t until =
        options_.until_killed ? INT64_MAX : began + static_cast<std::int64_t>(options_.seconds * 1e6);
    for (auto& sender : senders_) begin(*sender);
    epoll_event events[256];
    std::int64_t now = now_us(), over_since = 0;
    while ((now < until && stop_now == 0) || busy_ > 0) {
      if (now >= until || stop_now != 0) {  // what is under way may end, for half a minute
        if (over_since == 0) over_since = now;
        if (now - over_since > 30'000'000) break;
      }
      const int n = epoll_wait(epoll_, events, 256, options_.rate > 0 || waiting_ > 0 ? 1 : 20);
      for (int i = 0; i < n; ++i) progress(*static_cast<Sender*>(events[i].data.ptr));
      now = now_us();
      const bool going = now < until && stop_now == 0;
      for (auto& sender : senders_) {
        if (sender->again_at != 0 && now >= sender->again_at) {
          sender->again_at = 0;
          --waiting_;
          begin(*sender);
        } else if (!sender->busy && going && sender->again_at == 0) {
          maybe_next(*sender, now, began);
        }
      }
    }
    report(now_us() - began);
    return 0;
  }

 private:
  // Connections are open before the clock starts: what is measured is records, not handshakes.
  void open_all() {
    const std::int64_t patience = now_us() + 3'000'000;
    std::size_t open = 0;
    while (open < senders_.size() && now_us() < patience) {
      open = 0;
      for (auto& sender : senders_) {
        if (sender->socket.fd() < 0) connect(*sender);
        const int state = sender->socket.opened();
        if (state > 0) ++open;
        if (state < 0) sender->socket.close();
      }
      usleep(500);
    }
  }

  bool connect(Sender& sender) {
    sender.socket = Socket::connect(options_.port, context_);
    if (sender.socket.fd() < 0) return false;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &sender;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, sender.socket.fd(), &event);
    sender.in.clear();
    return true;
  }

  void maybe_next(Sender& sender, std::int64_t now, std::int64_t began) {
    if (options_.rate > 0) {
      const double due = static_cast<double>(now - began) * options_.rate / 1e6;
      if (static_cast<double>(started_) >= due) return;
    }
    next(sender, now);
  }

  void begin(Sender& sender) {
    if (sender.socket.fd() < 0 && !connect(sender)) return later(sender, 5'000);
    if (!sender.busy) {
      if (options_.rate > 0) return;  // maybe_next() decides when
      return next(sender, now_us());
    }
    sender.written = 0;
    push(sender);
  }

  void next(Sender& sender, std::int64_t now) {
    const std::uint64_t seq = next_++;
    ++started_;
    sender.current = {seq, sender.index * kLanesOfSender + seq % kLanesOfSender, now, 0};
    sender.request.assign(head_);
    const std::size_t body = sender.request.size();
    sender.request += template_.text;
    char text[16];
    std::snprintf(text, sizeof text, "%012llx", static_cast<unsigned long long>(seq));
    std::memcpy(&sender.request[body + template_.uuid_at + 24], text, 12);
    std::snprintf(text, sizeof text, "9%08llu", static_cast<unsigned long long>(sender.current.lane));
    std::memcpy(&sender.request[body + template_.member_at], text, 9);
    const std::string_view postal =
        kPostals[options_.only >= 0 ? static_cast<std::size_t>(options_.only) : sender.current.lane % 3];
    std::memcpy(&sender.request[body + template_.postal_at], postal.data(), postal.size());
    if (!sender.busy) ++busy_;
    sender.busy = true;
    sender.written = 0;
    push(sender);
  }

  void push(Sender& sender) {
    while (sender.written < sender.request.size()) {
      const long n = sender.socket.write(std::string_view(sender.request).substr(sender.written));
      if (n < 0) return lost(sender);
      if (n == 0) return;
      sender.written += static_cast<std::size_t>(n);
    }
  }

  void progress(Sender& sender) {
    if (sender.socket.fd() < 0) return;
    if (sender.busy) push(sender);
    char buffer[16 << 10];
    while (sender.socket.fd() >= 0) {
      const long n = sender.socket.read(buffer, sizeof buffer);
      if (n < 0) return lost(sender);
      if (n == 0) break;
      sender.in.append(buffer, static_cast<std::size_t>(n));
    }
    Message message;
    while (cut_message(sender.in, message)) {
      const int status = message.status;
      const bool closes = header(message.head, "connection") == "close";
      sender.in.erase(0, message.size);
      if (closes) {
        sender.socket.close();
      }
      answered(sender, status);
      if (closes) return;
    }
  }

  void answered(Sender& sender, int status) {
    ++statuses_[status];
    if (status == 202) {
      sender.current.acknowledged_us = now_us();
      done_.push_back(sender.current);
      sender.busy = false;
      --busy_;
      if (sender.socket.fd() < 0) return later(sender, 1'000);
      if (options_.rate == 0 && stop_now == 0) {
        // The loop in run() stops it when time is over.
        return;
      }
      return;
    }
    later(sender, 20'000);  // 503 and the like: the same record again
  }

  void later(Sender& sender, std::int64_t wait_us) {
    if (sender.again_at == 0) ++waiting_;
    sender.again_at = now_us() + wait_us;
  }

  void lost(Sender& sender) {
    ++lost_connections_;
    sender.socket.close();
    if (stop_now != 0 && sender.busy) {  // it may or may not be there: not acknowledged
      done_.push_back(sender.current);
      sender.busy = false;
      --busy_;
      return;
    }
    later(sender, 3'000);
  }

  void report(std::int64_t took_us) {
    std::vector<std::int64_t> latencies;
    for (const Sent& one : done_) {
      if (one.acknowledged_us != 0) latencies.push_back(one.acknowledged_us - one.sent_us);
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const double cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                       static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    std::printf("{\"acknowledged\":%zu,\"per_second\":%.0f,\"accept_p50_ms\":%.2f,\"accept_p99_ms\":%.2f,"
                "\"lost_connections\":%llu,\"cpu_s\":%.2f,\"other_answers\":{",
                latencies.size(), static_cast<double>(latencies.size()) * 1e6 / static_cast<double>(took_us),
                quantile(latencies, 0.5) / 1e3, quantile(latencies, 0.99) / 1e3,
                static_cast<unsigned long long>(lost_connections_), cpu);
    bool first = true;
    for (const auto& [status, count] : statuses_) {
      if (status == 202) continue;
      std::printf("%s\"%d\":%llu", first ? "" : ",", status, static_cast<unsigned long long>(count));
      first = false;
    }
    std::printf("}}\n");
    if (!options_.out.empty()) {
      std::ofstream out(options_.out, std::ios::binary);
      out.write(reinterpret_cast<const char*>(done_.data()),
                static_cast<std::streamsize>(done_.size() * sizeof(Sent)));
    }
  }

  Options options_;
  Template template_;
  SSL_CTX* context_ = nullptr;
  int epoll_ = -1;
  std::string head_;
  std::uint64_t next_ = 1, started_ = 0, lost_connections_ = 0;
  std::size_t busy_ = 0, waiting_ = 0;
  std::vector<std::unique_ptr<Sender>> senders_;
  std::vector<Sent> done_;
  std::map<int, std::uint64_t> statuses_;
};

int main_send(int argc, char** argv) {
  Options options;
  for (int i = 2; i < argc; ++i) {
    const std::string_view name = argv[i];
    const auto value = [&] { return i + 1 < argc ? argv[++i] : ""; };
    if (name == "--port") options.port = static_cast<std::uint16_t>(std::atoi(value()));
    else if (name == "--party") options.party = value();
    else if (name == "--template") options.template_file = value();
    else if (name == "--content-type") options.content_type = value();
    else if (name == "--senders") options.senders = static_cast<std::size_t>(std::atoi(value()));
    else if (name == "--seconds") options.seconds = std::atof(value());
    else if (name == "--rate") options.rate = std::atof(value());
    else if (name == "--first") options.first = std::strtoull(value(), nullptr, 10);
    else if (name == "--only") options.only = std::atoi(value()) % 3;
    else if (name == "--until-killed") options.until_killed = true;
    else if (name == "--out") options.out = value();
    else if (name == "--tls") {
      options.tls.certificate = value();
      options.tls.key = value();
      options.tls.authorities = value();
    } else {
      std::fprintf(stderr, "portage-load: unknown option %s\n", argv[i]);
      return 2;
    }
  }
  return Load(std::move(options)).run();
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  struct sigaction action {};
  action.sa_handler = bench::on_signal;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  if (argc > 1 && std::string_view(argv[1]) == "send") return bench::main_send(argc, argv);
  if (argc > 1 && std::string_view(argv[1]) == "check") return bench::main_check(argc, argv);
  if (argc == 3 && std::string_view(argv[1]) == "disk") return bench::main_disk(argv[2]);
  std::fprintf(stderr, "usage: portage-load send|check|disk …\n");
  return 2;
}
