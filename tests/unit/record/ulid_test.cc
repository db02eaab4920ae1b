#include <gtest/gtest.h>

#include "gateway/record/record.h"

namespace portage::record {
namespace {

TEST(Ulid, GivesBackItsPartsAndSortsByTime) {
  const std::string a = ulid(1'234'567, 1'700'000'000'000'000, 0xABCDE);
  const std::string b = ulid(1, 1'700'000'000'001'000, 0xABCDE);
  EXPECT_EQ(a.size(), 26u);
  EXPECT_LT(a, b);
  const auto parts = parse_ulid(a);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->id, 1'234'567u);
  EXPECT_EQ(parts->ledger_tag, 0xABCDEu);
  EXPECT_EQ(parts->millis, 1'700'000'000'000);
}

TEST(Ulid, EndingOfSevenCharactersHoldsTheLowBits) {
  const std::string a = ulid(1'234'567, 1'700'000'000'000'000, 7);
  const auto ending = parse_ulid_ending(std::string_view(a).substr(19));
  ASSERT_TRUE(ending);
  EXPECT_EQ(ending->bits, 35);
  EXPECT_EQ(ending->low_bits, 1'234'567u);
  EXPECT_FALSE(parse_ulid_ending("abc"));
  EXPECT_FALSE(parse_ulid("not a ulid"));
}

}  // namespace
}  // namespace portage::record
