// Reading: from a scope down to a value, through selectors; and the pointer of a place in the
// document.
#include <algorithm>
#include <array>

#include "gateway/mapping/number.h"
#include "gateway/mapping/runner.h"

namespace portage::mapping {

using record::Kind;
using record::Member;
using record::Value;

namespace {

// Documents mostly have the order of their schema with some members left out, so the place in the
// schema is where to begin looking backwards.
const Value* member(const Value& group, const PathStep& step) {
  const auto members = group.members();
  if (members.empty()) return nullptr;
  const std::size_t start = std::min<std::size_t>(step.hint, members.size() - 1);
  for (std::size_t i = start + 1; i-- > 0;) {
    if (record::same_name(members[i].name, step.name)) return &members[i].value;
  }
  for (std::size_t i = start + 1; i < members.size(); ++i) {
    if (record::same_name(members[i].name, step.name)) return &members[i].value;
  }
  return nullptr;
}

bool same_scalar(const Value& a, const Value& b) { return scalar_text(a) == scalar_text(b); }

}  // namespace

bool holds(const Test& test, const Value& element, const Value* key) {
  const Value* at = &element;
  for (const std::string& name : test.members) {
    at = at->find(name);
    if (at == nullptr) break;
  }
  if (at != nullptr && at->is(Kind::group)) at = at->find("");
  bool any = false;
  if (at != nullptr && !at->missing() && !at->is(Kind::null)) {
    for (const Value& v : test.values) any = any || same_scalar(*at, v);
    if (key != nullptr) any = any || (!key->missing() && same_scalar(*at, *key));
  }
  return test.comparison == Comparison::ne ? !any : any;
}

struct Runner::Keys {
  std::array<Value, 8> values;
};

// The places that keys name are read once for a whole list.
bool Runner::keys_of(const std::vector<Test>& tests, Keys& keys) {
  for (std::size_t i = 0; i < tests.size() && i < keys.values.size(); ++i) {
    if (tests[i].path == UINT32_MAX) continue;
    const std::uint32_t path = last_path_;
    Value v;
    const bool ok = read(way_.paths[tests[i].path], v);
    last_path_ = path;
    if (!ok) return false;
    keys.values[i] = v;
  }
  return true;
}

namespace {
template <class Keys>
bool fits(const std::vector<Test>& tests, const Value& item, const Keys& keys) {
  for (std::size_t i = 0; i < tests.size(); ++i) {
    const bool path = tests[i].path != UINT32_MAX && i < keys.values.size();
    if (!holds(tests[i], item, path ? &keys.values[i] : nullptr)) return false;
  }
  return true;
}
}  // namespace

bool Runner::wanted(const std::vector<Test>& filter, const Value& item) {
  if (filter.empty()) return true;
  Keys keys;
  return keys_of(filter, keys) && fits(filter, item, keys);
}

bool Runner::select(const PathStep& step, const Value& list, Value& out) {
  const std::span<const Value> items =
      list.is(Kind::list) ? list.items() : std::span<const Value>(&list, 1);
  if (step.kind == PathStep::Kind::index) {
    if (step.index <= items.size()) out = items[step.index - 1];
    return true;
  }
  Keys keys;
  if (!keys_of(step.tests, keys)) return false;
  bool found = false;
  for (const Value& item : items) {
    if (!fits(step.tests, item, keys)) continue;
    if (found) return failed("many");
    out = item;
    found = true;
    if (step.first) return true;
  }
  return true;
}

bool Runner::read(const ReadPath& path, Value& out) {
  const Value at = scopes_[path.scope];
  if (path.shared) return read_shared(path, out);
  return read_from(path, 0, at, out);
}

// A column that all rows of a group must agree on.
bool Runner::read_shared(const ReadPath& path, Value& out) {
  const Value rows = scopes_[path.scope];
  std::size_t row = 0;
  for (const Value& one : rows.items()) {
    Value v;
    if (!read_from(path, 0, one, v)) return false;
    if (row++ == 0) {
      out = v;
    } else if (!(out.missing() && v.missing()) && !record::equal(out, v)) {
      if (origins_[path.scope] != nullptr) indexes_[path.scope] = origins_[path.scope][row - 1];
      return failed("group.disagree");
    }
  }
  return true;
}

bool Runner::read_from(const ReadPath& path, std::size_t from, Value at, Value& out) {
  if (path.flatten) {
    Value list = Value::list();
    if (!read_all(path, from, at, list)) return false;
    if (list.size() > 0) out = list;
    return true;
  }
  for (std::size_t i = from; i < path.steps.size(); ++i) {
    const PathStep& step = path.steps[i];
    if (step.kind == PathStep::Kind::member) {
      if (!at.is(Kind::group)) {
        if (step.name.empty() && !at.missing())
          continue;  // the text of an element without attributes
        return true;
      }
      const Value* next = member(at, step);
      if (next == nullptr) return true;
      at = *next;
    } else if (at.missing() || at.is(Kind::null)) {
      return true;
    } else {
      Value picked;
      if (!select(step, at, picked)) return false;
      at = picked;
    }
  }
  out = at;
  return finish(path, out);
}

// Depth first, in document order.
bool Runner::read_all(const ReadPath& path, std::size_t from, Value at, Value& list) {
  if (at.missing() || at.is(Kind::null)) return true;
  if (from == path.steps.size()) {
    if (at.is(Kind::list)) {
      for (const Value& item : at.items()) list.push(arena_, item);
      return true;
    }
    if (path.scalar && at.is(Kind::group)) {
      const Value* text = at.find("");
      at = text ? *text : Value();
    }
    if (!coerce(path.coerce, at)) return false;
    if (!at.missing()) list.push(arena_, at);
    return true;
  }
  const PathStep& step = path.steps[from];
  if (step.kind == PathStep::Kind::all) {
    const std::span<const Value> items =
        at.is(Kind::list) ? at.items() : std::span<const Value>(&at, 1);
    for (const Value& item : items) {
      if (wanted(step.tests, item) && !read_all(path, from + 1, item, list)) return false;
    }
    return true;
  }
  if (step.kind == PathStep::Kind::member) {
    if (at.is(Kind::list)) {
      for (const Value& item : at.items()) {
        if (!read_all(path, from, item, list)) return false;
      }
      return true;
    }
    const Value* next = member(at, step);
    return next == nullptr || read_all(path, from + 1, *next, list);
  }
  Value picked;
  return select(step, at, picked) && read_all(path, from + 1, picked, list);
}

bool Runner::finish(const ReadPath& path, Value& value) {
  if (value.is(Kind::list)) {
    if (value.size() == 0) value = Value();
    return true;
  }
  if (value.is(Kind::group)) {
    if (value.size() == 0) {
      value = Value();
    } else if (path.scalar) {
      const Value* text = value.find("");
      value = text ? *text : Value();
    }
  }
  if (value.missing()) return true;
  if (path.list) {
    const Value one = value;
    value = Value::list(one.at());
    value.push(arena_, one);
    return true;
  }
  if (flat(way_.reads) && value.is(Kind::text) && value.size() == 0) {
    value = Value();
    return true;
  }
  return coerce(path.coerce, value);
}

bool Runner::coerce(Coerce how, Value& value) {
  if (how == Coerce::none || !value.is(Kind::text)) return true;
  const std::string_view text = value.as_text();
  switch (how) {
    case Coerce::none:
      break;
    case Coerce::integer: {
      const std::optional<std::int64_t> n = parse_integer(text);
      if (!n) return failed("number.unreadable");
      value = Value::number(write_integer(*n, arena_), value.at());
      break;
    }
    case Coerce::decimal: {
      const std::optional<Decimal> d = parse_decimal(text);
      if (!d) return failed("number.unreadable");
      value = Value::number(write_decimal(*d, arena_), value.at());
      break;
    }
    case Coerce::boolean:
      if (text != "true" && text != "false" && text != "1" && text != "0") {
        return failed("boolean.unreadable");
      }
      value = Value::boolean(text == "true" || text == "1", value.at());
      break;
    case Coerce::date:
      if (!base::parse_day(text)) return failed("date.unreadable");
      break;
    case Coerce::datetime:
      if (!base::parse_instant(text)) return failed("datetime.unreadable");
      break;
  }
  return true;
}

namespace {
void append_step(format::Format format, const PathStep& step, std::string& out) {
  if (format == format::Format::csv) {
    if (!out.empty()) out += '.';
    out += step.name;
    return;
  }
  out += '/';
  if (format == format::Format::xml) {
    out += step.shown;
    return;
  }
  for (const char c : step.name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
}

void append_index(format::Format format, std::size_t index, std::string& out) {
  if (format == format::Format::xml || format == format::Format::csv) {
    out += "[" + std::to_string(index + 1) + "]";
  } else if (format == format::Format::json) {
    out += "/" + std::to_string(index);
  }
}
}  // namespace

std::string Runner::scope_pointer(std::uint32_t scope, std::uint32_t& at) const {
  if (scope >= way_.scopes.size()) return {};
  const ScopeInfo& info = way_.scopes[scope];
  std::string out;
  if (info.path != UINT32_MAX) {
    out = pointer_of(info.path, at);
  } else if (info.parent != UINT32_MAX) {
    out = scope_pointer(info.parent, at);
  }
  if (info.item) {
    std::size_t index = indexes_[scope];
    // An element of a group's rows: its place in the whole list.
    if (info.path != UINT32_MAX) {
      const ReadPath& path = way_.paths[info.path];
      const bool of_group = path.scope < way_.scopes.size() && way_.scopes[path.scope].grouped &&
                            path.steps.empty() && origins_[path.scope] != nullptr;
      if (of_group) index = origins_[path.scope][index];
    }
    append_index(way_.reads, index, out);
  }
  if (!scopes_[scope].missing() && scopes_[scope].at() != 0) at = scopes_[scope].at();
  return out;
}

std::string Runner::shown_in_full(std::uint32_t index) const {
  const ReadPath& path = way_.paths[index];
  std::uint32_t scope = path.scope;
  while (scope < way_.scopes.size() && way_.scopes[scope].path == UINT32_MAX) {
    scope = way_.scopes[scope].parent;
  }
  if (scope >= way_.scopes.size()) return path.shown;
  const std::string around = shown_in_full(way_.scopes[scope].path);
  return path.shown == "it" ? around : around + "." + path.shown;
}

// Walks the path again, since only a refusal needs to know the numbers of the elements picked.
std::string Runner::pointer_of(std::uint32_t index, std::uint32_t& offset) const {
  if (index >= way_.paths.size()) return {};
  const ReadPath& path = way_.paths[index];
  std::string out = scope_pointer(path.scope, offset);
  Value at = scopes_[path.scope];
  // In a group: of its first row, or of the one that was picked.
  std::uint32_t* origins = way_.scopes[path.scope].grouped ? origins_[path.scope] : nullptr;
  if (origins != nullptr && at.is(Kind::list) && path.shared) {
    for (std::size_t i = 0; i < at.size(); ++i) {
      if (origins[i] != indexes_[path.scope]) continue;
      const Value row = std::as_const(at).items()[i];
      at = row;
      break;
    }
    if (!at.missing() && at.at() != 0) offset = at.at();
  } else if (origins != nullptr && !path.steps.empty() && way_.reads != format::Format::fixed) {
    out = out.substr(0, out.rfind(way_.reads == format::Format::json ? '/' : '['));
  }
  for (const PathStep& step : path.steps) {
    if (step.kind == PathStep::Kind::member) {
      if (step.name.empty()) continue;
      append_step(way_.reads, step, out);
      const Value* next = at.is(Kind::group) ? member(at, step) : nullptr;
      at = next ? *next : Value();
    } else {
      const std::span<const Value> items =
          at.is(Kind::list) ? at.items() : std::span<const Value>(&at, at.missing() ? 0 : 1);
      std::size_t found = items.size();
      for (std::size_t i = 0; i < items.size() && found == items.size(); ++i) {
        const bool fits =
            step.kind == PathStep::Kind::index
                ? i + 1 == step.index
                : std::all_of(step.tests.begin(), step.tests.end(), [&](const Test& t) {
                    return !t.values.empty() && holds(t, items[i]);
                  });
        if (fits) found = i;
      }
      if (found < items.size() && step.kind != PathStep::Kind::all) {
        const bool of_group = origins != nullptr && &step == &path.steps.front();
        append_index(way_.reads, of_group ? origins[found] : found, out);
        const Value next = items[found];
        at = next;
      } else {
        at = Value();
      }
    }
    if (!at.missing() && at.at() != 0) offset = at.at();
  }
  return out;
}

}  // namespace portage::mapping
