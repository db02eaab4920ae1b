// XML out, by hand: the same bytes for the same tree. Namespaces are declared at the document
// element.
#include <algorithm>
#include <array>
#include <vector>

#include "gateway/base/utf8.h"
#include "gateway/format/format.h"
#include "gateway/format/output.h"
#include "gateway/format/scan.h"

namespace portage::format {
namespace {

using record::Kind;
using record::Member;
using record::Value;

constexpr std::string_view kXsi = "http://www.w3.org/2001/XMLSchema-instance";
constexpr std::string_view kXml = "http://www.w3.org/XML/1998/namespace";

enum class Byte : std::uint8_t { plain, line_break, escape, quote, refuse, wide };

// How a byte stands in text. `wide` begins a character that may be U+FFFE or U+FFFF.
constexpr std::array<Byte, 256> kText = [] {
  std::array<Byte, 256> table{};
  for (std::size_t i = 0; i < 0x20; ++i) table[i] = Byte::refuse;
  table['\t'] = table['\n'] = Byte::line_break;
  table['\r'] = table['&'] = table['<'] = table['>'] = Byte::escape;
  table['"'] = Byte::quote;
  table[0xEF] = Byte::wide;
  return table;
}();

// 0: in no name, 1: inside a name, 2: also at its start, 3: a longer character.
constexpr std::array<std::uint8_t, 256> kName = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = 2;
  for (std::size_t c = '0'; c <= '9'; ++c) table[c] = 1;
  table['_'] = 2;
  table['-'] = table['.'] = 1;
  for (std::size_t c = 0x80; c < 0x100; ++c) table[c] = 3;
  return table;
}();

// Beyond ASCII, after XML 1.0 (fifth edition), production 4 and 4a.
bool in_name(char32_t c, bool at_start) {
  constexpr std::pair<char32_t, char32_t> kStart[] = {
      {0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2FF},    {0x370, 0x37D},
      {0x37F, 0x1FFF},  {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},
      {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF}};
  for (const auto& [low, high] : kStart) {
    if (c >= low && c <= high) return true;
  }
  return !at_start && (c == 0xB7 || (c >= 0x300 && c <= 0x36F) || c == 0x203F || c == 0x2040);
}

bool valid_name(std::string_view name) {
  if (name.empty()) return false;
  bool simple = kName[static_cast<unsigned char>(name[0])] == 2;  // most are: one look, no branches
  for (const char c : name) {
    simple &= (0b0110u >> kName[static_cast<unsigned char>(c)] & 1u) != 0;
  }
  if (simple) return true;
  for (std::size_t i = 0; i < name.size();) {
    const std::uint8_t kind = kName[static_cast<unsigned char>(name[i])];
    const bool at_start = i == 0;
    if (kind == 0 || (at_start && kind == 1)) return false;
    if (kind != 3) {
      ++i;
    } else if (!in_name(base::next_code_point(name, i), at_start)) {
      return false;
    }
  }
  return true;
}

bool is_attribute(std::string_view name) { return name.starts_with('@'); }

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  base::Status document(const Value& root) {
    const Member* element = nullptr;
    std::size_t elements = 0;
    for (const Member& m : root.members()) {
      if (m.value.missing()) continue;
      ++elements;
      element = &m;
    }
    if (elements != 1 || element->value.is(Kind::list) || is_attribute(element->name) ||
        element->name.empty()) {
      return refused("xml.unwritable_tree");
    }
    survey(element->name, element->value);
    one_namespace_ = namespaces_.size() == 1 && !plain_ && !attribute_in_namespace_;
    out_.put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    const std::size_t start = out_.size();
    if (!write(element->name, element->value, true)) return refused(code_);
    if (out_.size() == start) return refused("xml.unwritable_tree");
    out_.put('\n');
    return {};
  }

 private:
  struct Split {
    std::string_view uri, local;
  };
  Split split(std::string_view name) const {
    if (!name.starts_with('{')) return {{}, name};
    // Neighbours mostly share their namespace.
    if (name.size() > last_.size() + 2 && name[last_.size() + 1] == '}' &&
        name.substr(1, last_.size()) == last_) {
      return {last_, name.substr(last_.size() + 2)};
    }
    const std::size_t close = name.find('}');
    if (close == std::string_view::npos) return {{}, {}};
    return {name.substr(1, close - 1), name.substr(close + 1)};
  }
  base::Status refused(const char* code) const {
    base::Place place;
    place.pointer = path_;
    return base::make_error(base::ErrorKind::invalid, code, {}, std::move(place));
  }
  bool fail(const char* code) {
    code_ = code;
    return false;
  }

  // Finds the namespaces, in the order of the document.
  void survey(std::string_view name, const Value& value) {
    if (value.missing()) return;
    if (value.is(Kind::list)) {
      for (const Value& item : value.items()) survey(name, item);
      return;
    }
    const bool attribute = is_attribute(name);
    const std::string_view uri = split(attribute ? name.substr(1) : name).uri;
    if (uri == kXsi) {
      xsi_ = true;
    } else if (!uri.empty() && uri != kXml) {
      if (attribute) attribute_in_namespace_ = true;
      if (uri != last_ &&
          std::find(namespaces_.begin(), namespaces_.end(), uri) == namespaces_.end()) {
        namespaces_.push_back(uri);
      }
      last_ = uri;
    } else if (!attribute && !name.empty()) {
      plain_ = true;
    }
    if (value.is(Kind::null)) xsi_ = true;
    for (const Member& m : value.members()) survey(m.name, m.value);
  }

