// Fixed-width files, read and written after a FixedLayout. A document is the whole file, or one
// line of a type with the lines that belong to it. Values are texts: a number has no padding, its
// implied point and its sign; a field of blanks is no member. Lines of a type that may come once
// are a group, others a list; occurrences that are blank are left out. Threads: one reader or
// writer is for one thread; layout and bytes must outlive it. Never: cuts a text that is too long,
// guesses a type.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/result.h"
#include "gateway/base/text.h"
#include "gateway/format/fixed_layout.h"
#include "gateway/format/format.h"

namespace portage::format {

struct FixedRow {
  std::uint32_t number = 0;          // documents count from 1; 0: header, trailer
  std::uint32_t line = 0;            // where it begins
  std::size_t begin = 0, end = 0;    // its bytes in the window
  std::optional<base::Error> error;  // place: line, column, "line 3, AMOUNT"; then there is no tree
};

class FixedReader {
 public:
  FixedReader(std::string_view bytes, const FixedLayout& layout, const Limits& limits);

  // The next document (`into` is reset first). False at the end of the file, or of the window.
  bool next(FixedRow& row, record::Document& into);

  std::size_t at() const { return at_; }  // where the next document begins
  // Goes on in a new window that begins there. The caller keeps document_bytes in it.
  void refill(std::string_view bytes, bool more_follows);
  void more(bool follows) { more_ = follows; }
  // Line and column of a byte offset within the document read last.
  base::LineColumn where(std::size_t at) const;

 private:
  struct Line {
    std::size_t begin = 0, end = 0, next = 0;  // bytes; without and with the line end
    std::uint32_t type = FixedField::kNone;
  };
  struct Failure {
    const char* code = nullptr;
    std::size_t at = 0;
    std::string_view field{};
    base::Arguments arguments{};
  };
  struct Open {
    std::uint32_t type;
    record::Value group;
  };
  bool cut(Line& line, Failure& failure);  // the line at at_; false at the end
  std::uint32_t type_of(std::string_view bytes) const;
  bool belongs(std::uint32_t type, std::uint32_t to) const;
  Failure whole_file(record::Document& into);
  Failure one_document(record::Document& into, FixedRow& row);
  Failure outside(const Line& line, record::Document& into, bool& document);
  // Reads a line that was cut, and steps behind it.
  Failure read_line(const Line& line, record::Document& into, record::Value& group);
  Failure read_fields(const std::vector<FixedField>& fields, std::uint32_t shift,
                      record::Arena& arena, record::Value& group);
  Failure read_list(const FixedField& field, std::uint32_t from, record::Arena& arena,
                    record::Value& group);
  Failure read_field(const FixedField& field, std::uint32_t from, record::Arena& arena,
                     record::Value& group);
  Failure read_number(const FixedField& field, std::string_view text, std::uint32_t from,
                      record::Arena& arena, record::Value& value);
  Failure verify(const FixedField& field, std::string_view text, std::uint32_t from);
  Failure attach(record::Arena& arena, Open& parent, const Open& child);
  Failure close(record::Document& into, std::vector<Open>& open, std::size_t depth);
  std::string_view cell(std::uint32_t from, std::uint32_t width) const;
  std::size_t byte_of(std::uint32_t character) const;
  bool blank(const std::vector<FixedField>& fields, std::uint32_t shift) const;
  void skip_document();
  base::Error fault(Failure failure) const;

  std::string_view bytes_;
  const FixedLayout& layout_;
  Limits limits_;
  std::size_t at_ = 0;
  bool more_ = false;
  std::uint32_t line_number_ = 0;  // of the line read last
  std::uint32_t row_number_ = 0;
  std::size_t row_begin_ = 0;
  std::uint32_t row_line_ = 1;
  bool began_ = false, ended_ = false, failed_ = false;
  record::Document header_;  // record mode: the first line, for every document
  // The line at work: its text in UTF-8 and, where characters and bytes differ, their places.
  std::string_view text_;
  std::vector<std::uint32_t> places_;
  std::size_t text_begin_ = 0;
  std::uint32_t characters_ = 0;
  bool single_byte_ = true;
  std::size_t values_ = 0;
  std::vector<std::string> remembered_;
  std::vector<std::int64_t> sums_;
  std::vector<std::uint64_t> counts_;
  std::uint64_t lines_ = 0;
};

// Appends a file to `out`: begin(), each document, end(). Where the file is one document, that
// document is everything. Nothing of a document is appended on error (pointer: line and field).
class FixedWriter {
 public:
  FixedWriter(const FixedLayout& layout, std::string& out);
  base::Status document(const record::Value& root);
  base::Status end();

 private:
  base::Status lines(std::uint32_t type, const record::Value& parent);
  base::Status line(std::uint32_t type, const record::Value& group);
  base::Status items(std::uint32_t type, const record::Value& list);
  base::Status fields(const std::vector<FixedField>& fields, std::uint32_t shift,
                      const record::Value& group);
  base::Status occurrences(const FixedField& field, std::uint32_t shift, const record::Value& list);
  base::Status field(const FixedField& field, std::uint32_t from, const record::Value* value);
  base::Status text(const FixedField& field, std::uint32_t from, std::string_view text);
  base::Status number(const FixedField& field, std::uint32_t from, std::string_view text);
  base::Status known(const record::Value& group, const std::vector<FixedField>& fields,
                     std::uint32_t type);
  base::Status finish_line();
  base::Error refuse(const char* code, std::string_view field,
                     base::Arguments arguments = {}) const;
  void put(std::uint32_t from, std::u32string_view text, std::uint32_t width, bool right, char pad);

  const FixedLayout& layout_;
  std::string& out_;
  std::u32string line_;  // at work
  std::u32string wide_;
  std::uint32_t type_ = 0;
  bool began_ = false;
  std::string header_line_;
  std::vector<std::u32string> remembered_;
  struct Totals {
    std::uint64_t lines;
    std::vector<std::int64_t> sums;
    std::vector<std::uint64_t> counts;
  } totals_;
};

}  // namespace portage::format
