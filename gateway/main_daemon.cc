// portaged: the gateway's daemon.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "gateway/base/catalogue.h"
#include "gateway/daemon/daemon.h"

namespace {

constexpr int kUsage = 2, kConfiguration = 78, kCannotStart = 1;

bool french() {
  const char* language = std::getenv("PORTAGE_LANG");
  return language != nullptr && std::string_view(language).starts_with("fr");
}

void print(const std::vector<portage::base::Finding>& findings) {
  for (const auto& finding : findings) {
    const std::string text = portage::config::render(finding, french());
    std::fwrite(text.data(), 1, text.size(), stderr);
  }
}

}  // namespace

int main(int argc, char** argv) {
  using namespace portage;
  std::string config_file = "/etc/portage/portage.toml";
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--config" && i + 1 < argc) {
      config_file = argv[++i];
    } else if (word == "--help" || word == "-h") {
      std::printf("%s\n", base::say("daemon.usage", french() ? base::Language::french
                                                              : base::Language::english)
                              .c_str());
      return 0;
    } else if (word == "--version") {
      std::printf("portaged %s\n", PORTAGE_VERSION);
      return 0;
    } else {
      std::fprintf(stderr, "%s\n", base::say("daemon.usage", french() ? base::Language::french
                                                                      : base::Language::english)
                                       .c_str());
      return kUsage;
    }
  }
  const base::Language language = french() ? base::Language::french : base::Language::english;

  // Signals are taken by this thread alone; every other inherits the mask.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int one : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, one);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  config::Loaded loaded = config::load(config_file);
  print(loaded.findings);
  if (loaded.config == nullptr) return kConfiguration;

  auto booted = daemon::Daemon::boot(config_file, std::move(loaded));
  if (!booted.ok()) {
    const base::Error& error = booted.error();
    std::fprintf(stderr, "portaged: %s (%s)\n", base::say(error.code, language, error.arguments).c_str(),
                 error.code.c_str());
    return kCannotStart;
  }
  daemon::notify_manager("READY=1");
  while (true) {
    int signal = 0;
    sigwait(&signals, &signal);
    if (signal != SIGHUP) break;
    daemon::notify_manager("RELOADING=1");
    print((*booted)->reload());
    daemon::notify_manager("READY=1");
  }
  daemon::notify_manager("STOPPING=1");
  (*booted)->stop();
  return 0;
}
