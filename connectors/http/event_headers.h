// How a request's body is wrapped: its content type, and CloudEvents attributes in headers (HTTP
// binding 1.0.2). Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/result.h"
#include "gateway/http/http.h"

namespace portage::connector {

struct ContentType {
  std::string type;     // "application/json"
  std::string charset;  // lower case, or empty
};
base::Result<ContentType> parse_content_type(std::string_view text);

// The attributes of binary mode, without "ce-", decoded once. Empty when there are none.
base::Result<std::vector<std::pair<std::string, std::string>>> event_attributes(
    const http::Headers& headers);

}  // namespace portage::connector
