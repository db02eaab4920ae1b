// How long the check of a canonical referral takes, and that a valid one allocates nothing.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "gateway/base/time.h"
#include "gateway/format/format.h"
#include "tests/unit/schema/suite.h"
#include "tests/unit/schema/xsd_sample.h"

namespace {
std::atomic<std::uint64_t> allocations{0};
}

// GCC's and clang's own operators call malloc; so do these, and count.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace portage::schema {
namespace {

template <class Check>
void measure(const char* what, std::size_t bytes, Check check) {
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(check());  // RE2 builds its states at first use
  std::uint64_t best = UINT64_MAX;
  std::uint64_t allocated = 0;
  constexpr int kTimes = 2000;
  for (int round = 0; round < 7; ++round) {
    const std::uint64_t allocated_before = allocations;
    const std::uint64_t before = base::steady_micros();
    for (int i = 0; i < kTimes; ++i) check();
    best = std::min(best, base::steady_micros() - before);
    allocated = allocations - allocated_before;
  }
  std::printf("%s: %zu bytes checked in %.2f us, %.2f allocations\n", what, bytes,
              static_cast<double>(best) / kTimes, static_cast<double>(allocated) / kTimes);
  EXPECT_EQ(allocated, 0u);
#if __has_feature(address_sanitizer)
  constexpr std::uint64_t kMost_us = 1000;  // unoptimised and watched
#else
  constexpr std::uint64_t kMost_us = 50;  // far above what it takes, far below what would hurt
#endif
  EXPECT_LT(best, kMost_us * kTimes);
}

TEST(SchemaSpeed, OfAReferralInJson) {
  const std::filesystem::path records =
      std::filesystem::path(PORTAGE_SOURCE_DIR) / "schemas/records";
  const Loaded loaded =
      load_json_schema(read_file(records / "referral@1.schema.json"), "referral@1", {});
  ASSERT_TRUE(loaded.schema);
  const std::string text = read_file(records / "examples/referral.json");
  record::Document document;
  ASSERT_TRUE(format::read_json(text, {}, document).ok());
  measure("referral@1", text.size(), [&] { return loaded.schema->check(document.root).empty(); });
}

TEST(SchemaSpeed, OfADocumentInXml) {
  const Loaded loaded = load_xsd(kSampleXsd, "sample.xsd");
  ASSERT_TRUE(loaded.schema);
  record::Document document;
  ASSERT_TRUE(format::read_xml(kSampleXml, {}, document).ok());
  measure("sample.xsd", kSampleXml.size(),
          [&] { return loaded.schema->check(document.root).empty(); });
}

}  // namespace
}  // namespace portage::schema
