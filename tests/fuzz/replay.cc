// The corpora of tests/fuzz/corpus through their targets, in every test run: what was once a crash
// stays repaired. (The targets are compiled here under names of their own.)
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#define PORTAGE_FUZZ_TARGETS(X) \
  X(csv) X(documents) X(fixed) X(formats) X(json) X(layout) X(mapping) X(soap) X(xml)
#define PORTAGE_DECLARE(name) \
  extern "C" int fuzz_target_##name(const unsigned char* data, std::size_t size);
PORTAGE_FUZZ_TARGETS(PORTAGE_DECLARE)

namespace {

void replay(const char* name, int (*target)(const unsigned char*, std::size_t)) {
  const auto folder = std::filesystem::path(PORTAGE_SOURCE_DIR) / "tests/fuzz/corpus" / name;
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    SCOPED_TRACE(entry.path().string());
    // Cut anywhere, it must be survived too.
    for (std::size_t cut = 0; cut <= 16; ++cut) {
      target(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size() * cut / 16);
    }
    ++files;
  }
  EXPECT_GE(files, 5u) << "the corpus of " << name << " is not there";
}

#define PORTAGE_REPLAY(name) \
  TEST(FuzzCorpus, Replays_##name) { replay(#name, fuzz_target_##name); }
PORTAGE_FUZZ_TARGETS(PORTAGE_REPLAY)

}  // namespace
