// portage map doc: a mapping as a page that people outside of it can read, in Markdown.
#include "gateway/base/text.h"
#include "gateway/cli/maps.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/verbs.h"
#include "gateway/mapping/program.h"

namespace portage::cli {
namespace {

// A cell of a Markdown table: no line break and no bar ends it.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string code(std::string_view text) {
  if (text.empty()) return "";
  // Backticks inside need longer ones around.
  const bool ticks = text.find('`') != std::string_view::npos;
  return ticks ? "`` " + cell(text) + " ``" : "`" + cell(text) + "`";
}

// "a.b[k = "v"].c" without what a path may hold besides names, for looking it up in a shape.
std::string plain(std::string_view path) {
  std::string out;
  int depth = 0;
  for (const char c : path) {
    if (c == '[') ++depth;
    if (depth == 0 && c != '`') out += c;
    if (c == ']') --depth;
  }
  return out;
}

std::string meaning(const schema::Schema* schema, const std::string& path, bool french) {
  const schema::Shape* shape = schema == nullptr ? nullptr : schema->shape().at(plain(path));
  if (shape == nullptr) return "";
  return french && !shape->description_fr.empty() ? shape->description_fr : shape->description_en;
}

class Page {
 public:
  Page(const mapping::Mapping& mapping, const config::Config& config, const Style& style)
      : mapping_(mapping),
        ours_(config.schemas.find(mapping.ours())),
        style_(style),
        stories_(mapping::describe(mapping)) {}

  std::string text() {
    out_ = "# " + mapping_.name() + " " + std::to_string(mapping_.version()) + "\n\n";
    const base::Days days = mapping_.effective();
    line("cli.doc.between", {{"ours", mapping_.ours()}, {"theirs", mapping_.theirs()}});
    line("cli.doc.days",
         {{"from", base::format_day(days.from)}, {"until", base::format_day(days.until)}});
    line(mapping_.settles() ? "cli.doc.settles" : "cli.doc.exact", {});
    carried();
    dropped();
    tests();
    return std::move(out_);
  }

 private:
  void line(const char* key, const base::Arguments& arguments) {
    out_ += style_.say(key, arguments) + "\n\n";
  }
  void heading(const char* key) { out_ += "## " + style_.say(key) + "\n\n"; }
  void table(const std::vector<const char*>& keys) {
    for (const char* key : keys) out_ += "| " + (*key ? style_.say(key) : std::string()) + " ";
    out_ += "|\n";
    for (std::size_t i = 0; i < keys.size(); ++i) out_ += "|---";
    out_ += "|\n";
  }
  void row(const std::vector<std::string>& cells) {
    for (const std::string& one : cells) out_ += "| " + one + " ";
    out_ += "|\n";
  }
  const std::string& how(const mapping::FieldStory& story) const {
    return style_.french() ? story.text_fr : story.text_en;
  }

  void carried() {
    heading("cli.doc.fields");
    table({"cli.doc.ours", "", "cli.doc.theirs", "cli.doc.how", "cli.doc.meaning"});
    for (const auto& story : stories_) {
      if (story.ours.empty() || story.theirs.empty()) continue;
      row({code(story.ours), code(story.way), code(story.theirs), cell(how(story)),
           cell(meaning(ours_, story.ours, style_.french()))});
    }
    out_ += '\n';
  }

  void dropped() {
    bool any = false;
    for (const auto& story : stories_) {
      if (!story.ours.empty() && !story.theirs.empty()) continue;
      if (!any) {
        heading("cli.doc.dropped");
        table({"cli.doc.field", "cli.doc.of", "cli.doc.way", "cli.doc.reason"});
      }
      any = true;
      const bool ours = !story.ours.empty();
      row({code(ours ? story.ours : story.theirs), cell(ours ? mapping_.ours() : mapping_.theirs()),
           code(story.way), cell(how(story))});
    }
    if (any) out_ += '\n';
  }

  void tests() {
    heading("cli.doc.tests");
    for (const auto& one : mapping_.program().cases) {
      out_ += "- " + one.title + (one.rejects ? " (" + code(one.code) + ")" : std::string()) + "\n";
    }
  }

  const mapping::Mapping& mapping_;
  const schema::Schema* ours_;
  const Style& style_;
  std::vector<mapping::FieldStory> stories_;
  std::string out_;
};

}  // namespace

int map_doc(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::words, exit);
  if (!config) return exit;
  std::string name = options.names.front();
  const auto set = mapping_named(name, *config, io, exit);
  if (!set) return exit;
  bool first = true;
  for (const auto& mapping : set->all()) {
    if (!first) io.out << '\n';
    first = false;
    io.out << Page(*mapping, *config, io.style).text();
  }
  return kDone;
}

}  // namespace portage::cli
