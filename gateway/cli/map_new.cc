// portage map new: a mapping to begin with. Fields of one name are paired, every other field stands
// there to be decided; until all are, `map check` names them.
#include <map>

#include "gateway/base/text.h"
#include "gateway/cli/maps.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/verbs.h"
#include "gateway/mapping/fmt.h"

namespace portage::cli {
namespace {

using schema::Shape;
using schema::Type;

struct Field {
  std::string path;  // as a map writes it
  std::string key;   // its last name in small letters and without marks
  const Shape* shape = nullptr;
  bool in_list = false;
  bool paired = false;
};

bool plain_word(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (name.empty() || !letter(name[0])) return false;
  for (const char c : name) {
    if (!letter(c) && (c < '0' || c > '9')) return false;
  }
  return true;
}

class Starter {
 public:
  Starter(const schema::Schema& ours, const schema::Schema& theirs)
      : ours_(ours), theirs_(theirs) {}

  std::string text(std::string_view name, const Style& style) {
    std::vector<Field> left, right;
    walk(ours_.shape(), "", false, left);
    walk(theirs_.shape(), "", false, right);
    pair(left, right);
    std::string out = "mapping " + std::string(name) + " 1\nours " + ours_.name() + "\ntheirs " +
                      theirs_.name() + "\n";
    for (const auto& [uri, prefix] : prefixes_) {
      out += "prefix " + prefix + " = \"" + uri + "\"\n";
    }
    out += "effective 2020-01-01 ..\ndated envelope\n\n";
    out += "# " + style.say("cli.new.paired", {{"n", std::to_string(pairs_.size())}}) + "\n";
    for (const auto& [a, b] : pairs_) out += a + " <-> " + b + "\n";
    undecided(left, "ours", ours_, style, out);
    undecided(right, "theirs", theirs_, style, out);
    return mapping::formatted(out).value_or(out);
  }
  std::size_t pairs() const { return pairs_.size(); }
  std::size_t open() const { return open_; }

 private:
  // The name as it is written in a path: ticks for odd ones, a prefix for a namespace.
  std::string written(const std::string& name) {
    const std::size_t end = name.rfind('}');
    if (end == std::string::npos) {
      if (name.starts_with('@')) return name;
      return plain_word(name) ? name : "`" + name + "`";
    }
    const std::string uri = name.substr(name.find('{') + 1, end - name.find('{') - 1);
    const auto [at, fresh] = prefixes_.try_emplace(uri, "");
    if (fresh) {
      at->second = prefixes_.size() == 1 ? "x" : "x" + std::to_string(prefixes_.size());
    }
    return (name.starts_with('@') ? "@" : "") + at->second + ":" + name.substr(end + 1);
  }

  static std::string key_of(const std::string& name) {
    std::string out;
    for (const char c : base::lower_ascii(name.substr(name.rfind('}') + 1))) {
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
    }
    return out;
  }

  void walk(const Shape& shape, const std::string& path, bool in_list, std::vector<Field>& into) {
    if (shape.type == Type::list && shape.item) return walk(*shape.item, path, true, into);
    if (shape.type == Type::group && !shape.members.empty()) {
      for (const Shape& member : shape.members) {
        if (member.name.empty()) continue;
        const std::string name = written(member.name);
        walk(member, path.empty() ? name : path + "." + name, in_list, into);
      }
      return;
    }
    if (path.empty()) return;
    into.push_back({path, key_of(shape.name), &shape, in_list, false});
  }

  // Names that stand once on each side and outside of lists mean each other.
  void pair(std::vector<Field>& left, std::vector<Field>& right) {
    std::map<std::string, std::pair<std::vector<Field*>, std::vector<Field*>>> by_key;
    for (Field& field : left) by_key[field.key].first.push_back(&field);
    for (Field& field : right) by_key[field.key].second.push_back(&field);
    for (Field& field : left) {
      const auto& [ours, theirs] = by_key[field.key];
      if (field.key.empty() || ours.size() != 1 || theirs.size() != 1) continue;
      if (field.in_list || theirs.front()->in_list) continue;
      field.paired = theirs.front()->paired = true;
      pairs_.emplace_back(field.path, theirs.front()->path);
    }
  }

  static std::string kind(const Field& field, const Style& style) {
    static constexpr std::string_view kTypes[] = {
        "text", "integer", "decimal", "boolean", "date", "datetime", "group", "list", "any"};
    std::string out(kTypes[static_cast<std::size_t>(field.shape->type)]);
    if (!field.shape->format.empty() && field.shape->format != out) {
      out += " " + field.shape->format;
    }
    if (!field.shape->code_table.empty()) out += ", code " + field.shape->code_table;
    if (field.shape->required) out += ", " + style.say("cli.new.required");
    if (field.in_list) out += ", " + style.say("cli.new.in_list");
    return out;
  }

  void undecided(const std::vector<Field>& fields, const char* side, const schema::Schema& schema,
                 const Style& style, std::string& out) {
    bool any = false;
    for (const Field& field : fields) {
      if (field.paired) continue;
      if (!any) {
        out +=
            "\n# " + style.say("cli.new.open", {{"side", side}, {"schema", schema.name()}}) + "\n";
      }
      any = true;
      ++open_;
      out += "#   " + field.path + "  (" + kind(field, style) + ")\n";
    }
  }

  const schema::Schema& ours_;
  const schema::Schema& theirs_;
  std::map<std::string, std::string> prefixes_;
  std::vector<std::pair<std::string, std::string>> pairs_;
  std::size_t open_ = 0;
};

}  // namespace

int map_new(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::words, exit);
  if (!config) return exit;
  std::vector<std::string> known;
  for (const auto& schema : config->schemas.all()) known.push_back(schema->name());
  const schema::Schema* sides[2] = {config->schemas.find(options.from),
                                    config->schemas.find(options.to)};
  for (int i = 0; i < 2; ++i) {
    if (sides[i] != nullptr) continue;
    const std::string& name = i == 0 ? options.from : options.to;
    io.complain("cli.schema.none", {{"name", name}});
    io.suggest(name, known);
    return kNotFound;
  }
  // The canonical record is always on the left; a party's own form has the party in its name.
  const bool from_ours = options.from.find('/') == std::string::npos;
  const schema::Schema& ours = *sides[from_ours ? 0 : 1];
  const schema::Schema& theirs = *sides[from_ours ? 1 : 0];
  Starter starter(ours, theirs);
  const std::string name = theirs.name().substr(0, theirs.name().find('@'));
  io.out << starter.text(name, io.style);
  io.err << io.style.say("cli.new.left", {{"pairs", std::to_string(starter.pairs())},
                                          {"open", std::to_string(starter.open())}})
         << '\n';
  return kDone;
}

}  // namespace portage::cli
