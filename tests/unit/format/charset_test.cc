#include "gateway/format/charset.h"

#include <gtest/gtest.h>

namespace portage::format {
namespace {

TEST(FormatCharset, KnowsTheNamesPeopleUse) {
  EXPECT_EQ(*charset_from("UTF-8"), Charset::utf8);
  EXPECT_EQ(*charset_from("Windows-1252"), Charset::cp1252);
  EXPECT_EQ(*charset_from(" ISO-8859-1 "), Charset::iso_8859_1);
  EXPECT_EQ(charset_from("shift_jis").error().code, "charset.unknown");
  EXPECT_EQ(charset_from("").error().code, "charset.unknown");
}

TEST(FormatCharset, EveryByteOfCp1252GoesAndComesBack) {
  int readable = 0;
  for (int b = 0; b < 256; ++b) {
    const std::string byte(1, static_cast<char>(b));
    const base::Result<std::string> text = to_utf8(byte, Charset::cp1252);
    if (!text.ok()) {
      EXPECT_EQ(text.error().code, "charset.unreadable");
      continue;
    }
    ++readable;
    EXPECT_EQ(*from_utf8(*text, Charset::cp1252), byte);
  }
  EXPECT_EQ(readable, 251);  // five holes: 81 8D 8F 90 9D
}

TEST(FormatCharset, Latin1IsTheFirst256Characters) {
  EXPECT_EQ(*to_utf8("\xE9\xFF", Charset::iso_8859_1), "éÿ");
  EXPECT_EQ(from_utf8("€", Charset::iso_8859_1).error().code, "charset.unwritable");
  EXPECT_EQ(*from_utf8("€", Charset::cp1252), "\x80");
}

TEST(FormatCharset, AFaultCountsLinesAndCharacters) {
  const base::Result<std::string> bad = to_utf8("a\n\xE9\xE9\x81", Charset::cp1252);
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().place.line, 2u);
  EXPECT_EQ(bad.error().place.column, 3u);
  const base::Result<std::string> unwritable = from_utf8("a\néé日", Charset::cp1252);
  ASSERT_FALSE(unwritable.ok());
  EXPECT_EQ(unwritable.error().place.line, 2u);
  EXPECT_EQ(unwritable.error().place.column, 3u);
}

TEST(FormatCharset, Utf16GoesAndComesBackAcrossBufferEnds) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += i % 3 == 0 ? "😀" : i % 3 == 1 ? "é" : "x";
  for (const Charset wide : {Charset::utf16le, Charset::utf16be}) {
    const base::Result<std::string> bytes = from_utf8(text, wide);
    ASSERT_TRUE(bytes.ok());
    EXPECT_EQ(*to_utf8(*bytes, wide), text);
    EXPECT_FALSE(to_utf8(bytes->substr(0, bytes->size() - 1), wide).ok());
    EXPECT_FALSE(to_utf8(bytes->substr(0, 2), wide).ok());  // half a pair
  }
}

TEST(FormatCharset, BadUtf8IsNeverWritten) {
  EXPECT_EQ(from_utf8("\xC3", Charset::cp1252).error().code, "charset.unreadable");
  EXPECT_EQ(to_utf8("\xED\xA0\x80", Charset::utf8).error().code, "charset.unreadable");
}

}  // namespace
}  // namespace portage::format
