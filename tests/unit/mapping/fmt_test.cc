// The layout of mapping files: one for every file, stable, and without any change of meaning.
#include "gateway/mapping/fmt.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "gateway/mapping/token.h"

namespace portage::mapping {
namespace {

TEST(MappingFmt, PutsArrowsBarsTitlesAndCommentsInColumns) {
  const std::string_view untidy =
      "mapping   halton/referral 3\r\n"
      "ours referral@1   # ours\n"
      "theirs\thalton/referral@2\n"
      "effective 2020-01-01 ..\n"
      "dated REF_DATE|date \"dd/MM/yyyy\"\n\n\n\n"
      "# the person\n"
      "applicant.family<->LAST_NAME|trim # a\n"
      "dob <- DOB   |  date   \"dd/MM/yyyy\" # bb\n"
      "needs <->NEEDS | split \";\" | each (code need { \"other\"<-any })\n"
      "contact.phones[kind=\"home\"].number -> HOME\n"
      "client <-> s:Client {\n"
      "# inside\n"
      "each phones <-> s:Phone {\n"
      "number<->@n\n"
      "}\n"
      "}\n"
      "long <- words(a,b)\n"
      "| cut 3\n"
      "?? \"x\"\n"
      "test \"a\" \"1\"<->\"2\"\n"
      "test \"a longer one\" reject \"x\" at DOB<-\"b\"\n\n";
  const std::string_view tidy =
      "mapping halton/referral 3\n"
      "ours    referral@1  # ours\n"
      "theirs  halton/referral@2\n"
      "effective 2020-01-01 ..\n"
      "dated   REF_DATE | date \"dd/MM/yyyy\"\n\n"
      "# the person\n"
      "applicant.family                     <-> LAST_NAME | trim               # a\n"
      "dob                                  <-  DOB       | date \"dd/MM/yyyy\"  # bb\n"
      "needs                                <-> NEEDS     | split \";\" | each (code need { "
      "\"other\" <- any })\n"
      "contact.phones[kind = \"home\"].number ->  HOME\n"
      "client <-> s:Client {\n"
      "  # inside\n"
      "  each phones <-> s:Phone {\n"
      "    number <-> @n\n"
      "  }\n"
      "}\n"
      "long <-  words(a, b)\n"
      "    | cut 3\n"
      "    ?? \"x\"\n"
      "test \"a\"            \"1\" <-> \"2\"\n"
      "test \"a longer one\" reject \"x\" at DOB <- \"b\"\n";
  const auto once = formatted(untidy);
  ASSERT_TRUE(once);
  EXPECT_EQ(*once, tidy);
  EXPECT_EQ(formatted(*once), *once);
}

TEST(MappingFmt, KeepsEveryTokenAndCommentOfTheShippedMappings) {
  int files = 0;
  const std::filesystem::path folder = std::filesystem::path(PORTAGE_SOURCE_DIR) / "mappings";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".map") continue;
    ++files;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string source(std::istreambuf_iterator<char>(in), {});
    const auto tidy = formatted(source);
    ASSERT_TRUE(tidy) << entry.path();
    EXPECT_EQ(formatted(*tidy), *tidy) << entry.path();
    const Tokens before = tokenize(source), after = tokenize(*tidy);
    ASSERT_EQ(before.all.size(), after.all.size()) << entry.path();
    for (std::size_t i = 0; i < before.all.size(); ++i) {
      EXPECT_EQ(before.all[i].kind, after.all[i].kind) << entry.path();
      if (before.all[i].kind != TokenKind::newline) {
        EXPECT_EQ(before.all[i].text, after.all[i].text) << entry.path();
      }
    }
    EXPECT_EQ(before.comments.size(), after.comments.size()) << entry.path();
    for (const std::string_view wrong : {" \n", "\t", "\n\n\n", "\r"}) {
      EXPECT_EQ(tidy->find(wrong), tidy->npos) << entry.path();
    }
  }
  EXPECT_GE(files, 12);
}

TEST(MappingFmt, LeavesAloneWhatItCannotRead) {
  EXPECT_EQ(formatted("a <-> \"no end\n"), std::nullopt);
  EXPECT_EQ(formatted("a <-> b \xE2\x86\x92 c\n"), std::nullopt);
  EXPECT_EQ(formatted(""), "");
}

}  // namespace
}  // namespace portage::mapping
