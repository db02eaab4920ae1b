// What a fixed-width file is made of: lines of several types, each known by a tag at a fixed place,
// with fields at fixed places, counted in characters. The layout also owns what is no data:
// constants, line numbers, copies of header fields, counts and sums of a trailer. Those are written
// and verified, never mapped. Built by schema/layout from TOML (schemas/README.md). Immutable after
// link(), so it may be read from many threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/format/charset.h"

namespace portage::format {

struct FixedField {
  enum class Role : std::uint8_t {
    data,      // a member of the tree
    constant,  // `value`: written, and verified when read
    filler,    // `value` repeated: written, never looked at
    line,      // the number of the line in the file, from 1: written and verified
    copy,      // the same text as the field `of`: written and verified
    count,     // how many items the lines `of` have: written and verified
    sum,       // of the fields `of`: written and verified
  };
  enum class Sign : std::uint8_t { none, leading, trailing, overpunch };
  std::string name;
  Role role = Role::data;
  std::uint32_t at = 0, width = 0;  // in characters, from 0, within the line or the occurrence
  bool number = false;              // digits; else text
  bool point = false;               // number: a decimal point stands in the text
  std::uint32_t decimals = 0;       // number without a point: that many digits are behind it
  Sign sign = Sign::none;
  bool right = false;  // stands at the right; numbers do
  char pad = ' ';      // fills the rest; numbers: '0'
  char blank = ' ';    // a field of nothing but this is missing, and missing is written so
  std::string value;
  std::vector<std::string> of;     // "header.ORIGINATOR", "credit"
  std::uint32_t occurs = 1;        // times it stands in a row; more than once: a list
  std::vector<FixedField> fields;  // not empty: a group of fields

  // Filled by link().
  static constexpr std::uint32_t kNone = UINT32_MAX;
  std::uint32_t adds_to = kNone;       // sum that this field is part of
  std::uint32_t remembered = kNone;    // place where its text is kept for copies
  std::vector<std::uint32_t> sources;  // copy: places; count: lines; sum: sums
};

struct FixedLine {
  std::string name;
  std::string tag;           // what the line has at `tag_at`; empty: any line
  std::uint32_t tag_at = 0;  // in characters, from 0
  std::string under;         // the line type that this one belongs to; empty: the file
  bool first = false, last = false;
  std::uint32_t least = 0, most = UINT32_MAX;  // in its parent; most 1: a group, else a list
  std::string items;  // the occurring field whose occurrences, over all lines, are the list
  std::vector<FixedField> fields;

  std::uint32_t parent = FixedField::kNone;  // filled by link()
  std::uint32_t items_field = FixedField::kNone;
  bool data = false;  // it, or a line under it, has fields that are data
};

struct FixedLayout {
  enum class LineEnd : std::uint8_t { lf, crlf, none };
  Charset charset = Charset::utf8;
  LineEnd line_end = LineEnd::lf;  // written; `none`: lines follow each other directly
  std::uint32_t width = 0;         // of each line, in characters
  bool short_lines = false;        // read: blanks at the end of a line may be cut off
  std::string document;            // the line type that makes a document; empty: the file is one
  std::uint32_t document_bytes = 1u << 20;  // a longer document of several lines is a fault
  std::vector<FixedLine> lines;

  std::uint32_t document_line = FixedField::kNone;  // filled by link()
  std::uint32_t remembered = 0, sums = 0;

  // Resolves the names. What could not be, by line and field.
  struct Problem {
    std::string line, field, name;
  };
  std::vector<Problem> link();
};

}  // namespace portage::format
