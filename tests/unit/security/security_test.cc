#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "gateway/security/digest.h"
#include "gateway/security/key.h"
#include "gateway/security/mask.h"
#include "gateway/security/seal.h"

namespace portage::security {
namespace {

class Folder {
 public:
  Folder() {
    std::string pattern = std::string(PORTAGE_BINARY_DIR) + "/security-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

Key key_of(unsigned char byte) {
  Key key;
  key.bytes.fill(byte);
  return key;
}

TEST(SecurityDigest, MatchesThePublishedVectors) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(SecurityDigest, OfPartsIsTheDigestOfTheirJoin) {
  EXPECT_EQ(sha256({"a", "", "bc"}), sha256("abc"));
  EXPECT_NE(sha256({"a", "b"}), sha256("abc"));
}

TEST(SecurityDigest, KeyedMatchesRfc4231Case2) {
  EXPECT_EQ(hex(keyed_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(SecuritySeal, OpensWhatItSealed) {
  Sealer sealer(key_of(7));
  for (const std::size_t size : {0u, 1u, 15u, 16u, 4096u, 300'000u}) {
    const std::string body(size, 'x');
    std::string sealed, opened;
    sealer.seal(body, "R1", sealed);
    EXPECT_EQ(sealed.size(), size + Sealer::kOverhead);
    ASSERT_TRUE(sealer.open(sealed, "R1", opened).ok());
    EXPECT_EQ(opened, body);
  }
}

TEST(SecuritySeal, RefusesAnotherRecordAnotherKeyAndEveryChangedByte) {
  Sealer sealer(key_of(7));
  std::string sealed, opened;
  sealer.seal("Marie Tremblay", "R1", sealed);
  EXPECT_EQ(sealed.find("Tremblay"), std::string::npos);
  EXPECT_EQ(sealer.open(sealed, "R2", opened).error().code, "security.seal_broken");
  EXPECT_TRUE(opened.empty());
  EXPECT_FALSE(Sealer(key_of(8)).open(sealed, "R1", opened).ok());
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(sealer.open(changed, "R1", opened).ok()) << i;
  }
  for (std::size_t n = 0; n < sealed.size(); ++n) {
    EXPECT_FALSE(sealer.open(std::string_view(sealed).substr(0, n), "R1", opened).ok()) << n;
  }
}

TEST(SecuritySeal, NeverUsesANonceTwice) {
  std::set<std::string> nonces;
  for (int s = 0; s < 20; ++s) {
    Sealer sealer(key_of(7));
    for (int i = 0; i < 500; ++i) {
      std::string sealed;
      sealer.seal("same", "same", sealed);
      EXPECT_TRUE(nonces.insert(sealed.substr(0, 12)).second);
    }
  }
}

TEST(SecurityKey, IsMadeOnceAndForItsOwnerOnly) {
  const Folder folder;
  const std::string path = folder / "key";
  const auto first = key_from_file(path);
  ASSERT_TRUE(first.ok());
  struct stat about {};
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  EXPECT_NE(first->bytes, Key{}.bytes);
  EXPECT_EQ(key_from_file(path)->bytes, first->bytes);
}

TEST(SecurityKey, RefusesAFileThatOthersCanRead) {
  const Folder folder;
  const std::string path = folder / "key";
  ASSERT_TRUE(key_from_file(path).ok());
  ASSERT_EQ(chmod(path.c_str(), 0640), 0);
  EXPECT_EQ(key_from_file(path).error().code, "security.key_open_to_others");
}

TEST(SecurityKey, RefusesAWrongSizeAndAMissingFolder) {
  const Folder folder;
  const std::string path = folder / "key";
  std::ofstream(path) << "short";
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  EXPECT_EQ(key_from_file(path).error().code, "security.key_size");
  EXPECT_EQ(key_from_file(folder / "no/such/key").error().code, "security.key_unreadable");
}

TEST(SecurityMask, ShowsEqualValuesOnlyInsideOneRecord) {
  const MaskKey key = mask_key(key_of(1));
  const std::string masked = mask("1987-04-12", key, "A");
  EXPECT_EQ(masked, mask("1987-04-12", key, "A"));
  EXPECT_NE(masked, mask("1987-04-13", key, "A"));
  EXPECT_NE(masked, mask("1987-04-12", key, "B"));
  EXPECT_NE(masked, mask("1987-04-12", mask_key(key_of(2)), "A"));
}

TEST(SecurityMask, HidesTheLengthAndTheCharacters) {
  const MaskKey key = mask_key(key_of(1));
  const std::string a = mask("1", key, "A");
  const std::string b = mask(std::string(500, '9'), key, "A");
  EXPECT_EQ(a.size(), b.size());
  EXPECT_EQ(a.substr(0, a.size() - 5), "▒▒▒▒·");
  EXPECT_EQ(a.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ", a.size() - 5),
            std::string::npos);
}

TEST(SecurityMask, LeavesEmptyVisible) { EXPECT_EQ(mask("", mask_key(key_of(1)), "A"), "(empty)"); }

TEST(SecurityMask, KeepsSaltAndValueApart) {
  const MaskKey key = mask_key(key_of(1));
  EXPECT_NE(mask("bc", key, "a"), mask("c", key, "ab"));
}

}  // namespace
}  // namespace portage::security
