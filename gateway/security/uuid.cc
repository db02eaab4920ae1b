#include "gateway/security/uuid.h"

#include <openssl/sha.h>

#include <algorithm>
#include <vector>

namespace portage::security {

Uuid uuid_v5(const Uuid& space, std::string_view name) {
  std::array<unsigned char, 512> small;
  std::vector<unsigned char> large;
  const std::size_t size = space.size() + name.size();
  unsigned char* bytes = small.data();
  if (size > small.size()) {
    large.resize(size);
    bytes = large.data();
  }
  std::copy(space.begin(), space.end(), bytes);
  std::copy(name.begin(), name.end(), bytes + space.size());
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(bytes, size,
       digest);  // the version asks for it; nothing here relies on it being hard to forge
  Uuid out;
  std::copy_n(digest, out.size(), out.begin());
  out[6] = static_cast<unsigned char>((out[6] & 0x0F) | 0x50);
  out[8] = static_cast<unsigned char>((out[8] & 0x3F) | 0x80);
  return out;
}

std::array<char, 36> write_uuid(const Uuid& id) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::array<char, 36> out;
  std::size_t at = 0;
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out[at++] = '-';
    out[at++] = kDigits[id[i] >> 4];
    out[at++] = kDigits[id[i] & 15];
  }
  return out;
}

}  // namespace portage::security
