// What must hold for every record, tried on made records through every shipped mapping, each way.
// `portage map test mappings/ --property 10000` tries more of them.
#include <gtest/gtest.h>

#include "gateway/mapping/fmt.h"
#include "gateway/mapping/property.h"
#include "tests/golden/shipped.h"

namespace portage::golden {
namespace {

TEST(ShippedMappings, KeepEveryPropertyOnMadeRecords) {
  std::uint64_t written = 0, refused = 0, returned = 0;
  for (const Shipped::Map& map : shipped().maps) {
    if (!map.compiled.mapping) continue;
    for (const mapping::WayReport& way :
         mapping::try_properties(*map.compiled.mapping, shipped().world(), 120, 2026)) {
      written += way.written;
      refused += way.refused + way.checked + way.unfit;
      returned += way.returned;
      for (const mapping::PropertyFailure& failure : way.failures) {
        ADD_FAILURE() << map.path << " " << failure.what << " " << failure.code << " at "
                      << failure.place << " seed " << failure.seed << "\n"
                      << failure.record;
      }
    }
  }
  EXPECT_GT(written, 1000u);
  EXPECT_GT(refused, 500u);
  EXPECT_GT(returned, 500u);
}

TEST(ShippedMappings, StandInTheirOneLayoutAndExplainEveryField) {
  for (const Shipped::Map& map : shipped().maps) {
    const auto text = read_file(map.path);
    ASSERT_TRUE(text) << map.path;
    EXPECT_EQ(mapping::formatted(*text), *text) << map.path << ": portage map fmt";
    EXPECT_FALSE(map.compiled.coverage.empty()) << map.path;
    for (const mapping::Coverage& way : map.compiled.coverage) {
      EXPECT_GT(way.fields(), 0u) << map.path;
      EXPECT_TRUE(way.unexplained.empty()) << map.path << " " << way.unexplained.front();
    }
  }
}

}  // namespace
}  // namespace portage::golden
