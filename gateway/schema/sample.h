// Sampler: invented records made from a Shape, for property tests. What it makes fits the shape as
// far as a shape says; the schema's own check has the last word. The same number gives the same
// record on every machine. One thread; borrows the shape.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/format/format.h"
#include "gateway/record/value.h"
#include "gateway/schema/shape.h"

namespace portage::schema {

// Random numbers that are the same everywhere (splitmix64).
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  std::uint64_t below(std::uint64_t limit) { return limit == 0 ? 0 : next() % limit; }
  std::int64_t between(std::int64_t low, std::int64_t high);  // both may come
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

// How values stand on the wire: JSON's own kinds; all texts (XML); or cells, of which an empty one
// is read as missing (tables, fixed width).
enum class Written : std::uint8_t { kinds, texts, cells };
Written written_in(format::Format format);

class Sampler {
 public:
  using Codes = std::function<std::vector<std::string>(std::string_view table)>;
  Sampler(const Shape& root, Written written, Codes codes)
      : root_(root),
        texts_(written != Written::kinds),
        cells_(written == Written::cells),
        codes_(std::move(codes)) {}

  // With `off`, one or a few things in the record are not as the shape says.
  record::Value make(std::uint64_t seed, bool off, record::Arena& arena) const;

 private:
  struct Making {
    Dice dice;
    record::Arena& arena;
    bool off;
    bool plain;  // texts of capitals and digits: what old systems take
  };
  record::Value value(const Shape& shape, Making& m, int depth) const;
  record::Value group(const Shape& shape, Making& m, int depth) const;
  record::Value list(const Shape& shape, Making& m, int depth) const;
  record::Value scalar(const Shape& shape, Making& m) const;
  record::Value wrong(const Shape& shape, Making& m) const;
  std::string text(const Shape& shape, Making& m) const;
  record::Value as_text(const std::string& text, Making& m) const;
  record::Value as_number(const std::string& digits, Making& m) const;

  const Shape& root_;
  bool texts_, cells_;
  Codes codes_;
};

// A copy of a record with one to three of its single values changed, emptied, or taken away.
record::Value disturbed(const record::Value& root, std::uint64_t seed, Written written,
                        record::Arena& arena);
// A text that the expression (RE2's syntax) may match as a whole; repetitions stay short.
std::string sample_of_pattern(std::string_view re2, Dice& dice);
// A day written as "dd/MM/yyyy" and its like say.
std::string sample_of_date(std::string_view pattern, Dice& dice);

}  // namespace portage::schema
