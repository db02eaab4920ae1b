#include "gateway/format/toml_text.h"

#include <gtest/gtest.h>

#include <string>

namespace portage::format {
namespace {

using What = TomlFault::What;

TEST(TomlText, LetsEverydayTomlPass) {
  for (const char* text :
       {"", "a = 1\n", "# é\na = \"é\" # é\n", "'a b'.\"c d\" = [1, [2], {x = 'é'}]\n",
        "[[rule]]\nd = 2020-01-01T00:00:00Z\n", "m = \"\"\"é\n\"x\" \\\n é\"\"\"\nb = 1\n",
        "l = '''é'\n'''\n", "a.b.c = 1.5\r\n\"k\" = \"\\\"é\"\n", "x = [\n  \"é\", # é\n  'é'\n]\n",
        "a = {b = 1, c = [2, 3], d = {e = \"é\"}}\nf = \"é\"\n", "a = [{x = 1}, {y = \"é\"}]\n",
        "[\"é\"]\n[a.\"é\"]\nb = 1979-05-27 07:32:00\n\"é\" = 1\n",
        "a = [ # é\n 1, # é\n [\"é\"],\n]\nb = 1 # é\n\"é\" = [1]\nc = \"é\"\n"}) {
    EXPECT_FALSE(toml_fault(text, 16).has_value()) << text;
  }
}

TEST(TomlText, FindsCharactersThatTomlPlusPlusCannotTake) {
  const auto at = [](std::string_view text) {
    const auto fault = toml_fault(text, 16);
    return fault && fault->what == What::character ? fault->at : std::string_view::npos;
  };
  EXPECT_EQ(at("a = é"), 4u);
  EXPECT_EQ(at("é = 1"), 0u);
  EXPECT_EQ(at("a = \"x\"\nb é"), 10u);
  EXPECT_EQ(at("r=5\"\xc3\x80"), 3u);  // a quote within a bare value
  EXPECT_EQ(at("x = 2s=\"\xcf\x96\""), 6u);
  EXPECT_EQ(at("a = 2.\"é\""), 6u);
  EXPECT_EQ(at("a = [2.\"é\"]"), 7u);
  EXPECT_EQ(at("a = 2[\"é\"]"), 5u);
  EXPECT_EQ(at("a = {b = 2{\"é\"}}"), 10u);
  EXPECT_EQ(at("a = 1\x01"), 5u);
  EXPECT_EQ(at("a = 1\x7f"), 5u);
}

TEST(TomlText, CountsBracketsAndDotsOutsideOfTexts) {
  const auto deep = [](const std::string& text) {
    const auto fault = toml_fault(text, 16);
    return fault && fault->what == What::too_deep;
  };
  EXPECT_TRUE(deep("a = " + std::string(17, '[')));
  EXPECT_FALSE(deep("a = " + std::string(16, '[')));
  EXPECT_TRUE(deep(std::string(100'000, '{')));
  EXPECT_FALSE(deep("a = \"" + std::string(100, '[') + "\""));
  EXPECT_FALSE(deep("# " + std::string(100, '[')));
  std::string key = "a";
  for (int i = 0; i < 17; ++i) key += ".a";
  EXPECT_TRUE(deep(key + " = 1"));
  EXPECT_FALSE(
      deep("a = 1.0\nb = 1.0\nc = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, "
           "1.0, 1.0, 1.0, 1.0, 1.0, 1.0]"));
}

}  // namespace
}  // namespace portage::format
