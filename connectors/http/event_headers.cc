#include "connectors/http/event_headers.h"

#include <algorithm>

#include "gateway/base/text.h"

namespace portage::connector {

namespace {

bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

// A quoted string loses its quotes and backslashes. False if it does not end.
bool unquote(std::string_view text, std::string& out) {
  out.clear();
  if (text.empty() || text.front() != '"') {
    out = text;
    return true;
  }
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1 == text.size();
    if (text[i] == '\\' && ++i == text.size()) return false;
    out.push_back(text[i]);
  }
  return false;
}

base::Error bad_header(std::string_view code, const std::string& header) {
  return base::make_error(base::ErrorKind::invalid, code, {{"header", header}});
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

}  // namespace

base::Result<ContentType> parse_content_type(std::string_view text) {
  base::Error bad = base::make_error(base::ErrorKind::invalid, "http.bad_content_type");
  std::size_t semicolon = text.find(';');
  std::string_view type = base::trim(text.substr(0, semicolon));
  std::size_t slash = type.find('/');
  if (slash == std::string_view::npos || !is_token(type.substr(0, slash)) ||
      !is_token(type.substr(slash + 1))) {
    return bad;
  }
  ContentType parsed{base::lower_ascii(type), {}};
  if (semicolon == std::string_view::npos) return parsed;
  for (std::string_view part : base::split(text.substr(semicolon + 1), ';')) {
    part = base::trim(part);
    if (part.empty()) continue;
    std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) return bad;
    if (base::lower_ascii(part.substr(0, equals)) != "charset") continue;
    std::string charset;
    if (!unquote(part.substr(equals + 1), charset) || !is_token(charset)) return bad;
    if (!parsed.charset.empty()) return bad;
    parsed.charset = base::lower_ascii(charset);
  }
  return parsed;
}

base::Result<std::vector<std::pair<std::string, std::string>>> event_attributes(
    const http::Headers& headers) {
  std::vector<std::pair<std::string, std::string>> attributes;
  bool version = false;
  for (const auto& [header, value] : headers) {
    if (!header.starts_with("ce-")) continue;
    std::string name = header.substr(3);
    bool well_named = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    });
    // The body's type stands in Content-Type; a second word on it could differ.
    if (!well_named || name == "datacontenttype")
      return bad_header("http.cloudevents_header", header);
    for (const auto& [other, ignored] : attributes) {
      if (other == name) return bad_header("http.header_twice", header);
    }
    std::string plain;
    if (!unquote(value, plain)) return bad_header("http.cloudevents_header", header);
    auto decoded = http::percent_decode(plain);
    if (!decoded || has_control(*decoded)) return bad_header("http.cloudevents_header", header);
    if (name == "specversion") {
      version = true;
      if (*decoded != "1.0") {
        return base::make_error(base::ErrorKind::invalid, "envelope.specversion");
      }
    }
    attributes.emplace_back(std::move(name), std::move(decoded).value());
  }
  if (!attributes.empty() && !version) {
    return base::make_error(base::ErrorKind::invalid, "envelope.attribute_missing",
                            {{"attribute", "specversion"}});
  }
  return attributes;
}

}  // namespace portage::connector
