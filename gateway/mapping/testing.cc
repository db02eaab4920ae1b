// The tests beside a mapping: raw bytes -> reader -> mapping -> writer -> raw bytes.
#include <algorithm>

#include "gateway/format/documents.h"
#include "gateway/mapping/difference.h"
#include "gateway/mapping/program.h"
#include "gateway/mapping/runner.h"

namespace portage::mapping {

using record::Document;
using record::Kind;
using record::Value;

namespace {

using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;

std::string told(const base::Error& e) {
  std::string out = e.code;
  if (e.place.line != 0)
    out += " (" + std::to_string(e.place.line) + ":" + std::to_string(e.place.column) + ")";
  return out;
}

// Every record in the bytes: one, or several in a file of records. False with `why` filled in.
bool read_records(const schema::Schema& schema, const std::string& bytes,
                  std::vector<Document>& records, std::string& why, bool lines = false) {
  format::Wire wire = schema.wire();
  wire.lines = wire.lines || lines;
  auto reader = format::DocumentReader::open(wire, {}, bytes);
  if (!reader) {
    why = told(reader.error());
    return false;
  }
  const std::size_t before = records.size();
  format::Entry entry;
  Document document;
  while (reader->next(entry, document)) {
    if (entry.error && entry.error->code == "json.trailing" && !wire.lines)
      return read_records(schema, bytes, records, why, true);  // one a line, as `map run` writes
    if (entry.error) {
      why = told(*entry.error);
      return false;
    }
    if (document.root.is(Kind::list)) {  // several records of ours, for a file with several
      for (const Value& item : document.root.items()) {
        records.emplace_back();
        records.back().root = record::clone(item, records.back().arena);
      }
    } else {
      records.push_back(std::move(document));
    }
    document = Document();
  }
  if (records.size() == before) why = "documents.none";
  return records.size() > before;
}

bool write_records(const schema::Schema& schema, const std::vector<Document>& records,
                   std::string& out, std::string& why) {
  format::DocumentWriter writer(schema.wire(), out);
  base::Status status;
  for (const Document& d : records) {
    if (status.ok()) status = writer.document(d.root);
  }
  if (status.ok()) status = writer.end();
  if (!status.ok()) why = told(status.error());
  return status.ok();
}

class Tester {
 public:
  Tester(const Mapping& mapping, const World& world, const ReadFile& read_file,
         base::Language language)
      : mapping_(mapping),
        world_(world),
        read_file_(read_file),
        language_(language),
        ours_(mapping.ours().empty() ? nullptr : world.schema(mapping.ours())),
        theirs_(world.schema(mapping.theirs())) {}

  TestOutcome one(const Program::Case& c) {
    TestOutcome out;
    out.name = c.title;
    out.line = c.line;
    if ((ours_ == nullptr && mapping_.makes().empty()) || theirs_ == nullptr) {
      out.detail = say("mapping.test.no_schema");
      return out;
    }
    file_.clear();
    came_.clear();
    std::string detail;
    if (c.rejects) {
      detail = refused(c);
    } else {
      if (c.arrow != Arrow::out) detail = mapped(Way::in, c.theirs, c.ours);
      if (detail.empty() && c.arrow != Arrow::in) detail = mapped(Way::out, c.ours, c.theirs);
    }
    out.passed = detail.empty();
    out.detail = std::move(detail);
    out.file = std::move(file_);
    out.came = std::move(came_);
    return out;
  }

 private:
  // What the file should hold for the test to pass.
  void keep(const std::vector<std::string>& to, const schema::Schema& schema,
            const std::vector<Document>& records) {
    if (to.size() != 1) return;
    std::string why;
    if (schema.format() != format::Format::json) {
      if (!write_records(schema, records, came_, why)) return came_.clear();
    } else if (records.size() == 1) {
      format::write_json_pretty(records[0].root, came_);
    } else {
      Document all;
      all.root = Value::list();
      for (const Document& d : records) all.root.push(all.arena, record::clone(d.root, all.arena));
      format::write_json_pretty(all.root, came_);
    }
    if (schema.format() == format::Format::json && !came_.ends_with('\n')) came_ += '\n';
    file_ = to.front();
  }

