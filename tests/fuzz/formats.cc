// Any text as every named format and as a pattern: what one format says, the wider one says too.
#include "gateway/schema/formats.h"

#include <cstdlib>

#include "gateway/base/text.h"
#include "gateway/schema/pattern.h"
#include "gateway/schema/punycode.h"

namespace {

using namespace portage::schema;

void implies(bool narrow, bool wide) {
  if (narrow && !wide) std::abort();
}

// What the encoder writes is what the decoder takes, and nothing else.
void punycode(std::string_view text) {
  HostLabel label;
  if (!decode_punycode(text, label)) return;
  std::array<char, 59> form{};
  const std::size_t size = encode_punycode(label, form);
  HostLabel again;
  if (size > 0 && (!decode_punycode({form.data(), size}, again) || again.view() != label.view())) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  punycode(text);
  if (portage::base::invalid_utf8_at(text) != std::string_view::npos) return 0;
  for (const std::string_view name : format_names()) format_check(name)(text);
  implies(formats::hostname(text), formats::idn_hostname(text));
  implies(formats::email(text), formats::idn_email(text));
  implies(formats::uri(text), formats::uri_reference(text) && formats::iri(text));
  implies(formats::iri(text), formats::iri_reference(text));
  implies(formats::uri_reference(text), formats::iri_reference(text));
  implies(formats::date_time(text), text.size() > 11 && formats::date(text.substr(0, 10)));
  for (const auto& pattern : {Pattern::ecma(text), Pattern::xsd(text)}) {
    if (pattern) (*pattern)->matches(text);
  }
  return 0;
}
