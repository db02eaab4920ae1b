// Seals bodies at rest with AES-256-GCM. A sealed body is nonce (12) + ciphertext + tag (16);
// `bound` (the record's id) is authenticated with it, so that a body can't be put under another
// record. Nonces: 64 random bits drawn when the Sealer is made, then a 32-bit counter; before the
// counter wraps, new random bits are drawn. Every process and every Sealer has its own, so no nonce
// is used twice with a key. Threads: a Sealer belongs to one thread at a time. Lifetime: holds its
// own copy of the key. Never: an unauthenticated byte from open().
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/base/result.h"
#include "gateway/security/key.h"

namespace portage::security {

class Sealer {
 public:
  static constexpr std::size_t kOverhead = 12 + 16;

  explicit Sealer(const Key& key);
  ~Sealer();
  Sealer(Sealer&&) noexcept;
  Sealer& operator=(Sealer&&) noexcept;

  // Appends the sealed body to `out`: body.size() + kOverhead bytes.
  void seal(std::string_view body, std::string_view bound, std::string& out);
  // Replaces `out`. Error: security.seal_broken (another key, another record, or changed bytes).
  base::Status open(std::string_view sealed, std::string_view bound, std::string& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace portage::security
