// Made records: the same for the same number, mostly what their schema takes, now and then not.
#include "gateway/schema/sample.h"

#include <gtest/gtest.h>

#include "gateway/format/format.h"
#include "gateway/schema/pattern.h"
#include "tests/unit/schema/suite.h"

namespace portage::schema {
namespace {

TEST(Samples, OfPatternsMatchThem) {
  for (const char* ecma :
       {"^[A-Z]{3}-\\d{4}$", "^(a|bc)*x?$", "^[^0-9,]+$", "^\\p{L}[\\p{L} '-]{0,30}$", "^[0-9]{9}$",
        "^\\d{3}(?:-\\d{2}){1,4}$", "^REF-[0-9A-F]{8}$", "^[\\w.]+@[\\w]+\\.ca$"}) {
    const auto re2 = re2_from_ecma(ecma);
    ASSERT_TRUE(re2) << ecma;
    const auto pattern = Pattern::ecma(ecma);
    ASSERT_TRUE(pattern) << ecma;
    Dice dice(7);
    for (int i = 0; i < 200; ++i) {
      const std::string text = sample_of_pattern(*re2, dice);
      EXPECT_TRUE((*pattern)->matches(text)) << ecma << "  " << text;
    }
  }
}

TEST(Samples, OfDatesAreWrittenAsThePatternSays) {
  Dice dice(3);
  const auto day = Pattern::ecma("^[0-3]\\d/[01]\\d/(19|20)\\d\\d$");
  for (int i = 0; i < 100; ++i) EXPECT_TRUE((*day)->matches(sample_of_date("dd/MM/yyyy", dice)));
  EXPECT_EQ(sample_of_date("'0'yy", dice).size(), 3u);
}

TEST(Samples, OfTheRecordsSchemasMostlyFitAndSometimesDoNot) {
  const std::filesystem::path folder =
      std::filesystem::path(PORTAGE_SOURCE_DIR) / "schemas/records";
  for (const char* name : {"referral@1", "referral-status@1", "referral-decision@1"}) {
    const Loaded loaded =
        load_json_schema(read_file(folder / (std::string(name) + ".schema.json")), name, {});
    ASSERT_TRUE(loaded.schema) << name;
    const Sampler sampler(loaded.schema->shape(), Written::kinds, nullptr);
    int fit = 0, off = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
      record::Arena arena, again;
      const record::Value made = sampler.make(seed, false, arena);
      fit += loaded.schema->check(made).empty() ? 1 : 0;
      EXPECT_TRUE(record::equal(made, sampler.make(seed, false, again)));
      off += loaded.schema->check(sampler.make(seed, true, arena)).empty() ? 0 : 1;
    }
    EXPECT_GT(fit, 100) << name;  // conditions between fields are not in the shape
    EXPECT_GT(off, 100) << name;
  }
}

}  // namespace
}  // namespace portage::schema
