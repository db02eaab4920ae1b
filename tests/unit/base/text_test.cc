#include "gateway/base/text.h"

#include <gtest/gtest.h>

#include "gateway/base/catalogue.h"

namespace portage::base {
namespace {

TEST(InvalidUtf8, FindsOverlongsSurrogatesAndCutSequences) {
  EXPECT_EQ(invalid_utf8_at("Nguyễn Côté O'Connor"), std::string_view::npos);
  EXPECT_EQ(invalid_utf8_at("abc\xC0\x80"), 3u);
  EXPECT_EQ(invalid_utf8_at("\xED\xA0\x80"), 0u);
  EXPECT_EQ(invalid_utf8_at("12345678\xE2\x82"), 8u);
  EXPECT_EQ(invalid_utf8_at("\xF5\x80\x80\x80"), 0u);
}

TEST(LineColumn, CountsCodePointsNotBytes) {
  const std::string_view text = "première\nligne é x";
  const LineColumn at = line_column(text, text.find('x'));
  EXPECT_EQ(at.line, 2u);
  EXPECT_EQ(at.column, 9u);
}

TEST(Nearest, SuggestsOnlyWhatIsNear) {
  const std::vector<std::string> words{"language", "urgency", "program"};
  EXPECT_EQ(nearest("langauge", words), "language");
  EXPECT_EQ(nearest("zebra", words), std::nullopt);
}

TEST(Catalogue, EveryEntryHasBothLanguagesAndTheyDiffer) {
  for (const CatalogueEntry& entry : catalogue()) {
    EXPECT_FALSE(entry.en.empty()) << entry.key;
    EXPECT_FALSE(entry.fr.empty()) << entry.key;
    EXPECT_EQ(entry.fix_en.empty(), entry.fix_fr.empty()) << entry.key;
  }
}

TEST(LanguageFrom, FollowsTheWeights) {
  EXPECT_EQ(language_from("fr-CA,fr;q=0.9,en;q=0.5"), Language::french);
  EXPECT_EQ(language_from("en;q=0.5,fr;q=0.9"), Language::french);
  EXPECT_EQ(language_from("de"), Language::english);
  EXPECT_EQ(language_from("fr;q=0"), Language::english);
}

}  // namespace
}  // namespace portage::base
