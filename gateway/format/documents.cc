#include "gateway/format/documents.h"

#include <algorithm>
#include <cstring>
#include <variant>

#include "gateway/format/fixed.h"
#include "gateway/format/soap.h"
#include "gateway/format/xml_records.h"

namespace portage::format {

using record::Value;

namespace {

constexpr std::size_t kBlock = 1u << 20;   // read from the file at once
constexpr std::size_t kRecord = 4u << 20;  // the largest of a file of records

// One document: the file. JSON, XML, SOAP.
struct Whole {
  bool done = false;
};
// NDJSON.
struct Lines {
  std::size_t at = 0;
  std::uint32_t line = 0, row = 0;
  bool cut = false;  // the line before was longer than the window
};

}  // namespace

struct DocumentReader::Work {
  const Wire& wire;
  Limits limits;
  Fill fill;
  std::variant<Whole, Lines, CsvReader, FixedReader, XmlRecords> reader{};
  std::unique_ptr<char[]> buffer{};
  std::size_t capacity = 0;
  std::size_t keep = 0;  // bytes that a document may need in the window
  std::string_view window{};
  bool at_end = false;
  std::uint64_t total = 0;
  std::string_view raw{};
  std::uint32_t raw_line = 1;

  std::size_t at() const {
    if (const auto* lines = std::get_if<Lines>(&reader)) return lines->at;
    if (const auto* csv = std::get_if<CsvReader>(&reader)) return csv->position().byte;
    if (const auto* fixed = std::get_if<FixedReader>(&reader)) return fixed->at();
    if (const auto* xml = std::get_if<XmlRecords>(&reader)) return xml->at();
    return 0;
  }

  // Fills the window from its byte `from` on: up to twice what a document may need, so that little
  // is moved; for `all`, up to that many bytes.
  base::Status load(std::size_t from, std::size_t all = 0) {
    std::size_t left = window.size() - from;
    if (from > 0 && left > 0) std::memmove(buffer.get(), window.data() + from, left);
    const std::size_t wanted = all > 0 ? all : 2 * keep + kBlock;
    while (!at_end && left < wanted) {
      if (left == capacity) grow(left, wanted);
      base::Result<std::size_t> got = fill(std::span<char>(buffer.get() + left, capacity - left));
      if (!got) return std::move(got).error();
      at_end = *got == 0;
      left += *got;
      total += *got;
    }
    window = {buffer.get(), left};
    return {};
  }

  void grow(std::size_t used, std::size_t most) {
    capacity = std::min(most, std::max(kBlock, capacity * 2));
    std::unique_ptr<char[]> larger(new char[capacity]);
    std::copy_n(buffer.get(), used, larger.get());
    buffer = std::move(larger);
  }

  void refill() {
    if (auto* lines = std::get_if<Lines>(&reader)) lines->at = 0;
    if (auto* csv = std::get_if<CsvReader>(&reader)) csv->refill(window, !at_end);
    if (auto* fixed = std::get_if<FixedReader>(&reader)) fixed->refill(window, !at_end);
    if (auto* xml = std::get_if<XmlRecords>(&reader)) xml->refill(window, !at_end);
  }

  base::Status whole(record::Document& into) {
    raw = window;
    if (wire.format == Format::json) return read_json(window, limits, into);
    if (wire.soap == Soap::none) return read_xml(window, limits, into);
    Soap found = Soap::none;
    std::optional<SoapFault> fault;
    base::Status status = read_soap(window, limits, wire.soap, into, found, fault);
    if (status && fault) {
      return base::make_error(base::ErrorKind::invalid, "soap.fault",
                              {{"who", fault->senders ? "sender" : "receiver"}});
    }
    return status;
  }

  bool next_line(Lines& lines, Entry& entry, record::Document& into) {
    while (lines.at < window.size()) {
      const std::size_t from = lines.at;
      std::size_t end = window.find('\n', from);
      const bool rest = std::exchange(lines.cut, end == std::string_view::npos && !at_end);
      lines.at = end == std::string_view::npos ? window.size() : end + 1;
      end = std::min(end, window.size());
      if (rest) continue;  // of a line that was refused
      raw = window.substr(from, end - from);
      raw_line = ++lines.line;
      if (raw.ends_with('\r')) raw.remove_suffix(1);
      if (base::trim(raw).empty()) continue;
      entry.number = ++lines.row;
      entry.line = lines.line;
      base::Status status = read_json(raw, limits, into);
      if (!status) {
        entry.error = std::move(status).error();
        entry.error->place.line = lines.line;
      }
      return true;
    }
    return false;
  }

