// What a tree of XML does not hold: text among elements, and the order between different elements
// of a part that repeats. Both are told where a rule meets them.
#include <algorithm>

#include "gateway/mapping/compiler.h"

namespace portage::mapping {

using schema::Type;

bool mixed_element(const Shape& shape) {
  return shape.mixed || (shape.type == Type::list && shape.item && shape.item->mixed);
}

// True after a finding: the text of such an element is wanted, and there is no such thing.
bool WayCompiler::mixed_text(const Shape& shape, Span span) {
  if (!mixed_element(shape)) return false;
  job_.findings.error("M231", span, {{"path", job_.text(span)}});
  return true;
}

// A rule's path comes by a member of a group.
void WayCompiler::meet(const Shape& group, const Shape& member, Span span, bool writing_side) {
  if (ignoring_) return;
  const auto once = [&](std::vector<Met>& all) {
    const bool known =
        std::any_of(all.begin(), all.end(), [&](const Met& m) { return m.member == &member; });
    if (!known) all.push_back({&group, &member, span});
  };
  if (mixed_element(member) && !writing_side) once(mixed_);
  if (member.mingled != 0) once(mingled_);
}

// Only its elements are read: the text beside them must be given up with a reason.
void WayCompiler::cover_mixed() {
  for (const Met& met : mixed_) {
    const Shape* item = met.member->item.get();
    if (ignored(met.member, false) || (item != nullptr && ignored(item, false))) continue;
    mixed_text(*met.member, met.span);
  }
}

// If the others are ignored, nothing is left whose order could be lost.
void WayCompiler::cover_mingled() {
  for (const Met& met : mingled_) {
    const bool others = std::any_of(mingled_.begin(), mingled_.end(), [&](const Met& other) {
      return other.group == met.group && other.member != met.member &&
             other.member->mingled == met.member->mingled;
    });
    if (others) job_.findings.warning("M233", met.span, {{"path", job_.text(met.span)}});
  }
}

}  // namespace portage::mapping
