#include "gateway/schema/punycode.h"

#include <algorithm>
#include <cstdint>

namespace portage::schema {
namespace {

// Section 5 of the RFC.
constexpr std::uint32_t kBase = 36, kLeast = 1, kMost = 26, kSkew = 38, kDamp = 700;
constexpr std::uint32_t kFirstBias = 72, kFirstPoint = 0x80, kLastPoint = 0x10FFFF;

std::uint32_t adapted(std::uint32_t delta, std::uint32_t points, bool first) {
  delta = first ? delta / kDamp : delta / 2;
  delta += delta / points;
  std::uint32_t k = 0;
  for (; delta > ((kBase - kLeast) * kMost) / 2; k += kBase) delta /= kBase - kLeast;
  return k + (kBase - kLeast + 1) * delta / (delta + kSkew);
}

std::uint32_t threshold(std::uint32_t k, std::uint32_t bias) {
  return k <= bias ? kLeast : std::min(k - bias, kMost);
}

// kBase for what is no digit.
std::uint32_t value_of(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a');
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 26;
  return kBase;
}

char digit_of(std::uint32_t value) {
  return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

}  // namespace

bool decode_punycode(std::string_view ascii, HostLabel& label) {
  label.size = 0;
  const std::size_t delimiter = ascii.rfind('-');
  if (delimiter != std::string_view::npos) {
    for (const char c : ascii.substr(0, delimiter)) {
      if (!label.push(static_cast<unsigned char>(c))) return false;
    }
    ascii.remove_prefix(delimiter + 1);
  }
  std::uint64_t point = kFirstPoint, i = 0;
  std::uint32_t bias = kFirstBias;
  while (!ascii.empty()) {
    const std::uint64_t before = i;
    std::uint64_t weight = 1;
    for (std::uint32_t k = kBase;; k += kBase) {
      if (ascii.empty()) return false;
      const std::uint32_t digit = value_of(ascii.front());
      ascii.remove_prefix(1);
      if (digit == kBase) return false;
      i += digit * weight;
      const std::uint32_t t = threshold(k, bias);
      if (digit < t) break;
      weight *= kBase - t;
      if (i > UINT32_MAX || weight > UINT32_MAX) return false;
    }
    if (i > UINT32_MAX) return false;
    const std::uint64_t length = label.size + 1;
    bias = adapted(static_cast<std::uint32_t>(i - before), static_cast<std::uint32_t>(length),
                   before == 0);
    point += i / length;
    i %= length;
    if (point > kLastPoint || (point >= 0xD800 && point <= 0xDFFF)) return false;
    if (!label.push(0)) return false;
    const auto place = label.points.begin() + static_cast<std::ptrdiff_t>(i);
    const auto end = label.points.begin() + static_cast<std::ptrdiff_t>(label.size);
    std::copy_backward(place, end - 1, end);
    *place = static_cast<char32_t>(point);
    ++i;
  }
  return true;
}

std::size_t encode_punycode(const HostLabel& label, std::array<char, 59>& ascii) {
  std::size_t size = 0;
  const auto put = [&](char c) {
    if (size == ascii.size()) return false;
    ascii[size++] = c;
    return true;
  };
  for (const char32_t c : label.view()) {
    if (c < kFirstPoint && !put(static_cast<char>(c))) return 0;
  }
  const auto plain = static_cast<std::uint32_t>(size);
  std::uint32_t done = plain;
  if (plain > 0 && !put('-')) return 0;
  std::uint64_t delta = 0;
  std::uint32_t point = kFirstPoint, bias = kFirstBias;
  while (done < label.size) {
    std::uint32_t next = kLastPoint;
    for (const char32_t c : label.view()) {
      if (c >= point) next = std::min(next, static_cast<std::uint32_t>(c));
    }
    delta += static_cast<std::uint64_t>(next - point) * (done + 1);
    if (delta > UINT32_MAX) return 0;
    point = next;
    for (const char32_t c : label.view()) {
      if (c < point) ++delta;
      if (c != point) continue;
      auto rest = static_cast<std::uint32_t>(delta);
      for (std::uint32_t k = kBase;; k += kBase) {
        const std::uint32_t t = threshold(k, bias);
        if (rest < t) break;
        if (!put(digit_of(t + (rest - t) % (kBase - t)))) return 0;
        rest = (rest - t) / (kBase - t);
      }
      if (!put(digit_of(rest))) return 0;
      bias = adapted(static_cast<std::uint32_t>(delta), done + 1, done == plain);
      delta = 0;
      ++done;
    }
    ++delta;
    ++point;
  }
  return size;
}

}  // namespace portage::schema
