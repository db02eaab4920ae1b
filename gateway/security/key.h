// The gateway's secret: 32 random bytes in a file that only its owner may read. Keys for different
// uses are derived from it, so that a mask's tag says nothing about a seal. Threads: a Key is a
// value; read it from any thread. Never: a key in a log or an error; a key file that others can
// read; a second key over an existing one.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/result.h"

namespace portage::security {

struct Key {
  std::array<unsigned char, 32> bytes{};
  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
};

// Reads the key file, or makes one of random bytes (mode 0600, on disk before this returns).
// Errors: security.key_unreadable, security.key_size, security.key_open_to_others.
base::Result<Key> key_from_file(const std::string& path);
// A key for one use ("mask", "seal"); the same use gives the same key.
Key derive(const Key& key, std::string_view use);
std::uint64_t random_number();  // of OpenSSL's generator

}  // namespace portage::security
