#include "gateway/base/time.h"

#include <gtest/gtest.h>

namespace portage::base {
namespace {

TEST(TorontoDay, EndsAtMidnightThereNotInUtc) {
  EXPECT_EQ(format_day(toronto_day(*parse_instant("2023-04-01T03:59:59Z"))), "2023-03-31");
  EXPECT_EQ(format_day(toronto_day(*parse_instant("2023-04-01T04:00:00Z"))), "2023-04-01");
  EXPECT_EQ(format_day(toronto_day(*parse_instant("2023-01-01T04:59:59Z"))), "2022-12-31");
  EXPECT_EQ(format_day(toronto_day(*parse_instant("2023-01-01T05:00:00Z"))), "2023-01-01");
}

TEST(TorontoMidnight, IsTheFirstInstantOfTheDayOnDaysWhenClocksChange) {
  for (const char* text : {"2026-03-08", "2026-11-01", "2026-07-01", "2026-12-31"}) {
    const Day day = *parse_day(text);
    const Micros first = toronto_midnight(day);
    EXPECT_EQ(toronto_day(first), day) << text;
    EXPECT_EQ(toronto_day(first - 1), Day{day.since_1970 - 1}) << text;
  }
}

TEST(ParseDay, RefusesWhatIsNotACalendarDay) {
  EXPECT_FALSE(parse_day("2023-02-29"));
  EXPECT_FALSE(parse_day("2023-2-01"));
  EXPECT_FALSE(parse_day("2023-13-01"));
  EXPECT_FALSE(parse_day("0000-01-01"));
  EXPECT_TRUE(parse_day("2024-02-29"));
}

TEST(ParseInstant, NeedsAnOffsetAndKeepsMicroseconds) {
  EXPECT_FALSE(parse_instant("2023-03-31T23:30:00"));
  EXPECT_EQ(*parse_instant("2023-03-31T23:30:00.000001-04:00"),
            *parse_instant("2023-04-01T03:30:00Z") + 1);
  EXPECT_EQ(format_instant(*parse_instant("1969-12-31T23:59:59.5Z")), "1969-12-31T23:59:59.500000Z");
  EXPECT_EQ(format_toronto(*parse_instant("2023-04-01T03:30:00Z")), "2023-03-31T23:30:00.000-04:00");
}

TEST(Weekday, KnowsASunday) { EXPECT_EQ(weekday(*parse_day("2026-11-22")), 0); }

}  // namespace
}  // namespace portage::base
