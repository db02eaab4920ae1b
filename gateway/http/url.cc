#include "gateway/http/url.h"

#include <charconv>

namespace portage::http {

namespace {

base::Error bad_url(std::string_view reason) {
  return base::make_error(base::ErrorKind::invalid, "http.url", {{"reason", std::string(reason)}});
}

}  // namespace

base::Result<Destination> parse_url(std::string_view url) {
  Destination to;
  for (char c : url) {
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f) {
      return bad_url("characters");
    }
  }
  if (url.starts_with("unix:")) {
    to.unix_path = url.substr(5);
    to.host_header = "localhost";
    if (to.unix_path.empty() || to.unix_path[0] != '/') return bad_url("path");
    return to;
  }
  if (url.starts_with("https://")) {
    to.tls = true;
    url.remove_prefix(8);
  } else if (url.starts_with("http://")) {
    url.remove_prefix(7);
  } else {
    return bad_url("scheme");
  }
  if (url.find_first_of("?#") != std::string_view::npos) return bad_url("query");
  std::size_t slash = url.find('/');
  std::string_view authority = url.substr(0, slash);
  if (slash != std::string_view::npos) to.base = url.substr(slash);
  while (!to.base.empty() && to.base.back() == '/') to.base.pop_back();
  if (authority.find('@') != std::string_view::npos) return bad_url("user");
  std::string_view port;
  if (authority.starts_with('[')) {
    std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return bad_url("host");
    to.host = authority.substr(1, end - 1);
    std::string_view rest = authority.substr(end + 1);
    if (!rest.empty() && rest[0] != ':') return bad_url("port");
    port = rest.empty() ? rest : rest.substr(1);
  } else {
    std::size_t colon = authority.find(':');
    to.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) {
      port = authority.substr(colon + 1);
      if (port.empty()) return bad_url("port");
    }
  }
  if (to.host.empty()) return bad_url("host");
  to.port = to.tls ? 443 : 80;
  if (!port.empty()) {
    auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), to.port);
    if (error != std::errc() || end != port.data() + port.size() || to.port == 0) {
      return bad_url("port");
    }
  }
  to.host_header = authority;
  return to;
}

}  // namespace portage::http
