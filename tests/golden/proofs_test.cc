// What the compiler calls proved can't fail: each kind of proof is attacked with 10,000 made
// records, mapped by what is shipped and by the nine maps of the trials, and what is written is
// checked by its schema. A fault at a constraint that was proved is a fault of the compiler.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "gateway/schema/sample.h"
#include "tests/golden/planted.h"
#include "tests/golden/shipped.h"

namespace portage::golden {
namespace {

using mapping::Way;

constexpr std::size_t kAttacks = 10'000;

// "/client/phones/0/number", "/{urn:x}Line[2]" and "client.phones[kind = "home"].number" as one.
std::string plain(const std::string& path) {
  std::string out, part;
  int inside = 0;
  const auto push = [&] {
    const bool index = part.find_first_not_of("0123456789") == std::string::npos;
    const std::size_t colon = part.find(':');
    if (colon != std::string::npos) part.erase(0, colon + 1);
    if (!part.empty() && !index) out += (out.empty() ? "" : ".") + part;
    part.clear();
  };
  for (const char c : path) {
    if (c == '[' || c == '{') ++inside;
    if (inside == 0 && (c == '/' || c == '.')) {
      push();
    } else if (inside == 0 && c != '`' && c != '@') {
      part += c;
    }
    if (c == ']' || c == '}') --inside;
  }
  push();
  return out;
}

struct Attack {
  std::shared_ptr<const mapping::Mapping> mapping;
  Way way;
  const schema::Schema* from;
  const schema::Schema* to;
  std::map<std::string, bool> proved;  // "path kind": in every place that writes it
  std::set<std::string> kinds;         // with at least one proof
};

std::vector<Attack> attacks(const mapping::World& world,
                            const std::vector<mapping::Compiled>& maps) {
  std::vector<Attack> out;
  for (const mapping::Compiled& c : maps) {
    if (!c.mapping || !c.mapping->makes().empty()) continue;
    if (c.mapping->ours_list() || c.mapping->theirs_list()) continue;
    for (const Way way : {Way::in, Way::out}) {
      if (!c.mapping->goes(way)) continue;
      const bool in = way == Way::in;
      Attack a{c.mapping,
               way,
               world.schema(in ? c.mapping->theirs() : c.mapping->ours()),
               world.schema(in ? c.mapping->ours() : c.mapping->theirs()),
               {},
               {}};
      for (const mapping::Constraint& one : c.mapping->constraints(way)) {
        const std::string key = plain(one.path) + " " + std::string(one.kind);
        const auto [at, fresh] = a.proved.emplace(key, one.proved);
        at->second = at->second && one.proved;
        if (one.proved) a.kinds.emplace(one.kind);
      }
      out.push_back(std::move(a));
    }
  }
  return out;
}

// One made record; true if it went through. Faults at proved constraints are failures.
bool attacked(const Attack& a, const schema::Sampler& sampler, std::uint64_t seed) {
  record::Document source, made;
  source.root = sampler.make(seed, false, source.arena);
  if (!a.from->check(source.root, 1).empty()) return false;
  mapping::RunContext context;
  context.received_on = *base::day_from(2026, 1, 15);
  if (!mapping::run(*a.mapping, a.way, source.root, context, made).ok()) return false;
  for (const schema::Fault& fault : a.to->check(made.root, 8)) {
    const std::string kind = fault.code.substr(fault.code.find('.') + 1);
    const auto at = a.proved.find(plain(fault.pointer) + " " + kind);
    EXPECT_FALSE(at != a.proved.end() && at->second)
        << a.mapping->name() << (a.way == Way::in ? " in" : " out") << ": " << fault.code << " at "
        << fault.pointer << " was proved; seed " << seed;
  }
  return true;
}

TEST(Proofs, AtLeastHalfOfWhatIsWrittenIsProved) {
  std::size_t proved = 0, checked = 0;
  for (const Shipped::Map& map : shipped().maps) {
    if (!map.compiled.mapping) continue;
    for (const Way way : {Way::in, Way::out}) {
      proved += map.compiled.mapping->proofs(way).proved;
      checked += map.compiled.mapping->proofs(way).checked;
    }
  }
  std::cout << proved << " constraints proved, " << checked << " checked at run time\n";
  EXPECT_GE(proved, checked);
}

TEST(Proofs, NoneFailsFor10000RecordsOfEachKind) {
  std::vector<mapping::Compiled> maps;
  for (const Shipped::Map& map : shipped().maps) maps.push_back(map.compiled);
  const mapping::World world = shipped().world();
  const std::vector<Attack> all = attacks(world, maps);
  std::set<std::string> kinds;
  for (const Attack& a : all) kinds.insert(a.kinds.begin(), a.kinds.end());
  EXPECT_GE(kinds.size(), 8u);
  std::map<std::string, std::size_t> done;
  std::uint64_t seed = 20'240'603;
  for (std::size_t round = 0; round < 400; ++round) {
    for (const Attack& a : all) {
      bool wanted = false;
      for (const std::string& kind : a.kinds) wanted = wanted || done[kind] < kAttacks;
      if (!wanted) continue;
      const schema::Sampler sampler(a.from->shape(), schema::written_in(a.from->format()),
                                    [](std::string_view table) {
                                      std::vector<std::string> codes;
                                      const auto found = shipped().tables.find(std::string(table));
                                      if (found == shipped().tables.end()) return codes;
                                      for (const directory::CodeRow& row : found->second.rows())
                                        codes.push_back(row.ours);
                                      return codes;
                                    });
      for (int i = 0; i < 50; ++i) {
        if (!attacked(a, sampler, ++seed)) continue;
        for (const std::string& kind : a.kinds) ++done[kind];
      }
    }
  }
  for (const std::string& kind : kinds) {
    std::cout << kind << ": " << done[kind] << " records\n";
    EXPECT_GE(done[kind], kAttacks) << kind;
  }
}

}  // namespace
}  // namespace portage::golden
