// portage-pretend: plays one partner of the pretend province as a process of its own. See
// README.md.
#include <csignal>
#include <cstdio>
#include <ctime>

#include "connectors/pretend/partner.h"

namespace portage::pretend {

bool await_stop(std::uint32_t ms) {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  if (ms == 0) {
    int got = 0;
    return sigwait(&stops, &got) == 0;
  }
  const timespec wait{static_cast<std::time_t>(ms / 1000),
                      static_cast<long>(ms % 1000) * 1'000'000};
  return sigtimedwait(&stops, nullptr, &wait) > 0;
}

void say_ready(std::string_view party, std::uint32_t port) {
  std::printf("{\"ready\":true,\"party\":\"%.*s\",\"port\":%u}\n", static_cast<int>(party.size()),
              party.data(), port);
  std::fflush(stdout);
}

void say_counts(std::string_view party, const Counts& counts) {
  std::printf("{\"party\":\"%.*s\"", static_cast<int>(party.size()), party.data());
  for (const auto& [name, count] : counts) {
    std::printf(",\"%.*s\":%llu", static_cast<int>(name.size()), name.data(),
                static_cast<unsigned long long>(count));
  }
  std::printf("}\n");
  std::fflush(stdout);
}

int fail(const base::Error& error) {
  std::fprintf(stderr, "portage-pretend: %s", error.code.c_str());
  for (const auto& [name, value] : error.arguments) {
    std::fprintf(stderr, " %s=%s", name.c_str(), value.c_str());
  }
  std::fprintf(stderr, "\n");
  return 3;
}

}  // namespace portage::pretend

int main(int argc, char** argv) {
  using namespace portage::pretend;
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  const std::string who = argc > 1 ? argv[1] : "";
  const std::vector<std::string> arguments(argv + std::min(argc, 2), argv + argc);
  const auto options = Options::parse(
      arguments, {"party", "port", "certificate", "key", "authorities", "gateway", "gateway-name",
                  "seed", "count", "pace-ms", "start-after-ms", "answer-after-ms", "late",
                  "late-ms", "progress-after-ms", "drop", "answers", "results", "records"});
  if (!options.ok()) return fail(options.error());
  if (who == "manager") return run_manager(*options);
  if (who == "intake") return run_intake(*options);
  if (who == "halton") return run_halton(*options);
  if (who == "odsp") return run_office(*options);
  if (who == "provider") return run_provider(*options);
  std::fprintf(stderr,
               "usage: portage-pretend manager|intake|halton|odsp|provider --FLAG VALUE…\n");
  return 2;
}
