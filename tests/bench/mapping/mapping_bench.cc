// What one core takes for a 2 KB referral: JSON of the intake, checked, mapped to the canonical
// record, checked, mapped to the service system manager's XML, checked, written. jq, xsltproc and
// JSONata do the same mapping in the same run (they check nothing); what they make is compared
// field by field. Then CSV rows. CPU time, user and system; a peer's start is measured with one
// record and taken off.
//   mapping_bench WORK-FOLDER [RECORDS]
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>

#include "gateway/base/time.h"
#include "gateway/format/documents.h"
#include "tests/golden/shipped.h"

namespace {

using namespace portage;
using record::Document;
using record::Kind;
using record::Value;

double cpu_us(int who) {
  rusage used{};
  getrusage(who, &used);
  const auto us = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec);
  };
  return us(used.ru_utime) + us(used.ru_stime);
}

[[noreturn]] void fail(const std::string& why) {
  std::cerr << "mapping_bench: " << why << '\n';
  std::exit(1);
}

// Scalars by their path, without namespaces: what a peer's output is compared with.
using Flat = std::map<std::string, std::string>;
void flatten(const Value& value, const std::string& path, Flat& into) {
  if (value.is(Kind::group)) {
    for (const record::Member& m : value.members()) {
      std::string name(m.name);
      if (const std::size_t close = name.find('}'); close != std::string::npos) {
        name = (name[0] == '@' ? "@" : "") + name.substr(close + 1);
      }
      flatten(m.value, path + "/" + name, into);
    }
  } else if (value.is(Kind::list)) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      flatten(value.items()[i], path + "/" + std::to_string(i), into);
    }
  } else if (value.is(Kind::boolean)) {
    into[path] = value.as_bool() ? "true" : "false";
  } else if (!value.missing()) {
    into[path] = value.as_text();
  }
}

// The same record in XML, for the peer that reads nothing else.
void as_xml(std::string_view name, const Value& value, std::string& out) {
  if (value.is(Kind::list)) {
    for (const Value& item : value.items()) as_xml(name, item, out);
    return;
  }
  out.append("<").append(name).append(">");
  if (value.is(Kind::group)) {
    for (const record::Member& m : value.members()) as_xml(m.name, m.value, out);
  } else {
    for (const char c : value.as_text()) {
      out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
    }
  }
  out.append("</").append(name).append(">");
}

const mapping::Mapping& mapping_of(const std::string& name) {
  for (const auto& map : golden::shipped().maps) {
    if (map.compiled.mapping && map.compiled.mapping->name() == name) return *map.compiled.mapping;
  }
  fail("no mapping " + name);
}
const schema::Schema& schema_of(const std::string& name) {
  const schema::Schema* found = golden::shipped().schemas.find(name);
  if (found == nullptr) fail("no schema " + name);
  return *found;
}

struct Stage {
  const char* name;
  std::function<void()> run;
};

// Our way through: each stage on what the one before left.
struct Ours {
  std::string json;
  const schema::Schema& theirs = schema_of("province/referral@1");
  const schema::Schema& canonical = schema_of("referral@1");
  const schema::Schema& ssm = schema_of("ssm/referral@1");
  const mapping::Mapping& in = mapping_of("province/referral");
  const mapping::Mapping& out = mapping_of("ssm/referral");
  Document read, ours, target;
  std::string xml;

