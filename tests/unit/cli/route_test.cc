// The verbs that look at all rules at once, over the shipped configuration.
#include <gtest/gtest.h>

#include "tests/unit/cli/program.h"

namespace portage::cli {
namespace {

TEST(CliRouteProve, ShowsNoGapAndNoOverlapInTheShippedRules) {
  const Ran ran = portage({"route", "prove"});
  EXPECT_EQ(ran.exit, kDone) << ran.err;
  EXPECT_NE(ran.out.find("0 gaps, 0 overlaps"), std::string::npos) << ran.out;
  EXPECT_EQ(portage({"route", "prove", "-o", "id"}).out, "");
}

TEST(CliRouteDiff, NamesThePlacesOfTheCatchmentsThatChange) {
  const Ran ran = portage({"route", "diff", "--between", "2023-03-31", "2023-04-01", "-o", "id"});
  EXPECT_EQ(ran.exit, kDone) << ran.err;
  EXPECT_NE(ran.out.find("L6H\n"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find("M5V\n"), std::string::npos) << ran.out;
  EXPECT_EQ(portage({"route", "diff", "--between", "2023-03-30", "2023-03-31", "-o", "id"}).out,
            "");
  EXPECT_EQ(portage({"route", "diff", "--between", "2023-03-30", "yesterday"}).exit, kWrongUse);
}

TEST(CliRouteList, NamesEveryRule) {
  const std::string ids = portage({"route", "list", "-o", "id"}).out;
  EXPECT_NE(ids.find("employment-before-start\nemployment-after-start\nemployment-automatic\n"),
            std::string::npos)
      << ids;
  EXPECT_NE(ids.find("batch-to-bank\n"), std::string::npos) << ids;
  const Ran french = portage({"route", "list", "--lang", "fr"});
  EXPECT_NE(french.out.find("Une réponse retourne"), std::string::npos) << french.out;
}

}  // namespace
}  // namespace portage::cli
