// portage-demo: a pretend province on this machine. Real processes over real wires: the gateway,
// and each partner as a process of its own. Every line of traffic comes from the gateway's own
// event stream. Exit code: 0 if everything that was to happen did and the sum holds, 1 if not, 3 if
// it could not start.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "connectors/pretend/demo/child.h"
#include "connectors/pretend/demo/place.h"
#include "connectors/pretend/demo/screen.h"
#include "connectors/pretend/demo/wanted.h"
#include "connectors/pretend/demo/watch.h"
#include "gateway/base/text.h"
#include "gateway/base/time.h"

namespace portage::demo {
namespace {

constexpr std::uint16_t kPort = 8480;
constexpr int kSteps = 4;
constexpr int kStart_ms = 20'000, kTraffic_ms = 45'000;

struct Asked {
  std::string build = "build", folder = ".demo", seed = "1";
  bool keep = false;
};

bool interrupted(std::uint32_t ms) {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  const timespec wait{static_cast<std::time_t>(ms / 1000),
                      static_cast<long>(ms % 1000) * 1'000'000};
  return sigtimedwait(&stops, nullptr, &wait) > 0;
}

// "port":8123 of the line a partner says when it is ready; 0 if it never did.
std::string port_of(Child& child) {
  const auto line = child.line(kStart_ms);
  const std::size_t at = line ? line->find("\"port\":") : std::string::npos;
  if (at == std::string::npos) return {};
  const std::size_t end = line->find_first_not_of("0123456789", at + 7);
  return line->substr(at + 7, end - at - 7);
}

class Demo {
 public:
  Demo(Asked asked, base::Language language) : asked_(std::move(asked)), screen_(language) {}

  int play() {
    screen_.say("demo.title");
    screen_.say("demo.nobody");
    std::printf("\n");
    if (!prepare() || !start()) return stop(3);
    std::printf("\n");
    screen_.say("demo.traffic");
    const bool stopped_early = follow();
    std::printf("\n");
    int code = stopped_early ? 130 : judge();
    if (code == 0 || code == 1) {
      what_left();
      try_next();
      if (asked_.keep && code == 0) keep();
    }
    return stop(code);
  }

 private:
  bool trouble(const base::Error& error) {
    screen_.say(error.code, error.arguments);
    return false;
  }

  bool prepare() {
    auto made = make_place(asked_.folder, PORTAGE_SOURCE_DIR);
    if (!made.ok()) return trouble(made.error());
    place_ = std::move(*made);
    auto digests = make_certificates(place_);
    if (!digests.ok()) return trouble(digests.error());
    screen_.step(1, kSteps, "demo.step.certificates",
                 {{"count", std::to_string(digests->size() + 1)}});
    digests_ = std::move(*digests);

    const std::uint16_t port = free_port(kPort), down = free_port(0);
    if (port == 0 || down == 0)
      return trouble(base::make_error(base::ErrorKind::unavailable, "demo.port"));
    if (port != kPort) {
      screen_.say("demo.port_taken",
                  {{"wanted", std::to_string(kPort)}, {"port", std::to_string(port)}});
    }
    port_ = std::to_string(port);
    down_ = std::to_string(down);
    return true;
  }

  std::vector<std::string> partner(const std::string& role, const std::string& party,
                                   const std::string& certificate) const {
    std::vector<std::string> out{asked_.build + "/portage-pretend", role, "--seed", asked_.seed};
    if (!certificate.empty()) {
      out.insert(out.end(),
                 {"--certificate", place_.file("tls/" + certificate + ".pem"), "--key",
                  place_.file("tls/" + certificate + ".key"), "--authorities",
                  place_.file("tls/authority.pem"), "--gateway",
                  "https://127.0.0.1:" + port_ + "/v1/in/" + party, "--gateway-name", "localhost"});
    }
    return out;
  }

  bool launch(const std::string& name, std::vector<std::string> command,
              std::initializer_list<std::string> more, std::string* port = nullptr) {
    command.insert(command.end(), more);
    auto child = Child::start(command, place_.log(name), true);
    const std::string said = child ? port_of(*child) : "";
    if (said.empty()) {
      screen_.say("demo.not_started", {{"name", name}, {"log", place_.log(name)}});
      return false;
    }
    if (port != nullptr) *port = said;
    partners_.push_back(std::move(*child));
    return true;
  }

