#include "gateway/format/xml_records.h"

#include <algorithm>

#include "gateway/format/xml_text.h"

namespace portage::format {

using record::Value;

namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::string_view kBlank = " \t\r\n";

std::size_t after(std::string_view bytes, std::string_view mark, std::size_t from) {
  const std::size_t found = bytes.find(mark, from);
  return found == kNone ? kNone : found + mark.size();
}

}  // namespace

base::Result<XmlRecords> XmlRecords::open(std::string_view bytes,
                                          const std::vector<std::string>& roots,
                                          const Limits& limits) {
  XmlRecords records(bytes, roots, limits);
  base::Status status = records.read_start();
  if (!status) return std::move(status).error();
  if (!records.whole_ && !roots.empty()) {
    // A file of records shows it by its first one; anything else is one document, if a wrong one.
    XmlRecords probe = records;
    XmlRecord first;
    record::Document document;
    const bool any = probe.next(first, document);
    records.whole_ =
        !any || (first.error && (first.number == 0 || first.error->code == "xml.not_a_record"));
  }
  return records;
}

std::size_t XmlRecords::markup_end(std::size_t at) const {
  const std::string_view rest = bytes_.substr(at);
  if (rest.starts_with("<!--")) return after(bytes_, "-->", at + 4);
  if (rest.starts_with("<![CDATA[")) return after(bytes_, "]]>", at + 9);
  if (rest.starts_with("<?")) return after(bytes_, "?>", at + 2);
  char quote = 0;
  for (std::size_t i = at + 1; i < bytes_.size(); ++i) {
    const char c = bytes_[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return i + 1;
    }
  }
  return kNone;
}

std::size_t XmlRecords::element_end(std::size_t at) const {
  std::size_t depth = 0;
  while (true) {
    const std::size_t end = markup_end(at);
    if (end == kNone || end - at < 3) return kNone;
    const char second = bytes_[at + 1];
    if (second == '/') {
      if (--depth == 0) return end;
    } else if (second != '!' && second != '?') {
      if (bytes_[end - 2] != '/') {
        ++depth;
      } else if (depth == 0) {
        return end;
      }
    }
    if (depth == 0) return kNone;
    at = bytes_.find('<', end);
    if (at == kNone) return kNone;
  }
}

void XmlRecords::step(std::size_t to) {
  const std::string_view passed = bytes_.substr(at_, to - at_);
  const std::size_t last = passed.rfind('\n');
  if (last == kNone) {
    column_ += static_cast<std::uint32_t>(base::code_points(passed));
  } else {
    line_ += static_cast<std::uint32_t>(std::count(passed.begin(), passed.end(), '\n'));
    column_ = static_cast<std::uint32_t>(base::code_points(passed.substr(last + 1)) + 1);
  }
  at_ = to;
}

