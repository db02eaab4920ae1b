// The door of RapidJSON. Its SAX reader works in place on a copy of the input that lies in the
// document's arena, so texts are views of that copy and nothing is copied twice. It recurses once a
// level until our handler stops it at the depth limit. Numbers come as text: RapidJSON still runs
// through its exponent arithmetic, but the sum that overflows in CVE-2024-38517 is only taken where
// a double is wanted.
#define RAPIDJSON_SSE2
#include <rapidjson/reader.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "gateway/base/text.h"
#include "gateway/format/format.h"
#include "gateway/format/json_numbers.h"

namespace portage::format {
namespace {

using record::Kind;
using record::Value;

// The reader's recursion, some 200 bytes of stack a level, whatever the limits say.
constexpr std::uint32_t kDeepest = 5000;
constexpr std::size_t kLinearNames = 16;  // groups up to this size are compared name by name
constexpr std::string_view kBom = "\xEF\xBB\xBF";

// Builds the tree. `text` is the copy that RapidJSON works on; `stream` stands where the reader is.
class Builder {
 public:
  // `written` is the same text with its wide numbers, nullptr if they are in `text`.
  Builder(rapidjson::InsituStringStream& stream, const char* text, const char* written,
          const Limits& limits, bool escapes, std::uint32_t shift, record::Document& into)
      : stream_(stream),
        text_(text),
        written_(written),
        limits_(limits),
        escapes_(escapes),
        shift_(shift),
        into_(into) {
    open_.reserve(16);
  }

  bool Null() { return put(Value::null(here(4))) != nullptr; }
  bool Bool(bool b) { return put(Value::boolean(b, here(b ? 4 : 5))) != nullptr; }
  bool RawNumber(const char* digits, rapidjson::SizeType size, bool) {
    const char* const own = written_ == nullptr ? digits : written_ + (digits - text_);
    return put(Value::number({own, size}, offset(digits))) != nullptr;
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    const std::string_view view(text, size);
    return whole(view) && put(Value::text(view, offset(text) - 1)) != nullptr;
  }
  bool StartObject() { return start(Value::group(here(1))); }
  bool StartArray() { return start(Value::list(here(1))); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    name_ = {text, size};
    if (!whole(name_)) return false;
    const auto members = open_.back()->members();
    if (members.size() > kLinearNames) return true;  // looked at when the group ends
    for (const record::Member& m : members) {
      if (record::same_name(m.name, name_)) {
        return refuse("json.duplicate_name", offset(text) - 1);
      }
    }
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    const Value& group = *open_.back();
    if (group.size() > kLinearNames + 1 && !distinct(group)) return false;
    open_.pop_back();
    return true;
  }
  bool EndArray(rapidjson::SizeType) {
    open_.pop_back();
    return true;
  }
  // Never called: numbers are text.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  const char* code() const { return code_; }
  std::uint32_t refused_at() const { return refused_at_; }

  // The JSON Pointer of the value that was being read.
  std::string pointer() const {
    std::string path;
    for (std::size_t i = 0; i < open_.size(); ++i) {
      const Value& parent = *open_[i];
      const bool last = i + 1 == open_.size();
      if (parent.is(Kind::list)) {
        path += '/' + std::to_string(parent.size() - (last ? 0 : 1));
      } else if (last ? !name_.empty() : parent.size() > 0) {
        path += '/';
        for (const char c : last ? name_ : parent.members().back().name) {
          if (c == '~') {
            path += "~0";
          } else if (c == '/') {
            path += "~1";
          } else {
            path += c;
          }
        }
      }
    }
    return path;
  }

