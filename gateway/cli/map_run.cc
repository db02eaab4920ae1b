// portage map run: one file through one mapping, and how each field came about.
#include <algorithm>
#include <fstream>
#include <iostream>

#include "gateway/cli/map_run_one.h"
#include "gateway/cli/map_run_page.h"
#include "gateway/cli/maps.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/verbs.h"

namespace portage::cli {
namespace {

using mapping::Way;

constexpr std::size_t kInputBytes = 256u << 20;  // of a file that is one document
constexpr std::uint32_t kInputValues = 20'000'000;

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

// The bytes of a file, or of standard input ("-"), as they are asked for.
class FileBytes {
 public:
  explicit FileBytes(const std::string& path) : in_(path == "-" ? &std::cin : &file_) {
    if (path != "-") file_.open(path, std::ios::binary);
  }
  bool good() const { return in_->good(); }
  base::Result<std::size_t> fill(std::span<char> into) {
    in_->read(into.data(), static_cast<std::streamsize>(into.size()));
    if (in_->bad()) return base::make_error(base::ErrorKind::unavailable, "cli.file_unread");
    return static_cast<std::size_t>(in_->gcount());
  }

 private:
  std::ifstream file_;
  std::istream* in_;
};

// A file of JSON may hold a record on each line; its name says so.
format::Wire wire_for(const schema::Schema& schema, const std::string& path) {
  format::Wire wire = schema.wire();
  wire.lines = wire.lines || path.ends_with(".ndjson") || path.ends_with(".jsonl");
  return wire;
}

// The data of a CloudEvents envelope; anything else as it is.
record::Value unwrapped(const schema::Schema& schema, const record::Value& root) {
  const bool event = schema.format() == format::Format::json && root.is(record::Kind::group) &&
                     root.find("specversion") != nullptr && root.find("data") != nullptr;
  return event ? *root.find("data") : root;
}

// What was written, in the target's format, as it comes.
class Output {
 public:
  Output(const schema::Schema& schema, bool many, std::ostream& out)
      : wire_(schema.wire()), many_(many), writer_(wire_, text_), out_(out) {
    if (wire_.format == format::Format::json) wire_.lines = true;
  }
  base::Status add(const record::Value& root) {
    if (wire_.format == format::Format::json && !many_) {
      format::write_json_pretty(root, text_);
      return {};
    }
    base::Status status = writer_.document(root);
    flush(kFlush);
    any_ = any_ || status.ok();
    return status;
  }
  base::Status end() {
    base::Status status = any_ ? writer_.end() : base::Status();
    if (!text_.empty() && !text_.ends_with('\n')) text_ += '\n';
    flush(0);
    return status;
  }

 private:
  static constexpr std::size_t kFlush = 1u << 20;
  void flush(std::size_t least) {
    if (text_.size() < least) return;
    out_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    text_.clear();
  }
  format::Wire wire_;
  bool many_, any_ = false;
  std::string text_;
  format::DocumentWriter writer_;
  std::ostream& out_;
};

struct Counts {
  std::size_t good = 0, refused = 0;
};

class Run {
 public:
  Run(const Options& options, const MapRunner& runner, const Io& io)
      : options_(options), file_(options.names.back()), runner_(runner), io_(io) {}

  base::Result<Counts> all(format::DocumentReader& reader, const schema::Schema& source,
                           const schema::Schema& target, base::Day day) {
    std::optional<BesidePage> beside;
    if (options_.beside) beside.emplace(file_, options_.output, io_);
    const bool gathers = runner_.gathers();
    Output output(target, reader.many() || runner_.makes_several(), io_.out);
    Counts counts;
    format::Entry entry;
    record::Document from, into, gathered;
    std::vector<record::Value> roots;
    const auto one = [&](const record::Value& root, std::uint32_t row, bool placed) {
      const bool dated = runner_.way() == Way::out && options_.date.empty() && !gathers;
      into.arena.reset();
      into.root = record::Value();
      MappedOne ran = runner_.run(root, dated ? date_of(source, root, day) : day, into);
      ran.row = row;
      ran.placed = placed;
      portage::cli::tell(ran, reader, file_, io_);
      if (beside) beside->add(ran);
      counts.refused += ran.left_out.size() + (ran.good() ? 0 : 1);
      if (!ran.good()) return;
      for (const record::Value& written : ran.written) {
        base::Status status;
        if (!beside) status = output.add(written);
        if (!status) tell(status.error());
        ++(status ? counts.good : counts.refused);
      }
    };
    while (reader.next(entry, from)) {
      if (entry.error) {
        ++counts.refused;
        tell(*entry.error);
      } else if (gathers) {
        runner_.gather(unwrapped(source, from.root), gathered.arena, roots);
      } else {
        one(unwrapped(source, from.root), reader.many() ? entry.number : 0, true);
      }
    }
    if (gathers && (counts.refused == 0 || runner_.lenient())) {
      one(runner_.root_of(roots, gathered.arena), 0, false);
    }
    if (beside) {
      beside->end();
    } else if (base::Status ended = output.end(); !ended) {
      return std::move(ended).error();
    }
    return counts;
  }

