#include "gateway/mapping/property.h"

#include <algorithm>
#include <functional>
#include <set>

#include "gateway/base/catalogue.h"
#include "gateway/base/text.h"
#include "gateway/format/format.h"
#include "gateway/mapping/leaves.h"
#include "gateway/schema/sample.h"

namespace portage::mapping {
namespace {

using record::Document;
using record::Kind;
using record::Value;

constexpr int kMostCuts = 600;  // tries to make a failing record smaller

// A copy without the node numbered `skip`, or with the text there cut in half.
class Cutter {
 public:
  Cutter(record::Arena& arena, std::size_t at, bool halve)
      : arena_(arena), at_(at), halve_(halve) {}

  Value copy(const Value& from) {
    const bool here = seen_++ == at_;
    if (from.is(Kind::text)) {
      std::string_view text = from.as_text();
      if (here && halve_) {
        std::size_t half = text.size() / 2;
        while (half > 0 && (static_cast<unsigned char>(text[half]) & 0xC0) == 0x80) --half;
        text = text.substr(0, half);
        cut_ = true;
      }
      return Value::text(arena_.copy(text));
    }
    if (from.is(Kind::list)) {
      Value list = Value::list();
      for (const Value& item : from.items()) {
        Value kept = child(item);
        if (!kept.missing()) list.push(arena_, kept);
      }
      return list;
    }
    if (from.is(Kind::group)) {
      Value group = Value::group();
      for (const record::Member& member : from.members()) {
        Value kept = child(member.value);
        if (!kept.missing()) group.add(arena_, arena_.copy(member.name), kept);
      }
      return group;
    }
    return record::clone(from, arena_);
  }
  bool cut() const { return cut_; }
  std::size_t seen() const { return seen_; }

 private:
  Value child(const Value& value) {
    if (!halve_ && seen_ == at_) {
      ++seen_;
      cut_ = true;
      return {};
    }
    return copy(value);
  }
  record::Arena& arena_;
  std::size_t at_, seen_ = 0;
  bool halve_, cut_ = false;
};

class Trial {
 public:
  Trial(const Mapping& mapping, const schema::Schema& ours, const schema::Schema& theirs)
      : mapping_(mapping), ours_(ours), theirs_(theirs), stories_(describe(mapping)) {}

  const schema::Schema& reads(Way way) const { return way == Way::in ? theirs_ : ours_; }
  const schema::Schema& writes(Way way) const { return way == Way::in ? ours_ : theirs_; }

  std::vector<schema::Fault> check(bool ours, const Value& root) const {
    const schema::Schema& schema = ours ? ours_ : theirs_;
    if (!(ours ? mapping_.ours_list() : mapping_.theirs_list())) return schema.check(root, 1);
    for (const record::Member& list : root.members()) {
      for (const Value& item : list.value.items()) {
        auto faults = schema.check(item, 1);
        if (!faults.empty()) return faults;
      }
    }
    return {};
  }

  RunResult run_once(Way way, const Value& from, Document& into) const {
    RunContext context;
    context.received_on = base::day_from(2026, 1, 15).value_or(base::Day{});
    return run(mapping_, way, from, context, into);
  }

  // What is wrong with this record, or nothing. Counts only if `report` is there.
  std::optional<PropertyFailure> judge(Way way, const Value& root, WayReport* report) const {
    if (!check(way == Way::out, root).empty()) {
      if (report != nullptr) ++report->unfit;
      return std::nullopt;
    }
    Document made;
    const RunResult result = run_once(way, root, made);
    if (!result.ok()) {
      for (const Refusal& refusal : result.refusals) {
        if (report != nullptr) ++report->codes[refusal.code];
        if (!has_text(refusal.code)) return failure("code", refusal.code, refusal.pointer);
      }
      if (report != nullptr) ++report->refused;
      return std::nullopt;
    }
    const auto faults = check(way == Way::in, made.root);
    if (!faults.empty()) {
      // What the schema's check refuses after the run is refused with its code; but a field that
      // must be there, or is of the wrong type, is the mapping's own fault.
      const schema::Fault& fault = faults.front();
      const bool own = fault.code == "schema.type" || fault.code == "schema.unknown" ||
                       fault.code == "schema.order" ||
                       (fault.code == "schema.required" && must_be_there(way, fault.pointer));
      if (own) return failure("target", fault.code, fault.pointer);
      if (report != nullptr) {
        ++report->checked;
        ++report->codes[fault.code];
      }
      return std::nullopt;
    }
    if (report == nullptr || report->written % 16 == 0) {
      Document again;
      if (!run_once(way, root, again).ok() || !record::equal(made.root, again.root)) {
        return failure("repeat", "", "");
      }
    }
    if (report != nullptr) ++report->written;
    return way == Way::out && mapping_.goes(Way::in) ? law(root, made.root, report) : std::nullopt;
  }

 private:
  static PropertyFailure failure(std::string what, std::string code, std::string place) {
    return {std::move(what), std::move(code), std::move(place), {}, 0};
  }

  // Required whatever else the record holds, and not given up by an `ignore` of the mapping.
  bool must_be_there(Way way, std::string_view pointer) const {
    const schema::Shape* at = &mapping_.root(way == Way::in);
    std::string path;
    for (const std::string_view part : base::split(pointer, '/')) {
      const std::string_view name = part.substr(0, part.find('['));
      if (name.empty()) continue;
      if (name.find_first_not_of("0123456789") == name.npos) continue;
      while (at->type == schema::Type::list && at->item) at = at->item.get();
      const schema::Shape* next = nullptr;
      for (const schema::Shape& member : at->members) {
        const std::string_view full = member.name;
        if (full == name || full.substr(full.rfind('}') + 1) == name) next = &member;
      }
      if (next == nullptr) return false;
      at = next;
      path += (path.empty() ? "" : ".") + std::string(name);
    }
    // An empty list is not written where it could not stand.
    if (!at->required || (at->type == schema::Type::list && at->min_items > 0)) return false;
    return std::none_of(stories_.begin(), stories_.end(), [&](const FieldStory& story) {
      const std::string& dropped = way == Way::in ? story.ours : story.theirs;
      const std::string& other = way == Way::in ? story.theirs : story.ours;
      return other.empty() && (dropped == path || dropped == "`" + path + "`");
    });
  }

