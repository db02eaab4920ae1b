// Counts what compile_cover.cc judges: how many fields of the side that is read are used, dropped
// with a reason, or neither; and how many of the other side are written.
#include "gateway/mapping/compiler.h"
#include "gateway/mapping/field_path.h"

namespace portage::mapping {
namespace {

using schema::Type;

// Fields are what holds a value: a group without members and a list of anything count as one.
std::uint32_t fields_of(const Shape& shape) {
  if (shape.type == Type::list && shape.item) return fields_of(*shape.item);
  if (shape.type != Type::group || shape.members.empty()) return 1;
  std::uint32_t count = 0;
  for (const Shape& m : shape.members) count += fields_of(m);
  return count;
}

void names_of(const Shape& shape, const std::string& path, std::vector<std::string>& into) {
  if (shape.type == Type::list && shape.item) return names_of(*shape.item, path, into);
  if (shape.type != Type::group || shape.members.empty()) {
    into.push_back(path);
    return;
  }
  for (const Shape& m : shape.members) names_of(m, field_path(path, m.name), into);
}

}  // namespace

void WayCompiler::measure(const Shape& shape, const std::string& path, bool list_item,
                          Coverage& into) const {
  if (used_whole_.contains(&shape)) {
    into.used += fields_of(shape);
    return;
  }
  if (ignored(&shape, false)) {
    into.dropped += fields_of(shape);
    return;
  }
  const bool used = used_.contains(&shape);
  const bool touched = path.empty() || list_item || used || ignored_below(shape);
  if (shape.type == Type::group && !shape.members.empty() && touched) {
    for (const Shape& m : shape.members) measure(m, field_path(path, m.name), false, into);
    return;
  }
  if (shape.type == Type::list && used && shape.item) return measure(*shape.item, path, true, into);
  if (used) {
    ++into.used;
    Abstract value = abstract_of(shape, reads().format, true, job_.tables);
    if (value.values && shape.type == Type::text && value.values->size() > 1) {
      into.coded.push_back({path, std::move(*value.values), {}});
    }
    return;
  }
  names_of(shape, path, into.unexplained);
}

void WayCompiler::measure_written(const Draft* draft, const Shape& shape, Coverage& into) const {
  const bool whole = draft != nullptr && draft->kind == TargetNode::Kind::leaf;
  if (whole || (draft != nullptr && draft->key)) {
    into.written += fields_of(shape);
    return;
  }
  if (draft == nullptr) {
    into.left += fields_of(shape);
    return;
  }
  if (shape.type == Type::list && shape.item) {
    // An `each` fills a frame of its own, which is counted with the others.
    const Draft* element = nullptr;
    for (const auto& child : draft->children) {
      if (!child->spliced) element = child.get();
    }
    if (element != nullptr) return measure_written(element, *shape.item, into);
    if (draft->children.empty()) into.left += fields_of(*shape.item);
    return;
  }
  for (const Shape& m : shape.members) {
    const Draft* child = nullptr;
    for (const auto& d : draft->children) {
      if (d->name == m.name && d->selector.empty()) child = d.get();
    }
    measure_written(child, m, into);
  }
}

Coverage WayCompiler::coverage() const {
  Coverage out;
  out.way = way_;
  measure(*reads().root, {}, false, out);
  for (const FrameDraft& f : frames_) {
    if (f.root && f.root->shape != nullptr) measure_written(f.root.get(), *f.root->shape, out);
  }
  return out;
}

}  // namespace portage::mapping
