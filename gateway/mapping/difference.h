// Where what came parts from what was expected: a field of two documents, or a byte of two texts.
// Said in the words of either language. Pure.
#pragma once

#include <string>
#include <string_view>

#include "gateway/base/catalogue.h"
#include "gateway/record/value.h"

namespace portage::mapping {

// The first place where two trees differ; empty if they don't.
std::string difference(const record::Value& expected, const record::Value& got,
                       const std::string& path, base::Language language);
// Where two texts part, as line and column, with what stands around it; bytes that are no UTF-8 are
// shown as "?".
std::string first_difference(const std::string& expected, const std::string& got,
                             base::Language language);
// "/telephones/0/number", "/s:Referral/s:Line[2]" and "DOB" -> the path as a map writes it.
std::string plain_path(std::string_view pointer);

}  // namespace portage::mapping