  bool start() {
    std::string manager_port, intake_port;
    if (!launch("ssm-halton", partner("manager", "ssm-halton", "manager"),
                {"--answer-after-ms", "700", "--late", "2", "--late-ms", "5500",
                 "--progress-after-ms", "900"},
                &manager_port) ||
        !launch("prov-intake", partner("intake", "prov-intake", "intake"),
                {"--count", "8", "--pace-ms", "250", "--start-after-ms", "200"}, &intake_port)) {
      return false;
    }
    const base::Status written = write_config(place_, {{"SOURCE", place_.source},
                                                       {"SOCKET", place_.socket},
                                                       {"PORT", port_},
                                                       {"PORT_MANAGER", manager_port},
                                                       {"PORT_INTAKE", intake_port},
                                                       {"PORT_DOWN", down_},
                                                       {"DIGEST_MANAGER", digests_["manager"]},
                                                       {"DIGEST_INTAKE", digests_["intake"]}});
    if (!written.ok()) return trouble(written.error());
    const std::string config = place_.file("config/portage.toml");
    if (run({asked_.build + "/portage", "validate", "--config", config}, place_.log("validate")) !=
        0) {
      screen_.say("demo.not_valid", {{"log", place_.log("validate")}});
      return false;
    }
    screen_.step(2, kSteps, "demo.step.config", {{"folder", asked_.folder + "/config"}});

    auto gateway = Child::start({asked_.build + "/portaged", "--config", config},
                                place_.log("portaged"), false);
    if (gateway) gateway_ = std::move(*gateway);
    watch_ = std::make_unique<Watch>(place_.socket);
    bool ready = false;
    for (int waited = 0; !ready && waited < kStart_ms && gateway_.running(); waited += 50) {
      ready = watch_->ready();
      if (!ready && interrupted(50)) return false;
    }
    if (!ready) {
      screen_.say("demo.not_started", {{"name", "portaged"}, {"log", place_.log("portaged")}});
      return false;
    }
    screen_.step(3, kSteps, "demo.step.gateway", {{"port", port_}});
    if (!launch("cmsm-halton", partner("halton", "", ""),
                {"--count", "6", "--drop", place_.file("wire/halton/drop"), "--answers",
                 place_.file("wire/halton/answers"), "--results",
                 place_.file("wire/halton/drop/results"), "--records",
                 place_.file("wire/halton/records")}) ||
        !launch("odsp-halton", partner("odsp", "", ""),
                {"--count", "2", "--start-after-ms", "600", "--drop", place_.file("wire/odsp/drop"),
                 "--answers", place_.file("wire/odsp/answers"), "--results",
                 place_.file("wire/odsp/drop/results"), "--records",
                 place_.file("wire/odsp/records")}) ||
        !launch("eo-halton-01", partner("provider", "", ""),
                {"--start-after-ms", "1200", "--records", place_.file("wire/provider/records")})) {
      return false;
    }
    screen_.step(4, kSteps, "demo.step.partners");
    return true;
  }

  // Prints the event stream until all that was wanted has come and nothing moves any more. True if
  // Ctrl-C ended it.
  bool follow() {
    const std::uint64_t began = base::steady_micros();
    std::uint64_t last_news = began;
    while (true) {
      const std::vector<Event> events = watch_->events(seen_);
      for (const Event& event : events) {
        seen_ = std::max(seen_, event.seq);
        bool first = false;
        for (Wanted& want : wanted_) {
          if (want.came || !want.fits(event)) continue;
          want.came = first = true;
        }
        const bool knock =
            event.name == "delivery.retry" && ++knocks_ > 3;  // the same again and again
        if (!knock || first) screen_.event(event);
        if (!knock) last_news = base::steady_micros();
        if (event.name == "delivery.delivered" && event.peer == "ssm-halton") shown_ = event.record;
      }
      const std::uint64_t now = base::steady_micros();
      const bool all =
          std::all_of(wanted_.begin(), wanted_.end(), [](const Wanted& want) { return want.came; });
      if (all && now - last_news > 2'500'000) return false;
      if (now - began > std::uint64_t{kTraffic_ms} * 1000 || !gateway_.running()) return false;
      if (interrupted(60)) return true;
    }
  }

  int judge() {
    bool all = true;
    screen_.say("demo.happened");
    for (const Wanted& want : wanted_) {
      screen_.wanted(want.key, want.came);
      all = all && want.came;
    }
    std::printf("\n");
    const auto status = watch_->status();
    if (!status) {
      screen_.say("demo.no_status", {{"log", place_.log("portaged")}});
      return 1;
    }
    screen_.status(*status);
    screen_.say("demo.refused", {{"count", std::to_string(status->refusals)}});
    bool holds = status->sums.hold();
    for (const ReceiverSums& one : status->receivers) holds = holds && one.sums.hold();
    return all && holds ? 0 : 1;
  }

