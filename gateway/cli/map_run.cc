// portage map run: one file through one mapping, and how each field came about.
#include <filesystem>
#include <random>

#include "gateway/cli/documents.h"
#include "gateway/cli/maps.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/table.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"
#include "gateway/security/mask.h"

namespace portage::cli {
namespace {

using mapping::Way;

// Cases, examples and samples are invented people; any other file may hold real ones, and what is
// personal in it is masked wherever we are not asked for the record itself.
bool invented(const std::string& path) {
  for (const auto& part : std::filesystem::path(path).lexically_normal()) {
    if (part == "cases" || part == "examples" || part == "samples") return true;
  }
  return false;
}

security::MaskKey throwaway_key() {
  std::random_device random;
  security::Key key;
  for (unsigned char& byte : key.bytes) byte = static_cast<unsigned char>(random());
  return security::mask_key(key);
}

struct Ran {
  std::uint32_t row = 0;
  const mapping::Mapping* mapping = nullptr;
  std::vector<mapping::Refusal> refusals, notes;
  std::vector<schema::Fault> faults;  // of what was written
  std::vector<mapping::Provenance> fields;
  bool good() const { return mapping != nullptr && refusals.empty() && faults.empty(); }
};

class Runner {
 public:
  Runner(const Options& options, const config::Config& config, const mapping::MappingSet& set,
         std::string name)
      : options_(options), config_(config), set_(set), name_(std::move(name)) {}

  Way way() const { return options_.way == "out" ? Way::out : Way::in; }

  Ran run(const InputDocument& input, base::Day day, record::Document& into) const {
    Ran out;
    out.row = input.row;
    mapping::Refusal why;
    out.mapping =
        way() == Way::in ? set_.pick_in(name_, input.root, day, why) : set_.pick(name_, day);
    if (out.mapping == nullptr) {
      if (why.code.empty()) why.code = "no_version";
      out.refusals.push_back(std::move(why));
      return out;
    }
    mapping::RunContext context;
    context.received_on = day;
    if (way() == Way::out) context.date = day;
    if (options_.beside) context.explain = &out.fields;
    mapping::RunResult result = mapping::run(*out.mapping, way(), input.root, context, into);
    out.refusals = std::move(result.refusals);
    out.notes = std::move(result.notes);
    if (out.refusals.empty()) out.faults = target(*out.mapping).check(into.root);
    return out;
  }

  const schema::Schema& target(const mapping::Mapping& mapping) const {
    return *config_.schemas.find(way() == Way::in ? mapping.ours() : mapping.theirs());
  }

