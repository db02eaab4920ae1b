#include "gateway/base/where.h"

#include <gtest/gtest.h>

namespace portage::base {
namespace {

TEST(Where, TakesEveryTermInAnyOrder) {
  const auto where =
      parse_where("age>10m  state=waiting party=cmsm-halton id=H-1=2 key=K kind=referral age<2d");
  ASSERT_TRUE(where.ok());
  EXPECT_EQ(where->party, "cmsm-halton");
  EXPECT_EQ(where->kind, "referral");
  EXPECT_EQ(where->state, "waiting");
  EXPECT_EQ(where->id, "H-1=2");
  EXPECT_EQ(where->key, "K");
  EXPECT_EQ(where->older_than, 600'000'000);
  EXPECT_EQ(where->younger_than, 172'800'000'000);
  EXPECT_TRUE(where->any());
  EXPECT_FALSE(parse_where("  ")->any());
}

struct Bad {
  const char* text;
  const char* code;
  const char* near;
};
class WhereRefuses : public testing::TestWithParam<Bad> {};

TEST_P(WhereRefuses, WhatItDoesNotUnderstand) {
  const auto where = parse_where(GetParam().text);
  ASSERT_FALSE(where.ok());
  EXPECT_EQ(where.error().code, GetParam().code);
  std::string near;
  for (const auto& [name, value] : where.error().arguments) {
    if (name == "near") near = value;
  }
  EXPECT_EQ(near, GetParam().near);
}

INSTANTIATE_TEST_SUITE_P(
    Terms, WhereRefuses,
    testing::Values(Bad{"halton", "where.syntax", ""}, Bad{"=x", "where.syntax", ""},
                    Bad{"party=", "where.syntax", ""}, Bad{"party>x", "where.syntax", ""},
                    Bad{"pary=x", "where.key", "party"},
                    Bad{"state=waitng", "where.state", "waiting"}, Bad{"age=10m", "where.age", ""},
                    Bad{"age>10", "where.age", ""}, Bad{"age>m", "where.age", ""},
                    Bad{"age>-1m", "where.age", ""},
                    Bad{"age>99999999999999999999d", "where.age", ""},
                    Bad{"age>36501d", "where.age", ""}, Bad{"party=a party=b", "where.twice", ""},
                    Bad{"age>1m age>2m", "where.twice", ""}));

TEST(WhereSpan, ReadsEachUnit) {
  EXPECT_EQ(parse_span("0s"), 0);
  EXPECT_EQ(parse_span("90s"), 90'000'000);
  EXPECT_EQ(parse_span("3h"), 10'800'000'000);
  EXPECT_EQ(parse_span("1 m"), std::nullopt);
  EXPECT_EQ(parse_span(""), std::nullopt);
}

}  // namespace
}  // namespace portage::base
