// SHA-256, of parts as if they were one text. A Hasher keeps its OpenSSL context, so that hashing a
// small record costs no allocation. sha256() uses one Hasher for each thread. Threads: a Hasher
// belongs to one thread; the free functions may be called from any. Never: a weaker digest; a
// digest of anything but the bytes that were given.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/record/record.h"

namespace portage::security {

class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  void begin();
  void add(std::string_view part);
  record::Digest end();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

record::Digest sha256(std::initializer_list<std::string_view> parts);
inline record::Digest sha256(std::string_view text) { return sha256({text}); }
// HMAC with SHA-256.
record::Digest keyed_sha256(std::string_view key, std::string_view text);

std::string hex(const record::Digest& digest);  // 64 characters, lower case

}  // namespace portage::security
