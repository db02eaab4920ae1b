// Refuses silence: fields of the reading side that no rule uses, fields of the writing side that no
// rule writes, and reasons given for nothing.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/mapping/compiler.h"
#include "gateway/mapping/conditions.h"
#include "gateway/mapping/field_path.h"

namespace portage::mapping {

using schema::Type;

bool WayCompiler::ignored(const Shape* shape, bool writing_side) const {
  return std::any_of(ignored_.begin(), ignored_.end(), [&](const Ignored& i) {
    return i.shape == shape && i.writing_side == writing_side && !i.selected;
  });
}

// Is some part of it ignored? Then the others must be explained one by one.
bool WayCompiler::ignored_below(const Shape& shape) const {
  return std::any_of(shape.members.begin(), shape.members.end(),
                     [&](const Shape& m) { return ignored(&m, false) || ignored_below(m); });
}

void WayCompiler::cover_source(const Shape& shape, const std::string& path, bool list_item) {
  if (used_whole_.contains(&shape) || ignored(&shape, false)) return;
  switch (shape.type) {
    case Type::group: {
      const bool touched =
          path.empty() || list_item || used_.contains(&shape) || ignored_below(shape);
      if (!touched && !shape.members.empty()) break;
      for (const Shape& m : shape.members) cover_source(m, field_path(path, m.name), false);
      if (shape.members.empty() && !used_.contains(&shape)) break;
      return;
    }
    case Type::list:
      if (used_.contains(&shape) && shape.item) return cover_source(*shape.item, path, true);
      break;
    default:
      if (used_.contains(&shape)) return;
  }
  if (list_item && used_.contains(&shape)) return;
  const Span span = inward() ? job_.file.theirs_span : job_.file.ours_span;
  if (mixed_element(shape)) {
    job_.findings.error("M231", span, {{"path", path}});
    return;
  }
  job_.findings.error(
      "M222", span,
      {{"path", path}, {"side", std::string(reads().word)}, {"way", inward() ? "in" : "out"}});
}

// `must`: every document has this group, or some rule makes it.
// A required field that is written in branches only: one of them must always be taken.
void WayCompiler::in_every_branch(const Draft& draft, const std::string& path) {
  const Draft* top = &draft;
  for (; top->parent != nullptr; top = top->parent) {
    if (top->parent->parent != nullptr && !top->parent->shape->required) return;
    if (!top->selector.empty()) return;
  }
  if (top != frames_[0].root.get() || draft.writers.empty()) return;
  std::vector<std::vector<const Expr*>> all;
  for (const std::vector<const Stmt*>& branches : draft.writers) {
    if (branches.empty()) return;
    std::vector<const Expr*> tests;
    for (const Stmt* s : branches) {
      const Expr* test = s->arrow == Arrow::both && !inward() ? s->left.get() : s->right.get();
      if (test == nullptr) return;
      tests.push_back(test);
    }
    all.push_back(std::move(tests));
  }
  if (Conditions(job_, *scopes_.front(), *this).always_one_of(all)) return;
  job_.findings.error("M203", draft.head, {{"path", path}, {"side", std::string(writes().word)}});
}

// `beside`: what all rows of a group share, which counts for each row.
void WayCompiler::cover_target(const Draft* draft, const Shape& shape, const std::string& path,
                               bool must, const Draft* beside) {
  if (draft != nullptr && draft->kind == TargetNode::Kind::leaf && draft->slot != UINT32_MAX) {
    if (shape.required) in_every_branch(*draft, path);
    return;
  }
  if (draft != nullptr && draft->key) return;
  const bool filled = shape.marks.filled == "route" && inward();
  // To ignore what every document must have would make documents that never hold.
  if (ignored(&shape, true) && (!shape.required || filled)) return;
  const Span span = inward() ? cover_span_ : job_.file.theirs_span;
  if (shape.type == Type::group && draft != nullptr) {
    for (const Shape& m : shape.members) {
      const Draft* child = nullptr;
      for (const Draft* from : {beside, draft}) {
        if (from == nullptr) continue;
        for (const auto& d : from->children) {
          if (d->name == m.name && d->selector.empty()) child = d.get();
        }
      }
      cover_target(child, m, field_path(path, m.name), must && (child == nullptr || m.required),
                   nullptr);
    }
    return;
  }
  if (shape.type == Type::list && draft != nullptr) {
    for (const auto& element : draft->children) {
      if (!element->spliced && shape.item)
        cover_target(element.get(), *shape.item, path + "[…]", true, nullptr);
    }
    return;
  }
  if (filled) return;
  if (shape.required) {
    job_.findings.error("M221", span, {{"path", path}, {"side", std::string(writes().word)}});
    return;
  }
  if (shape.text_content) return;
  job_.findings.warning(
      "M223", span,
      {{"path", path}, {"side", std::string(writes().word)}, {"way", inward() ? "in" : "out"}});
}

bool WayCompiler::all_in(const std::unordered_set<const Shape*>& set, const Shape& shape) const {
  if (shape.type != Type::group || shape.members.empty()) return set.contains(&shape);
  return std::all_of(shape.members.begin(), shape.members.end(),
                     [&](const Shape& m) { return all_in(set, m); });
}

// An ignore of something that a rule uses all the same.
void WayCompiler::cover_ignored() {
  for (std::size_t i = 0; i < ignored_.size(); ++i) {
    const Ignored& one = ignored_[i];
    if (one.selected || one.placed) continue;
    bool useless = false;
    if (!one.writing_side) {
      useless = used_.contains(one.shape) && one.shape->type != Type::group &&
                one.shape->type != Type::list;
      // Of mixed content an ignore names the text, which no rule can use.
      useless = (useless || all_in(used_, *one.shape)) && !mixed_element(*one.shape);
      useless = useless || used_whole_.contains(one.shape);
    }
    if (one.writing_side) useless = all_in(written_, *one.shape);
    for (std::size_t k = 0; k < i; ++k) {
      useless = useless ||
                (ignored_[k].shape == one.shape && ignored_[k].writing_side == one.writing_side &&
                 !ignored_[k].selected && ignored_[k].span.begin != one.span.begin);
    }
    // An ignore of both ways is of use if the field is used only one way; the other way decides
    // then.
    if (useless && !one.both) job_.findings.error("M224", one.span, {{"path", one.path}});
    if (useless && one.both) useless_both_.emplace(one.span.begin, one.path);
  }
}

void WayCompiler::cover() {
  if (!out_.present) return;
  cover_source(*reads().root, {}, false);
  for (const FrameDraft& f : frames_) {
    making_ = f.side;
    cover_span_ = f.side ? f.span : job_.file.ours_span;
    const Draft* beside = f.beside == UINT32_MAX ? nullptr : frames_[f.beside].root.get();
    const bool has_rows = f.rows && !f.rows->children.empty();
    if (!has_rows) cover_target(f.root.get(), *f.root->shape, f.shown, true, beside);
    if (!has_rows) continue;
    for (const auto& element : f.rows->children) {
      if (!element->spliced)
        cover_target(element.get(), *f.root->shape, f.shown, true, f.root.get());
    }
  }
  making_ = nullptr;
  cover_ignored();
  cover_mixed();
  cover_mingled();
  complete();
  never_sent();
}

}  // namespace portage::mapping
