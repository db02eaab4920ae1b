// A file of agreements as written: texts and dates with their places, nothing yet looked up.
// Reports every fault of form; a file that is no TOML gives one finding. One thread; never throws,
// asserts or overflows the stack, whatever the bytes are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/base/time.h"
#include "gateway/format/toml_words.h"

namespace portage::agreements {

using format::Written;

struct WrittenFlow {
  Written here;
  std::vector<Written> kinds, fields;
};

struct WrittenAgreement {
  std::string file;
  Written here, id, title_en, title_fr, authority_en, authority_fr, purpose, consent, certainty,
      source;
  std::vector<Written> from, to;
  std::optional<base::Day> since, until;
  Written since_at, until_at;
  bool sample = false;
  std::vector<WrittenFlow> flows;
};

inline constexpr std::size_t kAgreementBytes = 1u << 20;
inline constexpr std::uint32_t kAgreementDepth = 16;

std::vector<WrittenAgreement> read_agreements(std::string_view bytes, const std::string& file,
                                              std::vector<base::Finding>& findings);

}  // namespace portage::agreements