  void map(const mapping::Mapping& mapping, mapping::Way way, const Document& from,
           Document& into) {
    into.arena.reset();
    into.root = Value();
    mapping::RunContext context;
    context.received_on = *base::day_from(2026, 11, 16);
    context.date = context.received_on;
    const auto result = mapping::run(mapping, way, from.root, context, into);
    if (!result.ok()) fail(result.refusals.front().code);
  }
  static void check(const schema::Schema& schema, const Document& document) {
    const auto faults = schema.check(document.root, 1);
    if (!faults.empty()) fail(faults.front().code + " " + faults.front().pointer);
  }
  std::vector<Stage> stages() {
    return {{"parse JSON",
             [this] {
               if (!format::read_json(json, {}, read).ok()) fail("json");
             }},
            {"check (JSON Schema)", [this] { check(theirs, read); }},
            {"map to canonical", [this] { map(in, mapping::Way::in, read, ours); }},
            {"check (JSON Schema)", [this] { check(canonical, ours); }},
            {"map to XML", [this] { map(out, mapping::Way::out, ours, target); }},
            {"check (XSD)", [this] { check(ssm, target); }},
            {"write XML", [this] {
               xml.clear();
               if (!format::write_xml(target.root, xml).ok()) fail("xml");
             }}};
  }
};

double ours(Ours& work, int records) {
  const auto stages = work.stages();
  for (int i = 0; i < records / 10; ++i) {  // warm
    for (const Stage& stage : stages) stage.run();
  }
  double best = 1e9;
  const int each = records / 4;
  for (int round = 0; round < 12; ++round) {  // the best: others' caches are no part of it
    const double began = cpu_us(RUSAGE_SELF);
    for (int i = 0; i < each; ++i) {
      for (const Stage& stage : stages) stage.run();
    }
    best = std::min(best, (cpu_us(RUSAGE_SELF) - began) / each);
  }
  std::printf("  where it goes (us):");
  for (const Stage& stage : stages) {
    const double before = cpu_us(RUSAGE_SELF);
    for (int i = 0; i < records; ++i) stage.run();
    std::printf("  %s %.2f", stage.name, (cpu_us(RUSAGE_SELF) - before) / records);
  }
  std::printf("\n");
  return best;
}

