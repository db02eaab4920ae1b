#include <optional>

#include "gateway/record/record.h"

namespace portage::record {
namespace {

constexpr char kAlphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

int value_of(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') c = '0';
  if (c == 'I' || c == 'L') c = '1';
  for (int i = 0; i < 32; ++i) {
    if (kAlphabet[i] == c) return i;
  }
  return -1;
}

}  // namespace

std::string ulid(RecordId id, base::Micros accepted_at, std::uint32_t ledger_tag) {
  std::string out(26, '0');
  std::uint64_t millis = static_cast<std::uint64_t>(accepted_at / 1000);
  for (int i = 9; i >= 0; --i, millis >>= 5) out[static_cast<std::size_t>(i)] = kAlphabet[millis & 31];
  for (int i = 13; i >= 10; --i, ledger_tag >>= 5) {
    out[static_cast<std::size_t>(i)] = kAlphabet[ledger_tag & 31];
  }
  for (int i = 25; i >= 14; --i, id >>= 5) out[static_cast<std::size_t>(i)] = kAlphabet[id & 31];
  return out;
}

std::optional<UlidParts> parse_ulid(std::string_view text) {
  if (text.size() != 26) return std::nullopt;
  UlidParts parts{};
  for (std::size_t i = 0; i < 26; ++i) {
    const int v = value_of(text[i]);
    if (v < 0 || (i == 0 && v > 7)) return std::nullopt;
    if (i < 10) {
      parts.millis = (parts.millis << 5) | v;
    } else if (i < 14) {
      parts.ledger_tag = (parts.ledger_tag << 5) | static_cast<std::uint32_t>(v);
    } else {
      parts.id = (parts.id << 5) | static_cast<std::uint64_t>(v);
    }
  }
  return parts;
}

std::optional<UlidEnding> parse_ulid_ending(std::string_view text) {
  if (text.size() < 4 || text.size() > 12) return std::nullopt;
  UlidEnding ending{0, static_cast<int>(text.size()) * 5};
  for (const char c : text) {
    const int v = value_of(c);
    if (v < 0) return std::nullopt;
    ending.low_bits = (ending.low_bits << 5) | static_cast<std::uint64_t>(v);
  }
  return ending;
}

}  // namespace portage::record
