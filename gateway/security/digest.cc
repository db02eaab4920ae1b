#include "gateway/security/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>

#include "gateway/base/text.h"

namespace portage::security {
namespace {

// OpenSSL's digests fail only when memory is exhausted or the library is broken: nothing can go on.
void must(bool ok) {
  if (!ok) std::abort();
}

}  // namespace

struct Hasher::State {
  EVP_MD* kind = nullptr;
  EVP_MD_CTX* context = nullptr;
};

Hasher::Hasher() : state_(std::make_unique<State>()) {
  // Fetched once: an implicit fetch for each digest costs more than hashing a small record.
  state_->kind = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  state_->context = EVP_MD_CTX_new();
  must(state_->kind != nullptr && state_->context != nullptr);
}

Hasher::~Hasher() {
  EVP_MD_CTX_free(state_->context);
  EVP_MD_free(state_->kind);
}

void Hasher::begin() { must(EVP_DigestInit_ex(state_->context, state_->kind, nullptr) == 1); }

void Hasher::add(std::string_view part) {
  must(EVP_DigestUpdate(state_->context, part.data(), part.size()) == 1);
}

record::Digest Hasher::end() {
  record::Digest out{};
  unsigned int size = 0;
  must(EVP_DigestFinal_ex(state_->context, out.data(), &size) == 1 && size == out.size());
  return out;
}

record::Digest sha256(std::initializer_list<std::string_view> parts) {
  thread_local Hasher hasher;  // scratch only: begin() clears it
  hasher.begin();
  for (const std::string_view part : parts) hasher.add(part);
  return hasher.end();
}

record::Digest keyed_sha256(std::string_view key, std::string_view text) {
  record::Digest out{};
  unsigned int size = 0;
  must(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
            reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(),
            &size) != nullptr);
  return out;
}

std::string hex(const record::Digest& digest) { return base::hex(digest); }

}  // namespace portage::security
