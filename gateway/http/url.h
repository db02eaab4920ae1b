// The destination of a Client, taken apart. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/result.h"

namespace portage::http {

struct Destination {
  bool tls = false;
  std::string unix_path;  // not empty: no host and port
  std::string host;       // without brackets
  std::uint16_t port = 0;
  std::string base;         // "/v1" or empty, no "/" at the end
  std::string host_header;  // "example.org:8443"
};
// "https://host:port/base", "http://…", "unix:/path". Error "http.url" for anything else; a URL
// with a user name, query or fragment is refused too.
base::Result<Destination> parse_url(std::string_view url);

}  // namespace portage::http
