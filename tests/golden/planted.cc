#include "tests/golden/planted.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "gateway/base/text.h"
#include "gateway/mapping/mapping.h"
#include "tests/golden/shipped.h"

namespace portage::golden {

namespace fs = std::filesystem;

namespace {

const std::string kWorld = "tests/golden/mapping_mistakes/world";

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// Schemas, tables and permits of one or more folders; what comes later wins.
struct PlantedWorld {
  std::map<std::string, std::shared_ptr<const schema::Schema>, std::less<>> schemas;
  std::map<std::string, std::shared_ptr<const directory::CodeTable>, std::less<>> tables;
  std::map<std::string, std::vector<std::string>, std::less<>> permits;  // party: fields of ours
  std::vector<base::Finding> findings;

  void add(const fs::path& folder) {
    std::vector<fs::path> paths;
    for (const auto& e : fs::directory_iterator(folder)) paths.push_back(e.path());
    std::sort(paths.begin(), paths.end());
    for (const fs::path& path : paths) {
      const std::string name = path.filename().string();
      if (name.ends_with(".schema.json")) take(schema::load_json_schema(slurp(path), name, {}));
      if (name.ends_with(".toml")) take(schema::load_layout(slurp(path), name));
      if (name.ends_with(".xsd")) take(schema::load_xsd(slurp(path), name));
      if (name.ends_with(".csv")) {
        directory::LoadedTable loaded =
            directory::load_table(path.stem().string(), slurp(path), name);
        findings.insert(findings.end(), loaded.findings.begin(), loaded.findings.end());
        if (loaded.table)
          tables[path.stem().string()] =
              std::make_shared<directory::CodeTable>(std::move(*loaded.table));
      }
      if (name == "permits") read_permits(slurp(path));
    }
  }
  void take(schema::Loaded loaded) {
    findings.insert(findings.end(), loaded.findings.begin(), loaded.findings.end());
    if (loaded.schema) schemas[loaded.schema->name()] = loaded.schema;
  }
  void read_permits(const std::string& text) {
    std::istringstream in(text);
    std::string line, party, path;
    while (std::getline(in, line)) {
      std::istringstream words(line);
      if (line.starts_with('#') || !(words >> party >> path)) continue;
      permits[party].push_back(path);
    }
  }
  mapping::World world() const {
    mapping::World out;
    out.schema = [this](std::string_view name) -> const schema::Schema* {
      const auto it = schemas.find(name);
      return it == schemas.end() ? nullptr : it->second.get();
    };
    out.permits = [this](std::string_view theirs,
                         std::string_view) -> const std::vector<std::string>* {
      const auto it = permits.find(theirs.substr(0, theirs.find('/')));
      return it == permits.end() ? nullptr : &it->second;
    };
    out.table = [this](std::string_view name) -> const directory::CodeTable* {
      const auto it = tables.find(name);
      return it == tables.end() ? nullptr : it->second.get();
    };
    return out;
  }
};

const PlantedWorld& shared_world() {
  static const auto kShared = [] {
    auto out = std::make_unique<PlantedWorld>();
    out->add(fs::path(PORTAGE_SOURCE_DIR) / kWorld);
    return out;
  }();
  return *kShared;
}

std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> out;
  for (const std::string_view word : base::split(text, ',')) {
    const std::string_view one = base::trim(word);
    if (!one.empty()) out.emplace(one);
  }
  return out;
}

// The base without the rules that are left out.
std::string base_text(const std::string& text, const std::set<std::string>& without,
                      std::string& problem) {
  std::string out;
  std::istringstream in(text);
  std::string line;
  std::set<std::string> labels;
  bool keep = true;
  while (std::getline(in, line)) {
    if (line.starts_with("#: ")) {
      const std::string label(base::trim(std::string_view(line).substr(3)));
      labels.insert(label);
      keep = !without.contains(label);
      continue;
    }
    if (keep) out += line + "\n";
  }
  for (const std::string& label : without) {
    if (!labels.contains(label)) problem = "the base has no rules labelled " + label;
  }
  return out;
}

bool cut_mark(std::string& text, std::string_view mark, std::size_t& at) {
  at = text.find(mark);
  if (at == std::string::npos) return false;
  text.erase(at, mark.size());
  return true;
}

void place(Planted& p, const std::string& text, std::size_t offset, std::uint32_t lines_before) {
  const base::LineColumn at = base::line_column(text, offset);
  p.line = at.line + lines_before;
  p.column = at.column;
}

// "expect M402 warning at 3:17", "expect M222 at theirs".
void expectation(Planted& p, std::string_view said, std::string& where) {
  std::istringstream in{std::string(said)};
  std::string word;
  in >> p.code;
  while (in >> word) {
    if (word == "warning") p.severity = base::Severity::warning;
    if (word == "note") p.severity = base::Severity::note;
    if (word == "at") in >> where;
  }
}

Planted read_case(const fs::path& path, const std::string& name) {
  Planted p;
  p.name = name;
  std::string text = slurp(path), base_name, where, said;
  std::set<std::string> without;
  std::istringstream in(text);
  std::string line;
  while (std::getline(in, line) && line.starts_with("#! ")) {
    const std::size_t space = line.find(' ', 3);
    const std::string key = line.substr(3, space - 3);
    const std::string rest = space == std::string::npos ? "" : line.substr(space + 1);
    if (key == "expect") expectation(p, rest, where);
    if (key == "base") base_name = rest;
    if (key == "without") without = words_of(rest);
    if (key == "suggest") p.suggestion = rest;
    if (key == "also") p.also.push_back(rest);
  }
  std::string before;
  if (!base_name.empty()) {
    before = base_text(slurp(fs::path(PORTAGE_SOURCE_DIR) / kWorld / (base_name + ".map")), without,
                       p.problem);
    if (before.empty()) p.problem = "there is no base " + base_name;
  }
  const auto lines_before =
      static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  std::size_t open = 0, close = 0;
  if (cut_mark(text, "«", open)) {
    place(p, text, open, lines_before);
    if (cut_mark(text, "»", close)) {
      const std::string marked = text.substr(open, close - open);
      p.end_column = p.column + static_cast<std::uint32_t>(
                                    base::code_points(marked.substr(0, marked.find('\n'))));
      if (marked.find('\n') != std::string::npos) p.end_column = 0;
    }
  } else if (where.find(':') != std::string::npos) {
    p.line = static_cast<std::uint32_t>(std::stoul(where)) + lines_before;
    p.column = static_cast<std::uint32_t>(std::stoul(where.substr(where.find(':') + 1)));
  } else if (!where.empty()) {
    const std::string all = before + text;
    std::size_t at = all.starts_with(where + " ") ? 0 : all.find("\n" + where + " ");
    if (at == std::string::npos) p.problem = "there is no header line " + where;
    if (at != std::string::npos && at != 0) ++at;
    if (at != std::string::npos) p.line = base::line_column(all, at).line;
  }
  if (!p.code.empty() && p.line == 0 && p.problem.empty()) p.problem = "no place is marked";
  p.source = before + text;
  return p;
}

bool single_case(const fs::path& path, const fs::path& root) {
  if (path.extension() != ".map") return false;
  for (fs::path at = path.parent_path(); at != root && at.has_parent_path(); at = at.parent_path())
    if (fs::exists(at / "expect")) return false;
  return true;
}

std::string line_of(const base::Finding& f) {
  return f.place.file + ":" + std::to_string(f.place.line) + ":" + std::to_string(f.place.column) +
         " " + f.code;
}

}  // namespace

