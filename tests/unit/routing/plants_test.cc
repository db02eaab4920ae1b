// Planted gaps and overlaps, from tests/golden/route_plants/*.json: each must be found at its
// place.
#include <algorithm>
#include <set>

#include "gateway/format/format.h"
#include "tests/unit/routing/network.h"

namespace portage::routing {
namespace {

using record::Value;

std::string text(const Value& group, std::string_view name) {
  const Value* value = group.find(name);
  return value == nullptr ? std::string() : std::string(value->as_text());
}

// Why the edits can't be made, or empty.
std::string apply(const Value& plant, ConfigFiles& config) {
  for (const Value& edit : plant.find("edits")->items()) {
    const auto file = config.find(text(edit, "file"));
    if (file == config.end()) return "no file " + text(edit, "file");
    const std::string from = text(edit, "from"), to = text(edit, "to");
    const std::size_t at = from.empty() ? file->second.size() : file->second.find(from);
    if (at == std::string::npos) return "does not stand in " + file->first + ": " + from;
    file->second.replace(at, from.size(), to);
  }
  return {};
}

bool fits(const ProofFault& fault, const Value& expect, bool with_day) {
  const bool gap = fault.what == ProofFault::What::gap;
  if (gap != (text(expect, "what") == "gap") || fault.kind != text(expect, "kind")) return false;
  if (with_day && !fault.days.contains(directory::day(text(expect, "day")))) return false;
  const std::string area = text(expect, "area");
  if (!area.empty() && !fault.areas.empty() &&
      std::find(fault.areas.begin(), fault.areas.end(), area) == fault.areas.end()) {
    return false;
  }
  if (const Value* fields = expect.find("fields")) {
    for (const record::Member& wanted : fields->members()) {
      for (const auto& [name, value] : fault.fields) {
        if (name == wanted.name && value != wanted.value.as_text()) return false;
      }
    }
  }
  if (const Value* rules = expect.find("rules")) {
    for (const Value& rule : rules->items()) {
      if (std::find(fault.rules.begin(), fault.rules.end(), rule.as_text()) == fault.rules.end()) {
        return false;
      }
    }
  }
  return true;
}

// The loader refuses two rules that always meet; its finding names both, a day and a catchment.
bool refused_as_overlap(const Network& network, const Value& expect) {
  if (text(expect, "what") != "overlap") return false;
  return std::any_of(
      network.rules.findings.begin(), network.rules.findings.end(), [&](const base::Finding& f) {
        if (f.code != "rules.overlap") return false;
        const Value* rules = expect.find("rules");
        if (rules == nullptr) return true;
        for (const Value& rule : rules->items()) {
          const bool named = std::any_of(f.arguments.begin(), f.arguments.end(),
                                         [&](const auto& a) { return a.second == rule.as_text(); });
          if (!named) return false;
        }
        return true;
      });
}

TEST(RoutingPlants, TheShippedNetworkHasNoFault) {
  const Network network(shipped_config());
  for (const auto* findings : {&network.places.findings, &network.rules.findings}) {
    for (const base::Finding& f : *findings) {
      ADD_FAILURE() << f.code << " " << f.place.file << ":" << f.place.line << " "
                    << base::say(f.code, base::Language::english, f.arguments);
    }
  }
  const Proof proof = network.prove();
  EXPECT_TRUE(proof.faults.empty()) << render_proof(proof, base::Language::english);
  EXPECT_EQ(all_kinds().size(), 33u);
  EXPECT_EQ(network.rules.rules.kinds().size(), 33u);
}

TEST(RoutingPlants, EveryPlantIsFoundAtItsPlace) {
  std::size_t plants = 0, inside = 0, found = 0;
  std::set<std::string> ids;
  const std::string folder = std::string(PORTAGE_SOURCE_DIR) + "/tests/golden/route_plants";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".json")) continue;
    const std::string bytes = directory::read_source_file("tests/golden/route_plants/" + name);
    record::Document document{record::Arena(65536), {}};
    ASSERT_TRUE(format::read_json(bytes, {}, document).ok()) << name;
    for (const Value& plant : document.root.items()) {
      const std::string id = text(plant, "id");
      SCOPED_TRACE(name + " " + id);
      EXPECT_TRUE(ids.insert(id).second);
#if __has_feature(address_sanitizer)  // twenty times slower, and the finding is the other build's matter
      if (ids.size() % 8 != 0) continue;
#endif
      ++plants;
      if (const Value* flag = plant.find("inside_condition")) inside += flag->as_bool() ? 1u : 0u;
      ConfigFiles config = shipped_config();
      const std::string problem = apply(plant, config);
      EXPECT_EQ(problem, "");
      if (!problem.empty()) continue;
      const Network network(config);
      const Value& expect = *plant.find("expect");
      const Proof proof = network.prove();
      const bool proved = std::any_of(proof.faults.begin(), proof.faults.end(),
                                      [&](const ProofFault& f) { return fits(f, expect, true); });
      const bool there = proved || refused_as_overlap(network, expect);
      found += there ? 1u : 0u;
      EXPECT_TRUE(there) << render_proof(proof, base::Language::english).substr(0, 2000);
      const std::string not_day = text(expect, "not_day");
      for (const ProofFault& fault : proof.faults) {
        if (not_day.empty() || !fits(fault, expect, true)) continue;
        EXPECT_FALSE(fault.days.contains(directory::day(not_day)));
      }
    }
  }
  RecordProperty("plants", static_cast<int>(plants));
  RecordProperty("found", static_cast<int>(found));
  std::printf("planted %zu, inside conditions %zu, found %zu\n", plants, inside, found);
  EXPECT_EQ(found, plants);
  EXPECT_GE(plants, 4u);
}

}  // namespace
}  // namespace portage::routing
