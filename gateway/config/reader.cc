#include "gateway/config/reader.h"

#include <algorithm>
#include <array>

#include "gateway/base/text.h"

namespace portage::config {
namespace {

using base::Finding;
using base::Severity;

// Words that name a secret's value. A file's name is welcome; the secret itself is not.
bool names_a_secret(std::string_view key) {
  static constexpr std::array<std::string_view, 7> kWords = {
      "password", "passphrase", "passwd", "secret", "token", "api_key", "private_key"};
  const std::string lower = base::lower_ascii(key);
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

// A PEM block, or a user and password inside a URL.
bool holds_a_secret(std::string_view text) {
  if (text.find("-----BEGIN") != std::string_view::npos) return true;
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view host = text.substr(scheme + 3, text.find('/', scheme + 3) - scheme - 3);
  const std::size_t user = host.find('@');
  return user != std::string_view::npos && host.substr(0, user).find(':') != std::string_view::npos;
}

// A key of schemas/messages/config.json.
std::string_view kind_name(NodeKind kind) {
  switch (kind) {
    case NodeKind::table:
      return "config.kind.table";
    case NodeKind::array:
      return "config.kind.array";
    case NodeKind::text:
      return "config.kind.text";
    case NodeKind::integer:
      return "config.kind.integer";
    case NodeKind::decimal:
      return "config.kind.decimal";
    case NodeKind::boolean:
      return "config.kind.boolean";
    case NodeKind::date:
      return "config.kind.date";
    case NodeKind::other:
      break;
  }
  return "config.kind.other";
}

}  // namespace

At at_of(const std::string& file, Span span) {
  return At{base::Place{file, span.line, span.column, {}}, span.end_column};
}

Finding& report(Findings& findings, std::string_view code, const At& where,
                base::Arguments arguments, Severity severity) {
  findings.push_back(Finding{
      severity, std::string(code), where.place, where.end_column, std::move(arguments), {}});
  return findings.back();
}

void report_unknown(Findings& findings, std::string_view code, const At& where,
                    const std::string& name, const std::vector<std::string>& known) {
  Finding& finding = report(findings, code, where, {{"name", name}});
  if (auto near = base::nearest(name, known)) finding.suggestion = std::move(*near);
}

bool TableReader::is_kind(const Node& node, NodeKind kind, std::string_view key) {
  if (node.kind == kind) return true;
  report(findings_, "config.type", at_of(file_, node.at),
         {{"key", std::string(key)},
          {"wanted", "@" + std::string(kind_name(kind))},
          {"found", "@" + std::string(kind_name(node.kind))}});
  return false;
}

const Node* TableReader::ask(std::string_view key, NodeKind kind) {
  asked_.emplace_back(key);
  const Node* node = table_.find(key);
  return node != nullptr && is_kind(*node, kind, key) ? node : nullptr;
}

const Node* TableReader::text(std::string_view key) {
  const Node* node = ask(key, NodeKind::text);
  if (node != nullptr && holds_a_secret(node->text)) {
    report(findings_, "config.secret", at_of(file_, node->at), {{"key", std::string(key)}});
    return nullptr;
  }
  return node;
}

const Node* TableReader::boolean(std::string_view key) { return ask(key, NodeKind::boolean); }

const Node* TableReader::integer(std::string_view key, std::int64_t least, std::int64_t most) {
  const Node* node = ask(key, NodeKind::integer);
  if (node == nullptr) return nullptr;
  if (node->integer >= least && node->integer <= most) return node;
  report(findings_, "config.range", at_of(file_, node->at),
         {{"key", std::string(key)},
          {"least", std::to_string(least)},
          {"most", std::to_string(most)}});
  return nullptr;
}

const Node* TableReader::table(std::string_view key) { return ask(key, NodeKind::table); }

std::vector<const Node*> TableReader::tables(std::string_view key) {
  std::vector<const Node*> out;
  const Node* node = ask(key, NodeKind::array);
  if (node == nullptr) return out;
  for (const Node& item : node->children) {
    if (is_kind(item, NodeKind::table, key)) out.push_back(&item);
  }
  return out;
}

std::vector<const Node*> TableReader::texts(std::string_view key) {
  std::vector<const Node*> out;
  const Node* node = ask(key, NodeKind::array);
  if (node == nullptr) return out;
  for (const Node& item : node->children) {
    if (is_kind(item, NodeKind::text, key)) out.push_back(&item);
  }
  return out;
}

bool TableReader::read(std::string_view key, std::string& into, At* where) {
  const Node* node = text(key);
  if (node == nullptr) return false;
  into = node->text;
  if (where != nullptr) *where = at_of(file_, node->at);
  return true;
}

bool TableReader::read(std::string_view key, bool& into) {
  const Node* node = boolean(key);
  if (node != nullptr) into = node->boolean;
  return node != nullptr;
}

bool TableReader::read_word(std::string_view key, std::string& into,
                            const std::vector<std::string>& words) {
  const Node* node = text(key);
  if (node == nullptr) return false;
  if (std::find(words.begin(), words.end(), node->text) == words.end()) {
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
    Finding& finding = report(findings_, "config.word", at_of(file_, node->at),
                              {{"key", std::string(key)}, {"value", node->text}, {"words", all}});
    if (auto near = base::nearest(node->text, words)) finding.suggestion = std::move(*near);
    return false;
  }
  into = node->text;
  return true;
}

bool TableReader::require(std::string_view key, std::string& into, At* where) {
  if (!has(key)) {
    asked_.emplace_back(key);
    report(findings_, "config.missing_key", this->where(),
           {{"key", std::string(key)}, {"table", title_}});
    return false;
  }
  if (!read(key, into, where)) return false;
  if (!into.empty()) return true;
  report(findings_, "config.empty", value_at(key), {{"key", std::string(key)}});
  return false;
}

At TableReader::where() const {
  // A root table begins at the top of its file.
  const Span span = table_.at.line == 0 ? Span{1, 1, 0} : table_.at;
  return at_of(file_, span);
}

At TableReader::key_at(std::string_view key) const {
  const Node* node = table_.find(key);
  return node == nullptr ? where() : at_of(file_, node->key_at);
}

At TableReader::value_at(std::string_view key) const {
  const Node* node = table_.find(key);
  return node == nullptr ? where() : at_of(file_, node->at);
}

void TableReader::finish() {
  for (const Node& child : table_.children) {
    if (std::find(asked_.begin(), asked_.end(), child.key) != asked_.end()) continue;
    const At where = at_of(file_, child.key_at);
    if (names_a_secret(child.key)) {
      report(findings_, "config.secret", where, {{"key", child.key}});
      continue;
    }
    Finding& finding =
        report(findings_, "config.unknown_key", where, {{"key", child.key}, {"table", title_}});
    if (auto near = base::nearest(child.key, asked_)) finding.suggestion = std::move(*near);
  }
}

}  // namespace portage::config
