#include "gateway/security/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace portage::security {
namespace {

constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;

void must(bool ok) {  // memory is exhausted or OpenSSL is broken: never go on unsealed
  if (!ok) std::abort();
}

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(char* text) { return reinterpret_cast<unsigned char*>(text); }

}  // namespace

struct Sealer::State {
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    EVP_CIPHER_CTX_free(sealing);
    EVP_CIPHER_CTX_free(opening);
    EVP_CIPHER_free(cipher);
  }
  void next_nonce(unsigned char* out) {
    if (counter == 0) must(RAND_bytes(prefix, sizeof prefix) == 1);
    std::memcpy(out, prefix, sizeof prefix);
    for (int i = 0; i < 4; ++i) out[8 + i] = static_cast<unsigned char>(counter >> (24 - 8 * i));
    ++counter;
  }
  EVP_CIPHER* cipher = nullptr;
  EVP_CIPHER_CTX* sealing = nullptr;  // keyed once: the key schedule is not repeated for a body
  EVP_CIPHER_CTX* opening = nullptr;
  unsigned char prefix[8] = {};
  std::uint32_t counter = 0;
};

Sealer::Sealer(const Key& key) : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  s.sealing = EVP_CIPHER_CTX_new();
  s.opening = EVP_CIPHER_CTX_new();
  must(s.cipher != nullptr && s.sealing != nullptr && s.opening != nullptr);
  must(EVP_EncryptInit_ex2(s.sealing, s.cipher, key.bytes.data(), nullptr, nullptr) == 1);
  must(EVP_DecryptInit_ex2(s.opening, s.cipher, key.bytes.data(), nullptr, nullptr) == 1);
}
Sealer::~Sealer() = default;
Sealer::Sealer(Sealer&&) noexcept = default;
Sealer& Sealer::operator=(Sealer&&) noexcept = default;

void Sealer::seal(std::string_view body, std::string_view bound, std::string& out) {
  State& s = *state_;
  const std::size_t at = out.size();
  out.resize(at + kOverhead + body.size());
  unsigned char* nonce = bytes(out.data() + at);
  s.next_nonce(nonce);
  int n = 0;
  must(EVP_EncryptInit_ex2(s.sealing, nullptr, nullptr, nonce, nullptr) == 1);
  must(EVP_EncryptUpdate(s.sealing, nullptr, &n, bytes(bound), static_cast<int>(bound.size())) ==
       1);
  unsigned char* to = nonce + kNonce;
  for (std::size_t i = 0; i < body.size();) {  // OpenSSL counts in int
    const std::size_t part = std::min<std::size_t>(body.size() - i, 1u << 30);
    must(EVP_EncryptUpdate(s.sealing, to + i, &n, bytes(body) + i, static_cast<int>(part)) == 1);
    i += part;
  }
  must(EVP_EncryptFinal_ex(s.sealing, to + body.size(), &n) == 1);
  must(EVP_CIPHER_CTX_ctrl(s.sealing, EVP_CTRL_AEAD_GET_TAG, kTag, to + body.size()) == 1);
}

base::Status Sealer::open(std::string_view sealed, std::string_view bound, std::string& out) {
  State& s = *state_;
  out.clear();
  const auto broken = [&out] {
    OPENSSL_cleanse(out.data(), out.size());  // what was decrypted is not authentic
    out.clear();
    return base::make_error(base::ErrorKind::internal, "security.seal_broken");
  };
  if (sealed.size() < kOverhead) return broken();
  const std::size_t size = sealed.size() - kOverhead;
  out.resize(size);
  int n = 0;
  must(EVP_DecryptInit_ex2(s.opening, nullptr, nullptr, bytes(sealed), nullptr) == 1);
  must(EVP_DecryptUpdate(s.opening, nullptr, &n, bytes(bound), static_cast<int>(bound.size())) ==
       1);
  const unsigned char* from = bytes(sealed) + kNonce;
  for (std::size_t i = 0; i < size;) {
    const std::size_t part = std::min<std::size_t>(size - i, 1u << 30);
    must(EVP_DecryptUpdate(s.opening, bytes(out.data()) + i, &n, from + i,
                           static_cast<int>(part)) == 1);
    i += part;
  }
  unsigned char tag[kTag];
  std::memcpy(tag, from + size, kTag);
  must(EVP_CIPHER_CTX_ctrl(s.opening, EVP_CTRL_AEAD_SET_TAG, kTag, tag) == 1);
  unsigned char none[16];
  if (EVP_DecryptFinal_ex(s.opening, none, &n) != 1) return broken();
  return {};
}

}  // namespace portage::security
