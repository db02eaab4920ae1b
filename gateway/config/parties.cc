// One file of parties/: what a party sends and receives, who it is on the wire, how records reach
// it.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/config/draft.h"

namespace portage::config {
namespace {

ExchangeDraft read_exchange(const Node& node, const std::string& file, const char* title,
                            Findings& findings) {
  ExchangeDraft draft;
  TableReader table(node, file, title, findings);
  draft.at = at_of(file, node.at);
  Exchange& exchange = draft.exchange;
  table.require("kind", exchange.kind, &draft.kind_at);
  table.read("form", exchange.form, &draft.form_at);
  table.read("mapping", exchange.mapping, &draft.mapping_at);
  table.read("content_type", exchange.content_type, &draft.content_type_at);
  table.finish();
  return draft;
}

bool looks_like_digest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// "AB:CD:…", as openssl prints it, is the same certificate: say so rather than guess.
std::string tidied(std::string_view text) {
  std::string out;
  for (const char c : base::lower_ascii(text)) {
    if (c != ':' && c != ' ') out += c;
  }
  return out;
}

void read_identity(const Node& node, const std::string& file, LinkDraft& draft,
                   Findings& findings) {
  TableReader table(node, file, "[identity]", findings);
  for (const Node* item : table.texts("certificates")) {
    const At at = at_of(file, item->at);
    if (!looks_like_digest(item->text)) {
      base::Finding& finding = report(findings, "config.certificate_digest", at);
      if (const std::string tidy = tidied(item->text); looks_like_digest(tidy)) {
        finding.suggestion = tidy;
      }
      continue;
    }
    draft.link.certificates.push_back(item->text);
    draft.certificates_at.push_back(at);
  }
  for (const Node* item : table.texts("names")) {
    const At at = at_of(file, item->at);
    if (base::trim(item->text).empty()) {
      report(findings, "config.empty", at, {{"key", "names"}});
      continue;
    }
    draft.link.names.push_back(item->text);
    draft.names_at.push_back(at);
  }
  table.finish();
}

// The host of an http or https URL, or empty.
std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  if (url.substr(0, scheme) != "http" && url.substr(0, scheme) != "https") return {};
  std::string_view rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  const std::size_t at = rest.rfind('@');
  if (at != std::string_view::npos) rest.remove_prefix(at + 1);
  if (rest.starts_with("[")) return std::string(rest.substr(0, rest.find(']') + 1));
  return std::string(rest.substr(0, rest.find(':')));
}

HttpDelivery read_http(const Node& node, const std::string& file, Files& files,
                       Findings& findings) {
  HttpDelivery http;
  TableReader table(node, file, "[delivery.http]", findings);
  table.require("url", http.url);
  table.read("expected_name", http.expected_name);
  read_tls_files(table, files, http.certificate, http.key, http.authorities);
  const bool https = http.url.starts_with("https://");
  const std::string host = host_of(http.url);
  if (!http.url.empty() && host.empty()) {
    report(findings, "config.url", table.value_at("url"), {{"key", "url"}});
  } else if (https && !table.has("authorities")) {
    report(findings, "config.https_without_authorities", table.value_at("url"));
  } else if (!http.url.empty() && !https) {
    if (table.has("certificate") || table.has("authorities")) {
      report(findings, "config.http_with_tls_files", table.value_at("url"));
    }
    if (!is_loopback(host)) {
      report(findings, "config.plain_http", table.value_at("url"), {}, base::Severity::warning);
    }
  }
  table.finish();
  return http;
}

void read_delivery(const Node& node, const std::string& file, Files& files, LinkDraft& draft,
                   Findings& findings) {
  Delivery& delivery = draft.link.delivery;
  TableReader table(node, file, "[delivery]", findings);
  draft.delivery_at = table.where();
  table.read("deduplicates", delivery.deduplicates);
  table.read("parallel", delivery.parallel, 1, 256);
  table.read("max_attempts", delivery.max_attempts, 1, 1'000);
  table.read("first_retry_ms", delivery.first_retry_ms, 10, 3'600'000);
  table.read("longest_retry_ms", delivery.longest_retry_ms, 10, 86'400'000);
  table.read("timeout_ms", delivery.timeout_ms, 100, 600'000);
  if (delivery.first_retry_ms > delivery.longest_retry_ms) {
    report(findings, "config.retry_order",
           table.value_at(table.has("first_retry_ms") ? "first_retry_ms" : "longest_retry_ms"),
           {{"first", std::to_string(delivery.first_retry_ms)},
            {"longest", std::to_string(delivery.longest_retry_ms)}});
  }
  if (const Node* http = table.table("http")) {
    delivery.http = read_http(*http, file, files, findings);
    draft.http_at = at_of(file, http->at);
  }
  if (const Node* node_file = table.table("file")) {
    TableReader inner(*node_file, file, "[delivery.file]", findings);
    FileDelivery out;
    if (inner.require("folder", out.folder)) {
      out.folder = files.resolve(out.folder);
      files.check_folder(out.folder, inner.value_at("folder"));
    }
    inner.finish();
    delivery.file = std::move(out);
  }
  if (delivery.http && delivery.file) {
    report(findings, "config.two_deliveries", table.key_at("file"));
  }
  table.finish();
}

DropDraft read_drop(const Node& node, const std::string& file, Files& files, Findings& findings) {
  DropDraft draft;
  TableReader table(node, file, "[[drop]]", findings);
  if (table.require("folder", draft.drop.folder, &draft.folder_at)) {
    draft.drop.folder = files.resolve(draft.drop.folder);
    files.check_folder(draft.drop.folder, draft.folder_at);
  }
  table.require("form", draft.drop.form, &draft.form_at);
  table.read("poll_ms", draft.drop.poll_ms, 10, 3'600'000);
  table.finish();
  return draft;
}

}  // namespace

LinkDraft read_party(const Node& root, const std::string& file, Files& files, Findings& findings) {
  LinkDraft draft;
  draft.link.where = directory::SourceRow{file, 1};
  TableReader table(root, file, "party", findings);
  table.require("id", draft.link.party, &draft.party_at);
  table.read("answer_within_s", draft.link.answer_within_s, 1, 31'536'000);
  for (const Node* node : table.tables("sends")) {
    draft.sends.push_back(read_exchange(*node, file, "[[sends]]", findings));
  }
  for (const Node* node : table.tables("receives")) {
    draft.receives.push_back(read_exchange(*node, file, "[[receives]]", findings));
  }
  if (const Node* node = table.table("identity")) read_identity(*node, file, draft, findings);
  if (const Node* node = table.table("delivery")) {
    read_delivery(*node, file, files, draft, findings);
  }
  for (const Node* node : table.tables("drop")) {
    draft.drops.push_back(read_drop(*node, file, files, findings));
  }
  table.finish();
  return draft;
}

}  // namespace portage::config
