#include "gateway/format/xml_text.h"

#include <algorithm>
#include <limits>

#include "gateway/base/text.h"
#include "gateway/format/charset.h"

namespace portage::format {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

// The encoding that the XML declaration names, or nothing.
std::string_view declared(std::string_view bytes) {
  if (!bytes.starts_with("<?xml")) return {};
  const std::string_view head = bytes.substr(0, 512);
  const std::string_view declaration = head.substr(0, head.find("?>"));
  const std::size_t word = declaration.find("encoding");
  if (word == kNone) return {};
  const std::size_t quote = declaration.find_first_of("'\"", word);
  if (quote == kNone) return {};
  const std::size_t end = declaration.find(declaration[quote], quote + 1);
  if (end == kNone) return {};
  return declaration.substr(quote + 1, end - quote - 1);
}

bool wide(Charset charset) {
  return charset == Charset::utf16 || charset == Charset::utf16le || charset == Charset::utf16be;
}

}  // namespace

base::Error xml_fault(std::string_view code, std::string_view text, std::size_t at,
                      base::Arguments arguments) {
  const base::LineColumn where = base::line_column(text, at);
  return base::make_error(base::ErrorKind::invalid, code, std::move(arguments),
                          {{}, where.line, where.column, {}});
}

base::Result<XmlText> XmlText::decode(std::string_view bytes) {
  XmlText text;
  Charset charset = Charset::utf8;
  if (bytes.starts_with("\xEF\xBB\xBF")) {
    text.skipped_ = 3;
  } else if (bytes.starts_with("\xFF\xFE")) {
    charset = Charset::utf16le;
    text.skipped_ = 2;
  } else if (bytes.starts_with("\xFE\xFF")) {
    charset = Charset::utf16be;
    text.skipped_ = 2;
  } else if (bytes.starts_with(std::string_view("<\0", 2))) {
    charset = Charset::utf16le;
  } else if (bytes.starts_with(std::string_view("\0<", 2))) {
    charset = Charset::utf16be;
  } else if (const std::string_view name = declared(bytes); !name.empty()) {
    const base::Result<Charset> known = charset_from(name);
    if (!known) return xml_fault("xml.unknown_encoding", bytes, 0);
    if (wide(*known)) return xml_fault("xml.encoding", bytes, 0);
    charset = *known;
  }
  text.given_ = bytes.substr(text.skipped_);
  if (charset == Charset::utf8) {
    const std::size_t bad = base::invalid_utf8_at(text.given_);
    if (bad != kNone) return xml_fault("xml.encoding", text.given_, bad);
  } else {
    base::Result<std::string> utf8 = to_utf8(text.given_, charset);
    if (!utf8) {
      base::Error error = std::move(utf8).error();
      error.code = "xml.encoding";
      error.arguments.clear();
      return error;
    }
    text.held_ = std::move(*utf8);
    text.converted_ = true;
    text.unit_ = wide(charset) ? 2 : 1;
  }
  const std::size_t nul = text.utf8().find('\0');
  if (nul != kNone) return xml_fault("xml.character", text.utf8(), nul);
  if (base::trim(text.utf8()).empty()) return xml_fault("xml.empty", {}, 0);
  return text;
}

std::uint32_t XmlText::original(std::size_t at) {
  at = std::min(at, utf8().size());
  if (!converted_) return static_cast<std::uint32_t>(at + skipped_);
  if (at < last_at_) last_at_ = last_units_ = 0;
  const std::string_view passed = utf8().substr(last_at_, at - last_at_);
  last_units_ += base::code_points(passed);
  if (unit_ == 2) {  // a surrogate pair is two units
    last_units_ += static_cast<std::size_t>(std::count_if(passed.begin(), passed.end(), [](char c) {
      return static_cast<unsigned char>(c) >= 0xF0;
    }));
  }
  last_at_ = at;
  return static_cast<std::uint32_t>(last_units_ * unit_ + skipped_);
}

bool many_attributes(std::string_view text, std::size_t& at) {
  if (std::count(text.begin(), text.end(), '=') <= kMostAttributes) return false;
  std::ptrdiff_t in_tag = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '<') {
      at = i;
      in_tag = 0;
      if (text.substr(i, 4) == "<!--" || text.substr(i, 9) == "<![CDATA[") {
        i = std::min(text.find(text[i + 2] == '-' ? "-->" : "]]>", i + 4), text.size() - 1);
      }
    } else if (c == '>') {
      in_tag = std::numeric_limits<std::ptrdiff_t>::min() / 2;  // text, until the next tag
    } else if (in_tag >= 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == '=' && ++in_tag > kMostAttributes) {
      return true;
    }
  }
  return false;
}

}  // namespace portage::format
