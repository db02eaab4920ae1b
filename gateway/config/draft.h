// What the files say before it is checked against each other: the settings and links, each with the
// places that a finding may have to point at. Lives for the time of one load.
#pragma once

#include <string>
#include <vector>

#include "gateway/config/config.h"
#include "gateway/config/files.h"

namespace portage::config {

struct Named {  // a name as written, and where
  std::string name;
  At at;
};

struct Paths {
  Named places{"places", {}}, routes{"routes", {}}, parties{"parties", {}};
  Named agreements{"", {}};        // unless named, beside the routes
  Named services{"services", {}};  // unless named, it may be missing
  Named mappings{"../mappings", {}}, tables{"../mappings/tables", {}}, schemas{"../schemas", {}};
};

struct SettingsDraft {
  Settings settings;
  Paths paths;
};

struct ExchangeDraft {
  Exchange exchange;
  At at, kind_at, form_at, mapping_at, content_type_at;
};

struct DropDraft {
  Drop drop;
  At folder_at, form_at;
};

struct LinkDraft {
  Link link;
  At party_at, delivery_at, http_at;
  std::vector<At> certificates_at, names_at;
  std::vector<ExchangeDraft> sends, receives;
  std::vector<DropDraft> drops;
};

// [gateway], [limits], [[listener]], [paths] of portage.toml.
SettingsDraft read_settings(const Node& root, const std::string& file, Files& files,
                            Findings& findings);
// One file of parties/.
LinkDraft read_party(const Node& root, const std::string& file, Files& files, Findings& findings);
// certificate, key and authorities of a listener or a delivery; true if the files are there.
void read_tls_files(TableReader& table, Files& files, std::string& certificate, std::string& key,
                    std::string& authorities);
// Is this an address that only this machine can reach?
bool is_loopback(std::string_view host);

// Each party's exchanges against kinds, schemas and mappings, and the parties against each other.
// Fills in the forms and content types that were left out, and moves the drafts' links into
// `config`.
void cross_check(std::vector<LinkDraft>& drafts, Config& config, Findings& findings);
// The last part of it alone.
void take_links(std::vector<LinkDraft>& drafts, Config& config);

}  // namespace portage::config
