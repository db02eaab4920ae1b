// Planted mistakes are found under their own code and in their own place; maps that only look wrong
// give no finding.
#include "tests/golden/planted.h"

#include <gtest/gtest.h>

#include <map>

namespace portage::golden {
namespace {

TEST(PlantedMistakes, EachIsFoundUnderItsCodeAndInItsPlace) {
  std::map<std::string, std::size_t> codes;
  for (const Planted& p : planted_below("tests/golden/mapping_mistakes")) {
    EXPECT_FALSE(p.code.empty()) << p.name << " has no #! expect";
    EXPECT_EQ(failure_of(p), "") << p.name;
    ++codes[p.code];
  }
  for (const auto& folder : planted_folders("tests/golden/mapping_mistakes")) {
    EXPECT_EQ(failure_of_folder(folder), "") << folder;
    ++codes[folder.parent_path().filename().string()];
  }
  std::size_t all = 0;
  for (const auto& [code, n] : codes) {
    all += n;
    std::cout << code << " " << n << (n < 8 ? " (few)" : "") << "\n";
  }
  std::cout << all << " planted mistakes of " << codes.size() << " kinds\n";
  EXPECT_GT(all, 3u);
}

TEST(PlantedMistakes, MapsThatOnlyLookWrongGiveNoFinding) {
  std::size_t n = 0;
  for (const Planted& p : planted_below("tests/golden/mapping_correct")) {
    EXPECT_TRUE(p.code.empty()) << p.name;
    EXPECT_EQ(failure_of(p), "") << p.name;
    ++n;
  }
  std::cout << n << " correct mappings that look wrong\n";
  EXPECT_GT(n, 0u);
}

}  // namespace
}  // namespace portage::golden
