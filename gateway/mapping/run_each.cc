// Lists: element by element, and the rows of a table as groups.
#include <unordered_set>

#include "gateway/mapping/runner.h"

namespace portage::mapping {

using record::Kind;
using record::Value;

namespace {
constexpr std::size_t kMostRefusals = 32;

std::span<const Value> items_of(const Value& list) {
  return list.is(Kind::list) ? list.items() : std::span<const Value>(&list, 1);
}

const Value* walk(const Value& from, const std::vector<std::string>& members) {
  const Value* at = &from;
  for (const std::string& name : members) {
    at = at->find(name);
    if (at == nullptr) return nullptr;
  }
  if (at->is(Kind::group)) at = at->find("");
  return at;
}
}  // namespace

// What makes a row belong to its group; false if some part of it is missing.
bool Runner::key_text(const Op& op, const Value& row, std::string& key) const {
  key.clear();
  for (const std::vector<std::string>& members : op.keys) {
    const Value* at = walk(row, members);
    if (at == nullptr || at->missing() || at->is(Kind::null)) return false;
    const std::string_view text = scalar_text(*at);
    if (text.empty() && flat(way_.reads)) return false;
    key += std::to_string(text.size());
    key += ':';
    key += text;
  }
  return true;
}

void Runner::each(const Op& op) {
  Value list;
  if (!eval(op.node, list)) return refuse(op);
  if (list.missing()) return;
  Value* outer = frame_;
  Value made = Value::list();
  const std::span<const Value> items = items_of(list);
  if (op.by_in) {
    groups(op, items, made);
  } else {
    std::unordered_set<std::string> keys;
    std::uint32_t index = 0;
    for (const Value& item : items) {
      if (result_.refusals.size() >= kMostRefusals || !budget()) break;
      scopes_[op.scope] = item;
      indexes_[op.scope] = index++;
      if (item.missing() || item.is(Kind::null) || !wanted(op.filter, item)) continue;
      const std::size_t before = made.size();
      element(op, item, index - 1, made);
      if (!op.by_out || made.size() == before) continue;
      // Two of ours with one key would come back as one.
      std::string key;
      const bool whole = key_text(op, std::as_const(made).items()[before], key);
      op_ = &op;
      last_path_ = UINT32_MAX;
      if (!whole) refuse(op, "group.no_key");
      if (whole && !keys.insert(std::move(key)).second) refuse(op, "group.same_key");
    }
  }
  frame_ = outer;
  if (made.size() == 0) return;
  Value& slot = slots_[op.into][op.slot];
  if (slot.missing()) {
    slot = made;
  } else {
    for (const Value& v : std::as_const(made).items()) slot.push(arena_, v);
  }
}

// One element: what its rules write, checked. With `batch each` a bad one is set aside.
void Runner::element(const Op& op, const Value& item, std::uint32_t index, Value& made) {
  (void)item;
  const std::size_t refused = result_.refusals.size();
  const Frame& frame = way_.frames[op.frame];
  Value* outer = frame_;
  frame_ = fresh_slots(op.frame);
  operations(op.body);
  const std::size_t before = made.size();
  if (frame.grouped) {
    append_rows(op, made);
  } else {
    const Value element = build(frame.root);
    op_ = &op;
    if (!element.missing()) {
      if (!wanted(op.must, element)) {
        refuse(op, "filter.failed");
      } else {
        if (!op.after.empty() && result_.refusals.size() == refused) {
          scopes_[kMadeScope] = element;
          verify(op.after);
        }
        made.push(arena_, element);
      }
    }
  }
  frame_ = outer;
  if (!op.lenient || result_.refusals.size() == refused || spent_) return;
  LeftOut left;
  left.index = index;
  const auto first = result_.refusals.begin() + static_cast<std::ptrdiff_t>(refused);
  left.refusals.assign(std::make_move_iterator(first),
                       std::make_move_iterator(result_.refusals.end()));
  result_.refusals.erase(first, result_.refusals.end());
  result_.left_out.push_back(std::move(left));
  // What it made goes too.
  Value kept = Value::list();
  for (std::size_t i = 0; i < before; ++i) kept.push(arena_, std::as_const(made).items()[i]);
  made = kept;
}

// The rows of one group: what they share, and what each has of its own. At least one.
bool Runner::append_rows(const Op& op, Value& made) {
  const Frame& frame = way_.frames[op.frame];
  const Value shared = build(frame.root);
  Value rows = Value::list();
  build_list(frame.rows, rows);
  if (rows.size() == 0) {
    if (shared.missing()) return false;
    rows.push(arena_, Value::group());
  }
  for (const Value& own : std::as_const(rows).items()) {
    Value row = Value::group();
    for (const std::string& name : frame.order) {
      const Value* v = own.find(name);
      if (v == nullptr && shared.is(Kind::group)) v = shared.find(name);
      if (v != nullptr) row.add(arena_, arena_.copy(name), *v);
    }
    made.push(arena_, row);
  }
  return true;
}

// Rows with one key, in the order in which their first row stands, wherever the others do.
void Runner::groups(const Op& op, std::span<const Value> items, Value& made) {
  struct Group {
    std::vector<std::uint32_t> rows;
  };
  std::vector<Group> all;
  std::unordered_map<std::string, std::size_t> by_key;
  std::string key;
  for (std::uint32_t i = 0; i < items.size(); ++i) {
    const Value& row = items[i];
    if (row.missing() || row.is(Kind::null) || !wanted(op.filter, row)) continue;
    if (!key_text(op, row, key)) {
      scopes_[op.scope] = row;
      indexes_[op.scope] = i;
      last_path_ = UINT32_MAX;
      refuse(op, "group.no_key");
      if (result_.refusals.size() >= kMostRefusals) return;
      continue;
    }
    const auto [at, fresh] = by_key.try_emplace(key, all.size());
    if (fresh) all.emplace_back();
    all[at->second].rows.push_back(i);
  }
  for (std::uint32_t g = 0; g < all.size(); ++g) {
    if (result_.refusals.size() >= kMostRefusals || !budget()) break;
    Value rows = Value::list();
    const std::vector<std::uint32_t>& places = all[g].rows;
    std::uint32_t* origins = array_in<std::uint32_t>(arena_, places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      origins[i] = places[i];
      rows.push(arena_, items[places[i]]);
    }
    rows.set_at(items[places[0]].at());
    scopes_[op.scope] = rows;
    indexes_[op.scope] = places[0];
    origins_[op.scope] = origins;
    element(op, rows, g, made);
  }
}

// `make`: once, or for each element; nothing where its condition says no.
void Runner::make(const Op& op) {
  if (op.node == kNone) return make_one(op);
  Value list;
  if (!eval(op.node, list)) return refuse(op);
  if (list.missing()) return;
  std::uint32_t index = 0;
  for (const Value& item : items_of(list)) {
    if (result_.refusals.size() >= kMostRefusals || !budget()) return;
    scopes_[op.scope] = item;
    indexes_[op.scope] = index++;
    if (item.missing() || item.is(Kind::null) || !wanted(op.filter, item)) continue;
    make_one(op);
  }
}

void Runner::make_one(const Op& op) {
  bool yes = true;
  if (op.other != kNone && !truth(op.other, yes)) return refuse(op);
  if (!yes) return;
  Value* outer = frame_;
  frame_ = fresh_slots(op.frame);
  operations(op.body);
  Value made = build(way_.frames[op.frame].root);
  frame_ = outer;
  op_ = &op;
  if (made.missing()) made = Value::group();
  if (!op.keys.empty()) {
    const Value* id = walk(made, op.keys[0]);
    for (const Made& other : result_.made) {
      if (id == nullptr || other.schema != op.schema) continue;
      const Value* theirs = walk(other.value, op.keys[0]);
      if (theirs != nullptr && scalar_text(*theirs) == scalar_text(*id)) {
        return refuse(op, "make.same_id");
      }
    }
  }
  result_.made.push_back({op.schema, made, op.line});
}

void Runner::none(const Op& op) {
  if (!result_.made.empty() || !result_.refusals.empty()) return;
  last_path_ = UINT32_MAX;
  refuse(op, op.code);
}

}  // namespace portage::mapping
