// URI references (RFC 3986, section 5): taken apart, resolved against a base, put together. For
// naming schemas only: nothing here is ever fetched. Pure.
#pragma once

#include <string>
#include <string_view>

namespace portage::schema::json {

// `reference` as seen from `base` (absolute, without fragment). The result keeps the reference's
// fragment.
std::string absolute_uri(std::string_view base, std::string_view reference);

// "a#b" -> {"a", "b", true}; no '#' -> {"a", "", false}.
struct Fragmented {
  std::string_view uri;
  std::string_view fragment;
  bool has_fragment;
};
Fragmented split_fragment(std::string_view uri);

// "%41%2F" -> "A/". A '%' without two hexadecimal digits stays.
std::string percent_decoded(std::string_view text);

}  // namespace portage::schema::json