 private:
  const Options& options_;
  const config::Config& config_;
  const mapping::MappingSet& set_;
  std::string name_;
};

// Going out, the record's own date chooses the version: the field that its schema marks, unless
// --date.
base::Day date_of(const schema::Schema& canonical, const record::Value& root, base::Day otherwise) {
  for (const schema::Shape& member : canonical.shape().members) {
    if (!member.marks.date) continue;
    const record::Value* value = root.find(member.name);
    if (value == nullptr || !value->is(record::Kind::text)) continue;
    if (const auto day = base::parse_day(value->as_text())) return *day;
    if (const auto at = base::parse_instant(value->as_text())) return base::toronto_day(*at);
  }
  return otherwise;
}

std::string where_text(const Ran& ran, const std::string& pointer, const Style& style) {
  if (ran.row == 0) return pointer;
  return style.say("cli.map.row", {{"row", std::to_string(ran.row)}, {"column", pointer}});
}

void tell(const Ran& ran, const Io& io) {
  const auto line = [&](Mark what, const std::string& code, const std::string& pointer,
                        const std::string& rule, const base::Arguments& arguments) {
    io.err << mark(what, io.style) << ' ' << code << "  " << where_text(ran, pointer, io.style);
    if (!rule.empty()) io.err << "  (" << rule << ')';
    io.err << "  " << io.style.say(code, arguments) << '\n';
  };
  for (const auto& one : ran.refusals) {
    line(Mark::bad, one.code, one.pointer, one.rule, one.arguments);
  }
  for (const auto& one : ran.faults) line(Mark::bad, one.code, one.pointer, "", one.arguments);
  for (const auto& one : ran.notes) {
    line(Mark::warn, one.code, one.pointer, one.rule, one.arguments);
  }
}

std::string shown(const std::string& value, const mapping::Provenance& field, bool open,
                  const security::MaskKey& key, const std::string& salt) {
  if (value.empty()) return "";
  const bool always = field.sensitivity >= schema::Class::identifier;
  const bool personal = field.sensitivity >= schema::Class::personal;
  if (always || (personal && !open)) return security::mask(value, key, salt);
  return '"' + value + '"';
}

void print_beside(const Ran& ran, bool open, const security::MaskKey& key, const Io& io) {
  const Style& style = io.style;
  TextTable table({style.say("cli.map.source"), "", "", style.say("cli.map.target"), "",
                   style.say("cli.map.how")});
  const std::string salt = std::to_string(ran.row);
  for (const mapping::Provenance& field : ran.fields) {
    std::string how;
    for (const mapping::Step& step : field.steps) {
      // A table written in place may be long; its name says enough.
      const std::size_t brace = step.name.find(" {");
      how += (how.empty() ? "" : ", ") + step.name.substr(0, brace);
      if (brace != std::string::npos) how += " {" + std::string(ellipsis(style)) + "}";
    }
    table.add({field.sources, shown(field.before, field, open, key, salt),
               std::string(arrow(style)), TextCell(field.target, Tone::strong),
               shown(field.after, field, open, key, salt),
               TextCell(how.empty() ? field.rule : how + "  " + field.rule, Tone::faint)});
  }
  io.out << table.text(style, 2);
}

std::string beside_json(const std::vector<Ran>& all, bool open, const security::MaskKey& key) {
  std::string json_text;
  format::JsonText json(json_text);
  json.object().text("schema", "portage.cli/1").list("records");
  for (const Ran& ran : all) {
    const std::string salt = std::to_string(ran.row);
    json.object().number("row", ran.row).boolean("ok", ran.good()).list("fields");
    for (const mapping::Provenance& field : ran.fields) {
      json.object().text("target", field.target).text("sources", field.sources);
      json.text("rule", field.rule).text("class", schema::class_name(field.sensitivity));
      json.text("before", shown(field.before, field, open, key, salt));
      json.text("after", shown(field.after, field, open, key, salt)).end_object();
    }
    json.end_list().end_object();
  }
  json.end_list().end_object();
  return json_text;
}

}  // namespace

int map_run(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::words, exit);
  if (!config) return exit;
  std::string name = options.names.front();
  const auto set = mapping_named(name, *config, io, exit);
  if (!set) return exit;
  const auto bytes = read_input(options.names.back(), io);
  if (!bytes) return kCouldNotCheck;
  base::Day day = base::toronto_day(io.style.now);
  if (!options.date.empty()) {
    const auto said = base::parse_day(options.date);
    if (!said) {
      io.complain("cli.not_a_day", {{"option", "--date"}, {"text", options.date}});
      return kWrongUse;
    }
    day = *said;
  }

  const Runner runner(options, *config, *set, name);
  const mapping::Mapping& any = *set->all().back();
  const schema::Schema& source =
      *config->schemas.find(runner.way() == Way::in ? any.theirs() : any.ours());
  auto input = read_documents(source, *bytes);
  if (!input) {
    const base::Error& error = input.error();
    io.err << options.names.back() << ':' << error.place.line << ':' << error.place.column << ' '
           << error.place.pointer << "  ";
    io.complain(error);
    return kFound;
  }
  for (const base::Error& error : input->faults) {
    io.err << options.names.back() << ':' << error.place.line << ':' << error.place.column << "  "
           << error.code << "  " << io.style.say(error.code, error.arguments) << '\n';
  }

  std::vector<record::Document> written;
  std::vector<Ran> all;
  const std::uint64_t began = base::steady_micros();
  for (const InputDocument& one : input->documents) {
    const base::Day date =
        runner.way() == Way::out && options.date.empty() ? date_of(source, one.root, day) : day;
    record::Document into{record::Arena(), {}};
    Ran ran = runner.run(one, date, into);
    tell(ran, io);
    if (ran.good()) written.push_back(std::move(into));
    all.push_back(std::move(ran));
  }
  const std::uint64_t took = base::steady_micros() - began;
  const std::size_t refused = input->faults.size() + all.size() - written.size();

  if (options.beside) {
    const bool open = invented(options.names.back());
    const security::MaskKey key = throwaway_key();
    if (options.output == Output::table) {
      for (const Ran& ran : all) print_beside(ran, open, key, io);
    } else {
      io.out << beside_json(all, open, key) << '\n';
    }
  } else if (!written.empty()) {
    const auto out = write_documents(runner.target(any), written);
    if (!out) {
      io.complain(out.error());
      return kFound;
    }
    io.out << *out;
  }
  io.err << io.style.say("cli.map.ran", {{"good", std::to_string(written.size())},
                                         {"refused", std::to_string(refused)},
                                         {"ms", std::to_string(took / 1'000) + "." +
                                                    std::to_string(took / 100 % 10)}})
         << '\n';
  if (refused == 0) return kDone;
  return written.empty() ? kFound : kPartly;
}

}  // namespace portage::cli
