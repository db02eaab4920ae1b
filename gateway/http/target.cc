#include "gateway/http/target.h"

#include "gateway/base/text.h"
#include "gateway/http/http.h"

namespace portage::http {

namespace {

bool has_control(std::string_view text) {
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return true;
  }
  return false;
}

bool parse_path(std::string_view text, std::string& path) {
  if (text.find('%') == std::string_view::npos) {
    path.assign(text);
  } else {
    for (std::size_t at = text.find('%'); at != std::string_view::npos;
         at = text.find('%', at + 1)) {
      std::string_view digits = text.substr(at + 1, 2);
      if (digits == "2F" || digits == "2f" || digits == "00" || digits == "5C" || digits == "5c") {
        return false;
      }
    }
    auto decoded = percent_decode(text);
    if (!decoded) return false;
    path = std::move(decoded).value();
    if (has_control(path)) return false;
  }
  std::size_t from = 1;
  for (;;) {
    std::size_t to = path.find('/', from);
    std::string_view segment =
        std::string_view(path).substr(from, to == std::string::npos ? to : to - from);
    if (segment == "." || segment == "..") return false;
    if (to == std::string::npos) return true;
    from = to + 1;
  }
}

// Blanks may come as "+", as browsers' forms send them.
bool decode_query(std::string_view text, std::string& out) {
  std::string spaced(text);
  for (char& c : spaced) {
    if (c == '+') c = ' ';
  }
  auto decoded = percent_decode(spaced);
  if (!decoded || has_control(*decoded)) return false;
  out = std::move(decoded).value();
  return true;
}

bool parse_query(std::string_view text, Target& target) {
  for (std::string_view part : base::split(text, '&')) {
    if (part.empty()) continue;
    std::size_t equals = part.find('=');
    std::string name, value;
    if (!decode_query(part.substr(0, equals), name)) return false;
    if (equals != std::string_view::npos && !decode_query(part.substr(equals + 1), value)) {
      return false;
    }
    target.query.emplace_back(std::move(name), std::move(value));
  }
  return true;
}

}  // namespace

bool parse_target(std::string_view text, Target& target) {
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f || c == '#' || c == '\\') return false;
  }
  if (text == "*") {
    target.path = "*";
    return true;
  }
  if (!text.empty() && text[0] != '/') {  // absolute form
    std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos) return false;
    std::string name = base::lower_ascii(text.substr(0, scheme));
    if (name != "http" && name != "https") return false;
    std::string_view rest = text.substr(scheme + 3);
    std::size_t end = rest.find_first_of("/?");
    std::string_view authority = rest.substr(0, end);
    if (authority.empty() || authority.find('@') != std::string_view::npos) return false;
    text = end == std::string_view::npos ? std::string_view("/") : rest.substr(end);
    if (text[0] == '?') {
      target.path = "/";
      return parse_query(text.substr(1), target);
    }
  }
  if (text.empty()) return false;
  std::size_t mark = text.find('?');
  if (!parse_path(text.substr(0, mark), target.path)) return false;
  return mark == std::string_view::npos || parse_query(text.substr(mark + 1), target);
}

}  // namespace portage::http
