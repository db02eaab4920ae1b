// The tests beside a mapping: raw bytes -> reader -> mapping -> writer -> raw bytes.
#include <algorithm>

#include "gateway/format/documents.h"
#include "gateway/mapping/number.h"
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

std::string segment(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

// The first place where two trees differ; empty if they don't. Never shows more than the place.
std::string difference(const Value& expected, const Value& got, const std::string& path) {
  const auto say = [&](const char* what) {
    return (path.empty() ? "the document" : path) + " " + what;
  };
  if (expected.missing() && got.missing()) return {};
  if (got.missing()) return say("is missing");
  if (expected.missing()) return say("is not expected");
  if (expected.is(Kind::group) && got.is(Kind::group)) {
    for (const record::Member& m : expected.members()) {
      const Value* other = got.find(m.name);
      const std::string d = difference(m.value, other ? *other : Value(), segment(path, m.name));
      if (!d.empty()) return d;
    }
    for (const record::Member& m : got.members()) {
      if (expected.find(m.name) == nullptr) return segment(path, m.name) + " is not expected";
    }
    return {};
  }
  if (expected.is(Kind::list) && got.is(Kind::list)) {
    for (std::size_t i = 0; i < std::max(expected.size(), got.size()); ++i) {
      const Value a = i < expected.size() ? expected.items()[i] : Value();
      const Value b = i < got.size() ? got.items()[i] : Value();
      const std::string d = difference(a, b, path + "[" + std::to_string(i + 1) + "]");
      if (!d.empty()) return d;
    }
    return {};
  }
  if (expected.is(Kind::number) && got.is(Kind::number)) {
    const auto a = parse_decimal(expected.as_text()), b = parse_decimal(got.as_text());
    if (a && b && compare(*a, *b) == 0) return {};
  }
  if (expected.kind() != got.kind() || scalar_text(expected) != scalar_text(got)) {
    return say("differs") + ": expected " + shown(expected) + ", came " + shown(got);
  }
  return {};
}

// Where two texts part, as line and column.
std::string first_difference(const std::string& expected, const std::string& got) {
  std::size_t i = 0;
  std::size_t line = 1, column = 1;
  while (i < expected.size() && i < got.size() && expected[i] == got[i]) {
    ++column;
    if (expected[i] == '\n') {
      ++line;
      column = 1;
    }
    ++i;
  }
  const auto around = [&](const std::string& t) {
    const std::size_t from = t.rfind('\n', i > 0 ? i - 1 : 0);
    const std::size_t start =
        from == std::string::npos || i - from > 30 ? (i > 20 ? i - 20 : 0) : from + 1;
    return t.substr(start, t.find_first_of("\r\n", i) == std::string::npos
                               ? 60
                               : std::min<std::size_t>(60, t.find_first_of("\r\n", i) - start));
  };
  return "bytes differ at line " + std::to_string(line) + ", column " + std::to_string(column) +
         ": expected …" + around(expected) + "…, came …" + around(got) + "…";
}

// "/telephones/0/number", "/s:Referral/s:Line[2]" and "DOB" -> the path as a map writes it.
std::string plain_path(std::string_view pointer) {
  std::string out;
  std::string part;
  const auto push = [&] {
    const bool index = !part.empty() && std::all_of(part.begin(), part.end(),
                                                    [](char c) { return c >= '0' && c <= '9'; });
    if (!part.empty() && !index) out += (out.empty() ? "" : ".") + part;
    part.clear();
  };
  bool inside = false;
  for (const char c : pointer) {
    if (c == '[') inside = true;
    if (!inside && (c == '/' || c == '.')) {
      push();
    } else if (!inside && c != '`') {
      part += c;
    }
    if (c == ']') inside = false;
  }
  push();
  return out;
}

class Tester {
 public:
  Tester(const Mapping& mapping, const World& world, const ReadFile& read_file)
      : mapping_(mapping),
        world_(world),
        read_file_(read_file),
        ours_(mapping.ours().empty() ? nullptr : world.schema(mapping.ours())),
        theirs_(world.schema(mapping.theirs())) {}

  TestOutcome one(const Program::Case& c) {
    TestOutcome out;
    out.name = c.title;
    out.line = c.line;
    if ((ours_ == nullptr && mapping_.makes().empty()) || theirs_ == nullptr) {
      out.detail = "the schemas are not there";
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
      if (!bytes) return file + ": there is no such file";
      if (raw) *raw += *bytes;
      std::string why;
      if (!read_records(schema, *bytes, records, why)) return file + ": " + why;
    }
    return {};
  }

  static std::string told(const Refusal& r) {
    return r.code + " at " + (r.pointer.empty() ? "the record" : r.pointer) + " (" + r.rule + ")";
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
    return schema.name() + ": " + faults[0].code + " at " + faults[0].pointer;
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
    const std::string head = in ? "in: " : "out: ";
    std::vector<Document> sources, made, expected;
    std::string problem = load(from, reads, sources, nullptr);
    if (!problem.empty()) return head + problem;
    gather(!in, sources);
    if (!mapping_.makes().empty()) return several(sources, to);
    const schema::Schema& writes = in ? *ours_ : *theirs_;
    std::string expected_bytes;
    const std::string unread = load(to, writes, expected, &expected_bytes);
    if (unread.empty()) gather(in, expected);
    for (const Document& source : sources) {
      problem = fits(reads, is_list(!in), !in, source);
      if (!problem.empty()) return head + from.front() + " does not fit " + problem;
      made.emplace_back();
      const RunResult result = run(mapping_, way, source.root, context(), made.back());
      if (!result.ok()) return head + "refused: " + told(result.refusals.front());
      problem = fits(writes, is_list(in), in, made.back());
      if (!problem.empty()) return head + "what was made does not fit " + problem;
    }
    if (!unread.empty() || made.size() != expected.size()) {
      if (!is_list(in)) keep(to, writes, made);
      if (!unread.empty()) return head + unread;
      return head + "expected " + std::to_string(expected.size()) + " records, came " +
             std::to_string(made.size());
    }
    if (writes.format() != format::Format::json) {
      std::vector<Document> rows;
      if (is_list(in)) rows = apart(in, made[0]);
      std::string bytes;
      if (!write_records(writes, is_list(in) ? rows : made, bytes, problem)) return head + problem;
      if (bytes == expected_bytes) return {};
      problem = first_difference(expected_bytes, bytes);
      keep(to, writes, is_list(in) ? rows : made);
    }
    // Name the field where one can: bytes of equal trees differ in their writing only.
    for (std::size_t i = 0; i < made.size(); ++i) {
      const std::string d = difference(expected[i].root, made[i].root, {});
      if (d.empty()) continue;
      if (file_.empty() && !is_list(in)) keep(to, writes, made);
      return head + d;
    }
    return problem.empty() ? problem : head + problem;
  }

  // What a mapping with `make` makes of one document, in order.
  std::string several(const std::vector<Document>& sources, const std::vector<std::string>& to) {
    std::size_t next = 0;
    for (const Document& source : sources) {
      Document into;
      const RunResult result = run(mapping_, Way::in, source.root, context(), into);
      if (!result.ok()) return "in: refused: " + told(result.refusals.front());
      for (const Made& made : result.made) {
        const schema::Schema* schema = world_.schema(made.schema);
        if (schema == nullptr) return "in: " + made.schema + " is not there";
        if (const auto faults = schema->check(made.value, 1); !faults.empty()) {
          return "in: what was made does not fit " + made.schema + ": " + faults[0].code + " at " +
                 faults[0].pointer;
        }
        if (next >= to.size()) return "in: more was made than expected: " + made.schema;
        std::vector<Document> expected;
        const std::string problem = load({to[next]}, *schema, expected, nullptr);
        if (!problem.empty()) return "in: " + problem;
        const std::string d = difference(expected[0].root, made.value, {});
        if (!d.empty()) return "in: " + to[next] + ": " + d;
        ++next;
      }
    }
    if (next < to.size()) return "in: " + to[next] + " was not made";
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
        seen += (seen.empty() ? "" : "; ") + told(r);
      }
    }
    return "expected the refusal " + c.code + (c.at.empty() ? "" : " at " + c.at) + ", came " +
           (seen.empty() ? "none" : seen);
  }

  const Mapping& mapping_;
  const World& world_;
  const ReadFile& read_file_;
  const schema::Schema* ours_;
  const schema::Schema* theirs_;
  std::string file_, came_;
};

}  // namespace

std::vector<TestOutcome> run_tests(const Mapping& mapping, const World& world,
                                   const ReadFile& read_file) {
  std::vector<TestOutcome> out;
  Tester tester(mapping, world, read_file);
  for (const Program::Case& c : mapping.program().cases) out.push_back(tester.one(c));
  return out;
}

}  // namespace portage::mapping
