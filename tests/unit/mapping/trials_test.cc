// Nine whole maps, each for another kind of form, compile without an error against schemas of their
// own; two of them are run.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/mapping/world.h"

namespace portage::mapping::testing {
namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

struct Trials {
  Trials() {
    for (const auto& e : fs::directory_iterator(folder())) {
      const std::string name = e.path().filename().string();
      if (!name.ends_with(".schema.json")) continue;
      const schema::Loaded loaded = schema::load_json_schema(slurp(e.path()), name, {});
      for (const base::Finding& f : loaded.findings) ADD_FAILURE() << name << " " << f.code;
      if (loaded.schema) schemas.add(loaded.schema);
    }
    table("need", kNeedTable);
    table("acme_lang", "ours,theirs,way\nen,E,both\nfr,F,both\nund,X,both\n");
    table("fsa", "ours,theirs,way\nhalton,L6H,in\n");
    world.schema = [this](std::string_view name) { return schemas.find(name); };
    world.table = [this](std::string_view name) -> const directory::CodeTable* {
      const auto it = tables.find(name);
      return it == tables.end() ? nullptr : &it->second;
    };
  }
  static fs::path folder() { return fs::path(PORTAGE_SOURCE_DIR) / "tests/unit/mapping/trials"; }
  void table(const std::string& name, std::string_view csv) {
    directory::LoadedTable loaded = directory::load_table(name, csv, name + ".csv");
    if (loaded.table) tables.emplace(name, std::move(*loaded.table));
  }
  Compiled compiled(const std::string& name) const {
    return compile(slurp(folder() / name), name, world);
  }
  schema::SchemaSet schemas;
  std::map<std::string, directory::CodeTable, std::less<>> tables;
  World world;
};

const Trials& trials() {
  static const Trials kTrials;
  return kTrials;
}

TEST(MappingTrials, AllNineCompile) {
  std::size_t n = 0;
  for (const auto& e : fs::directory_iterator(Trials::folder())) {
    if (e.path().extension() != ".map") continue;
    const Compiled c = trials().compiled(e.path().filename().string());
    std::vector<base::Finding> errors;
    for (const base::Finding& f : c.findings) {
      if (f.severity == base::Severity::error) errors.push_back(f);
    }
    EXPECT_TRUE(c.mapping) << e.path().filename() << "\n" << told(errors);
    ++n;
  }
  EXPECT_EQ(n, 9u);
}

TEST(MappingTrials, AFixedFileGoesBothWays) {
  const Compiled c = trials().compiled("c_legacy_fixed.map");
  ASSERT_TRUE(c.mapping);
  const std::string file =
      R"({"header":{"RUN_DATE":"20240131","SITE":"NORTHBAY"},"lines":[)"
      R"({"TYPE":"01","CLIENT_NO":"7","SURNAME":"Roy","GIVEN":"Eva","BIRTH":"19900509"},)"
      R"({"TYPE":"02","CLIENT_NO":"7","STREET":"1 Main","CITY":"North Bay","POSTAL":"P1B 1A1"},)"
      R"({"TYPE":"03","CLIENT_NO":"7","NEED":"W","SINCE":"20240101","HOURS":3}],)"
      R"("trailer":{"CLIENTS":1,"NEED_LINES":1,"HASH_TOTAL":3}})";
  const Ran in = ran(*c.mapping, Way::in, file);
  ASSERT_TRUE(in.result.ok()) << in.result.refusals[0].code << in.result.refusals[0].pointer;
  const Ran out = ran(*c.mapping, Way::out, in.json());
  ASSERT_TRUE(out.result.ok()) << out.result.refusals[0].code;
  EXPECT_EQ(out.json(), file);
}

TEST(MappingTrials, ABundleThatIsMadeIsRead) {
  const Compiled c = trials().compiled("d_fhir.map");
  ASSERT_TRUE(c.mapping);
  const std::string record =
      R"({"referral_id":"6ba7b810-9dad-11d1-80b4-00c04fd430c8","status":"requested",)"
      R"("requested_at":"2025-03-31T23:30:00-04:00","needs":[{"code":"work"}],"urgency":"urgent",)"
      R"("client":{"name":{"family":"Roy","given":"Eva"},"phones":[)"
      R"({"kind":"home","number":"+19055550123"}]},"mandatory":true})";
  const Ran out = ran(*c.mapping, Way::out, record);
  ASSERT_TRUE(out.result.ok()) << out.result.refusals[0].code << out.result.refusals[0].pointer;
  EXPECT_NE(out.json().find(R"("display":"Work")"), std::string::npos) << out.json();
  const Ran in = ran(*c.mapping, Way::in, out.json());
  ASSERT_TRUE(in.result.ok()) << in.result.refusals[0].code << in.result.refusals[0].pointer;
  EXPECT_EQ(in.json(), record);
}

}  // namespace
}  // namespace portage::mapping::testing
