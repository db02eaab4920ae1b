// IDNA2008: which labels may stand in an international host name (RFC 5890 to 5893). The tables of
// code points are ICU's; the door of ICU in this room. Pure; a label costs time by its length.
#pragma once

#include <string>
#include <string_view>

#include "gateway/schema/punycode.h"

namespace portage::schema::idna {

// A U-label, but for the Bidi rule: only permitted code points, each in its context, in NFC, no
// mark at the start, no "--" in the third and fourth place, not all ASCII.
bool permitted(const HostLabel& label);
// It holds a character that is written from right to left, so the Bidi rule binds the whole name.
bool right_to_left(const HostLabel& label);
bool keeps_bidi_rule(const HostLabel& label);
// The text in Unicode's normal form C; as it is if that cannot be made.
std::string composed(std::string_view text);

}  // namespace portage::schema::idna
