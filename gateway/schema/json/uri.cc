#include "gateway/schema/json/uri.h"

#include <vector>

namespace portage::schema::json {
namespace {

struct Parts {
  std::string_view scheme;     // with its ':'
  std::string_view authority;  // with its "//"
  std::string_view path;
  std::string_view query;  // with its '?'
};

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

Parts take_apart(std::string_view uri) {
  Parts parts;
  std::size_t i = 0;
  if (!uri.empty() && letter(uri[0])) {
    while (i < uri.size() && (letter(uri[i]) || (uri[i] >= '0' && uri[i] <= '9') || uri[i] == '+' ||
                              uri[i] == '-' || uri[i] == '.')) {
      ++i;
    }
    if (i < uri.size() && uri[i] == ':') {
      parts.scheme = uri.substr(0, i + 1);
      uri.remove_prefix(i + 1);
    }
  }
  if (uri.starts_with("//")) {
    const std::size_t end = std::min(uri.find_first_of("/?", 2), uri.size());
    parts.authority = uri.substr(0, end);
    uri.remove_prefix(end);
  }
  const std::size_t query = std::min(uri.find('?'), uri.size());
  parts.path = uri.substr(0, query);
  parts.query = uri.substr(query);
  return parts;
}

std::string without_dots(std::string_view path) {
  std::vector<std::string_view> kept;
  const bool rooted = path.starts_with('/');
  if (rooted) path.remove_prefix(1);
  bool open = false;  // ends in a slash
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    open = part == "." || part == "..";
    if (part == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (part != ".") {
      kept.push_back(part);
    }
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  std::string out = rooted ? "/" : "";
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (i > 0) out += '/';
    out += kept[i];
  }
  if (open && !kept.empty()) out += '/';
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Fragmented split_fragment(std::string_view uri) {
  const std::size_t hash = uri.find('#');
  if (hash == std::string_view::npos) return {uri, {}, false};
  return {uri.substr(0, hash), uri.substr(hash + 1), true};
}

std::string absolute_uri(std::string_view base, std::string_view reference) {
  const Fragmented given = split_fragment(reference);
  const Parts r = take_apart(given.uri);
  const Parts b = take_apart(split_fragment(base).uri);
  std::string out;
  if (!r.scheme.empty()) {
    const bool hierarchical = !r.authority.empty() || r.path.starts_with('/');
    out.append(r.scheme).append(r.authority);
    out.append(hierarchical ? without_dots(r.path) : std::string(r.path)).append(r.query);
  } else if (!r.authority.empty()) {
    out.append(b.scheme).append(r.authority).append(without_dots(r.path)).append(r.query);
  } else if (r.path.empty()) {
    out.append(b.scheme).append(b.authority).append(b.path);
    out.append(r.query.empty() ? b.query : r.query);
  } else {
    out.append(b.scheme).append(b.authority);
    if (r.path.starts_with('/')) {
      out.append(without_dots(r.path));
    } else {
      const std::size_t slash = b.path.rfind('/');
      std::string merged;
      if (slash != std::string_view::npos) {
        merged = b.path.substr(0, slash + 1);
      } else if (!b.authority.empty()) {
        merged = "/";
      }
      merged.append(r.path);
      out.append(without_dots(merged));
    }
    out.append(r.query);
  }
  if (given.has_fragment) out.append("#").append(given.fragment);
  return out;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace portage::schema::json
