// The daemon: owns everything, in the order in which it depends on each other. Boot builds from the ground
// up and opens the listeners last; stop goes the other way.
// Threads: boot(), reload() and stop() are called from one thread (main's).
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "connectors/builtin.h"
#include "connectors/http/in.h"
#include "gateway/api/api.h"
#include "gateway/base/result.h"
#include "gateway/config/config.h"
#include "gateway/http/http.h"
#include "gateway/ledger/ledger.h"
#include "gateway/observe/events.h"
#include "gateway/pipeline/pipeline.h"

namespace portage::daemon {

class Daemon {
 public:
  ~Daemon();

  // Errors name what could not be opened; the findings of the files are in `loaded`.
  static base::Result<std::unique_ptr<Daemon>> boot(const std::string& config_file,
                                                    config::Loaded loaded);
  // Reads the files again. With any error the running generation stays; the findings tell.
  std::vector<base::Finding> reload();
  // Stops taking, lets what is under way end for the configured time, closes the ledger.
  void stop();

 private:
  struct Listening {
    config::Listener settings;
    std::unique_ptr<connector::HttpIn> in;
    std::unique_ptr<http::Server> server;
  };

  Daemon() = default;
  base::Status open(const config::Config& config);
  base::Status open_listeners(const config::Config& config);
  base::Status open_drops(const config::Config& config);
  void keep_artifacts(const config::Config& config);
  bool report(const connector::BatchResult& result);
  std::optional<std::string> who(const config::Listener& listener, const http::Peer& peer,
                                 std::string_view path_party, base::Error& why) const;

  std::string config_file_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<observe::Events> events_;
  std::unique_ptr<observe::Log> log_;
  std::unique_ptr<http::Loops> loops_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  std::unique_ptr<api::Api> api_;
  std::vector<std::unique_ptr<Listening>> listening_;
  std::mutex drops_lock_;
  std::vector<connector::DropSettings> drop_settings_;
  std::shared_ptr<connector::Source> drops_;
  std::atomic<bool> ready_{false};
  std::uint32_t drain_ms_ = 10'000;
  bool stopped_ = false;
};

// Tells a service manager (sd_notify's protocol) if there is one.
void notify_manager(const std::string& state);

}  // namespace portage::daemon
