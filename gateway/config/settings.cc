// portage.toml itself: [gateway], [limits], [[listener]], [paths].
#include <sys/stat.h>

#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/config/draft.h"

namespace portage::config {
namespace {

constexpr std::int64_t kMegabyte = 1 << 20;

void read_gateway(const Node& node, const std::string& file, Files& files, Settings& settings,
                  Findings& findings) {
  TableReader table(node, file, "[gateway]", findings);
  table.read("name", settings.name);
  if (table.has("name") && settings.name.empty()) {
    report(findings, "config.empty", table.value_at("name"), {{"key", "name"}});
  }
  if (table.read("state", settings.state_folder)) {
    settings.state_folder = files.resolve(settings.state_folder);
  }
  files.check_folder(settings.state_folder, table.value_at("state"));
  table.read_word("language", settings.language, {"en", "fr"});
  table.read("loops", settings.loops, 1, 64);
  table.read("drain_ms", settings.drain_ms, 0, 600'000);
  table.finish();
}

void read_limits(const Node& node, const std::string& file, Settings& settings,
                 Findings& findings) {
  TableReader table(node, file, "[limits]", findings);
  table.read("body_bytes", settings.body_limit, 1024, 1024 * kMegabyte);
  table.read("file_bytes", settings.file_limit, 1024, 16'384 * kMegabyte);
  table.read("depth", settings.depth_limit, 4, 512);
  table.read("disk_floor_bytes", settings.disk_floor_bytes, 0, std::int64_t{1} << 50);
  table.read("refusal_days", settings.refusal_days, 1, 3'650);
  table.read("live_lag_ms", settings.live_lag_ms, 10, 600'000);
  table.finish();
}

// The rules that keep a caller from naming itself: see config.h on `identity`.
void check_identity(const Listener& listener, TableReader& table, Findings& findings) {
  const At where = table.value_at("identity");
  const base::Arguments name{{"name", listener.name}};
  if (listener.identity == "certificate") {
    if (!listener.unix_path.empty()) {
      report(findings, "config.certificate_on_socket", where, name);
    } else if (!listener.tls) {
      report(findings, "config.certificate_without_tls", where, name);
    } else if (listener.authorities.empty()) {
      report(findings, "config.certificate_without_authorities", where, name);
    }
  } else if (listener.identity == "path") {
    if (listener.tls) report(findings, "config.path_with_tls", where, name);
    if (listener.unix_path.empty() && !is_loopback(listener.address)) {
      report(findings, "config.path_not_loopback", table.value_at("address"), name);
    }
  } else if (listener.unix_path.empty()) {
    report(findings, "config.operator_not_socket", where, name);
  }
}

Listener read_listener(const Node& node, const std::string& file, Files& files,
                       Findings& findings) {
  Listener listener;
  TableReader table(node, file, "[[listener]]", findings);
  table.require("name", listener.name);
  const bool socket = table.read("unix", listener.unix_path);
  if (socket) {
    listener.unix_path = files.resolve(listener.unix_path);
    // sockaddr_un holds 108 bytes, the last one 0.
    if (listener.unix_path.size() > 107) {
      report(findings, "config.socket_too_long", table.value_at("unix"), {{"limit", "107"}});
    }
    for (const char* other : {"address", "port", "tls"}) {
      if (table.has(other)) {
        report(findings, "config.socket_and", table.key_at(other), {{"key", other}});
      }
    }
  }
  table.read("address", listener.address);
  const bool port = table.read("port", listener.port, 0, 65'535);
  if (!socket && !port && !table.has("port")) {
    report(findings, "config.missing_key", table.where(),
           {{"key", "port"}, {"table", "[[listener]]"}});
  }
  table.read("tls", listener.tls);
  // A listener that says nothing about identity is of the strictest sort.
  const bool known =
      table.read_word("identity", listener.identity, {"certificate", "path", "operator"});
  read_tls_files(table, files, listener.certificate, listener.key, listener.authorities);
  if (listener.tls && (listener.certificate.empty() || listener.key.empty())) {
    report(findings, "config.tls_without_certificate", table.key_at("tls"),
           {{"name", listener.name}});
  }
  if (known || !table.has("identity")) check_identity(listener, table, findings);
  table.finish();
  return listener;
}

void check_listeners(const std::vector<Listener>& listeners, const std::vector<At>& places,
                     Findings& findings) {
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Listener &a = listeners[j], &b = listeners[i];
      if (!b.name.empty() && a.name == b.name) {
        report(findings, "config.listener_twice", places[i], {{"name", b.name}});
      } else if (b.port != 0 && a.port == b.port && a.address == b.address) {
        report(findings, "config.port_twice", places[i],
               {{"name", a.name}, {"port", std::to_string(b.port)}});
      } else if (!b.unix_path.empty() && a.unix_path == b.unix_path) {
        report(findings, "config.socket_twice", places[i], {{"name", a.name}});
      }
    }
  }
}

void read_paths(const Node& node, const std::string& file, Paths& paths, Findings& findings) {
  TableReader table(node, file, "[paths]", findings);
  table.read("places", paths.places.name, &paths.places.at);
  table.read("routes", paths.routes.name, &paths.routes.at);
  table.read("agreements", paths.agreements.name, &paths.agreements.at);
  table.read("services", paths.services.name, &paths.services.at);
  table.read("parties", paths.parties.name, &paths.parties.at);
  table.read("mappings", paths.mappings.name, &paths.mappings.at);
  table.read("tables", paths.tables.name, &paths.tables.at);
  table.read("schemas", paths.schemas.name, &paths.schemas.at);
  table.finish();
}

}  // namespace

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos);
}

void read_tls_files(TableReader& table, Files& files, std::string& certificate, std::string& key,
                    std::string& authorities) {
  const auto read_one = [&](const char* name, std::string& into) {
    if (!table.read(name, into)) return;
    into = files.resolve(into);
    if (!files.check_file(into, table.value_at(name))) into.clear();
  };
  read_one("certificate", certificate);
  read_one("key", key);
  read_one("authorities", authorities);
  struct stat seen {};
  if (!key.empty() && stat(key.c_str(), &seen) == 0 && (seen.st_mode & 077) != 0) {
    report(table.findings(), "config.key_open", table.value_at("key"), {{"file", key}},
           base::Severity::warning);
  }
  if (table.has("certificate") != table.has("key")) {
    report(table.findings(), "config.certificate_needs_key",
           table.has("key") ? table.key_at("key") : table.key_at("certificate"));
  }
}

SettingsDraft read_settings(const Node& root, const std::string& file, Files& files,
                            Findings& findings) {
  SettingsDraft draft;
  Settings& settings = draft.settings;
  settings.where = directory::SourceRow{file, 1};
  const At top = at_of(file, Span{1, 1, 0});
  for (Named* named : {&draft.paths.places, &draft.paths.routes, &draft.paths.parties,
                       &draft.paths.mappings, &draft.paths.tables, &draft.paths.schemas}) {
    named->at = top;
  }
  TableReader table(root, file, "portage.toml", findings);
  const Node empty{NodeKind::table, {}, {}, Span{1, 1, 0}, {}, 0, false, {}};
  const Node* gateway = table.table("gateway");
  read_gateway(gateway != nullptr ? *gateway : empty, file, files, settings, findings);
  if (const Node* limits = table.table("limits")) read_limits(*limits, file, settings, findings);
  if (const Node* paths = table.table("paths")) read_paths(*paths, file, draft.paths, findings);
  std::vector<At> places;
  for (const Node* node : table.tables("listener")) {
    settings.listeners.push_back(read_listener(*node, file, files, findings));
    places.push_back(at_of(file, node->at));
  }
  if (!table.has("listener")) {
    report(findings, "config.no_listener", top, {}, base::Severity::warning);
  }
  check_listeners(settings.listeners, places, findings);
  table.finish();
  return draft;
}

}  // namespace portage::config