  bool put_name(std::string_view clark, bool attribute) {
    const Split name = split(clark);
    if (!valid_name(name.local)) return fail("xml.unwritable_name");
    if (name.uri == kXsi) {
      out_.put("xsi:");
    } else if (name.uri == kXml) {
      out_.put("xml:");
    } else if (!name.uri.empty() && (!one_namespace_ || attribute)) {
      const auto at = std::find(namespaces_.begin(), namespaces_.end(), name.uri);
      out_.put("ns");
      out_.put(std::to_string(at - namespaces_.begin() + 1));
      out_.put(':');
    }
    out_.put(name.local);
    return true;
  }

  bool put_declarations() {
    for (std::size_t i = 0; i < namespaces_.size(); ++i) {
      out_.put(" xmlns");
      if (!one_namespace_) out_.put(":ns" + std::to_string(i + 1));
      out_.put("=\"");
      if (!put_text(namespaces_[i], true)) return false;
      out_.put('"');
    }
    if (xsi_) {
      out_.put(" xmlns:xsi=\"");
      out_.put(kXsi);
      out_.put('"');
    }
    return true;
  }

  static std::size_t plain(std::string_view text, std::size_t at) {
    return skip_plain<'&', '<', '>', '"', '\xEF'>(text, at);
  }
  bool put_text(std::string_view text, bool attribute) {
    std::size_t run = 0;
    for (std::size_t i = plain(text, 0); i < text.size(); ++i) {
      const Byte kind = kText[static_cast<unsigned char>(text[i])];
      if (kind == Byte::plain) continue;
      if (kind == Byte::refuse) return fail("xml.unwritable_character");
      if (kind == Byte::wide) {
        if (text.substr(i, 3) == "\xEF\xBF\xBE" || text.substr(i, 3) == "\xEF\xBF\xBF") {
          return fail("xml.unwritable_character");
        }
        continue;
      }
      if (!attribute && (kind == Byte::quote || kind == Byte::line_break)) continue;
      out_.put(text.substr(run, i - run));
      run = i + 1;
      switch (text[i]) {
        case '&':
          out_.put("&amp;");
          break;
        case '<':
          out_.put("&lt;");
          break;
        case '>':
          out_.put("&gt;");
          break;
        case '"':
          out_.put("&quot;");
          break;
        case '\t':
          out_.put("&#9;");
          break;
        case '\n':
          out_.put("&#10;");
          break;
        default:
          out_.put("&#13;");
          break;
      }
    }
    out_.put(text.substr(run));
    return true;
  }

  static bool scalar(const Value& value) {
    return value.is(Kind::text) || value.is(Kind::number) || value.is(Kind::boolean);
  }
  bool put_scalar(const Value& value, bool attribute) {
    if (value.is(Kind::boolean)) {
      out_.put(value.as_bool() ? "true" : "false");
      return true;
    }
    return put_text(value.as_text(), attribute);
  }

  bool write(std::string_view name, const Value& value, bool root) {
    if (value.missing()) return true;
    if (value.is(Kind::list)) {
      for (const Value& item : value.items()) {
        if (item.is(Kind::list)) return at(name, fail("xml.unwritable_tree"));
        if (!write(name, item, false)) return false;
      }
      return true;
    }
    return at(name, element(name, value, root));
  }

  // Builds the path of what failed, from the inside out.
  bool at(std::string_view name, bool done) {
    if (!done) path_.insert(0, "/" + std::string(split(name).local));
    return done;
  }

  bool element(std::string_view name, const Value& value, bool root) {
    out_.put('<');
    const std::size_t name_at = out_.size();
    if (!put_name(name, false)) return false;
    const std::size_t name_size = out_.size() - name_at;
    if (root && !put_declarations()) return false;
    const Value* text = value.is(Kind::group) ? nullptr : &value;
    bool children = false;
    for (const Member& m : value.members()) {
      if (m.value.missing()) continue;
      if (m.name.empty()) {
        text = &m.value;
      } else if (!is_attribute(m.name)) {
        children = true;
      } else if (!attribute(m)) {
        return false;
      }
    }
    if (text != nullptr && children) return fail("xml.unwritable_tree");
    if (text != nullptr && text->is(Kind::null)) out_.put(" xsi:nil=\"true\"");
    const std::size_t open_end = out_.size();
    out_.put('>');
    if (text != nullptr && !text->is(Kind::null)) {
      if (!scalar(*text)) return fail("xml.unwritable_tree");
      if (!put_scalar(*text, false)) return false;
    }
    if (children) {
      for (const Member& m : value.members()) {
        if (!is_attribute(m.name) && !write(m.name, m.value, false)) return false;
      }
    }
    if (out_.size() == open_end + 1) {
      out_.cut(open_end);
      out_.put("/>");
      return true;
    }
    out_.put("</");
    out_.repeat(name_at, name_size);
    out_.put('>');
    return true;
  }

  bool attribute(const Member& m) {
    out_.put(' ');
    if (!put_name(m.name.substr(1), true)) return at(m.name, false);
    if (!scalar(m.value)) return at(m.name, fail("xml.unwritable_tree"));
    out_.put("=\"");
    if (!put_scalar(m.value, true)) return at(m.name, false);
    out_.put('"');
    return true;
  }

  Output out_;
  std::vector<std::string_view> namespaces_;
  std::string_view last_;
  bool one_namespace_ = false, plain_ = false, attribute_in_namespace_ = false, xsi_ = false;
  std::string path_;
  const char* code_ = "xml.unwritable_tree";
};

}  // namespace

base::Status write_xml(const Value& root, std::string& out) {
  const std::size_t start = out.size();
  base::Status status = Writer(out).document(root);
  if (!status) out.resize(start);
  return status;
}

}  // namespace portage::format