 private:
  std::uint32_t here(std::uint32_t back) const {
    return static_cast<std::uint32_t>(stream_.Tell()) - back + shift_;
  }
  std::uint32_t offset(const char* in_text) const {
    return static_cast<std::uint32_t>(in_text - text_) + shift_;
  }
  bool refuse(const char* code, std::uint32_t at) {
    code_ = code;
    refused_at_ = at;
    return false;
  }
  // RapidJSON lets a lone low surrogate through; the input itself is known to be UTF-8.
  bool whole(std::string_view text) {
    if (!escapes_ || base::invalid_utf8_at(text) == std::string_view::npos) return true;
    return refuse("json.surrogate", offset(text.data()));
  }
  Value* put(Value value) {
    if (++values_ > limits_.values) {
      refuse("json.too_many_values", value.at());
      return nullptr;
    }
    if (open_.empty()) return &(into_.root = value);
    Value& parent = *open_.back();
    return &(parent.is(Kind::list) ? parent.push(into_.arena, value)
                                   : parent.add(into_.arena, name_, value));
  }
  bool start(Value container) {
    if (open_.size() >= std::min(limits_.depth, kDeepest))
      return refuse("json.depth", container.at());
    Value* const placed = put(container);
    if (placed == nullptr) return false;
    open_.push_back(placed);
    return true;
  }
  // Sorting keeps the cost of a group of hostile names bounded, whatever their hashes would be.
  bool distinct(const Value& group) {
    std::vector<std::string_view> names;
    names.reserve(group.size());
    for (const record::Member& m : group.members()) names.push_back(m.name);
    std::sort(names.begin(), names.end(), [](std::string_view a, std::string_view b) {
      return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice == names.end()) return true;
    name_ = *twice;
    const std::string_view second = std::max(
        twice[0], twice[1], [](auto a, auto b) { return std::less<>()(a.data(), b.data()); });
    return refuse("json.duplicate_name", offset(second.data()) - 1);
  }

  rapidjson::InsituStringStream& stream_;
  const char* const text_;
  const char* const written_;
  const Limits& limits_;
  const bool escapes_;
  const std::uint32_t shift_;  // of the byte order mark
  record::Document& into_;
  std::vector<Value*> open_;  // a parent does not grow while its last child is open
  std::string_view name_;
  std::size_t values_ = 0;
  const char* code_ = nullptr;
  std::uint32_t refused_at_ = 0;
};

base::Error fault(const char* code, std::string_view bytes, std::size_t at,
                  std::string pointer = {}, base::Arguments arguments = {}) {
  const base::LineColumn where = base::line_column(bytes, at);
  return base::make_error(base::ErrorKind::invalid, code, std::move(arguments),
                          {{}, where.line, where.column, std::move(pointer)});
}

// RapidJSON 1.1.0's vector scan takes 0x1A to 0x1F for text, and a NUL for the end. Neither may
// stand anywhere in JSON, so one pass over the input settles it.
bool holds_control(std::string_view bytes) {
  unsigned char found = 0;  // of the bytes' own width, so that the loop is done in vectors
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    found |= static_cast<unsigned char>((byte < 0x20) & (byte != '\t') & (byte != '\n') &
                                        (byte != '\r'));
  }
  return found != 0;
}

std::size_t control_at(std::string_view bytes) {
  const auto* const found = std::find_if(bytes.begin(), bytes.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
  return static_cast<std::size_t>(found - bytes.begin());
}

const char* syntax_code(rapidjson::ParseErrorCode code) {
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty:
      return "json.empty";
    case rapidjson::kParseErrorDocumentRootNotSingular:
      return "json.trailing";
    case rapidjson::kParseErrorObjectMissName:
      return "json.name_expected";
    case rapidjson::kParseErrorObjectMissColon:
      return "json.colon_expected";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "json.comma_expected";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
    case rapidjson::kParseErrorStringEscapeInvalid:
      return "json.escape";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "json.surrogate";
    case rapidjson::kParseErrorStringInvalidEncoding:
      return "json.control";
    case rapidjson::kParseErrorStringMissQuotationMark:
      return "json.string_end";
    case rapidjson::kParseErrorNumberTooBig:
      return "json.number_range";
    case rapidjson::kParseErrorNumberMissFraction:
    case rapidjson::kParseErrorNumberMissExponent:
      return "json.number";
    default:
      return "json.value_expected";
  }
}

enum class Wide : std::uint8_t { refused, hidden };

// `bytes` are known to be UTF-8 without control characters.
base::Status parse(std::string_view bytes, const Limits& limits, Wide wide,
                   record::Document& into) {
  const std::uint32_t shift = bytes.starts_with(kBom) ? 3 : 0;
  const std::string_view json = bytes.substr(shift);
  const bool escapes = json.find('\\') != std::string_view::npos;

  // Zeros behind the copy end the text; RapidJSON's vector reads run up to 15 bytes further.
  char* const copy = static_cast<char*>(into.arena.allocate(json.size() + 32, 16));
  if (!json.empty()) std::memcpy(copy, json.data(), json.size());
  std::memset(copy + json.size(), 0, 32);
  const char* written = nullptr;
  if (wide == Wide::hidden) {
    written = into.arena.copy(json).data();
    hide_wide_numbers(copy, json.size());
  }

  rapidjson::InsituStringStream stream(copy);
  Builder builder(stream, copy, written, limits, escapes, shift, into);
  rapidjson::Reader reader;
  constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
  const rapidjson::ParseResult parsed = reader.Parse<kFlags>(stream, builder);
  if (!parsed.IsError()) return {};

  const std::string pointer = builder.pointer();
  into.root = Value();
  if (builder.code() != nullptr) {
    return fault(builder.code(), bytes, builder.refused_at(), pointer,
                 {{"depth", std::to_string(std::min(limits.depth, kDeepest))},
                  {"limit", std::to_string(limits.values)}});
  }
  const std::size_t at = std::min(parsed.Offset() + shift, bytes.size());
  const char* code = syntax_code(parsed.Code());
  if (parsed.Code() == rapidjson::kParseErrorStringEscapeInvalid && at < bytes.size() &&
      static_cast<unsigned char>(bytes[at]) < 0x20) {
    code = "json.control";  // RapidJSON calls both by one name
  }
  const bool ended = bytes.find_first_not_of(" \t\r\n", at) == std::string_view::npos;
  if (ended && std::string_view(code) != "json.empty") code = "json.truncated";
  return fault(code, bytes, at, pointer);
}

}  // namespace

base::Status read_json(std::string_view bytes, const Limits& limits, record::Document& into) {
  into.arena.reset();
  into.root = Value();
  const std::size_t most =
      std::min<std::size_t>(limits.bytes, std::numeric_limits<std::uint32_t>::max() - 64);
  if (bytes.size() > most) {
    return base::make_error(base::ErrorKind::too_large, "json.too_large",
                            {{"limit", std::to_string(most)}});
  }
  const std::size_t bad = base::invalid_utf8_at(bytes);
  if (bad != std::string_view::npos) return fault("json.encoding", bytes, bad);
  if (holds_control(bytes)) return fault("json.control", bytes, control_at(bytes));
  const base::Status status = parse(bytes, limits, Wide::refused, into);
  if (status || !limits.wide_numbers || status.error().code != "json.number_range") return status;
  into.arena.reset();
  return parse(bytes, limits, Wide::hidden, into);
}

}  // namespace portage::format
