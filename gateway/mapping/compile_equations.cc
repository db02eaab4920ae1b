// Keys of selectors that name another place: going out, one of the two is written by a rule and the
// other is its copy. And elements picked by number, which need those before them.
#include <algorithm>

#include "gateway/mapping/compiler.h"

namespace portage::mapping {

namespace {
bool is_written(const Draft& d) { return d.key || d.quiet || !d.writers.empty(); }
}  // namespace

void WayCompiler::equations() {
  std::vector<Equation> open = equations_;
  // One settled equation may settle the next.
  for (bool moved = true; moved && !open.empty();) {
    moved = false;
    for (std::size_t i = 0; i < open.size(); ++i) {
      const Equation e = open[i];
      const bool key = is_written(*e.key), other = is_written(*e.other);
      if (!key && !other) continue;
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(i--));
      moved = true;
      if (frame_of(e.key) != frame_of(e.other)) {
        job_.findings.error(
            "M103", e.span,
            {{"what", "a selector's key"}, {"expected", "a path of the same block"}});
        continue;
      }
      if (key && other) {
        const bool same = e.key->slot == e.other->slot && e.key->slot != UINT32_MAX;
        const bool twin = !e.key->source.empty() && e.key->source == e.other->source;
        if (!same && !twin) job_.findings.error("M326", e.span, {{"path", e.text}});
        continue;
      }
      Draft& from = key ? *e.key : *e.other;
      Draft& to = key ? *e.other : *e.key;
      to.kind = from.kind;
      to.slot = from.slot;
      to.key = from.key;
      to.constant = from.constant;
      to.quiet = !key;
      to.written = true;
      to.writers = from.writers;
      to.values = from.values;
      to.source = from.source;
    }
  }
  for (const Equation& e : open) job_.findings.error("M325", e.span, {{"path", e.text}});
}

namespace {
// Is something in it whenever its group is?
bool always_there(const Draft& d) {
  if (d.kind == TargetNode::Kind::leaf) return d.sure;
  return std::any_of(d.children.begin(), d.children.end(), [](const auto& c) {
    return !c->key && !c->quiet && !c->spliced && always_there(*c);
  });
}
}  // namespace

// `Line[2]` lands in the second place only if there is a first.
void WayCompiler::indexed(const Draft& draft) {
  for (const auto& child : draft.children) indexed(*child);
  if (draft.kind != TargetNode::Kind::list) return;
  for (const auto& child : draft.children) {
    for (std::uint32_t n = 1; n < child->index; ++n) {
      const auto before = std::find_if(draft.children.begin(), draft.children.end(),
                                       [&](const auto& c) { return c->index == n; });
      if (before != draft.children.end() && always_there(**before)) continue;
      const Span span = child->picks ? child->picks->span : draft.first;
      job_.findings.error(
          "M328", span,
          {{"path", draft.name}, {"n", std::to_string(child->index)}, {"m", std::to_string(n)}});
      break;
    }
  }
}

}  // namespace portage::mapping
