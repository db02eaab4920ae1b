#include "gateway/cli/map_run_one.h"

namespace portage::cli {

using mapping::Way;

namespace {

bool is_list(const mapping::Mapping& mapping, bool of_ours) {
  return of_ours ? mapping.ours_list() : mapping.theirs_list();
}

const std::string& list_name(const mapping::Mapping& mapping, bool of_ours) {
  return mapping.root(of_ours).members.front().name;
}

}  // namespace

MapRunner::MapRunner(const Options& options, const config::Config& config,
                     const mapping::MappingSet& set, std::string name)
    : options_(options), config_(config), set_(set), name_(std::move(name)) {}

Way MapRunner::way() const { return options_.way == "out" ? Way::out : Way::in; }

const schema::Schema* MapRunner::reads(const mapping::Mapping& mapping) const {
  return config_.schemas.find(way() == Way::in ? mapping.theirs() : mapping.ours());
}

const schema::Schema* MapRunner::writes(const mapping::Mapping& mapping) const {
  if (way() == Way::out) return config_.schemas.find(mapping.theirs());
  return config_.schemas.find(mapping.makes().empty() ? mapping.ours() : mapping.makes().front());
}

bool MapRunner::makes_several() const {
  return !any().makes().empty() || is_list(any(), way() == Way::in);
}
bool MapRunner::gathers() const { return is_list(any(), way() == Way::out); }
bool MapRunner::lenient() const { return any().batch_each(); }

void MapRunner::gather(const record::Value& document, record::Arena& arena,
                       std::vector<record::Value>& roots) const {
  const bool of_ours = way() == Way::out;
  const record::Value* list =
      document.is(record::Kind::list) ? &document : document.find(list_name(any(), of_ours));
  if (list == nullptr || !list->is(record::Kind::list)) {
    roots.push_back(record::clone(document, arena));
    return;
  }
  for (const record::Value& one : list->items()) roots.push_back(record::clone(one, arena));
}

record::Value MapRunner::root_of(const std::vector<record::Value>& roots,
                                 record::Arena& arena) const {
  return mapping::list_root(any(), way() == Way::out, roots, arena);
}

void MapRunner::check(MappedOne& out, const std::string& schema, bool numbered) const {
  const schema::Schema* target = config_.schemas.find(schema);
  const std::string number =
      numbered ? "[" + std::to_string(out.written.size()) + "]" : std::string();
  if (target == nullptr) {
    schema::Fault fault;
    fault.code = "read.schema_missing";
    fault.arguments = {{"form", schema}};
    out.faults.push_back(std::move(fault));
    return;
  }
  for (schema::Fault& fault : target->check(out.written.back())) {
    fault.pointer = number + fault.pointer;
    out.faults.push_back(std::move(fault));
  }
}

MappedOne MapRunner::run(const record::Value& root, base::Day day, record::Document& into) const {
  MappedOne out;
  mapping::Refusal why;
  out.mapping = way() == Way::in ? set_.pick_in(name_, root, day, why) : set_.pick(name_, day);
  if (out.mapping == nullptr) {
    if (why.code.empty()) why.code = "no_version";
    out.refusals.push_back(std::move(why));
    return out;
  }
  mapping::RunContext context;
  context.received_on = day;
  if (way() == Way::out) context.date = day;
  if (options_.beside) context.explain = &out.fields;
  mapping::RunResult result = mapping::run(*out.mapping, way(), root, context, into);
  out.refusals = std::move(result.refusals);
  out.notes = std::move(result.notes);
  out.left_out = std::move(result.left_out);
  if (!out.refusals.empty()) return out;
  const bool in = way() == Way::in;
  if (!out.mapping->makes().empty()) {
    for (const mapping::Made& made : result.made) {
      out.written.push_back(made.value);
      check(out, made.schema, true);
    }
    return out;
  }
  const std::string& schema = in ? out.mapping->ours() : out.mapping->theirs();
  if (!is_list(*out.mapping, in)) {
    out.written.push_back(into.root);
    check(out, schema, false);
    return out;
  }
  const record::Value* list = into.root.find(list_name(*out.mapping, in));
  if (list == nullptr) return out;
  for (const record::Value& one : list->items()) {
    out.written.push_back(one);
    check(out, schema, true);
  }
  return out;
}

}  // namespace portage::cli
