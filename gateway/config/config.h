// Config: everything the gateway is told, from files, as one immutable generation. Loading is
// strict and reports every finding at once with file:line:column; a reload builds a new generation
// beside the old one, and work in flight keeps its own (shared_ptr<const Config>).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/agreements/agreements.h"
#include "gateway/base/error.h"
#include "gateway/directory/directory.h"
#include "gateway/directory/tables.h"
#include "gateway/mapping/mapping.h"
#include "gateway/routing/routing.h"
#include "gateway/schema/schema.h"
#include "gateway/services/services.h"

namespace portage::config {

// What a party sends or receives of one kind of record, and in which words. With `mapping` empty
// the form is the canonical one ("referral@1").
struct Exchange {
  std::string kind;          // "referral"
  std::string form;          // schema name: "halton/referral@2"
  std::string mapping;       // mapping name: "halton/referral"
  std::string content_type;  // "text/csv"; from the form's format unless said
};

struct HttpDelivery {
  friend bool operator==(const HttpDelivery&, const HttpDelivery&) = default;
  std::string url;
  std::string certificate, key, authorities;  // PEM files; empty for plain http
  std::string expected_name;
};
struct FileDelivery {
  friend bool operator==(const FileDelivery&, const FileDelivery&) = default;
  std::string folder;
};

// How records reach a party; neither = they wait in its mailbox.
struct Delivery {
  friend bool operator==(const Delivery&, const Delivery&) = default;
  std::optional<HttpDelivery> http;
  std::optional<FileDelivery> file;
  bool deduplicates = true;         // it ignores repeats of our record id
  std::uint32_t parallel = 8;       // sends in flight
  std::uint32_t max_attempts = 12;  // then quarantined
  std::uint32_t first_retry_ms = 500, longest_retry_ms = 60'000;
  std::uint32_t timeout_ms = 30'000;
};

// A folder that a party drops files into.
struct Drop {
  std::string folder;
  std::string form;  // of the files in it
  std::uint32_t poll_ms = 200;
};

struct Link {  // a party's connection; every one names a party of the directory
  std::string party;
  std::vector<std::string> certificates;  // SHA-256 of DER, lower-case hex
  std::vector<std::string> names;         // SAN names that prove this party
  std::vector<Exchange> sends, receives;
  Delivery delivery;
  std::vector<Drop> drops;
  std::uint32_t answer_within_s = 0;  // expected for records it receives; 0 = none is expected
  directory::SourceRow where;
};

struct Listener {
  std::string name;  // "partners"
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::string unix_path;
  bool tls = false;
  // Who a caller is. `certificate`: mutual TLS. `path`: the party named in the path is believed,
  // allowed on loopback only (benchmarks, tests). `operator`: the admin API, Unix socket only.
  std::string identity = "certificate";
  std::string certificate, key, authorities;
};

struct Settings {
  std::string name = "portage";  // of this gateway, in logs and receipts
  std::string state_folder = "/var/lib/portage";
  std::string language = "en";
  std::uint32_t loops = 1;  // threads for the network
  std::size_t body_limit = 8u << 20;
  std::size_t file_limit = 256u << 20;
  std::uint32_t depth_limit = 64;
  std::uint64_t disk_floor_bytes = 64u << 20;
  std::uint32_t drain_ms = 10'000;
  std::uint32_t refusal_days = 30;    // how long refused bytes are kept
  std::uint32_t live_lag_ms = 1'000;  // a live receiver's lag beyond this slows its senders
  std::vector<Listener> listeners;
  directory::SourceRow where;
};

// One generation. Everything in it is immutable and owned here.
struct Config {
  std::uint64_t generation = 1;
  std::string digest;           // hex, over every file read
  std::string folder;           // of portage.toml
  std::string mappings_folder;  // where *.map were looked for
  std::string services_folder;  // where services were looked for
  Settings settings;
  directory::Directory directory;
  std::vector<directory::CodeTable> tables;
  schema::SchemaSet schemas;  // canonical and parties'
  mapping::MappingSet mappings;
  services::Services services;  // empty where there is no folder of services
  agreements::Agreements agreements;
  routing::Rules rules;
  std::vector<Link> links;         // sorted by party
  std::vector<std::string> kinds;  // of schemas/records/index.csv

  const Link* link(std::string_view party) const;
  const Link* by_certificate(std::string_view sha256, const std::vector<std::string>& names) const;
  const directory::CodeTable* table(std::string_view name) const;
  const schema::Schema* canonical(std::string_view kind) const;  // its newest version
};

struct Counts {
  std::size_t files = 0, parties = 0, links = 0, places = 0, rules = 0, mappings = 0, schemas = 0,
              tables = 0, roles = 0, areas = 0, agreements = 0, flows = 0, kinds = 0;
};
struct Loaded {
  std::shared_ptr<const Config> config;  // nullptr if any finding is an error
  std::vector<base::Finding> findings;
  Counts counts;
};
// Reads portage.toml and everything it names (folders `parties`, `routes`, `places`, `mappings`,
// `schemas`, `tables`; relative paths are relative to the file).
// With Scope::words only [paths], code tables and schemas are read: what a mapping is compiled
// against; with Scope::settings portage.toml alone.
// With Scope::all_but_flows everything but the check of mappings against agreements; with
// Scope::agreed the words, parties, places and agreements, not checked against each other: what
// mappings may send.
enum class Scope : std::uint8_t { everything, words, settings, all_but_flows, agreed };
Loaded load(const std::string& portage_toml, Scope scope = Scope::everything);

// file:line:column, the line (read again from disk), a caret, the reason and the fix, in either
// language; ends with a newline.
std::string render(const base::Finding& finding, bool french);
// One JSON object: code severity file line col end_col message fix suggestion. The codes and keys
// are English.
std::string render_json(const base::Finding& finding, bool french = false);

}  // namespace portage::config
