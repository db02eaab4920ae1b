// The characters of an XML document: its encoding found (byte order mark, then declaration, then
// UTF-8), its bytes brought to UTF-8, and the way back from an offset there to one in the sender's
// bytes. Threads: for one thread. The bytes must outlive it.
#pragma once

#include <string>
#include <string_view>

#include "gateway/base/result.h"

namespace portage::format {

class XmlText {
 public:
  // xml.empty, xml.encoding, xml.unknown_encoding, xml.character (a NUL).
  static base::Result<XmlText> decode(std::string_view bytes);

  std::string_view utf8() const { return converted_ ? held_ : given_; }
  // The offset in the sender's bytes. Cheap while `at` rises from call to call.
  std::uint32_t original(std::size_t at);

 private:
  std::string_view given_;
  std::string held_;
  bool converted_ = false;
  std::size_t skipped_ = 0;  // byte order mark
  std::size_t unit_ = 1;     // bytes of a code unit of the original
  std::size_t last_at_ = 0, last_units_ = 0;
};

base::Error xml_fault(std::string_view code, std::string_view text, std::size_t at,
                      base::Arguments arguments = {});

// libxml2 compares each attribute of an element with all before it; an element of very many would
// cost minutes. True, with its place, if
// one has more than kMostAttributes.
constexpr std::ptrdiff_t kMostAttributes = 2000;
bool many_attributes(std::string_view text, std::size_t& at);

}  // namespace portage::format
