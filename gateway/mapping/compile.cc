// From source to a Mapping: header, both ways, tests, and what holds for the whole file.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/mapping/compiler.h"
#include "gateway/mapping/describe.h"
#include "gateway/mapping/parser.h"
#include "gateway/security/digest.h"

namespace portage::mapping {

using schema::Type;

namespace {

bool uses_tables(const Expr& e);
bool uses_tables(const std::vector<StepExpr>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const StepExpr& s) {
    if (form_of(s.name) == ArgumentForm::table) return true;
    return std::any_of(s.arguments.begin(), s.arguments.end(), [](const Argument& a) {
      return uses_tables(a.steps) || (a.expr && uses_tables(*a.expr));
    });
  });
}
bool uses_tables(const Expr& e) {
  if (uses_tables(e.steps)) return true;
  for (const Fallback& f : e.fallbacks) {
    if (f.value && uses_tables(*f.value)) return true;
  }
  return std::any_of(e.children.begin(), e.children.end(),
                     [](const ExprPtr& c) { return c && uses_tables(*c); });
}

// The field that the schema marks as the record's date.
bool find_date(const Shape& shape, std::vector<std::string>& path) {
  if (shape.marks.date) return true;
  for (const Shape& m : shape.members) {
    path.push_back(m.name);
    if (find_date(m, path)) return true;
    path.pop_back();
  }
  return false;
}

bool has_makes(const std::vector<Stmt>& statements) {
  return std::any_of(statements.begin(), statements.end(),
                     [](const Stmt& s) { return s.kind == Stmt::Kind::make; });
}

void made_schemas(const std::vector<Stmt>& statements, std::vector<std::string>& into) {
  for (const Stmt& s : statements) {
    if (s.kind == Stmt::Kind::make && std::find(into.begin(), into.end(), s.schema) == into.end())
      into.push_back(s.schema);
  }
}

// `list of`: the root has one member, the list of records (of a table: its rows).
std::shared_ptr<const Shape> list_root(const Shape& one, format::Format format) {
  auto root = std::make_shared<Shape>();
  root->type = Type::group;
  Shape list;
  list.name = format == format::Format::csv ? "rows" : "records";
  list.type = Type::list;
  root->marks.sensitivity = list.marks.sensitivity = schema::Class::open;
  list.item = std::make_unique<Shape>(schema::copy_of(one));
  root->members.push_back(std::move(list));
  return root;
}

// Every def of the file, wherever it stands: their names hold for the whole file.
void collect_defs(const std::vector<Stmt>& statements, Job& job) {
  for (const Stmt& s : statements) {
    if (s.kind == Stmt::Kind::def && !job.defs.emplace(s.name, &s).second) {
      job.findings.error("M105", s.name_span, {{"name", s.name}, {"by", "name"}});
    }
    collect_defs(s.block, job);
  }
}

constexpr std::size_t kMostDefs = 60;

// A def that uses itself, by way of others or not.
void circular(const std::vector<Stmt>& statements, Job& job, const Stmt* root,
              std::set<const Stmt*>& seen) {
  for (const Stmt& s : statements) {
    circular(s.block, job, root, seen);
    if (s.kind != Stmt::Kind::use) continue;
    const auto def = job.defs.find(s.name);
    if (def == job.defs.end()) continue;
    if (def->second == root) {
      job.findings.error("M106", s.name_span, {{"name", s.name}});
    } else if (seen.size() < kMostDefs && seen.insert(def->second).second) {
      circular(def->second->block, job, root, seen);
    }
  }
}

bool header(Job& job) {
  const File& file = job.file;
  Findings& findings = job.findings;
  const Span top{0, 1};
  const auto need = [&](bool there, const char* what) {
    if (!there) findings.error("M107", top, {{"what", what}});
    return there;
  };
  const bool makes = has_makes(file.statements);
  bool good = need(!file.name.empty() && file.version > 0, "mapping NAME VERSION");
  good = need(!file.ours.empty() || makes, "ours SCHEMA") && good;
  if (makes && !file.ours.empty()) {
    findings.error("M103", file.ours_span, {{"what", "ours"}, {"expected", "no ours beside make"}});
    good = false;
  }
  good = need(!file.theirs.empty(), "theirs SCHEMA") && good;
  if (!file.batch.empty() && !file.ours_list) {
    findings.error("M103", file.batch_span,
                   {{"what", "batch"}, {"expected", "beside `ours list of SCHEMA`"}});
    good = false;
  }
  job.program.ours_list = file.ours_list;
  job.program.theirs_list = file.theirs_list;
  job.program.batch_each = file.batch == "each";
  if (!file.dated && !file.dated_envelope) good = need(false, "dated …") && good;
  if (file.dated && uses_tables(*file.dated)) {
    findings.error("M414", file.dated_span, {});
    good = false;
  }
  const auto side = [&](Side& s, const std::string& name, Span span, bool list,
                        std::shared_ptr<const Shape>& kept) {
    if (name.empty()) return;
    s.schema = job.world.schema ? job.world.schema(name) : nullptr;
    if (s.schema == nullptr) {
      findings.error("M104", span, {{"name", name}});
      good = false;
      return;
    }
    s.root = &s.schema->shape();
    s.format = s.schema->format();
    if (list) {
      kept = list_root(*s.root, s.format);
      s.root = kept.get();
    } else {
      kept = std::shared_ptr<const Shape>(std::shared_ptr<void>(), s.root);
    }
    if (s.root->type != Type::group) {
      findings.error(
          "M202", span,
          {{"path", name}, {"is", std::string(type_name(s.root->type))}, {"wanted", "group"}});
      good = false;
    }
  };
  side(job.ours, file.ours, file.ours_span, file.ours_list, job.program.ours_root);
  side(job.theirs, file.theirs, file.theirs_span, file.theirs_list, job.program.theirs_root);
  if (makes) {
    auto nothing = std::make_shared<Shape>();
    nothing->type = Type::group;
    job.ours.root = nothing.get();
    job.program.ours_root = std::move(nothing);
    made_schemas(file.statements, job.program.makes);
  }
  return good;
}