  std::string load(const std::vector<std::string>& files, const schema::Schema& schema,
                   std::vector<Document>& records, std::string* raw) {
    for (const std::string& file : files) {
      const std::optional<std::string> bytes = read_file_(file);
      if (!bytes) return say("mapping.test.no_file", {{"file", file}});
      if (raw) *raw += *bytes;
      std::string why;
      if (!read_records(schema, *bytes, records, why)) return file + ": " + why;
    }
    return {};
  }

  std::string say(const char* key, const base::Arguments& arguments = {}) const {
    return base::say(key, language_, arguments);
  }
  // "in: …", "out: …"
  std::string headed(Way way, const std::string& what) const {
    return say(way == Way::in ? "mapping.test.in" : "mapping.test.out", {{"what", what}});
  }
  std::string refusal(const Refusal& r) const {
    return say("mapping.test.refusal",
               {{"code", r.code},
                {"place", r.pointer.empty() ? say("mapping.test.record") : r.pointer},
                {"rule", r.rule}});
  }
  std::string fault(const schema::Schema& schema, const schema::Fault& f) const {
    return say("mapping.test.fault",
               {{"schema", schema.name()},
                {"code", f.code},
                {"place", f.pointer.empty() ? say("mapping.test.record") : f.pointer}});
  }

  bool is_list(bool of_ours) const {
    return of_ours ? mapping_.ours_list() : mapping_.theirs_list();
  }

  // `list of`: all records become one root.
  void gather(bool of_ours, std::vector<Document>& records) const {
    if (!is_list(of_ours) || records.empty()) return;
    const std::string& member = mapping_.root(of_ours).members.front().name;
    const bool whole = records.size() == 1 && records[0].root.find(member) != nullptr;
    if (whole) return;
    Document all;
    std::vector<Value> items;
    for (const Document& d : records) items.push_back(record::clone(d.root, all.arena));
    all.root = list_root(mapping_, of_ours, items, all.arena);
    records.clear();
    records.push_back(std::move(all));
  }

  // The records of a root, each as a document of its own.
  std::vector<Document> apart(bool of_ours, const Document& root) const {
    std::vector<Document> out;
    const Value* list = root.root.find(mapping_.root(of_ours).members.front().name);
    if (list == nullptr) return out;
    for (const Value& item : list->items()) {
      out.emplace_back();
      out.back().root = record::clone(item, out.back().arena);
    }
    return out;
  }

  std::string fits(const schema::Schema& schema, bool list, bool of_ours, const Document& d) const {
    if (list) {
      for (const Document& one : apart(of_ours, d)) {
        const std::string problem = fits(schema, false, of_ours, one);
        if (!problem.empty()) return problem;
      }
      return {};
    }
    const auto faults = schema.check(d.root, 1);
    if (faults.empty()) return {};
    return fault(schema, faults[0]);
  }

  static RunContext context() {
    RunContext out;
    out.received_on = base::day_from(2024, 6, 3).value_or(base::Day{});
    return out;
  }

  std::string mapped(Way way, const std::vector<std::string>& from,
                     const std::vector<std::string>& to) {
    const bool in = way == Way::in;
    const schema::Schema& reads = in ? *theirs_ : *ours_;
    std::vector<Document> sources, made, expected;
    std::string problem = load(from, reads, sources, nullptr);
    if (!problem.empty()) return headed(way, problem);
    gather(!in, sources);
    if (!mapping_.makes().empty()) return several(sources, to);
    const schema::Schema& writes = in ? *ours_ : *theirs_;
    std::string expected_bytes;
    const std::string unread = load(to, writes, expected, &expected_bytes);
    if (unread.empty()) gather(in, expected);
    for (const Document& source : sources) {
      problem = fits(reads, is_list(!in), !in, source);
      if (!problem.empty())
        return headed(way,
                      say("mapping.test.unfit_source", {{"file", from.front()}, {"why", problem}}));
      made.emplace_back();
      const RunResult result = run(mapping_, way, source.root, context(), made.back());
      if (!result.ok())
        return headed(way,
                      say("mapping.test.refused", {{"why", refusal(result.refusals.front())}}));
      problem = fits(writes, is_list(in), in, made.back());
      if (!problem.empty()) return headed(way, say("mapping.test.unfit", {{"why", problem}}));
    }
    if (!unread.empty() || made.size() != expected.size()) {
      if (!is_list(in)) keep(to, writes, made);
      if (!unread.empty()) return headed(way, unread);
      return headed(way, say("mapping.test.records", {{"expected", std::to_string(expected.size())},
                                                      {"came", std::to_string(made.size())}}));
    }
    if (writes.format() != format::Format::json) {
      std::vector<Document> rows;
      if (is_list(in)) rows = apart(in, made[0]);
      std::string bytes;
      if (!write_records(writes, is_list(in) ? rows : made, bytes, problem))
        return headed(way, problem);
      if (bytes == expected_bytes) return {};
      problem = first_difference(expected_bytes, bytes, language_);
      keep(to, writes, is_list(in) ? rows : made);
    }
    // Name the field where one can: bytes of equal trees differ in their writing only.
    for (std::size_t i = 0; i < made.size(); ++i) {
      const std::string d = difference(expected[i].root, made[i].root, {}, language_);
      if (d.empty()) continue;
      if (file_.empty() && !is_list(in)) keep(to, writes, made);
      return headed(way, d);
    }
    return problem.empty() ? problem : headed(way, problem);
  }

