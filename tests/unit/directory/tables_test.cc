#include "gateway/directory/tables.h"

#include <gtest/gtest.h>

namespace portage::directory {
namespace {

base::Day day(std::string_view text) { return base::parse_day(text).value(); }

constexpr std::string_view kHeader = "ours,theirs,way,label_en,label_fr,valid_from,valid_until\n";

LoadedTable load(std::string_view rows) {
  return load_table("language", std::string(kHeader) + std::string(rows), "tables/language.csv");
}

TEST(Tables, TranslateInBothDirections) {
  const LoadedTable loaded = load("en,ENG,,English,Anglais,,\nfr,FRA,both,French,Français,,\n");
  ASSERT_TRUE(loaded.table.has_value());
  EXPECT_TRUE(loaded.findings.empty());
  EXPECT_EQ(loaded.table->name(), "language");
  ASSERT_NE(loaded.table->in("ENG", day("2024-01-01")), nullptr);
  EXPECT_EQ(loaded.table->in("ENG", day("2024-01-01"))->ours, "en");
  ASSERT_NE(loaded.table->out("fr", day("2024-01-01")), nullptr);
  EXPECT_EQ(loaded.table->out("fr", day("2024-01-01"))->theirs, "FRA");
  EXPECT_EQ(loaded.table->out("fr", day("2024-01-01"))->label_fr, "Français");
  EXPECT_EQ(loaded.table->in("eng", day("2024-01-01")), nullptr);
}

TEST(Tables, OneWayRowsAreNotUsedTheOtherWay) {
  const LoadedTable loaded = load("ow,OW,both,,,,\now,GW,in,,,,\nodsp,DS,out,,,,\n");
  ASSERT_TRUE(loaded.table.has_value());
  EXPECT_EQ(loaded.table->in("GW", day("2024-01-01"))->ours, "ow");
  EXPECT_EQ(loaded.table->out("ow", day("2024-01-01"))->theirs, "OW");
  EXPECT_EQ(loaded.table->in("DS", day("2024-01-01")), nullptr);
  EXPECT_EQ(loaded.table->out("odsp", day("2024-01-01"))->theirs, "DS");
}

TEST(Tables, ACodeChangesItsMeaningOnItsDay) {
  const LoadedTable loaded = load("old,X,,,,,2023-03-31\nnew,X,,,,2023-04-01,\n");
  ASSERT_TRUE(loaded.table.has_value()) << loaded.findings.front().code;
  EXPECT_EQ(loaded.table->in("X", day("2023-03-31"))->ours, "old");
  EXPECT_EQ(loaded.table->in("X", day("2023-04-01"))->ours, "new");
  EXPECT_EQ(loaded.table->out("old", day("2023-04-01")), nullptr);
}

struct Planted {
  const char* rows;
  const char* code;
  std::uint32_t line, column;
};

class TablesPlanted : public testing::TestWithParam<Planted> {};

TEST_P(TablesPlanted, IsFoundAtItsPlace) {
  const Planted& planted = GetParam();
  const LoadedTable loaded = load(planted.rows);
  ASSERT_EQ(loaded.findings.size(), 1u) << loaded.findings.front().code;
  const base::Finding& finding = loaded.findings.front();
  EXPECT_EQ(finding.code, planted.code);
  EXPECT_EQ(finding.place.file, "tables/language.csv");
  EXPECT_EQ(finding.place.line, planted.line);
  EXPECT_EQ(finding.place.column, planted.column);
  EXPECT_EQ(loaded.table.has_value(), finding.severity != base::Severity::error);
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, TablesPlanted,
    testing::Values(Planted{"a,A,,,,,\nb,A,in,,,,\n", "M403", 3, 3},
                    Planted{"a,A,,,,,\na,B,,,,,\n", "M403", 3, 1},
                    Planted{"a,A,,,,,2023-04-01\nb,A,in,,,2023-04-01,\n", "M403", 3, 3},
                    Planted{"a,A,in,,,2020-01-01,2029-12-31\nb,A,in,,,2021-01-01,2021-01-31\n",
                            "M403", 3, 3},
                    Planted{"a,A,in,,,,2023-03-31\nb,A,in,,,2023-04-02,\n", "M404", 3, 3},
                    Planted{"a,A,out,,,,2023-03-31\na,B,out,,,2023-05-01,\n", "M404", 3, 1},
                    Planted{"a,A,in,,,2020-01-01,2020-12-31\nb,A,in,,,2022-01-01,\n", "M404", 3, 3},
                    Planted{"a,A,,,,2023-04-01,2023-03-31\n", "M405", 2, 8},
                    Planted{"a,A,,,,2024-01-01,2023-12-31\nb,B,,,,,\n", "M405", 2, 8},
                    Planted{"b,B,,,,,\na,A,in,x,y,2024-01-02,2024-01-01\n", "M405", 3, 12},
                    Planted{"a,A,bothh,,,,\n", "table.way", 2, 5},
                    Planted{"a,A,BOTH,,,,\n", "table.way", 2, 5},
                    Planted{"a,A,inn,,,,\n", "table.way", 2, 5},
                    Planted{"a,A,,,,2023-02-29,\n", "sheet.bad_date", 2, 8},
                    Planted{"a,A,,,,,2023-13-01\n", "sheet.bad_date", 2, 9},
                    Planted{"a,A,,,,1 April,\n", "sheet.bad_date", 2, 8},
                    Planted{",A,,,,,\n", "sheet.empty_cell", 2, 1},
                    Planted{"a,,,,,,\n", "sheet.empty_cell", 2, 3},
                    Planted{"a,A,,,,,\nb,,,,,,\n", "sheet.empty_cell", 3, 3},
                    Planted{"a,A,,,,\n", "csv.short_row", 2, 8}));

TEST(Tables, AMissingColumnRefusesTheTable) {
  const LoadedTable loaded = load_table("t", "ours,way\na,both\n", "t.csv");
  EXPECT_FALSE(loaded.table.has_value());
  ASSERT_FALSE(loaded.findings.empty());
  EXPECT_EQ(loaded.findings.front().code, "csv.column_missing");
}

TEST(Tables, AWrongColumnNameIsSuggested) {
  const LoadedTable loaded = load_table("t", "ours,theirs,valid_form\na,A,\n", "t.csv");
  ASSERT_EQ(loaded.findings.size(), 1u);
  EXPECT_EQ(loaded.findings.front().code, "sheet.unknown_column");
  EXPECT_EQ(loaded.findings.front().suggestion, "valid_from");
  EXPECT_EQ(loaded.findings.front().place.column, 13u);
}

TEST(Tables, AnEmptyFileIsRefused) {
  const LoadedTable loaded = load_table("t", "", "t.csv");
  EXPECT_FALSE(loaded.table.has_value());
  EXPECT_EQ(loaded.findings.size(), 1u);
}

}  // namespace
}  // namespace portage::directory
