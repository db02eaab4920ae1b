// portage schema check: is this a schema, and do these documents hold by it?
#include <algorithm>
#include <filesystem>

#include "gateway/cli/deep_stack.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"
#include "gateway/schema/xsd_document.h"

namespace portage::cli {
namespace {

namespace fs = std::filesystem;

// Where a document of --remotes stands if it has no $id of its own.
constexpr std::string_view kRemoteHome = "http://localhost:1234/";

schema::Draft draft_of(const Options& options) {
  if (options.draft == "draft-07") return schema::Draft::draft_07;
  if (options.draft == "2019-09") return schema::Draft::draft_2019_09;
  return schema::Draft::draft_2020_12;
}

bool read_remotes(const std::string& folder, std::vector<schema::NamedText>& into, const Io& io) {
  std::error_code failed;
  std::vector<fs::path> files;
  fs::recursive_directory_iterator it(folder, failed), end;
  for (; !failed && it != end; it.increment(failed)) {
    if (it->path().extension() == ".json" && it->is_regular_file(failed)) {
      files.push_back(it->path());
    }
  }
  if (failed) {
    io.complain("cli.file_unread", {{"file", folder}});
    return false;
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    auto text = read_input(file.string(), io);
    if (!text) return false;
    into.push_back({std::string(kRemoteHome) + file.lexically_relative(folder).generic_string(),
                    std::move(*text)});
  }
  return true;
}

bool refused(const schema::Loaded& loaded) { return loaded.schema == nullptr; }

// Text among elements: the gateway refuses such documents when it reads them.
bool mixed(const schema::Shape& shape) {
  return shape.mixed || (shape.item && mixed(*shape.item)) ||
         std::any_of(shape.members.begin(), shape.members.end(),
                     [](const schema::Shape& member) { return mixed(member); });
}

// The gateway's own schemas, if there is a configuration here; nobody is told if there is none.
std::shared_ptr<const config::Config> quiet_config(const Options& options) {
  return config::load(config_path(options), config::Scope::words).config;
}

struct Subject {
  std::shared_ptr<const schema::Schema> schema;
  std::unique_ptr<schema::XsdDocuments> whole;  // an XSD that only libxml2 takes
  std::vector<base::Finding> findings;
  format::Limits limits;  // of the documents; the gateway's own where it has the schema from there
  int exit = kDone;
  bool sound() const { return schema != nullptr || whole != nullptr; }
};

schema::Loaded load_json(const std::string& text, const Options& options, const Io& io,
                         Subject& subject) {
  schema::JsonOptions how;
  how.assert_formats = options.formats == "assert";
  how.draft = draft_of(options);
  how.limits = subject.limits = {.depth = options.depth, .wide_numbers = true};
  if (!options.remotes.empty() && !read_remotes(options.remotes, how.documents, io)) {
    subject.exit = kCouldNotCheck;
    return {};
  }
  const std::string& file = options.names.front();
  schema::Loaded loaded = schema::load_json_schema(text, file, {}, how);
  // A reference that nothing here answers may mean one of the gateway's own schemas.
  const bool missing = std::any_of(
      loaded.findings.begin(), loaded.findings.end(),
      [](const base::Finding& found) { return found.code == "schema.reference_unknown"; });
  if (!missing) return loaded;
  const auto config = quiet_config(options);
  if (!config) return loaded;
  return schema::load_json_schema(text, file, config->schemas.all(), how);
}

// A schema by its name ("referral@1"), as the gateway itself uses it.
Subject named_schema(const Options& options, const Io& io) {
  Subject subject;
  const auto config = load_config(options, io, config::Scope::words, subject.exit);
  if (!config) return subject;
  const std::string& name = options.names.front();
  std::vector<std::string> known;
  for (const auto& one : config->schemas.all()) {
    if (one->name() == name) subject.schema = one;
    known.push_back(one->name());
  }
  if (subject.schema) return subject;
  io.complain("cli.schema.none", {{"name", name}});
  io.suggest(name, known);
  subject.exit = kNotFound;
  return subject;
}

Subject subject_of(const Options& options, const Io& io) {
  const std::string& name = options.names.front();
  std::error_code failed;
  if (!fs::exists(name, failed) && name.find('@') != std::string::npos) {
    return named_schema(options, io);
  }
  Subject subject;
  const auto text = read_input(name, io);
  if (!text) {
    subject.exit = kCouldNotCheck;
    return subject;
  }
  schema::Loaded loaded;
  if (name.ends_with(".xsd")) {
    loaded = schema::load_xsd(*text, name);
    if (refused(loaded) || mixed(loaded.schema->shape())) {
      // The gateway's own compiler takes a part of XSD; whole documents libxml2 judges by all of
      // it.
      std::vector<base::Finding> others;
      subject.whole = schema::XsdDocuments::load(*text, name, others);
      if (subject.whole) {
        loaded.schema = nullptr;
        for (base::Finding& finding : loaded.findings) finding.severity = base::Severity::note;
      } else {
        loaded.findings.insert(loaded.findings.end(), others.begin(), others.end());
      }
    }
  } else if (name.ends_with(".toml")) {
    loaded = schema::load_layout(*text, name);
  } else {
    loaded = load_json(*text, options, io, subject);
    if (subject.exit != kDone) return subject;
  }
  subject.schema = loaded.schema;
  subject.findings = std::move(loaded.findings);
  if (!subject.sound()) subject.exit = kConfiguration;
  return subject;
}

struct Judged {
  std::string file;
  std::vector<schema::PlacedFault> faults;
};

constexpr std::size_t kMostFaults = 100;

std::vector<schema::PlacedFault> judge(const Subject& subject, std::string_view bytes) {
  if (!subject.schema) return subject.whole->check(bytes, kMostFaults);
  return schema::check_document(*subject.schema, bytes, kMostFaults, subject.limits);
}

void print_fault(const schema::PlacedFault& fault, const std::string& file, const Io& io) {
  const std::string& pointer = fault.place.pointer;
  io.out << (pointer.empty() ? io.style.say("cli.schema.root") : pointer) << "  " << fault.code
         << "  " << file;
  if (fault.place.line != 0) io.out << ':' << fault.place.line << ':' << fault.place.column;
  io.out << "  " << io.style.say(fault.code, fault.arguments) << '\n';
}

std::string to_json(const Subject& subject, const std::vector<Judged>& all, bool good,
                    const Style& style) {
  std::string text;
  format::JsonText json(text);
  json.object().text("schema", "portage.cli/1").boolean("ok", good);
  json.text("name", subject.schema ? subject.schema->name() : "").list("findings");
  for (const base::Finding& finding : subject.findings) {
    json.raw_element(config::render_json(finding, style.french()));
  }
  json.end_list().list("documents");
  for (const Judged& one : all) {
    json.object().text("file", one.file).boolean("valid", one.faults.empty()).list("faults");
    for (const schema::PlacedFault& fault : one.faults) {
      json.object().text("pointer", fault.place.pointer).text("code", fault.code);
      json.number("line", fault.place.line).number("column", fault.place.column);
      json.text("text", style.say(fault.code, fault.arguments)).end_object();
    }
    json.end_list().end_object();
  }
  json.end_list().end_object();
  return text;
}

}  // namespace

int schema_check(const Options& options, const Io& io) {
  const Subject subject = subject_of(options, io);
  if (!subject.sound() && subject.exit != kConfiguration) return subject.exit;
  int exit = subject.exit;
  std::vector<Judged> all;
  std::size_t faults = 0;
  for (std::size_t i = 1; i < options.names.size() && subject.sound(); ++i) {
    const auto bytes = read_input(options.names[i], io);
    if (!bytes) return kCouldNotCheck;
    all.push_back({options.names[i], {}});
    const bool judged = on_deep_stack(subject.limits.depth * schema::kCheckStack,
                                      [&] { all.back().faults = judge(subject, *bytes); });
    if (!judged) {
      io.complain("cli.schema.stack");
      return kCouldNotCheck;
    }
    faults += all.back().faults.size();
    if (!all.back().faults.empty()) exit = kFound;
  }
  if (options.output == Output::json || options.output == Output::jsonl) {
    io.out << to_json(subject, all, exit == kDone, io.style) << '\n';
    return exit;
  }
  // What is odd about the schema is talk where documents were asked about.
  std::ostream& about = options.names.size() == 1 ? io.out : io.err;
  if (subject.whole) about << io.style.say("cli.schema.whole") << '\n';
  for (const base::Finding& finding : subject.findings) {
    if (subject.whole && !all.empty()) break;
    about << config::render(finding, io.style.french()) << '\n';
  }
  for (const Judged& one : all) {
    for (const schema::PlacedFault& fault : one.faults) print_fault(fault, one.file, io);
  }
  const std::string key = exit == kConfiguration ? "cli.schema.refused"
                          : all.empty()          ? "cli.schema.sound"
                          : exit == kDone        ? "cli.schema.valid"
                                                 : "cli.schema.invalid";
  io.err << mark(exit == kDone ? Mark::good : Mark::bad, io.style) << ' '
         << io.style.say(key, {{"file", options.names.front()},
                               {"n", thousands(all.size(), io.style)},
                               {"faults", thousands(faults, io.style)}})
         << '\n';
  return exit;
}

}  // namespace portage::cli
