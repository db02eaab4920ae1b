#include "tests/tidy/tidy.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace portage::tidy {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::map<std::string, Room> planted_rooms() {
  std::vector<std::string> problems;
  return read_rooms("portage_room(base 0)\nportage_room(record 1 ROOMS base)\n"
                    "portage_room(format 2 ROOMS base record LIBS x)\n",
                    problems);
}

TEST(Tidy, FindsARoomThatLooksUp) {
  std::vector<std::string> problems;
  read_rooms("portage_room(base 0 ROOMS record)\nportage_room(record 1 ROOMS base)\n", problems);
  EXPECT_EQ(problems.size(), 1u);
}

TEST(Tidy, FindsAnIncludeThatTheLineDoesNotName) {
  const auto rooms = planted_rooms();
  EXPECT_EQ(check_file("gateway/record/a.cc", "#include \"gateway/format/format.h\"\n", rooms).size(), 1u);
  EXPECT_EQ(check_file("gateway/format/a.cc", "#include \"gateway/record/value.h\"\n", rooms).size(), 0u);
}

TEST(Tidy, FindsAThirdPartyHeaderOutsideItsDoor) {
  const auto rooms = planted_rooms();
  EXPECT_EQ(check_file("gateway/record/a.cc", "#include <rapidjson/reader.h>\n", rooms).size(), 1u);
  EXPECT_EQ(check_file("gateway/format/json.cc", "#include <rapidjson/reader.h>\n", rooms).size(), 0u);
  EXPECT_EQ(check_file("connectors/http/in.cc", "#include <boost/beast.hpp>\n", rooms).size(), 1u);
}

TEST(Tidy, FindsAConnectorThatKnowsTheLedger) {
  EXPECT_EQ(check_file("connectors/file/in.cc", "#include \"gateway/ledger/ledger.h\"\n", {}).size(), 1u);
}

TEST(Tidy, FindsEmptyNamesLongFilesAndSilentHeaders) {
  EXPECT_EQ(check_file("gateway/base/a.h", "// A thing.\nclass ThingManager {\n", planted_rooms()).size(), 1u);
  std::string text = "// A thing.\n";
  for (int i = 0; i < 400; ++i) text += "\n";
  EXPECT_EQ(check_file("gateway/base/a.h", text, planted_rooms()).size(), 1u);
  EXPECT_EQ(check_file("gateway/base/a.h", "#pragma once\n", planted_rooms()).size(), 1u);
}

TEST(TheHouse, KeepsItsLayersDoorsAndLengths) {
  const fs::path top = PORTAGE_SOURCE_DIR;
  std::vector<std::string> problems;
  const auto rooms = read_rooms(read(top / "gateway/CMakeLists.txt"), problems);
  EXPECT_GE(rooms.size(), 15u);
  std::size_t files = 0;
  for (const char* folder : {"gateway", "connectors"}) {
    for (const auto& one : fs::recursive_directory_iterator(top / folder)) {
      const std::string extension = one.path().extension().string();
      if (extension != ".h" && extension != ".cc") continue;
      ++files;
      const std::string path = fs::relative(one.path(), top).string();
      for (std::string& problem : check_file(path, read(one.path()), rooms)) {
        problems.push_back(std::move(problem));
      }
    }
  }
  EXPECT_GT(files, 100u);
  for (const std::string& problem : problems) ADD_FAILURE() << problem;
}

TEST(TheHouse, HasOnlyTheRoomsOfItsPlanAtTheTop) {
  const std::set<std::string> plan = {"CMakeLists.txt", "gateway", "connectors", "mappings", "schemas",
                                      "config", "tests", "README.md", "dev", "LICENSE"};
  for (const auto& one : fs::directory_iterator(PORTAGE_SOURCE_DIR)) {
    const std::string name = one.path().filename().string();
    if (name.starts_with(".") || name.starts_with("build")) continue;
    EXPECT_TRUE(plan.contains(name)) << name;
  }
}

}  // namespace
}  // namespace portage::tidy
