#include "gateway/security/mask.h"

#include "gateway/security/digest.h"

namespace portage::security {

MaskKey mask_key(const Key& gateway_key) { return {derive(gateway_key, "portage mask 1")}; }

std::string mask(std::string_view value, const MaskKey& key, std::string_view salt) {
  if (value.empty()) return std::string(kMaskedEmpty);
  // The salt's length goes first, so that (salt, value) pairs can't run into each other.
  std::string text = std::to_string(salt.size());
  text.reserve(text.size() + 1 + salt.size() + value.size());
  text.append(1, ':').append(salt).append(value);
  const record::Digest hash = keyed_sha256(key.key.view(), text);
  constexpr char kAlphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string out = "▒▒▒▒·";
  for (std::size_t i = 0; i < 5; ++i) out.push_back(kAlphabet[hash[i] & 31]);
  return out;
}

}  // namespace portage::security
