#include "gateway/format/output.h"

#include <gtest/gtest.h>

#include "gateway/record/value.h"

namespace portage::format {
namespace {

TEST(FormatOutput, WritesEverySizeAsAStringWould) {
  std::string source;
  for (int i = 0; i < 5000; ++i) source += static_cast<char>('a' + i % 26);
  std::string expected = "before", got = "before";
  {
    Output output(got);
    for (std::size_t size = 0; size <= 70; ++size) {
      const std::string_view part = std::string_view(source).substr(size, size);
      output.put(part);
      output.put('|');
      expected.append(part) += '|';
    }
    for (const std::size_t size : {2047u, 2048u, 2049u, 5000u}) {
      output.put(std::string_view(source).substr(0, size));
      expected.append(source, 0, size);
    }
  }
  EXPECT_EQ(got, expected);
}

TEST(FormatOutput, RepeatsAndCutsWhatStandsThere) {
  std::string got;
  {
    Output output(got);
    output.put("<name");
    const std::size_t end = output.size();
    output.put("gone");
    output.cut(end);
    for (int i = 0; i < 600; ++i) output.repeat(1, 4);
  }
  std::string expected = "<name";
  for (int i = 0; i < 600; ++i) expected += "name";
  EXPECT_EQ(got, expected);
}

TEST(RecordNames, AreTheSameWhenEveryByteIs) {
  std::string a;
  for (std::size_t size = 0; size <= 40; ++size, a += 'n') {
    const std::string same = a;
    EXPECT_TRUE(record::same_name(a, same)) << size;
    EXPECT_FALSE(record::same_name(a, a + 'n')) << size;
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = a;
      other[at] = 'x';
      EXPECT_FALSE(record::same_name(a, other)) << size << " at " << at;
    }
  }
}

}  // namespace
}  // namespace portage::format
