// portage help CODE: what an error code means, whose turn it is, and what to do.
#include "gateway/base/text.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"

namespace portage::cli {
namespace {

// What a real message fills in stands as <path>.
std::string with_blanks(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c == '{') c = '<';
    if (c == '}') c = '>';
  }
  return out;
}

}  // namespace

int help_code(const Options& options, const Io& io) {
  const std::string& code = options.names.front();
  const base::CatalogueEntry* entry = base::catalogue_find(code);
  if (entry == nullptr || entry->who_acts.empty()) {
    std::vector<std::string> codes;
    for (const base::CatalogueEntry& one : base::catalogue()) {
      if (!one.who_acts.empty()) codes.emplace_back(one.key);
    }
    io.complain("cli.unknown_code", {{"code", code}});
    io.suggest(code, codes);
    return kNotFound;
  }
  const std::string text = with_blanks(io.style.french() ? entry->fr : entry->en);
  const std::string fix = with_blanks(io.style.french() ? entry->fix_fr : entry->fix_en);
  if (options.output != Output::table) {
    std::string json_text;
    format::JsonText json(json_text);
    json.object().text("schema", "portage.cli/1").text("code", entry->key);
    json.number("status", static_cast<std::uint64_t>(entry->status));
    json.text("who_acts", entry->who_acts).text("text", text).text("fix", fix).end_object();
    io.out << json_text << '\n';
    return kDone;
  }
  io.out << tone(Tone::strong, entry->key, io.style) << '\n' << "  " << text << '\n';
  if (!fix.empty()) io.out << "  " << io.style.say("finding.fix", {{"fix", fix}}) << '\n';
  io.out << "  "
         << io.style.say("cli.who_acts",
                         {{"who", io.style.say("cli.who." + std::string(entry->who_acts))}});
  // What is found in files has no answer over HTTP.
  if (entry->status != 0 && entry->status != 500) io.out << "  (HTTP " << entry->status << ')';
  io.out << '\n';
  return kDone;
}

}  // namespace portage::cli