void case_files(Job& job, const Stmt& s) {
  if (!job.world.exists) return;
  const std::size_t slash = job.path.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : job.path.substr(0, slash + 1);
  for (const auto* files : {&s.ours_files, &s.theirs_files}) {
    for (const std::string& file : *files) {
      if (job.world.exists(folder + file)) continue;
      Span span = s.name_span;
      const std::size_t at = job.source.find("\"" + file + "\"", s.name_span.end);
      if (at < s.span.end)
        span = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + file.size() + 2)};
      job.findings.error("M701", span, {{"file", file}});
    }
  }
}

void cases(Job& job) {
  std::size_t tests = 0;
  for (const Stmt& s : job.file.statements) {
    if (s.kind != Stmt::Kind::test) continue;
    ++tests;
    Program::Case c;
    c.title = s.name;
    c.arrow = s.arrow;
    c.rejects = s.rejects;
    c.code = s.text;
    if (!s.paths.empty()) c.at = job.text(s.paths[0].span);
    c.ours = s.ours_files;
    c.theirs = s.theirs_files;
    c.line = job.findings.line(s.span);
    case_files(job, s);
    job.program.cases.push_back(std::move(c));
  }
  if (tests == 0) job.findings.warning("M702", job.file.name_span, {});
}

std::string base_name(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  return slash == std::string::npos ? file : file.substr(slash + 1);
}

}  // namespace

struct Compiler {
  static Compiled compile(std::string_view source, const std::string& file_name,
                          const World& world) {
    Compiled out;
    Findings findings(source, file_name);
    auto program = std::make_shared<Program>();
    const File file = parse(source, findings);
    Job job{source, file, world, findings, {}, {}, *program, {}, {}, file_name};
    job.ours.word = "ours";
    job.theirs.word = "theirs";
    job.tables = [&](std::string_view name) { return world.table ? world.table(name) : nullptr; };
    collect_defs(file.statements, job);
    for (const auto& [name, def] : job.defs) {
      std::set<const Stmt*> seen;
      if (job.defs.size() <= kMostDefs) circular(def->block, job, def, seen);
    }
    std::set<std::string_view> prefixes;
    for (const File::Prefix& p : file.prefixes) {
      if (!prefixes.insert(p.name).second || p.name == "xml") {
        findings.error("M105", p.span, {{"name", p.name}, {"by", "name"}});
      }
    }
    if (!file.lost && header(job)) {
      program->rule_file = base_name(file_name);
      program->dated_envelope = file.dated_envelope;
      for (const char c : job.text(file.dated_span)) {
        if (c != ' ' && c != '\n') program->dated_text += c;
      }
      const base::LineColumn dated = base::line_column(source, file.dated_span.begin);
      program->dated_line = dated.line;
      program->dated_column = dated.column;
      if (!find_date(*job.ours.root, program->ours_date)) program->ours_date.clear();
      WayCompiler in(job, Way::in);
      in.run();
      WayCompiler way_out(job, Way::out);
      way_out.run();
      if (!findings.has_errors()) {
        in.cover();
        way_out.cover();
        if (in.present()) out.coverage.push_back(in.coverage());
        if (way_out.present()) out.coverage.push_back(way_out.coverage());
      }
      for (const auto& [begin, path] : in.useless()) {
        if (way_out.useless().contains(begin) || !program->out.present) {
          findings.error("M224", {begin, begin + static_cast<std::uint32_t>(path.size())},
                         {{"path", path}});
        }
      }
      for (const auto& [begin, path] : way_out.useless()) {
        if (!program->in.present) {
          findings.error("M224", {begin, begin + static_cast<std::uint32_t>(path.size())},
                         {{"path", path}});
        }
      }
      program->settles = way_out.settled();
      cases(job);
      program->stories = stories(file, source, findings);
    }
    if (!findings.has_errors()) {
      auto mapping = std::make_shared<Mapping>();
      mapping->name_ = file.name;
      mapping->version_ = file.version;
      mapping->ours_ = file.ours;
      mapping->theirs_ = file.theirs;
      mapping->source_ = source;
      mapping->file_ = file_name;
      mapping->effective_ = file.effective;
      mapping->digest_ = security::sha256(source);
      mapping->program_ = std::move(program);
      out.mapping = std::move(mapping);
    }
    out.findings = findings.take();
    return out;
  }
};

Compiled compile(std::string_view source, const std::string& file, const World& world) {
  return Compiler::compile(source, file, world);
}

}  // namespace portage::mapping
