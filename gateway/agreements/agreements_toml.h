// A file of agreements as written: texts and dates with their places, nothing yet looked up. The
// door of toml++ for this room. Reports every fault of form; toml++ stops at its first fault of
// syntax, so such a file gives one. One thread; never throws, asserts or overflows the stack.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/base/time.h"

namespace portage::agreements {

struct Written {  // a text and where it stands; line 0 = not written
  std::string text;
  std::uint32_t line = 0, column = 0;
  bool present() const { return line != 0; }
};

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
