// What an agreement lets go out: every field of ours that a rule, a step or a condition reads on
// the way out must be permitted, and what goes into a field may not be more personal than its mark.
#include <algorithm>

#include "gateway/mapping/compiler.h"

namespace portage::mapping {

using schema::Type;

namespace {

// "client.phones" permits "client.phones.number".
bool covers(const std::string& permitted, const std::string& path) {
  if (!path.starts_with(permitted)) return false;
  return path.size() == permitted.size() || path[permitted.size()] == '.';
}

void leaves(const Shape& shape, const std::string& path,
            std::vector<std::pair<const Shape*, std::string>>& into) {
  if (shape.type == Type::list && shape.item) {
    into.emplace_back(&shape, path);
    return leaves(*shape.item, path, into);
  }
  into.emplace_back(&shape, path);
  for (const Shape& m : shape.members) {
    leaves(m, m.name.empty() ? path : path.empty() ? m.name : path + "." + m.name, into);
  }
}

bool has_content(const Shape& shape) {
  return shape.type != Type::group && shape.type != Type::list;
}

}  // namespace

void WayCompiler::load_permits() {
  if (inward() || !job_.world.permits || job_.file.ours_list) return;
  permits_ = job_.world.permits(job_.file.theirs, job_.file.ours);
  if (permits_ == nullptr) return;
  std::vector<std::pair<const Shape*, std::string>> all;
  leaves(*reads().root, {}, all);
  for (auto& [shape, path] : all) ours_paths_.emplace(shape, std::move(path));
}

std::string WayCompiler::party() const {
  return job_.file.theirs.substr(0, job_.file.theirs.find('/'));
}

// A field that is read going out, with all that is below it if it goes as a whole.
void WayCompiler::permitted(const Shape* shape, Span span) {
  if (permits_ == nullptr || ignoring_ || shape == nullptr) return;
  const auto at = ours_paths_.find(shape);
  if (at == ours_paths_.end()) return;
  if (shape->type == Type::group) {
    for (const Shape& m : shape->members) permitted(&m, span);
    return;
  }
  if (shape->type == Type::list && shape->item && shape->item->type == Type::group) return;
  sent_.insert(at->second);
  const bool allowed = std::any_of(permits_->begin(), permits_->end(),
                                   [&](const std::string& p) { return covers(p, at->second); });
  if (!allowed) job_.findings.error("M501", span, {{"path", at->second}, {"party", party()}});
}

// What the agreement permits and nothing sends: more than is needed.
void WayCompiler::never_sent() {
  if (permits_ == nullptr) return;
  for (const auto& [shape, path] : ours_paths_) {
    if (!has_content(*shape) || path.empty() || sent_.contains(path)) continue;
    const bool allowed = std::any_of(permits_->begin(), permits_->end(),
                                     [&](const std::string& p) { return covers(p, path); });
    if (allowed)
      job_.findings.note("M503", job_.file.theirs_span, {{"path", path}, {"party", party()}});
  }
}

// Data may not lose its class on the way.
void WayCompiler::fit_class(const Abstract& value, const Shape& target, Span span,
                            const std::string& shown_path) {
  if (value.sensitivity <= target.marks.sensitivity) return;
  job_.findings.warning("M502", span,
                        {{"path", shown_path},
                         {"is", std::string(schema::class_name(value.sensitivity))},
                         {"marked", std::string(schema::class_name(target.marks.sensitivity))}});
}

}  // namespace portage::mapping
