// Name-based UUIDs (RFC 4122, version 5): the same name in the same namespace gives the same id,
// for ever. Pure; any thread.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace portage::security {

using Uuid = std::array<unsigned char, 16>;

// RFC 4122, appendix C.
inline constexpr Uuid kUuidDns = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                  0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
inline constexpr Uuid kUuidUrl = {0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1,
                                  0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};

Uuid uuid_v5(const Uuid& space, std::string_view name);
// Lower case, with hyphens: 36 characters.
std::array<char, 36> write_uuid(const Uuid& id);

}  // namespace portage::security