base::Status XmlRecords::read_start() {
  const auto refuse = [&](const char* code, base::Arguments arguments = {}) {
    return base::make_error(base::ErrorKind::invalid, code, std::move(arguments),
                            {{}, line_, column_, {}});
  };
  if (bytes_.starts_with("\xFF\xFE") || bytes_.starts_with("\xFE\xFF") ||
      bytes_.substr(0, 2).find('\0') != kNone) {
    whole_ = true;  // UTF-16 is read whole, within its limit
    return {};
  }
  if (bytes_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  while (true) {
    const std::size_t markup = std::min(bytes_.find_first_not_of(kBlank, at_), bytes_.size());
    step(markup);
    if (at_ == bytes_.size()) return refuse("xml.empty");
    if (bytes_[at_] != '<') return refuse("xml.syntax");
    if (bytes_.substr(at_).starts_with("<!DOCTYPE")) return refuse("xml.doctype");
    const std::size_t end = markup_end(at_);
    if (end == kNone && bytes_.size() - at_ > limits_.bytes)
      return refuse("xml.too_large", {{"limit", std::to_string(limits_.bytes)}});
    if (end == kNone) return refuse("xml.truncated");
    const std::string_view tag = bytes_.substr(at_, end - at_);
    if (tag[1] == '?' || tag[1] == '!') {
      if (tag.starts_with("<?xml ") || tag.starts_with("<?xml\n")) head_ = tag;
      step(end);
      continue;
    }
    const bool closed = tag.size() > 2 && tag[tag.size() - 2] == '/';
    std::string start(tag.substr(0, tag.size() - (closed ? 2 : 1)));
    const std::string name = start.substr(1, start.find_first_of(" \t\r\n/>") - 1);
    head_ += start + '>';
    for (char& c : head_) {
      if (c == '\n' || c == '\r') c = ' ';
    }
    tail_ = "</" + name + ">";
    record::Document element;
    const base::Status read = read_xml(head_ + tail_, limits_, element);
    if (!read) return refuse(read.error().code.c_str(), read.error().arguments);
    const std::string_view clark = element.root.members().front().name;
    whole_ = std::find(roots_.begin(), roots_.end(), clark) != roots_.end();
    step(end);
    ended_ = closed;
    return {};
  }
}

void XmlRecords::refill(std::string_view bytes, bool more_follows) {
  bytes_ = bytes;
  at_ = 0;
  more_ = more_follows;
}

void XmlRecords::fault(XmlRecord& row, const char* code, std::size_t at,
                       base::Arguments arguments) {
  step(std::max(at, at_));
  row.number = 0;
  row.line = line_;
  row.error = base::make_error(base::ErrorKind::invalid, code, std::move(arguments),
                               {{}, line_, column_, {}});
  ended_ = true;
}

bool XmlRecords::next(XmlRecord& row, record::Document& into) {
  into.arena.reset();
  into.root = Value();
  row = XmlRecord();
  if (ended_) return false;
  std::size_t end = kNone;
  while (true) {
    const std::size_t begin = bytes_.find_first_not_of(kBlank, at_);
    if (begin == kNone) {
      step(bytes_.size());
      if (more_) return false;
      fault(row, "xml.truncated", at_);
      return true;
    }
    step(begin);
    if (bytes_[at_] != '<') {
      fault(row, "xml.mixed", at_);
      return true;
    }
    const std::string_view rest = bytes_.substr(at_);
    if (rest.starts_with("</")) {
      end = markup_end(at_);
      const std::string_view tag = rest.substr(0, end == kNone ? 0 : end - at_);
      const std::string_view name = base::trim(tag.substr(0, tag.size() - (tag.empty() ? 0 : 1)));
      if (name != std::string_view(tail_).substr(0, tail_.size() - 1)) {
        fault(row, end == kNone ? "xml.truncated" : "xml.tags", at_);
        return true;
      }
      step(end);
      ended_ = true;
      while (at_ < bytes_.size()) {  // comments may follow, nothing else
        step(std::min(bytes_.find_first_not_of(kBlank, at_), bytes_.size()));
        const std::string_view left = bytes_.substr(at_);
        if (left.empty()) break;
        end = left.starts_with("<!--") || left.starts_with("<?") ? markup_end(at_) : kNone;
        if (end == kNone) {
          fault(row, "xml.trailing", at_);
          return true;
        }
        step(end);
      }
      return false;
    }
    const bool comment = rest.starts_with("<!--") || rest.starts_with("<?");
    if (!comment && rest.starts_with("<!")) {
      fault(row, "xml.mixed", at_);
      return true;
    }
    end = comment ? markup_end(at_) : element_end(at_);
    if (end == kNone || end - at_ > limits_.bytes) {
      const bool large = more_ || end != kNone;
      fault(row, large ? "xml.too_large" : "xml.truncated", large ? at_ : bytes_.size(),
            {{"limit", std::to_string(limits_.bytes)}});
      return true;
    }
    if (!comment) break;
    step(end);
  }
  row.number = ++number_;
  row.line = row_line_ = line_;
  row_column_ = column_;
  row.begin = row_begin_ = at_;
  row.end = end;
  scratch_.assign(head_).append(bytes_.substr(at_, end - at_)).append(tail_);
  Limits limits = limits_;
  limits.bytes = scratch_.size();
  if (base::Status read = read_xml(scratch_, limits, into); !read) {
    row.error = std::move(read).error();
    base::Place& place = row.error->place;
    if (place.line <= 1) {
      const auto head = static_cast<std::uint32_t>(base::code_points(head_));
      place.column = row_column_ + (place.column > head ? place.column - head - 1 : 0);
    }
    place.line = row_line_ + (place.line > 1 ? place.line - 1 : 0);
  } else {
    const Value file = into.root.members().front().value;
    const record::Member& member = file.members().back();
    if (std::find(roots_.begin(), roots_.end(), member.name) == roots_.end()) {
      row.error = base::make_error(base::ErrorKind::invalid, "xml.not_a_record", {},
                                   {{}, row_line_, row_column_, {}});
      into.root = Value();
    } else {
      into.root = Value::group(member.value.at());
      into.root.add(into.arena, member.name, member.value);
    }
  }
  step(end);
  return true;
}

base::LineColumn XmlRecords::where(std::size_t at) const {
  const std::size_t in_record = at > head_.size() ? at - head_.size() : 0;
  const std::size_t size = std::min(in_record, bytes_.size() - row_begin_);
  const base::LineColumn place = base::line_column(bytes_.substr(row_begin_, size), size);
  return {row_line_ + place.line - 1,
          place.line == 1 ? row_column_ + place.column - 1 : place.column};
}

}  // namespace portage::format
