// Host names, in ASCII (RFC 1123) and in the letters of the world (RFC 5890 to 5893).
#include <algorithm>
#include <array>

#include "gateway/base/utf8.h"
#include "gateway/schema/formats.h"
#include "gateway/schema/idna.h"

namespace portage::schema::formats {
namespace {

constexpr std::size_t kMostOctets = 253;  // of the whole name in its ASCII form
constexpr std::size_t kMostLabel = 63;
constexpr std::string_view kPrefix = "xn--";

bool ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}
char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Letters, digits and hyphens.
bool plain_label(std::string_view label) {
  if (label.empty() || label.size() > kMostLabel) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(), [](char c) {
    const char letter = small(c);
    return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool prefixed(std::string_view label) {
  return label.size() >= kPrefix.size() && label[2] == '-' && label[3] == '-' &&
         small(label[0]) == 'x' && small(label[1]) == 'n';
}

struct Label {
  HostLabel points;
  std::size_t octets = 0;  // of its ASCII form
  bool international = false;
};

// An ASCII form stands for what it decodes to, and only as the encoder writes it.
bool read_ascii(std::string_view text, Label& label) {
  if (!plain_label(text)) return false;
  label.octets = text.size();
  std::array<char, kMostLabel> lower{};
  std::transform(text.begin(), text.end(), lower.begin(), small);
  const std::string_view whole(lower.data(), text.size());
  if (!prefixed(text)) {
    for (const char c : whole) label.points.push(static_cast<unsigned char>(c));
    return true;
  }
  label.international = true;
  const std::string_view body = whole.substr(kPrefix.size());
  if (!decode_punycode(body, label.points) || !idna::permitted(label.points)) return false;
  std::array<char, 59> again{};
  return body == std::string_view(again.data(), encode_punycode(label.points, again));
}

bool read_label(std::string_view text, Label& label) {
  if (ascii(text)) return read_ascii(text, label);
  label.international = true;
  for (std::size_t at = 0; at < text.size();) {
    if (!label.points.push(base::next_code_point(text, at))) return false;
  }
  if (!idna::permitted(label.points)) return false;
  std::array<char, 59> form{};
  const std::size_t length = encode_punycode(label.points, form);
  label.octets = kPrefix.size() + length;
  return length > 0;
}

// Where the label at the front ends, and how many bytes its full stop takes. IDNA knows three more
// of them than the dot.
std::size_t label_end(std::string_view text, std::size_t& width) {
  std::size_t end = text.find('.');
  width = 1;
  for (const std::string_view stop : {"\u3002", "\uff0e", "\uff61"}) {
    const std::size_t found = text.find(stop);
    if (found < end) {
      end = found;
      width = stop.size();
    }
  }
  return end;
}

// Calls `each` for every label; false where one is no label or `each` says so.
template <typename Each>
bool every_label(std::string_view text, Each&& each) {
  std::size_t octets = 0;
  while (true) {
    std::size_t width = 0;
    const std::size_t end = label_end(text, width);
    Label label;
    if (!read_label(text.substr(0, end), label)) return false;
    octets += label.octets + 1;
    if (octets > kMostOctets + 1 || !each(label)) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + width);
  }
}

bool international_name(std::string_view text) {
  if (text.size() > 4 * kMostOctets) return false;
  bool right = false;
  const bool sound = every_label(text, [&](const Label& label) {
    right = right || (label.international && idna::right_to_left(label.points));
    return true;
  });
  if (!sound || !right) return sound;
  return every_label(text, [](const Label& label) { return idna::keeps_bidi_rule(label.points); });
}

}  // namespace

bool hostname(std::string_view text) {
  if (text.empty() || text.size() > kMostOctets) return false;
  bool international = false;
  for (std::string_view rest = text;;) {
    const std::size_t end = rest.find('.');
    const std::string_view label = rest.substr(0, end);
    if (!plain_label(label)) return false;
    international = international || prefixed(label);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return !international || international_name(text);
}

bool idn_hostname(std::string_view text) {
  return ascii(text) && !text.empty() ? hostname(text) : international_name(text);
}

}  // namespace portage::schema::formats