  // What a mapping with `make` makes of one document, in order.
  std::string several(const std::vector<Document>& sources, const std::vector<std::string>& to) {
    const std::string problem = all_made(sources, to);
    return problem.empty() ? problem : headed(Way::in, problem);
  }

  std::string all_made(const std::vector<Document>& sources, const std::vector<std::string>& to) {
    std::size_t next = 0;
    for (const Document& source : sources) {
      Document into;
      const RunResult result = run(mapping_, Way::in, source.root, context(), into);
      if (!result.ok())
        return say("mapping.test.refused", {{"why", refusal(result.refusals.front())}});
      for (const Made& made : result.made) {
        const schema::Schema* schema = world_.schema(made.schema);
        if (schema == nullptr) return say("mapping.test.no_schema");
        if (const auto faults = schema->check(made.value, 1); !faults.empty()) {
          return say("mapping.test.unfit", {{"why", fault(*schema, faults[0])}});
        }
        if (next >= to.size()) return say("mapping.test.more", {{"schema", made.schema}});
        std::vector<Document> expected;
        const std::string problem = load({to[next]}, *schema, expected, nullptr);
        if (!problem.empty()) return problem;
        const std::string d = difference(expected[0].root, made.value, {}, language_);
        if (!d.empty()) return to[next] + ": " + d;
        ++next;
      }
    }
    if (next < to.size()) return say("mapping.test.not_made", {{"file", to[next]}});
    return {};
  }

  std::string refused(const Program::Case& c) {
    const Way way = c.arrow == Arrow::in ? Way::in : Way::out;
    const schema::Schema& reads = way == Way::in ? *theirs_ : *ours_;
    std::vector<Document> sources;
    const std::string problem = load(way == Way::in ? c.theirs : c.ours, reads, sources, nullptr);
    if (!problem.empty()) return problem;
    gather(way == Way::out, sources);
    std::string seen;
    for (const Document& source : sources) {
      Document made;
      RunResult result = run(mapping_, way, source.root, context(), made);
      for (const LeftOut& left : result.left_out) {
        result.refusals.insert(result.refusals.end(), left.refusals.begin(), left.refusals.end());
      }
      for (const Refusal& r : result.refusals) {
        const bool code = c.code.empty() || r.code == c.code;
        const bool place = c.at.empty() || plain_path(r.pointer) == plain_path(c.at);
        if (code && place) return {};
        seen += (seen.empty() ? "" : "; ") + refusal(r);
      }
    }
    return say(seen.empty() ? "mapping.test.no_refusal" : "mapping.test.other_refusal",
               {{"code", c.code + (c.at.empty() ? "" : " (" + c.at + ")")}, {"came", seen}});
  }

  const Mapping& mapping_;
  const World& world_;
  const ReadFile& read_file_;
  const base::Language language_;
  const schema::Schema* ours_;
  const schema::Schema* theirs_;
  std::string file_, came_;
};

}  // namespace

std::vector<TestOutcome> run_tests(const Mapping& mapping, const World& world,
                                   const ReadFile& read_file, base::Language language) {
  std::vector<TestOutcome> out;
  Tester tester(mapping, world, read_file, language);
  for (const Program::Case& c : mapping.program().cases) out.push_back(tester.one(c));
  return out;
}

}  // namespace portage::mapping
