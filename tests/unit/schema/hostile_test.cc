// Schemas and values made to hurt: everything is bounded in time, memory and depth.
#include <gtest/gtest.h>

#include <chrono>

#include "gateway/base/time.h"
#include "gateway/format/format.h"
#include "gateway/schema/decimal.h"
#include "gateway/schema/pattern.h"
#include "tests/unit/schema/suite.h"

namespace portage::schema {
namespace {

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(HostileSchemas, ThatDoubleAtEveryStepRunIntoTheBudget) {
  std::string schema = R"({"$ref": "#/$defs/d0", "$defs": {)";
  for (int i = 0; i < 60; ++i) {
    const std::string next = R"({"$ref": "#/$defs/d)" + std::to_string(i + 1) + "\"}";
    schema += "\"d" + std::to_string(i) + R"(": {"allOf": [)" + next + "," + next + "]},";
  }
  schema += R"("d60": true}})";
  const Loaded loaded = load_json_schema(schema, "s", {});
  ASSERT_TRUE(loaded.schema) << loaded.findings.at(0).code;
  const std::vector<Fault> faults = loaded.schema->check(record::Value::null());
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].code, "schema.budget");
}

TEST(HostileSchemas, WithLongChainsOfReferencesAreRefused) {
  std::string schema = R"({"$ref": "#/$defs/d0", "$defs": {)";
  for (int i = 0; i < 20'000; ++i) {
    schema +=
        "\"d" + std::to_string(i) + R"(": {"$ref": "#/$defs/d)" + std::to_string(i + 1) + "\"},";
  }
  schema += R"("d20000": true}})";
  const Loaded loaded = load_json_schema(schema, "s", {});
  EXPECT_FALSE(loaded.schema);
  EXPECT_EQ(loaded.findings.at(0).code, "schema.reference_long");
}

TEST(HostileSchemas, JudgeAsDeepAsTheyWereAskedToAndNoDeeper) {
  const std::string_view tree = R"({"items": {"allOf": [{"$ref": "#"}]}, "type": "array"})";
  const std::string deep = repeated("[", 200) + repeated("]", 200);
  JsonOptions options;
  options.limits.depth = 200;
  const Loaded loaded = load_json_schema(tree, "s", {}, options);
  ASSERT_TRUE(loaded.schema);
  EXPECT_TRUE(check_document(*loaded.schema, deep, 8, options.limits).empty());
  const auto wrong = check_document(*loaded.schema, repeated("[", 199) + "{}" + repeated("]", 199),
                                    8, options.limits);
  ASSERT_EQ(wrong.size(), 1u);
  EXPECT_EQ(wrong[0].code, "schema.type");
  EXPECT_EQ(wrong[0].place.pointer, repeated("/0", 199));
  EXPECT_EQ(check_document(*loaded.schema, "[" + deep + "]", 8, options.limits).at(0).code,
            "json.depth");
  EXPECT_EQ(check_document(*loaded.schema, deep).at(0).code, "json.depth");
}

TEST(HostileSchemas, NestedDeeplyAreRefusedByTheReader) {
  EXPECT_FALSE(load_json_schema(repeated(R"({"not":)", 100'000), "s", {}).schema);
}

TEST(HostileSchemas, ThatLoopThroughTheDynamicScopeEnd) {
  const Loaded loaded = load_json_schema(
      R"({"$id": "http://x.test/a", "$dynamicAnchor": "n", "$ref": "b",
          "$defs": {"b": {"$id": "b", "$dynamicRef": "#n", "$defs": {"c": {"$dynamicAnchor": "n"}}}}})",
      "s", {});
  ASSERT_TRUE(loaded.schema) << loaded.findings.at(0).code;
  const std::vector<Fault> faults = loaded.schema->check(record::Value::null());
  ASSERT_FALSE(faults.empty());
  EXPECT_EQ(faults[0].code, "schema.too_deep");
}

TEST(HostileSchemas, MakeShapesOfBoundedSize) {
  std::string schema = R"({"$ref": "#/$defs/d0", "$defs": {)";
  for (int i = 0; i < 40; ++i) {
    const std::string next = R"({"$ref": "#/$defs/d)" + std::to_string(i + 1) + "\"}";
    schema += "\"d" + std::to_string(i) + R"(": {"type": "object", "properties": {"a": )" + next +
              ", \"b\": " + next + "}},";
  }
  schema += R"("d40": true}})";
  const Loaded loaded = load_json_schema(schema, "s", {});
  ASSERT_TRUE(loaded.schema);
  EXPECT_NE(loaded.schema->shape().at("a.a.a"), nullptr);
}

TEST(HostileValues, OfHugeSizeAreCheckedInBoundedTime) {
  record::Document document;
  document.root = record::Value::list();
  for (int i = 0; i < 200'000; ++i) {
    document.root.push(document.arena,
                       record::Value::number(document.arena.copy(std::to_string(i))));
  }
  const Loaded unique = load_json_schema(R"({"uniqueItems": true})", "s", {});
  const std::uint64_t before = base::steady_micros();
  EXPECT_TRUE(unique.schema->check(document.root).empty());
  EXPECT_LT(base::steady_micros() - before, 20'000'000u);
  record::Document group;
  group.root = record::Value::group();
  for (int i = 0; i < 100'000; ++i) {
    group.root.add(group.arena, group.arena.copy("k" + std::to_string(i)), record::Value::null());
  }
  const Loaded strict = load_json_schema(
      R"({"properties": {"a": true}, "unevaluatedProperties": {"type": "null"}, "required": ["k5"]})",
      "s", {});
  EXPECT_TRUE(strict.schema->check(group.root).empty());
  const Loaded closed = load_json_schema(R"({"additionalProperties": false})", "s", {});
  EXPECT_EQ(closed.schema->check(group.root).size(), 32u);
}

TEST(HostileValues, WithHugeExponentsCostNothing) {
  const Loaded loaded = load_json_schema(R"({"multipleOf": 7, "maximum": 1e300})", "s", {});
  ASSERT_TRUE(loaded.schema);
  EXPECT_EQ(loaded.schema->check(record::Value::number("7e999999999999")).at(0).code,
            "schema.maximum");
  EXPECT_EQ(loaded.schema->check(record::Value::number("-1e999999999999")).at(0).code,
            "schema.multiple_of");
  EXPECT_TRUE(loaded.schema->check(record::Value::number("-7e999999999999")).empty());
}

TEST(HostileValues, NestedDeeplyAreRefused) {
  const Loaded loaded = load_json_schema(R"({"items": {"$ref": "#"}})", "s", {});
  record::Document document;
  document.root = record::Value::list();
  for (int i = 0; i < 3'000; ++i) {
    record::Value outer = record::Value::list();
    outer.push(document.arena, document.root);
    document.root = outer;
  }
  ASSERT_FALSE(loaded.schema->check(document.root).empty());
  EXPECT_EQ(loaded.schema->check(document.root)[0].code, "schema.too_deep");
}

TEST(HostilePatterns, CostLinearTimeOrAreRefused) {
  for (const char* bomb :
       {"^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$"}) {
    const auto pattern = Pattern::ecma(bomb);
    ASSERT_TRUE(pattern.ok()) << bomb;
    const std::uint64_t before = base::steady_micros();
    (*pattern)->matches(repeated("a", 100'000) + "!");
    EXPECT_LT(base::steady_micros() - before, 3'000'000u) << bomb;
  }
  for (const char* large : {"((a{0,1000}){0,1000}){0,1000}", "(\\p{L}{1000}){1000}"}) {
    EXPECT_FALSE(Pattern::ecma(large).ok()) << large;
    EXPECT_FALSE(Pattern::xsd(large).ok()) << large;
  }
  EXPECT_FALSE(Pattern::ecma(repeated("(", 100'000)).ok());
  EXPECT_FALSE(Pattern::ecma(repeated("(", 5'000) + repeated(")", 5'000)).ok());
}

TEST(Patterns, InXsdHaveTheirOwnRules) {
  const auto fits = [](std::string_view source, std::string_view text) {
    const auto pattern = Pattern::xsd(source);
    EXPECT_TRUE(pattern.ok()) << source;
    return pattern.ok() && (*pattern)->matches(text);
  };
  EXPECT_TRUE(fits("a|b", "b"));
  EXPECT_FALSE(fits("a|b", "ab"));
  EXPECT_TRUE(fits("^a$", "^a$"));
  EXPECT_TRUE(fits("\\d{2}", "\u0967\u0968"));
  EXPECT_TRUE(fits("\\w\\W", "\u00e9 "));
  EXPECT_TRUE(fits("[\\-x\\]]+", "-]x"));
  EXPECT_TRUE(fits("\\p{Lu}\\P{Lu}", "Aa"));
  EXPECT_TRUE(fits(".", "\u2028"));
  EXPECT_FALSE(fits(".", "\n"));
  for (const char* wrong : {"a{2", "(a", "a)", "[]", "\\q", "?", "a{3,2}", "[a-z-[aeiou]]",
                            "\\i\\c*", "\\p{IsGreek}"}) {
    EXPECT_FALSE(Pattern::xsd(wrong).ok()) << wrong;
  }
}

TEST(Patterns, AnchorOnlyWhatIsAnchored) {
  const auto re2 = [](std::string_view source) { return (*Pattern::ecma(source))->re2_anchored(); };
  EXPECT_EQ(re2("^[0-9]{9}$"), "[0-9]{9}");
  EXPECT_EQ(re2("a"), "(?s:.*)a(?s:.*)");
  EXPECT_EQ(re2("^a"), "a(?s:.*)");
  EXPECT_EQ(re2("^(a|b)$"), "(?:a|b)");
  EXPECT_EQ(re2("^a|b$"), "(?s:.*)(?:\\Aa|b\\z)(?s:.*)");
  EXPECT_EQ(re2("[|]$"), "(?s:.*)[\\|]");
}

TEST(Decimals, CompareWithoutLosingADigit) {
  const auto order = [](std::string_view a, std::string_view b) {
    return compare(Decimal::from(a), Decimal::from(b));
  };
  EXPECT_EQ(order("1", "1.0"), 0);
  EXPECT_EQ(order("10e-1", "1"), 0);
  EXPECT_EQ(order("-0", "0"), 0);
  EXPECT_EQ(order("0e99", "0.000"), 0);
  EXPECT_EQ(order("0.1", "0.10000000000000000000000000000001"), -1);
  EXPECT_EQ(order("-2", "-10"), 1);
  EXPECT_EQ(order("1e1000000", "9e999999"), 1);
  EXPECT_EQ(order("1e-1000000", "0"), 1);
  EXPECT_EQ(order("123.450", "12345e-2"), 0);
  EXPECT_EQ(order("99", "100"), -1);
  EXPECT_EQ(order("-1", "1"), -1);
  EXPECT_EQ(Decimal::from("9223372036854775807").as_int64(), INT64_MAX);
  EXPECT_EQ(Decimal::from("-9223372036854775808").as_int64(), INT64_MIN);
  EXPECT_EQ(Decimal::from("9223372036854775808").as_int64(), std::nullopt);
  EXPECT_EQ(Decimal::from("12e17").as_int64(), 1'200'000'000'000'000'000);
  EXPECT_EQ(Decimal::from("99e18").as_int64(), std::nullopt);
  EXPECT_EQ(Decimal::from("0.5").as_int64(), std::nullopt);
  EXPECT_EQ(Decimal::from("1.50").fraction_digits(), 1u);
  EXPECT_EQ(Decimal::from("100").total_digits(), 3u);
  EXPECT_EQ(Decimal::from("0.05").total_digits(), 2u);
  EXPECT_EQ(Decimal::from("1e3").hash(), Decimal::from("1000.0").hash());
  const std::string digits = repeated("7", 1'000'000);
  EXPECT_TRUE(Decimal::from(digits).multiple_of(Decimal::from("7")));
  EXPECT_FALSE(Decimal::from(digits + "1").multiple_of(Decimal::from("7")));
}

}  // namespace
}  // namespace portage::schema
