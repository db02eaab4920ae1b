#include <gtest/gtest.h>

#include <chrono>

#include "gateway/format/format.h"

namespace portage::format {
namespace {

using record::Document;
using record::Kind;
using record::Value;

std::string code_of(std::string_view bytes, Limits limits = {}) {
  Document document;
  const base::Status status = read_json(bytes, limits, document);
  if (status.ok()) return "ok";
  EXPECT_TRUE(document.root.missing());
  return status.error().code;
}

std::string again(std::string_view bytes) {
  Document document;
  const base::Status status = read_json(bytes, {}, document);
  if (!status) return status.error().code;
  std::string out;
  write_json(document.root, out);
  return out;
}

TEST(FormatJsonRead, BuildsTheTree) {
  Document d;
  ASSERT_TRUE(read_json(R"( {"a":1,"b":[true,false,null,"x"],"c":{"d":-0.50e+3}} )", {}, d).ok());
  ASSERT_TRUE(d.root.is(Kind::group));
  EXPECT_EQ(d.root.find("a")->as_text(), "1");
  const record::Value& b = *d.root.find("b");
  ASSERT_EQ(b.size(), 4u);
  EXPECT_TRUE(b.items()[0].as_bool());
  EXPECT_FALSE(b.items()[1].as_bool());
  EXPECT_TRUE(b.items()[2].is(Kind::null));
  EXPECT_EQ(b.items()[3].as_text(), "x");
  EXPECT_EQ(d.root.find("c")->find("d")->as_text(), "-0.50e+3");
}

TEST(FormatJsonRead, NumbersKeepTheirDigits) {
  EXPECT_EQ(again("[0,-0,1.10,100000000000000000000000000000001,1e5,1E-5,12.340,1e-999,2e+07]"),
            "[0,-0,1.10,100000000000000000000000000000001,1e5,1E-5,12.340,1e-999,2e+07]");
}

TEST(FormatJsonRead, HostileExponentsAreRefusedOrKept) {
  EXPECT_EQ(code_of("1e999999999999999999999"), "json.number_range");
  EXPECT_EQ(code_of("1e-999999999999999999999"), "ok");
  EXPECT_EQ(code_of("0." + std::string(100'000, '0') + "1e-2147483647"), "ok");
  EXPECT_EQ(code_of(std::string(400, '9')), "json.number_range");
}

TEST(FormatJsonRead, ValuesKnowTheirOffsets) {
  const std::string text = R"({ "a" : [ 12, "é\n", null, true ,false,{}], "b":"x" })";
  Document d;
  ASSERT_TRUE(read_json(text, {}, d).ok());
  const auto at = [&](const record::Value& v) { return text.substr(v.at(), 1); };
  const auto items = d.root.find("a")->items();
  EXPECT_EQ(d.root.at(), 0u);
  EXPECT_EQ(at(*d.root.find("a")), "[");
  EXPECT_EQ(at(items[0]), "1");
  EXPECT_EQ(at(items[1]), "\"");
  EXPECT_EQ(at(items[2]), "n");
  EXPECT_EQ(at(items[3]), "t");
  EXPECT_EQ(at(items[4]), "f");
  EXPECT_EQ(at(items[5]), "{");
  EXPECT_EQ(d.root.find("b")->at(), text.find("\"x\""));
}

TEST(FormatJsonRead, SkipsAByteOrderMarkAndCountsIt) {
  Document d;
  ASSERT_TRUE(read_json("\xEF\xBB\xBF{\"a\":7}", {}, d).ok());
  EXPECT_EQ(d.root.at(), 3u);
  EXPECT_EQ(d.root.find("a")->at(), 8u);
}

TEST(FormatJsonRead, TheTreeOutlivesTheBytes) {
  Document d;
  {
    std::string bytes = R"({"name":"Ana\u00e9"})";
    ASSERT_TRUE(read_json(bytes, {}, d).ok());
    bytes.assign(bytes.size(), '!');
  }
  EXPECT_EQ(d.root.find("name")->as_text(), "Ana\u00e9");
}

TEST(FormatJsonRead, RefusesWhatIsNotJson) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "json.empty"},
      {"   ", "json.empty"},
      {"{", "json.truncated"},
      {"[1,", "json.truncated"},
      {"{\"a\"", "json.truncated"},
      {"{\"a\":", "json.truncated"},
      {"\"abc", "json.truncated"},
      {"{\"a\":1}}", "json.trailing"},
      {"1 2", "json.trailing"},
      {"{a:1}", "json.name_expected"},
      {"{'a':1}", "json.name_expected"},
      {"{\"a\":1,}", "json.name_expected"},
      {"{\"a\" 1}", "json.colon_expected"},
      {"[1 2]", "json.comma_expected"},
      {"[01]", "json.comma_expected"},
      {"{\"a\":1 \"b\":2}", "json.comma_expected"},
      {"[1,]", "json.value_expected"},
      {"[+1]", "json.value_expected"},
      {"[.5]", "json.value_expected"},
      {"[NaN]", "json.value_expected"},
      {"[Infinity]", "json.value_expected"},
      {"[-Infinity]", "json.value_expected"},
      {"[True]", "json.value_expected"},
      {"[nul]", "json.value_expected"},
      {"// x\n1", "json.value_expected"},
      {"[1/* */]", "json.comma_expected"},
      {"[1.]", "json.number"},
      {"[1e]", "json.number"},
      {"[\"\\x\"]", "json.escape"},
      {"[\"\\u12G4\"]", "json.escape"},
      {"[\"\\ud800\"]", "json.surrogate"},
      {"[\"\\udc00\"]", "json.surrogate"},
      {"[\"\\ud800\\u0041\"]", "json.surrogate"},
      {"{\"\\udfff\":1}", "json.surrogate"},
      {"[\"a\nb\"]", "json.control"},
      {"[\"\x80\"]", "json.encoding"},
      {"[\"\xED\xA0\x80\"]", "json.encoding"},
      {"[\"\xC0\xAF\"]", "json.encoding"},
  };
  for (const auto& [text, code] : cases) EXPECT_EQ(code_of(text), code) << text;
}

TEST(FormatJsonRead, RefusesEveryControlCharacterEverywhere) {
  // RapidJSON's vector scan misses 0x1A to 0x1F in long texts, and stops at a NUL.
  for (char c = 0; c < 0x20; ++c) {
    const std::string text = "[\"" + std::string(40, 'a') + c + std::string(40, 'b') + "\"]";
    EXPECT_EQ(code_of(text), "json.control") << static_cast<int>(c);
  }
  EXPECT_EQ(code_of(std::string("{}\0{}", 5)), "json.control");
}

TEST(FormatJsonRead, KeepsAnEscapedNul) {
  Document d;
  ASSERT_TRUE(read_json(R"(["a\u0000b"])", {}, d).ok());
  EXPECT_EQ(d.root.items()[0].as_text(), std::string_view("a\0b", 3));
  EXPECT_EQ(again(R"(["a\u0000b"])"), R"(["a\u0000b"])");
}

TEST(FormatJsonRead, RefusesDuplicateNamesInSmallAndLargeGroups) {
  EXPECT_EQ(code_of(R"({"a":1,"a":2})"), "json.duplicate_name");
  EXPECT_EQ(code_of(R"({"a":1,"\u0061":2})"), "json.duplicate_name");
  EXPECT_EQ(code_of(R"({"x":{"a":1},"y":{"a":2}})"), "ok");
  for (const int n : {16, 17, 18, 19, 100}) {
    std::string text = "{";
    for (int i = 0; i < n; ++i) text += "\"k" + std::to_string(i) + "\":0,";
    EXPECT_EQ(code_of(text + "\"z\":1}"), "ok") << n;
    EXPECT_EQ(code_of(text + "\"k3\":1}"), "json.duplicate_name") << n;
  }
}

TEST(FormatJsonRead, AFaultNamesItsPlace) {
  Document d;
  const base::Status twice = read_json("{\"people\":[\n{\"a/b\":{\"é\":1,\"é\":2}}]}", {}, d);
  ASSERT_FALSE(twice.ok());
  EXPECT_EQ(twice.error().place.line, 2u);
  EXPECT_EQ(twice.error().place.column, 15u);
  EXPECT_EQ(twice.error().place.pointer, "/people/0/a~1b/é");
  const base::Status comma = read_json("{\n  \"a\": 1\n  \"b\": 2\n}", {}, d);
  EXPECT_EQ(comma.error().place.line, 3u);
  EXPECT_EQ(comma.error().place.column, 3u);
}

TEST(FormatJsonRead, AMillionNamesStayBounded) {
  std::string text = "{";
  for (int i = 0; i < 900'000; ++i) text += "\"" + std::to_string(i) + "\":0,";
  text += "\"1\":0}";
  Limits limits;
  limits.bytes = 64u << 20;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(code_of(text, limits), "json.duplicate_name");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(FormatJsonRead, DepthStopsBeforeTheStackDoes) {
  EXPECT_EQ(code_of(std::string(1u << 20, '[')), "json.depth");
  EXPECT_EQ(code_of(std::string(64, '[') + std::string(64, ']')), "ok");
  EXPECT_EQ(code_of(std::string(65, '[') + std::string(65, ']')), "json.depth");
  std::string groups;
  for (int i = 0; i < 100'000; ++i) groups += "{\"a\":";
  EXPECT_EQ(code_of(groups), "json.depth");
  Limits endless;
  endless.depth = 4'000'000'000u;  // the configuration cannot lift the stack's own limit
  EXPECT_EQ(code_of(std::string(1u << 20, '['), endless), "json.depth");
}

TEST(FormatJsonRead, TakesNumbersBeyondADoubleOnlyWhereAsked) {
  Limits wide;
  wide.wide_numbers = true;
  const std::string long_digits = "1" + std::string(400, '7');
  const std::vector<std::string> numbers = {"1e309",
                                            "-1E+400",
                                            "1e-400",
                                            "12.5e99999999999999999999",
                                            long_digits,
                                            "-" + long_digits,
                                            long_digits + ".25",
                                            std::string(250, '9') + "e99"};
  for (const std::string& number : numbers) {
    Document d;
    // Texts around it hold what looks like numbers, quotes and braces.
    const std::string text = "{\"1e999\":\"\\\"1e999\\\\\",\"n\":[ " + number + ",1.50 ]}";
    ASSERT_TRUE(read_json(text, wide, d).ok()) << number;
    EXPECT_EQ(d.root.members()[0].name, "1e999");
    EXPECT_EQ(d.root.members()[0].value.as_text(), "\"1e999\\");
    const Value& first = d.root.find("n")->items()[0];
    EXPECT_EQ(first.as_text(), number);
    EXPECT_EQ(first.at(), text.find("[ ") + 2);
    EXPECT_EQ(d.root.find("n")->items()[1].as_text(), "1.50");
    std::string again;
    write_json(d.root, again);
    EXPECT_TRUE(read_json(again, wide, d).ok()) << again;
  }
  EXPECT_EQ(code_of("1e309"), "json.number_range");
  EXPECT_EQ(code_of("[1e309, 01]", wide), "json.comma_expected");
  EXPECT_EQ(code_of("[1e309, 1e]", wide), "json.number");
  EXPECT_EQ(code_of("[1e309, \"a", wide), "json.truncated");
  EXPECT_EQ(code_of("[1e309, \"\\", wide), code_of("[1, \"\\"));
  EXPECT_EQ(code_of("1e309e309", wide), "json.trailing");
}

TEST(FormatJsonRead, LimitsBytesAndValues) {
  Limits limits;
  limits.bytes = 10;
  EXPECT_EQ(code_of("[1,2,3,4,5]", limits), "json.too_large");
  limits.bytes = 1000;
  limits.values = 5;
  EXPECT_EQ(code_of("[1,2,3,4]", limits), "ok");
  EXPECT_EQ(code_of("[1,2,3,4,5]", limits), "json.too_many_values");
}

TEST(FormatJsonRead, EveryTruncationIsRefusedAndNoneCrashes) {
  const std::string text =
      R"({"id":"r-1","n":-12.5e3,"list":[1,[],{},"\u00e9\ud83d\ude00",null,true],"t":"é\\\"x","o":{"a":{"b":[{}]}}})";
  ASSERT_EQ(code_of(text), "ok");
  for (std::size_t n = 0; n < text.size(); ++n) {
    EXPECT_NE(code_of(text.substr(0, n)), "ok") << n;
  }
}

TEST(FormatJsonWrite, IsCompactWithMinimalEscapes) {
  EXPECT_EQ(again("{ \"a\\/b\" : \"\\u20ac\\u2028\\u007f\\t\\u001f\\\"\\\\\" , \"c\" : [ ] , \"d\" "
                  ": { } }"),
            "{\"a/b\":\"€\u2028\x7F\\t\\u001f\\\"\\\\\",\"c\":[],\"d\":{}}");
}

TEST(FormatJsonWrite, LeavesMissingMembersOut) {
  Document d;
  d.root = record::Value::group();
  d.root.add(d.arena, "a", record::Value());
  d.root.add(d.arena, "b", record::Value::null());
  std::string out;
  write_json(d.root, out);
  EXPECT_EQ(out, R"({"b":null})");
}

TEST(FormatJsonWrite, PrettyReadsBackAsTheSameTree) {
  Document d, e;
  ASSERT_TRUE(read_json(R"({"a":[1,{"b":[]},{}],"c":"x"})", {}, d).ok());
  std::string out;
  write_json_pretty(d.root, out);
  EXPECT_EQ(
      out,
      "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    },\n    {}\n  ],\n  \"c\": \"x\"\n}\n");
  ASSERT_TRUE(read_json(out, {}, e).ok());
  EXPECT_TRUE(record::equal(d.root, e.root));
}

}  // namespace
}  // namespace portage::format