std::vector<Planted> planted_below(const std::string& folder) {
  std::vector<Planted> out;
  const fs::path root = fs::path(PORTAGE_SOURCE_DIR) / folder;
  std::vector<fs::path> paths;
  for (const auto& e : fs::recursive_directory_iterator(root)) {
    const std::string name = fs::relative(e.path(), root).string();
    if (!name.starts_with("world") && single_case(e.path(), root)) paths.push_back(e.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const fs::path& path : paths)
    out.push_back(read_case(path, fs::relative(path, root).string()));
  return out;
}

std::vector<fs::path> planted_folders(const std::string& folder) {
  std::vector<fs::path> out;
  const fs::path root = fs::path(PORTAGE_SOURCE_DIR) / folder;
  for (const auto& e : fs::recursive_directory_iterator(root)) {
    if (e.path().filename() == "expect") out.push_back(e.path().parent_path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string failure_of(const Planted& p) {
  if (!p.problem.empty()) return p.problem;
  const mapping::Compiled compiled = mapping::compile(p.source, "case.map", shared_world().world());
  const std::string all = describe(compiled.findings);
  if (p.code.empty()) return all;  // a correct map: nothing may be found
  const base::Finding* found = nullptr;
  for (const base::Finding& f : compiled.findings) {
    const bool other_error = f.severity == base::Severity::error && f.code != p.code &&
                             std::find(p.also.begin(), p.also.end(), f.code) == p.also.end();
    if (other_error) return "another error: " + f.code + "\n" + all;
    const bool here =
        f.code == p.code && f.place.line == p.line && (p.column == 0 || f.place.column == p.column);
    if (here && found == nullptr) found = &f;
  }
  if (found == nullptr) {
    return "no " + p.code + " at " + std::to_string(p.line) + ":" + std::to_string(p.column) +
           "\n" + all;
  }
  if (found->severity != p.severity) return "another severity\n" + all;
  if (p.end_column != 0 && found->end_column != p.end_column) {
    return "it ends in column " + std::to_string(found->end_column) + ", not " +
           std::to_string(p.end_column) + "\n" + all;
  }
  if (!p.suggestion.empty() && found->suggestion != p.suggestion)
    return "it suggests \"" + found->suggestion + "\"\n" + all;
  return {};
}

std::string failure_of_folder(const fs::path& folder) {
  PlantedWorld world;
  world.add(fs::path(PORTAGE_SOURCE_DIR) / kWorld);
  world.findings.clear();
  world.add(folder);
  std::vector<base::Finding> findings = world.findings;
  mapping::MappingSet set;
  std::vector<fs::path> maps;
  for (const auto& e : fs::directory_iterator(folder)) {
    if (e.path().extension() == ".map") maps.push_back(e.path());
  }
  std::sort(maps.begin(), maps.end());
  mapping::World known = world.world();
  std::set<std::string> files;  // case files that are there; without the list, all are
  std::istringstream list(slurp(folder / "files"));
  for (std::string file; std::getline(list, file);) files.insert(file);
  if (fs::exists(folder / "files")) {
    known.exists = [&files](const std::string& file) { return files.contains(file); };
  }
  for (const fs::path& path : maps) {
    mapping::Compiled c = mapping::compile(slurp(path), path.filename().string(), known);
    findings.insert(findings.end(), c.findings.begin(), c.findings.end());
    if (!c.mapping) continue;
    const std::vector<base::Finding> more = set.add(c.mapping);
    findings.insert(findings.end(), more.begin(), more.end());
  }
  std::vector<std::string> wanted;
  std::istringstream in(slurp(folder / "expect"));
  std::string code, where;
  while (in >> code >> where) wanted.push_back(where + " " + code);
  std::string out;
  for (const base::Finding& f : findings) {
    const auto at = std::find(wanted.begin(), wanted.end(), line_of(f));
    if (at != wanted.end()) {
      wanted.erase(at);
    } else if (f.severity == base::Severity::error) {
      out += "not expected: " + line_of(f) + "\n";
    }
  }
  for (const std::string& w : wanted) out += "not found: " + w + "\n";
  return out.empty() ? out : out + describe(findings);
}

}  // namespace portage::golden
