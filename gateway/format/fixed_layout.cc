#include "gateway/format/fixed_layout.h"

#include <algorithm>

namespace portage::format {
namespace {

constexpr std::uint32_t kNone = FixedField::kNone;

FixedField* find_field(std::vector<FixedField>& fields, std::string_view name) {
  for (FixedField& field : fields) {
    if (field.name == name) return &field;
    if (FixedField* inner = find_field(field.fields, name)) return inner;
  }
  return nullptr;
}

class Linker {
 public:
  explicit Linker(FixedLayout& layout) : layout_(layout) {}

  std::vector<FixedLayout::Problem> run() {
    for (FixedLine& line : layout_.lines) {
      if (!line.under.empty()) {
        line.parent = line_of(line.under);
        if (line.parent == kNone || &layout_.lines[line.parent] == &line) {
          problem(line, "", line.under);
          line.parent = kNone;
        }
      }
      if (!line.items.empty()) {
        for (std::uint32_t i = 0; i < line.fields.size(); ++i) {
          if (line.fields[i].name == line.items && !line.fields[i].fields.empty()) {
            line.items_field = i;
          }
        }
        if (line.items_field == kNone) problem(line, "", line.items);
      }
      for (FixedField& field : line.fields) link(line, field);
    }
    // Lines that are each other's parents would never be reached.
    for (FixedLine& line : layout_.lines) {
      std::size_t steps = 0;
      for (std::uint32_t at = line.parent; at != kNone; at = layout_.lines[at].parent) {
        if (++steps > layout_.lines.size()) {
          problem(line, "", line.under);
          line.parent = kNone;
          break;
        }
      }
    }
    for (FixedLine& line : layout_.lines) {
      const bool data =
          std::any_of(line.fields.begin(), line.fields.end(),
                      [](const FixedField& f) { return f.role == FixedField::Role::data; });
      FixedLine* up = &line;
      while (data && up != nullptr && !up->data) {
        up->data = true;
        up = up->parent == kNone ? nullptr : &layout_.lines[up->parent];
      }
    }
    if (!layout_.document.empty()) {
      layout_.document_line = line_of(layout_.document);
      if (layout_.document_line == kNone) problems_.push_back({"", "", layout_.document});
    }
    return std::move(problems_);
  }

 private:
  std::uint32_t line_of(std::string_view name) const {
    for (std::uint32_t i = 0; i < layout_.lines.size(); ++i) {
      if (layout_.lines[i].name == name) return i;
    }
    return kNone;
  }
  // "line.FIELD"
  FixedField* field_of(std::string_view path) {
    const std::size_t dot = path.find('.');
    const std::uint32_t line = line_of(path.substr(0, dot));
    if (line == kNone || dot == std::string_view::npos) return nullptr;
    return find_field(layout_.lines[line].fields, path.substr(dot + 1));
  }
  void problem(const FixedLine& line, std::string_view field, std::string_view name) {
    problems_.push_back({line.name, std::string(field), std::string(name)});
  }

  void link(const FixedLine& line, FixedField& field) {
    for (FixedField& inner : field.fields) link(line, inner);
    using Role = FixedField::Role;
    if (field.role == Role::count) {
      for (const std::string& name : field.of) {
        const std::uint32_t found = line_of(name);
        if (found == kNone && name != "*") problem(line, field.name, name);
        field.sources.push_back(found);
      }
    } else if (field.role == Role::sum) {
      const std::uint32_t slot = layout_.sums++;
      for (const std::string& path : field.of) {
        FixedField* source = field_of(path);
        if (source == nullptr || !source->number || source->point || source->adds_to != kNone ||
            source->role != Role::data) {
          problem(line, field.name, path);
        } else {
          source->adds_to = slot;
        }
      }
      field.sources.push_back(slot);
    } else if (field.role == Role::copy) {
      FixedField* source = field.of.empty() ? nullptr : field_of(field.of.front());
      if (source == nullptr || source->role != Role::data || source->width != field.width) {
        return problem(line, field.name, field.of.empty() ? "" : field.of.front());
      }
      if (source->remembered == kNone) source->remembered = layout_.remembered++;
      field.sources.push_back(source->remembered);
    }
  }

  FixedLayout& layout_;
  std::vector<FixedLayout::Problem> problems_;
};

}  // namespace

std::vector<FixedLayout::Problem> FixedLayout::link() { return Linker(*this).run(); }

}  // namespace portage::format