  // The words of `portage agreements check`: permitted, mapped and really sent, flow by flow.
  void what_left() const {
    std::printf("\n");
    screen_.say("demo.left");
    auto child = Child::start({asked_.build + "/portage", "--config",
                               place_.file("config/portage.toml"), "agreements", "check"},
                              place_.log("agreements"), true);
    if (!child) return;
    while (const auto line = child->line(5'000)) std::printf("  %s\n", line->c_str());
    child->wait(5'000);
  }

  void try_next() const {
    const std::string portage = asked_.build + "/portage";
    const std::string socket = " --socket " + place_.socket;
    const std::string config = " --config " + asked_.folder + "/config/portage.toml";
    std::printf("\n");
    screen_.say("demo.try_next");
    const auto line = [](const std::string& command) { std::printf("    %s\n", command.c_str()); };
    if (asked_.keep) {
      if (!shown_.empty()) line(portage + socket + " trace " + shown_);
      line(portage + socket + " status");
      line(portage + socket + " quarantine list");
    } else {
      screen_.say("demo.try_keep");
    }
    for (const char* day : {"2023-03-31", "2023-04-01"}) {
      line(portage + config +
           " route explain --kind referral --from cmsm-halton --place L6H --at " + day);
    }
    line(portage + config + " map test halton/referral");
  }

  // Stays up, printing what goes on, until Ctrl-C.
  void keep() {
    std::printf("\n");
    screen_.say("demo.keeping");
    while (!interrupted(200) && gateway_.running()) {
      for (const Event& event : watch_->events(seen_)) {
        seen_ = std::max(seen_, event.seq);
        if (event.name != "delivery.retry") screen_.event(event);
      }
    }
  }

  // What the gateway says it delivered must be what the other end says it received.
  bool agrees(const std::string& line, const std::optional<Status>& status) const {
    if (!status) return true;
    for (const ReceiverSums& one : status->receivers) {
      if (line.find("\"party\":\"" + one.party + "\"") == std::string::npos) continue;
      return line.find("\"received\":" + std::to_string(one.sums.delivered) + ",") != line.npos;
    }
    return true;
  }

  int stop(int code) {
    const auto status = watch_ && code <= 1 ? watch_->status() : std::nullopt;
    for (const Child& partner : partners_) partner.ask_to_stop();
    gateway_.ask_to_stop();
    std::printf("\n");
    for (Child& partner : partners_) {
      while (const auto line = partner.line(3'000)) {
        const bool same = agrees(*line, status);
        screen_.say(same ? "demo.partner_saw" : "demo.partner_differs", {{"line", *line}});
        if (!same) code = 1;
        const std::size_t shown = line->find("\"not_for_us\":");
        if (shown != line->npos && (*line)[shown + 13] != '0') {
          screen_.say("demo.shown_too_much", {{"line", *line}});
          code = 1;
        }
      }
      if (partner.wait(3'000) != 0 && code == 0) code = 1;
    }
    watch_.reset();
    if (gateway_.running()) {
      const int ended = gateway_.wait(15'000);
      if (ended != 0 && code == 0) {
        screen_.say("demo.gateway_ended",
                    {{"code", std::to_string(ended)}, {"log", place_.log("portaged")}});
        code = 1;
      }
    }
    if (place_.socket.starts_with("/tmp/")) unlink(place_.socket.c_str());
    screen_.say(code == 0 ? "demo.done" : "demo.failed", {{"folder", asked_.folder}});
    return code;
  }

  Asked asked_;
  Screen screen_;
  Place place_;
  std::map<std::string, std::string> digests_;
  std::string port_, down_, shown_;
  Child gateway_;
  std::vector<Child> partners_;
  std::unique_ptr<Watch> watch_;
  std::vector<Wanted> wanted_ = everything_wanted();
  std::uint64_t seen_ = 0;
  std::uint32_t knocks_ = 0;
};

}  // namespace
}  // namespace portage::demo

int main(int argc, char** argv) {
  using namespace portage;
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  const char* wish = std::getenv("PORTAGE_LANG");
  const base::Language language = base::language_from(wish != nullptr ? wish : "");
  demo::Asked asked;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    std::string* value = flag == "--build"    ? &asked.build
                         : flag == "--folder" ? &asked.folder
                         : flag == "--seed"   ? &asked.seed
                                              : nullptr;
    if (flag == "--keep") {
      asked.keep = true;
    } else if (value != nullptr && i + 1 < argc) {
      *value = argv[++i];
    } else {
      std::fprintf(stderr, "%s\n", base::say("demo.usage", language).c_str());
      return 2;
    }
  }
  return demo::Demo(asked, language).play();
}