  void tell(const base::Error& error) const {
    io_.err << file_;
    if (error.place.line != 0) io_.err << ':' << error.place.line << ':' << error.place.column;
    io_.err << "  " << error.code << "  " << error.place.pointer
            << (error.place.pointer.empty() ? "" : "  ")
            << io_.style.say(error.code, error.arguments) << '\n';
  }

 private:
  const Options& options_;
  const std::string& file_;
  const MapRunner& runner_;
  const Io& io_;
};

std::string tenths(std::uint64_t value, std::uint64_t unit) {  // "12.3"
  const std::uint64_t tenth = unit == 0 ? 0 : value * 10 / unit;
  return std::to_string(tenth / 10) + "." + std::to_string(tenth % 10);
}

}  // namespace

int map_run(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::words, exit);
  if (!config) return exit;
  std::string name = options.names.front();
  const auto set = mapping_named(name, *config, io, exit);
  if (!set) return exit;
  base::Day day = base::toronto_day(io.style.now);
  if (!options.date.empty()) {
    const auto said = base::parse_day(options.date);
    if (!said) {
      io.complain("cli.not_a_day", {{"option", "--date"}, {"text", options.date}});
      return kWrongUse;
    }
    day = *said;
  }

  const MapRunner runner(options, *config, *set, name);
  const mapping::Mapping& any = *set->all().back();
  const schema::Schema* source = runner.reads(any);
  const schema::Schema* target = runner.writes(any);
  if (source == nullptr || target == nullptr) {
    io.complain("cli.map.one_way", {{"mapping", name}});
    return kWrongUse;
  }
  const std::string& path = options.names.back();
  FileBytes bytes(path);
  if (!bytes.good()) {
    io.complain("cli.file_unread", {{"file", path}});
    return kCouldNotCheck;
  }
  const format::Wire wire = wire_for(*source, path);
  format::Limits limits;
  limits.bytes = kInputBytes;
  limits.values = kInputValues;
  const std::uint64_t began = base::steady_micros();
  Run run(options, runner, io);
  auto reader = format::DocumentReader::open(
      wire, limits, [&](std::span<char> into) { return bytes.fill(into); });
  if (!reader) {
    run.tell(reader.error());
    io.complain(reader.error());
    return kFound;
  }
  const auto counts = run.all(*reader, *source, *target, day);
  if (!counts) {
    io.complain(counts.error());
    return kFound;
  }
  const std::uint64_t took = std::max<std::uint64_t>(base::steady_micros() - began, 1);
  io.err << io.style.say("cli.map.ran", {{"good", std::to_string(counts->good)},
                                         {"refused", std::to_string(counts->refused)},
                                         {"ms", tenths(took, 1'000)}})
         << '\n';
  if (reader->many()) {
    const std::size_t rows = counts->good + counts->refused;
    io.err << io.style.say("cli.map.pace",
                           {{"rows", std::to_string(rows * std::size_t{1'000'000} / took)},
                            {"mb", tenths(reader->bytes_read(), 1'000'000)},
                            {"pace", tenths(reader->bytes_read(), took)}})
           << '\n';
  }
  if (counts->refused == 0) return kDone;
  return counts->good == 0 ? kFound : kPartly;
}

}  // namespace portage::cli
