// portage map explain: what a mapping does with each field, in words.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/cli/maps.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"

namespace portage::cli {
namespace {

void print_story(const mapping::FieldStory& story, const mapping::Mapping& mapping, const Io& io) {
  io.out << tone(Tone::strong, story.ours.empty() ? story.theirs : story.ours, io.style);
  if (!story.ours.empty() && !story.theirs.empty()) {
    io.out << "  " << story.way << "  " << story.theirs;
  }
  io.out << tone(Tone::faint, "   " + mapping.file() + ":" + std::to_string(story.line), io.style)
         << '\n';
  const std::string& text = io.style.french() ? story.text_fr : story.text_en;
  for (const std::string_view line : base::split(text, '\n')) {
    if (!line.empty()) io.out << "  " << line << '\n';
  }
}

std::string to_json(const mapping::Mapping& mapping,
                    const std::vector<mapping::FieldStory>& stories, const Style& style) {
  std::string json_text;
  format::JsonText json(json_text);
  json.object().text("schema", "portage.cli/1").text("mapping", mapping.name());
  json.number("version", mapping.version()).text("file", mapping.file());
  json.text("ours", mapping.ours()).text("theirs", mapping.theirs());
  json.list("fields");
  for (const mapping::FieldStory& story : stories) {
    json.object().text("ours", story.ours).text("theirs", story.theirs);
    json.text("way", story.way).number("line", story.line);
    json.text("text", style.french() ? story.text_fr : story.text_en).end_object();
  }
  json.end_list().end_object();
  return json_text;
}

}  // namespace

int map_explain(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::words, exit);
  if (!config) return exit;
  std::string name = options.names.front();
  const auto set = mapping_named(name, *config, io, exit);
  if (!set) return exit;
  // The version in effect today, else the newest.
  const mapping::Mapping* mapping = set->pick(name, base::toronto_day(io.style.now));
  if (mapping == nullptr) mapping = set->all().back().get();
  std::vector<mapping::FieldStory> stories = mapping::describe(*mapping);
  if (!options.field.empty()) {
    std::vector<std::string> known;
    for (const auto& story : stories) {
      known.push_back(story.ours);
      known.push_back(story.theirs);
    }
    std::erase_if(stories, [&](const auto& story) {
      return story.ours != options.field && story.theirs != options.field;
    });
    if (stories.empty()) {
      io.complain("cli.map.no_field", {{"field", options.field}, {"mapping", name}});
      io.suggest(options.field, known);
      return kNotFound;
    }
  }
  if (options.output == Output::json || options.output == Output::jsonl) {
    io.out << to_json(*mapping, stories, io.style) << '\n';
    return kDone;
  }
  if (options.output == Output::id) {
    for (const auto& story : stories) {
      io.out << (story.ours.empty() ? story.theirs : story.ours) << '\n';
    }
    return kDone;
  }
  if (options.field.empty()) {
    io.out << mapping->name() << ' ' << mapping->version() << "   " << mapping->ours() << " <-> "
           << mapping->theirs() << "\n\n";
  }
  for (const auto& story : stories) print_story(story, *mapping, io);
  return kDone;
}

}  // namespace portage::cli