  bool next(Entry& entry, record::Document& into) {
    if (auto* whole_file = std::get_if<Whole>(&reader)) {
      if (std::exchange(whole_file->done, true)) return false;
      entry.number = entry.line = 1;
      if (base::Status status = whole(into); !status) entry.error = std::move(status).error();
      return true;
    }
    if (auto* lines = std::get_if<Lines>(&reader)) return next_line(*lines, entry, into);
    const auto from = [&](auto& one, auto& row) {
      if (!one.next(row, into)) return false;
      entry.number = row.number;
      entry.line = row.line;
      entry.error = std::move(row.error);
      raw = window.substr(row.begin, row.end - row.begin);
      return true;
    };
    if (auto* csv = std::get_if<CsvReader>(&reader)) {
      CsvRow row;
      return from(*csv, row);
    }
    if (auto* fixed = std::get_if<FixedReader>(&reader)) {
      FixedRow row;
      return from(*fixed, row);
    }
    XmlRecord row;
    return from(std::get<XmlRecords>(reader), row);
  }
};

DocumentReader::DocumentReader(std::unique_ptr<Work> work) : work_(std::move(work)) {}
DocumentReader::DocumentReader(DocumentReader&&) noexcept = default;
DocumentReader& DocumentReader::operator=(DocumentReader&&) noexcept = default;
DocumentReader::~DocumentReader() = default;

base::Result<DocumentReader> DocumentReader::open(const Wire& wire, const Limits& limits,
                                                  std::string_view bytes) {
  DocumentReader reader(std::unique_ptr<Work>(new Work{wire, limits, {}}));
  Work& work = *reader.work_;
  work.window = bytes;
  work.at_end = true;
  work.total = bytes.size();
  base::Status status = reader.begin();
  if (!status) return std::move(status).error();
  return reader;
}

base::Result<DocumentReader> DocumentReader::open(const Wire& wire, const Limits& limits,
                                                  Fill fill) {
  DocumentReader reader(std::unique_ptr<Work>(new Work{wire, limits, std::move(fill)}));
  Work& work = *reader.work_;

  work.limits.bytes = std::min(limits.bytes, kRecord);
  work.keep = wire.format == Format::csv ? std::size_t{wire.csv.row_bytes} + 2
              : wire.format == Format::fixed
                  ? std::size_t{wire.fixed->document_bytes} + wire.fixed->width * std::size_t{8}
                  : work.limits.bytes + 1;
  base::Status status = work.load(0);
  if (status) status = reader.begin();
  if (status && !reader.many()) {
    // The file is one document; a byte more than the limit shows that it is passed.
    work.limits = limits;
    status = work.load(0, limits.bytes + 1);
    if (wire.format == Format::fixed) {
      work.reader.emplace<FixedReader>(work.window, *wire.fixed, limits);
    }
  }
  if (!status) return std::move(status).error();
  return reader;
}

base::Status DocumentReader::begin() {
  Work& work = *work_;
  const bool more = !work.at_end;
  switch (work.wire.format) {
    case Format::json:
      if (work.wire.lines) {
        work.reader.emplace<Lines>();
        if (work.window.starts_with("\xEF\xBB\xBF")) std::get<Lines>(work.reader).at = 3;
      }
      return {};
    case Format::xml: {
      if (work.wire.soap != Soap::none || work.wire.roots.empty()) return {};
      auto xml = XmlRecords::open(work.window, work.wire.roots, work.limits);
      if (!xml) return std::move(xml).error();
      if (xml->whole()) return {};
      xml->more(more);
      work.reader.emplace<XmlRecords>(std::move(*xml));
      return {};
    }
    case Format::csv: {
      auto csv = CsvReader::open(work.window, work.wire.csv);
      if (!csv) return std::move(csv).error();
      csv->more(more);
      work.reader.emplace<CsvReader>(std::move(*csv));
      return {};
    }
    case Format::fixed:
      work.reader.emplace<FixedReader>(work.window, *work.wire.fixed, work.limits);
      std::get<FixedReader>(work.reader).more(more);
      return {};
  }
  return {};
}

bool DocumentReader::next(Entry& entry, record::Document& into) {
  Work& work = *work_;
  while (true) {
    entry = Entry();
    const std::size_t at = work.at();
    const bool whole = !many();
    if (!whole && !work.at_end && work.window.size() - at < work.keep) {
      if (base::Status status = work.load(at); !status) {
        entry.error = std::move(status).error();
        work.at_end = true;
        work.reader.emplace<Whole>(Whole{true});
        return true;
      }
      work.refill();
    }
    if (work.next(entry, into)) return true;
    if (whole || work.at_end) return false;
    if (work.at() == at && work.window.size() - at >= work.keep) return false;
  }
}

base::LineColumn DocumentReader::where(std::uint32_t at) const {
  const Work& work = *work_;
  if (const auto* csv = std::get_if<CsvReader>(&work.reader)) return csv->where(at);
  if (const auto* fixed = std::get_if<FixedReader>(&work.reader)) return fixed->where(at);
  if (const auto* xml = std::get_if<XmlRecords>(&work.reader)) return xml->where(at);
  base::LineColumn place = base::line_column(work.raw, at);
  if (std::holds_alternative<Lines>(work.reader)) place.line += work.raw_line - 1;
  return place;
}

std::string_view DocumentReader::raw() const { return work_->raw; }

std::string_view DocumentReader::alone() const {
  const auto* xml = std::get_if<XmlRecords>(&work_->reader);
  return xml == nullptr ? raw() : xml->alone();
}

bool DocumentReader::many() const {
  const Work& work = *work_;
  return !std::holds_alternative<Whole>(work.reader) &&
         !(work.wire.format == Format::fixed && work.wire.fixed->document.empty());
}

std::uint64_t DocumentReader::bytes_read() const { return work_->total; }

std::vector<std::string> DocumentReader::columns() const {
  const auto* csv = std::get_if<CsvReader>(&work_->reader);
  if (csv == nullptr) return {};
  return {csv->columns().begin(), csv->columns().end()};
}

base::Status read_document(const Wire& wire, std::string_view bytes, const Limits& limits,
                           record::Document& into) {
  into.arena.reset();
  into.root = Value();
  auto reader = DocumentReader::open(wire, limits, bytes);
  if (!reader) return std::move(reader).error();
  Entry entry;
  if (!reader->next(entry, into)) {
    return base::make_error(base::ErrorKind::invalid, "documents.none");
  }
  if (entry.error) return std::move(*entry.error);
  if (!reader->many()) return {};
  record::Document other;
  if (!reader->next(entry, other)) return {};
  into.root = Value();
  if (entry.error) return std::move(*entry.error);
  return base::make_error(base::ErrorKind::invalid, "documents.several", {},
                          {{}, entry.line, 1, {}});
}

struct DocumentWriter::Work {
  const Wire& wire;
  std::string& out;
  std::optional<CsvWriter> csv{};
  std::optional<FixedWriter> fixed{};
  bool began = false;
};

DocumentWriter::DocumentWriter(const Wire& wire, std::string& out) : work_(new Work{wire, out}) {
  if (wire.format == Format::csv) {
    std::vector<std::string> columns;
    if (wire.csv.columns_named != nullptr) {
      for (const CsvColumn& column : *wire.csv.columns_named) columns.push_back(column.name);
    }
    work_->csv.emplace(std::move(columns), wire.csv, out);
  } else if (wire.format == Format::fixed) {
    work_->fixed.emplace(*wire.fixed, out);
  }
}
DocumentWriter::DocumentWriter(DocumentWriter&&) noexcept = default;
DocumentWriter::~DocumentWriter() = default;

base::Status DocumentWriter::document(const Value& root) {
  Work& work = *work_;
  if (work.fixed) return work.fixed->document(root);
  if (work.csv) {
    const std::size_t start = work.out.size();
    base::Status status;
    if (!work.began) status = work.csv->header();
    if (status) status = work.csv->row(root);
    if (status) {
      work.began = true;
    } else {
      work.out.resize(start);
    }
    return status;
  }
  if (work.wire.format == Format::json) {
    write_json(root, work.out);
    if (work.wire.lines) work.out += '\n';
    return {};
  }
  return work.wire.soap == Soap::none ? write_xml(root, work.out)
                                      : write_soap(root, work.wire.soap, work.out);
}

base::Status DocumentWriter::end() {
  Work& work = *work_;
  if (work.fixed) return work.fixed->end();
  if (work.csv && !std::exchange(work.began, true)) return work.csv->header();
  return {};
}

base::Status write_document(const Wire& wire, const Value& root, std::string& out) {
  const std::size_t start = out.size();
  DocumentWriter writer(wire, out);
  base::Status status = writer.document(root);
  if (status) status = writer.end();
  if (!status) out.resize(start);
  return status;
}

}  // namespace portage::format
