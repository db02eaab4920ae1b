#include "gateway/daemon/daemon.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <future>
#include <thread>

#include "gateway/http/problem.h"
#include "gateway/security/key.h"
#include "gateway/security/mask.h"

namespace portage::daemon {

using base::ErrorKind;
using base::make_error;

namespace {

// When many send at once, a commit waits so long for company (measured: 4 % less CPU for a record).
constexpr std::uint32_t kGather_us = 500;

connector::SinkSettings sink_settings(const config::Link& link) {
  connector::SinkSettings settings;
  settings.party = link.party;
  settings.deduplicates = link.delivery.deduplicates;
  settings.parallel = link.delivery.parallel;
  settings.timeout_ms = link.delivery.timeout_ms;
  if (link.delivery.http) {
    settings.url = link.delivery.http->url;
    settings.certificate = link.delivery.http->certificate;
    settings.key = link.delivery.http->key;
    settings.authorities = link.delivery.http->authorities;
    settings.expected_name = link.delivery.http->expected_name;
  } else if (link.delivery.file) {
    settings.folder = link.delivery.file->folder;
  }
  return settings;
}

std::vector<connector::DropSettings> drop_settings(const config::Config& config) {
  std::vector<connector::DropSettings> all;
  for (const config::Link& link : config.links) {
    for (const config::Drop& drop : link.drops) {
      connector::DropSettings settings;
      settings.party = link.party;
      settings.folder = drop.folder;
      settings.form = drop.form;
      settings.poll_ms = drop.poll_ms;
      for (const config::Exchange& exchange : link.sends) {
        if (exchange.form == drop.form) settings.content_type = exchange.content_type;
      }
      all.push_back(std::move(settings));
    }
  }
  return all;
}

// The state's folder, for this user alone, and those of the sockets: the first start needs no mkdir.
base::Status make_folders(const config::Settings& settings) {
  namespace fs = std::filesystem;
  std::vector<fs::path> folders = {settings.state_folder};
  for (const config::Listener& listener : settings.listeners) {
    const fs::path folder = fs::path(listener.unix_path).parent_path();
    if (!folder.empty()) folders.push_back(folder);
  }
  for (const fs::path& folder : folders) {
    std::error_code failed;
    const bool fresh = fs::create_directories(folder, failed);
    if (fresh && folder == folders.front()) {
      fs::permissions(folder, fs::perms::owner_all, failed);
    }
    if (failed) {
      return make_error(ErrorKind::unavailable, "daemon.state_folder",
                        {{"folder", folder.string()}, {"reason", failed.message()}});
    }
  }
  return {};
}

}  // namespace

Daemon::~Daemon() { stop(); }

base::Result<std::unique_ptr<Daemon>> Daemon::boot(const std::string& config_file,
                                                   config::Loaded loaded) {
  std::unique_ptr<Daemon> daemon(new Daemon);
  daemon->config_file_ = config_file;
  const std::shared_ptr<const config::Config> config = loaded.config;
  const config::Settings& settings = config->settings;
  daemon->drain_ms_ = settings.drain_ms;

  if (base::Status made = make_folders(settings); !made.ok()) return made.error();
  base::toronto_day(base::now());  // reads the time zone now and not under the first record
  ledger::SqliteOptions options;
  options.folder = settings.state_folder + "/ledger";
  options.key_file = settings.state_folder + "/ledger.key";
  options.floor_bytes = settings.disk_floor_bytes;
  options.gather_us = kGather_us;
  auto ledger = ledger::open_sqlite(options);
  if (!ledger.ok()) return ledger.error();
  daemon->ledger_ = std::move(*ledger);
  const auto key = security::key_from_file(options.key_file);
  if (!key.ok()) return key.error();

  daemon->events_ = std::make_unique<observe::Events>();
  daemon->log_ = std::make_unique<observe::Log>(*daemon->events_, observe::Level::info,
                                                daemon->ledger_->tag());
  daemon->loops_ = http::make_loops(settings.loops);

  Daemon* self = daemon.get();
  pipeline::Pipeline::World world{
      daemon->loops_->at(0), *daemon->ledger_, *daemon->events_,
      [self](const config::Link& link) -> std::shared_ptr<connector::Sink> {
        auto sink = connector::make_sink(self->loops_->at(0), sink_settings(link));
        // What a link names was checked when the configuration was loaded; if it is gone since, its
        // records wait and the log says why.
        if (!sink.ok()) {
          self->events_->receiver_down({.peer = link.party, .code = sink.error().code});
          return nullptr;
        }
        return std::move(*sink);
      },
      [self](const connector::BatchResult& result) { return self->report(result); }};
  daemon->pipeline_ = std::make_unique<pipeline::Pipeline>(std::move(world),
                                                           pipeline::make_generation(config, 1));
  daemon->api_ = std::make_unique<api::Api>(api::World{
      *daemon->ledger_, *daemon->pipeline_, *daemon->events_, security::mask_key(*key), base::now(),
      [self] { return self->ready_.load(); }});
  if (base::Status opened = daemon->open(*config); !opened.ok()) return opened.error();
  return daemon;
}

base::Status Daemon::open(const config::Config& config) {
  keep_artifacts(config);
  if (base::Status status = open_drops(config); !status.ok()) return status;
  pipeline_->start();
  if (base::Status status = open_listeners(config); !status.ok()) return status;
  ready_ = true;
  events_->gateway_started(1);
  return {};
}

// Whoever explains a record years later finds what handled it.
void Daemon::keep_artifacts(const config::Config& config) {
  for (const auto& mapping : config.mappings.all()) {
    (void)ledger_->keep_artifact(mapping->digest(), "mapping", mapping->source());
  }
  for (const auto& schema : config.schemas.all()) {
    (void)ledger_->keep_artifact(schema->digest(), "schema", schema->source());
  }
}

std::optional<std::string> Daemon::who(const config::Listener& listener, const http::Peer& peer,
                                       std::string_view path_party, base::Error& why) const {
  const auto generation = pipeline_->generation();
  const config::Config& config = *generation->config;
  if (listener.identity == "certificate") {
    const config::Link* link = config.by_certificate(peer.certificate, peer.names);
    if (link == nullptr) {
      why = make_error(ErrorKind::denied, "http.certificate_unknown");
      return std::nullopt;
    }
    if (!path_party.empty() && link->party != path_party) {
      why = make_error(ErrorKind::denied, "http.certificate_other_party");
      return std::nullopt;
    }
    return link->party;
  }
  if (config.link(path_party) == nullptr) {
    why = make_error(ErrorKind::not_found, "http.party_unknown");
    return std::nullopt;
  }
  return std::string(path_party);
}

base::Status Daemon::open_listeners(const config::Config& config) {
  for (const config::Listener& settings : config.settings.listeners) {
    auto listening = std::make_unique<Listening>();
    listening->settings = settings;
    Listening* one = listening.get();
    one->in = std::make_unique<connector::HttpIn>(
        *pipeline_, [this, one](const http::Peer& peer, std::string_view party, base::Error& why) {
          return who(one->settings, peer, party, why);
        });
    http::ServerOptions options;
    options.address = settings.address;
    options.port = settings.port;
    options.unix_path = settings.unix_path;
    options.tls = settings.tls;
    options.client_certificate = settings.identity == "certificate";
    options.files = {settings.certificate, settings.key, settings.authorities};
    options.body_limit = config.settings.body_limit;
    options.problem = [](int status, std::string_view code, std::string_view language) {
      return http::problem_response(status, code, language);
    };
    const bool operators = settings.identity == "operator";
    auto server = http::listen(
        *loops_, options, [this, one, operators](std::shared_ptr<http::Exchange> exchange) {
          if (connector::HttpIn::takes(exchange->request().path)) {
            one->in->handle(std::move(exchange));
            return;
          }
          if (operators) {
            api_->operators(exchange);
            return;
          }
          base::Error why;
          // A caller that proves nobody sees nothing but health.
          const auto party = one->settings.identity == "certificate"
                                 ? who(one->settings, exchange->request().peer, "", why)
                                 : std::nullopt;
          api_->partner(exchange, party.value_or("-"));
        });
    if (!server.ok()) return server.error();
    one->server = std::move(*server);
    listening_.push_back(std::move(listening));
  }
  return {};
}

base::Status Daemon::open_drops(const config::Config& config) {
  auto wanted = drop_settings(config);
  std::shared_ptr<connector::Source> old;
  {
    std::lock_guard hold(drops_lock_);
    if (wanted == drop_settings_) return {};
    old = std::move(drops_);
  }
  if (old) old->stop();
  std::shared_ptr<connector::Source> source = connector::make_drop_source(
      wanted, config.settings.file_limit, base::language_from(config.settings.language), *events_);
  {
    std::lock_guard hold(drops_lock_);
    drop_settings_ = std::move(wanted);
    drops_ = source;
  }
  base::Status started = source->start(*pipeline_);
  if (!started.ok()) {  // the next reload tries again, also with the same settings
    std::lock_guard hold(drops_lock_);
    drop_settings_.clear();
  }
  return started;
}

// The result of a batch goes to the folder it came from.
bool Daemon::report(const connector::BatchResult& result) {
  std::shared_ptr<connector::Source> source;
  {
    std::lock_guard hold(drops_lock_);
    source = drops_;
  }
  return source != nullptr && source->verdict(result);
}

std::vector<base::Finding> Daemon::reload() {
  const std::uint64_t next = pipeline_->generation()->number + 1;
  config::Loaded loaded = config::load(config_file_);
  if (loaded.config == nullptr) {
    events_->config_refused(loaded.findings.size());
    return loaded.findings;
  }
  keep_artifacts(*loaded.config);
  pipeline_->swap(pipeline::make_generation(loaded.config, next));
  for (const auto& one : listening_) {
    if (!one->settings.tls) continue;
    for (const config::Listener& listener : loaded.config->settings.listeners) {
      if (listener.name != one->settings.name) continue;
      const base::Status reloaded =
          one->server->reload_tls({listener.certificate, listener.key, listener.authorities});
      if (!reloaded.ok()) {
        loaded.findings.push_back({base::Severity::error, reloaded.error().code,
                                   {listener.certificate, 0, 0, ""}, 0, reloaded.error().arguments, ""});
      }
    }
  }
  if (base::Status drops = open_drops(*loaded.config); !drops.ok()) {
    loaded.findings.push_back({base::Severity::error, drops.error().code, drops.error().place, 0,
                               drops.error().arguments, ""});
  }
  events_->config_reloaded(next);
  return loaded.findings;
}

void Daemon::stop() {
  if (stopped_ || !pipeline_) return;
  stopped_ = true;
  ready_ = false;
  events_->gateway_stopping();
  for (const auto& one : listening_) {
    if (one->server) one->server->drain();
  }
  {
    std::lock_guard hold(drops_lock_);
    if (drops_) drops_->stop();
  }
  pipeline_->stop();
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(drain_ms_);
  while (std::chrono::steady_clock::now() < until && pipeline_->sends_under_way() > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  pipeline_->close();
  ledger_->close();
  loops_->stop(1'000);
  listening_.clear();
}

void notify_manager(const std::string& state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr || *path == '\0') return;
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t length = std::strlen(path);
  if (length < sizeof address.sun_path) {
    std::memcpy(address.sun_path, path, length);
    if (path[0] == '@') address.sun_path[0] = '\0';  // an abstract socket
    sendto(fd, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
           static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length));
  }
  close(fd);
}

}  // namespace portage::daemon
