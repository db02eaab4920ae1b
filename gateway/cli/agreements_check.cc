// portage agreements check: for each flow to a connected party, what is permitted, what its mapping
// sends, and what really left.
#include <algorithm>
#include <filesystem>
#include <map>
#include <tuple>

#include "gateway/cli/gateway_client.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/table.h"
#include "gateway/cli/verbs.h"
#include "gateway/config/flows.h"
#include "gateway/format/json_text.h"

namespace portage::cli {
namespace {

using agreements::FieldSet;

struct Sent {
  std::uint64_t records = 0;
  FieldSet fields;
};
using SentFlows = std::map<std::tuple<std::string, std::string, std::string>, Sent>;

// What a running gateway has sent; nothing if none can be asked.
std::optional<SentFlows> ask_gateway(const Options& options, const config::Config& config,
                                     const Io& io) {
  std::string path = options.socket;
  for (const config::Listener& listener : config.settings.listeners) {
    if (path.empty() && listener.identity == "operator") path = listener.unix_path;
  }
  std::error_code ignored;
  if (path.empty() || !std::filesystem::exists(path, ignored)) return std::nullopt;
  GatewayClient client(io);
  if (client.open_socket(options) != kDone) return std::nullopt;
  const Answer answer = client.get("/v1/agreements/sent", true);
  if (!answer.ok()) return std::nullopt;
  SentFlows out;
  for (const record::Value& item : answer.view()["flows"].items()) {
    const View flow(item);
    const std::string kind = flow["kind"].text();
    Sent& sent = out[{flow["agreement"].text(), kind, flow["receiver"].text()}];
    sent.records = flow["records"].number();
    const agreements::KindLeaves* leaves = config.agreements.leaves(kind);
    if (leaves == nullptr) continue;
    for (const record::Value& field : flow["fields"].items()) {
      sent.fields |= leaves->below(View(field).text());
    }
  }
  return out;
}

std::vector<std::string> names(const agreements::KindLeaves& leaves, const FieldSet& fields) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < leaves.paths.size() && i < FieldSet::kMost; ++i) {
    if (fields.has(i)) out.push_back(leaves.paths[i]);
  }
  return out;
}

FieldSet without(const FieldSet& a, const FieldSet& b, std::size_t count) {
  FieldSet out;
  for (std::size_t i = 0; i < count && i < FieldSet::kMost; ++i) {
    if (a.has(i) && !b.has(i)) out.add(i);
  }
  return out;
}

class Report {
 public:
  Report(const Options& options, const config::Config& config, const Io& io)
      : options_(options), config_(config), io_(io), sent_(ask_gateway(options, config, io)) {}

  int run() {
    for (const config::FlowUse& use : config::flow_uses(config_)) {
      if (!options_.names.empty() && use.flow->agreement->id != options_.names.front()) continue;
      ++flows_;
      row(use);
    }
    if (options_.output == Output::table) {
      io_.out << table_.text(io_.style) << notes_ << '\n'
              << io_.style.say(found_ == 0 ? "cli.agreements.sound" : "cli.agreements.found",
                               {{"flows", std::to_string(flows_)}, {"n", std::to_string(found_)}})
              << '\n';
      if (!sent_) io_.out << io_.style.say("cli.agreements.not_asked") << '\n';
    }
    return found_ == 0 ? kDone : kFound;
  }

 private:
  void row(const config::FlowUse& use) {
    const agreements::KindLeaves& leaves = *config_.agreements.leaves(use.flow->kind);
    const std::size_t count = leaves.paths.size();
    const FieldSet extra = without(use.mapped, use.flow->permitted, count);
    Sent sent;
    if (sent_) {
      const auto it = sent_->find({use.flow->agreement->id, use.flow->kind, use.receiver});
      if (it != sent_->end()) sent = it->second;
    }
    const FieldSet leaked = without(sent.fields, use.flow->permitted, count);
    found_ += extra.count() + leaked.count();
    if (options_.output == Output::json || options_.output == Output::jsonl) {
      print(use, leaves, extra, sent);
      return;
    }
    if (options_.output == Output::id) {
      if (extra.count() + leaked.count() > 0) io_.out << use.flow->agreement->id << '\n';
      return;
    }
    table_.add(
        {use.flow->agreement->id, use.flow->kind, use.receiver,
         number_cell(use.flow->permitted.count(), io_.style),
         number_cell(use.mapped.count(), io_.style),
         sent_ ? number_cell(sent.fields.count(), io_.style) : TextCell("–", Tone::faint, true),
         sent_ ? number_cell(sent.records, io_.style) : TextCell("–", Tone::faint, true)});
    const auto note = [&](const char* key, const FieldSet& fields) {
      for (const std::string& field : names(leaves, fields)) {
        notes_ += io_.style.say(key, {{"id", use.flow->agreement->id},
                                      {"receiver", use.receiver},
                                      {"field", field}}) +
                  "\n";
      }
    };
    note("cli.agreements.mapped_not_permitted", extra);
    note("cli.agreements.sent_not_permitted", leaked);
  }

  void print(const config::FlowUse& use, const agreements::KindLeaves& leaves,
             const FieldSet& extra, const Sent& sent) {
    std::string line;
    format::JsonText json(line);
    const auto list = [&](std::string_view name, const FieldSet& fields) {
      json.list(name);
      for (const std::string& field : names(leaves, fields)) json.element(field);
      json.end_list();
    };
    json.object()
        .text("agreement", use.flow->agreement->id)
        .text("kind", use.flow->kind)
        .text("receiver", use.receiver)
        .text("form", use.exchange->form);
    list("permitted", use.flow->permitted);
    list("mapped", use.mapped);
    list("mapped_not_permitted", extra);
    if (sent_) {
      json.number("records", sent.records);
      list("sent", sent.fields);
    }
    json.end_object();
    io_.out << line << '\n';
  }

  const Options& options_;
  const config::Config& config_;
  const Io& io_;
  const std::optional<SentFlows> sent_;
  TextTable table_{{io_.style.say("cli.column.agreement"), io_.style.say("cli.column.kind"),
                    io_.style.say("cli.column.to"),
                    TextCell(io_.style.say("cli.column.permitted"), Tone::plain, true),
                    TextCell(io_.style.say("cli.column.mapped"), Tone::plain, true),
                    TextCell(io_.style.say("cli.column.sent"), Tone::plain, true),
                    TextCell(io_.style.say("cli.column.records"), Tone::plain, true)}};
  std::string notes_;
  std::size_t flows_ = 0, found_ = 0;
};

}  // namespace

int agreements_check(const Options& options, const Io& io) {
  // A field that is mapped and not permitted makes the configuration unsound, and is what this verb
  // reports: so those findings do not stop it.
  const std::string path = config_path(options);
  const config::Loaded loaded = config::load(path, config::Scope::all_but_flows);
  if (!loaded.config) {
    int exit = kDone;
    return load_config(options, io, config::Scope::everything, exit) ? kDone : exit;
  }
  if (!options.names.empty()) {
    const auto& all = loaded.config->agreements.all();
    std::vector<std::string> known;
    for (const auto& one : all) known.push_back(one->id);
    if (std::find(known.begin(), known.end(), options.names.front()) == known.end()) {
      io.complain("cli.no_agreement", {{"id", options.names.front()}});
      io.suggest(options.names.front(), known);
      return kNotFound;
    }
  }
  return Report(options, *loaded.config, io).run();
}

}  // namespace portage::cli