double peer_cpu(const std::string& command) {
  const double before = cpu_us(RUSAGE_CHILDREN);
  const int status = std::system(command.c_str());
  if (status != 0) fail("failed: " + command);
  return cpu_us(RUSAGE_CHILDREN) - before;
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}
std::string first_line(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

std::string difference(const Flat& expected, const Flat& got) {
  for (const auto& [path, text] : expected) {
    const auto found = got.find(path);
    if (found == got.end()) return path + " is missing";
    if (found->second != text) return path + " differs";
  }
  return got.size() == expected.size() ? "" : "there are other fields";
}

struct Peer {
  const char* name;
  std::string command;  // reads $IN, writes $OUT
  std::string one, many;
  bool xml;
};

double csv_rows(int rows, double& megabytes) {
  const auto file = golden::read_file("mappings/halton/cases/full.csv");
  const std::size_t header = file->find('\n') + 1;
  const std::string row = file->substr(header);
  std::string bytes = file->substr(0, header);
  for (int i = 0; i < rows; ++i) bytes += row;
  const schema::Schema& theirs = schema_of("halton/referral@2");
  const schema::Schema& canonical = schema_of("referral@1");
  const mapping::Mapping& map = mapping_of("halton/referral");
  format::Wire lines;
  lines.lines = true;
  std::string out;
  double best = 1e12;
  for (int round = 0; round < 3; ++round) {
    const double began = cpu_us(RUSAGE_SELF);
    auto reader = format::DocumentReader::open(theirs.wire(), {}, bytes);
    if (!reader) fail(reader.error().code);
    format::DocumentWriter writer(lines, out);
    format::Entry entry;
    Document from, into;
    int done = 0;
    mapping::RunContext context;
    context.received_on = *base::day_from(2026, 11, 16);
    while (reader->next(entry, from)) {
      if (entry.error) fail(entry.error->code);
      Ours::check(theirs, from);
      into.arena.reset();
      into.root = Value();
      if (!mapping::run(map, mapping::Way::in, from.root, context, into).ok()) fail("csv: map");
      Ours::check(canonical, into);
      if (!writer.document(into.root).ok()) fail("csv: write");
      if (out.size() > (1u << 20)) out.clear();
      ++done;
    }
    if (done != rows) fail("csv: rows");
    best = std::min(best, cpu_us(RUSAGE_SELF) - began);
  }
  megabytes = static_cast<double>(bytes.size()) / best;
  return rows / best * 1e6;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) fail("usage: mapping_bench WORK-FOLDER [RECORDS]");
  const std::string work = argv[1];
  const int records = argc > 2 ? std::atoi(argv[2]) : 5000;
  cpu_set_t one_core;
  CPU_ZERO(&one_core);
  CPU_SET(static_cast<std::size_t>(sched_getcpu()), &one_core);
  sched_setaffinity(0, sizeof one_core, &one_core);  // peers inherit it

  // The record as it lies in the file, in one line: its line breaks become blanks.
  std::string pretty = *golden::read_file("tests/bench/referral.json");
  std::replace(pretty.begin(), pretty.end(), '\n', ' ');
  Document document;
  if (!format::read_json(pretty, {}, document).ok()) fail("referral.json");
  Ours mine;
  mine.json = pretty;
  std::printf("One core. The record is %zu bytes of JSON.\n", mine.json.size());
  const double us = ours(mine, 20'000);
  std::string record_xml, json_many, xml_many = "<records>";
  as_xml("record", document.root, record_xml);
  for (int i = 0; i < records; ++i) {
    json_many += mine.json + "\n";
    xml_many += record_xml + "\n";
  }
  write_file(work + "/one.ndjson", mine.json + "\n");
  write_file(work + "/many.ndjson", json_many);
  write_file(work + "/one.xml", "<records>" + record_xml + "</records>");
  write_file(work + "/many.xml", xml_many + "</records>");
  Flat expected;
  flatten(mine.target.root, "", expected);

  const std::string folder = std::string(PORTAGE_SOURCE_DIR) + "/tests/bench/mapping/";
  const std::vector<Peer> peers = {
      {"jq", "jq -c -f " + folder + "referral.jq", "one.ndjson", "many.ndjson", false},
      {"xsltproc", "xsltproc " + folder + "referral.xsl", "one.xml", "many.xml", true},
      {"JSONata",
       "NODE_PATH=" + work + "/node_modules node " + folder + "jsonata_peer.js " + folder +
           "referral.jsonata",
       "one.ndjson", "many.ndjson", false}};
  std::printf("%-10s %12s %9s   %s\n", "", "us a record", "times us", "compared with ours");
  std::printf("%-10s %12.1f %9s   %zu fields, checked three times on the way\n", "portage", us,
              "1.0", expected.size());
  bool good = true;
  for (const Peer& peer : peers) {
    const std::string input = " " + work + "/", output = " > " + work + "/out." + peer.name;
    const double start = peer_cpu(peer.command + input + peer.one + output);
    const std::string many = peer.command + input + peer.many + output;
    const double all = std::min({peer_cpu(many), peer_cpu(many), peer_cpu(many)});
    const double each = (all - start) / (records - 1);
    Document made;
    const std::string line = first_line(work + "/out." + std::string(peer.name));
    const base::Status read =
        peer.xml ? format::read_xml(line, {}, made) : format::read_json(line, {}, made);
    Flat got;
    flatten(made.root, "", got);
    const std::string differs = read.ok() ? difference(expected, got) : read.error().code;
    good = good && differs.empty();
    std::printf("%-10s %12.1f %9.1f   %s\n", peer.name, each, each / us,
                differs.empty() ? "the same, field by field" : ("DIFFERENT: " + differs).c_str());
  }
  double megabytes = 0;
  const double rows = csv_rows(20'000, megabytes);
  std::printf(
      "CSV: %.0f rows a second on one core, %.1f MB/s (35 columns; read, checked, mapped, "
      "checked, written as JSON)\n",
      rows, megabytes);
  std::printf("goals: at most 15 us a record: %s; 60,000 rows a second: %s\n",
              us <= 15 ? "met" : "MISSED", rows >= 60'000 ? "met" : "MISSED");
  return good ? 0 : 1;
}