  // Does the story tell of a group whose fields have stories of their own?
  bool holds_others(const FieldStory& story) const {
    return std::any_of(stories_.begin(), stories_.end(), [&](const FieldStory& other) {
      return &other != &story &&
             (other.ours.starts_with(story.ours + ".") ||
              (!story.theirs.empty() && other.theirs.starts_with(story.theirs + ".")));
    });
  }

  // A code of the gateway's, or one that the mapping itself names.
  bool has_text(const std::string& code) const {
    if (code.empty()) return false;
    return base::catalogue_find(code) != nullptr ||
           mapping_.source().find('"' + code + '"') != std::string::npos;
  }

  // Out, in, out: an exact mapping brings ours back the same; one that settles changes nothing
  // more on the second trip.
  std::optional<PropertyFailure> law(const Value& ours, const Value& theirs,
                                     WayReport* report) const {
    Document back;
    const RunResult in = run_once(Way::in, theirs, back);
    if (!in.ok()) {
      if (report != nullptr) ++report->not_taken;
      if (!mapping_.settles()) return failure("law", in.refusals.front().code, "");
      return std::nullopt;
    }
    if (report != nullptr) ++report->returned;
    Document second;
    const bool settles = mapping_.settles();
    if (settles && !run_once(Way::out, back.root, second).ok()) return std::nullopt;
    for (const FieldStory& story : stories_) {
      if (story.way != "<->" || story.ours.empty() || story.theirs.empty()) continue;
      if (holds_others(story)) continue;
      const std::string& path = settles ? story.theirs : story.ours;
      const Value& before = settles ? theirs : ours;
      const Value& after = settles ? second.root : back.root;
      if (leaves_at(before, path) != leaves_at(after, path)) return failure("law", path, path);
    }
    return std::nullopt;
  }

  const Mapping& mapping_;
  const schema::Schema& ours_;
  const schema::Schema& theirs_;
  std::vector<FieldStory> stories_;
};

// Smaller and smaller while it fails in the same way.
std::string shrunk(const Trial& trial, Way way, const PropertyFailure& failure, Document current) {
  const auto still = [&](const Value& root) {
    const auto again = trial.judge(way, root, nullptr);
    return again && again->what == failure.what && again->code == failure.code;
  };
  int tries = 0;
  for (const bool halve : {false, true}) {
    for (std::size_t at = 1; tries < kMostCuts;) {
      Document smaller;
      Cutter cutter(smaller.arena, at, halve);
      smaller.root = cutter.copy(current.root);
      if (at >= cutter.seen()) break;
      ++tries;
      if (cutter.cut() && !record::equal(smaller.root, current.root) && still(smaller.root)) {
        current = std::move(smaller);
      } else {
        ++at;
      }
    }
  }
  std::string text;
  format::write_json(current.root, text);
  return text;
}

}  // namespace

std::vector<WayReport> try_properties(const Mapping& mapping, const World& world,
                                      std::uint64_t count, std::uint64_t seed) {
  std::vector<WayReport> reports;
  const schema::Schema* ours = world.schema(mapping.ours());
  const schema::Schema* theirs = world.schema(mapping.theirs());
  if (ours == nullptr || theirs == nullptr) return reports;
  const Trial trial(mapping, *ours, *theirs);
  const auto codes = [&](std::string_view name) {
    std::vector<std::string> all;
    if (const directory::CodeTable* table = world.table ? world.table(name) : nullptr) {
      for (const directory::CodeRow& row : table->rows()) all.push_back(row.ours);
    }
    return all;
  };
  for (const Way way : {Way::in, Way::out}) {
    if (!mapping.goes(way)) continue;
    WayReport report;
    report.way = way;
    const schema::Written written = schema::written_in(trial.reads(way).format());
    const schema::Sampler sampler(mapping.root(way == Way::out), written, codes);
    // What comes in is mostly what this mapping could have sent: a form of free texts is rarely hit
    // by chance.
    const bool echoes = way == Way::in && mapping.goes(Way::out);
    const schema::Sampler other(mapping.root(true), schema::written_in(ours->format()), codes);
    std::set<std::string> seen;
    for (std::uint64_t i = 0; i < count; ++i) {
      Document source;
      const std::uint64_t own = seed + i;
      Document sent, before;
      if (echoes && i % 4 != 0) before.root = other.make(own, false, before.arena);
      if (!before.root.missing() && trial.run_once(Way::out, before.root, sent).ok()) {
        source.root = i % 4 == 3 ? schema::disturbed(sent.root, own, written, source.arena)
                                 : record::clone(sent.root, source.arena);
      } else {
        source.root = sampler.make(own, i % 4 == 3, source.arena);
      }
      ++report.made;
      auto failure = trial.judge(way, source.root, &report);
      if (!failure || report.failures.size() >= 5) continue;
      if (!seen.insert(failure->what + failure->code).second) continue;
      failure->seed = own;
      failure->record = shrunk(trial, way, *failure, std::move(source));
      report.failures.push_back(std::move(*failure));
    }
    if (report.written + report.checked == 0)
      report.failures.push_back({"vacuous", "", "", "", seed});
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace portage::mapping
