// The law of `<->` and the proofs, attacked with generated records: what is sent comes back the
// same, and what is made from any valid document fits the schema wherever the compiler says that
// nothing is left to check.
#include <random>
#include <set>

#include "gateway/base/text.h"
#include "tests/unit/mapping/world.h"

namespace portage::mapping::testing {
namespace {

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return random_() % n; }
  bool maybe() { return below(3) != 0; }
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[below(all.size())];
  }
  // Letters, digits, signs that separate, blanks, accents.
  std::string text(std::size_t least, std::size_t most) {
    static const std::vector<std::string> kPieces = {"a",  "B", "z", "0",    "9", " ",
                                                     ";",  ",", "-", "'",    "é", "Ł",
                                                     "日", ".", "/", "\\\"", "|", "N/A"};
    std::string out;
    const std::size_t n = least + below(most - least + 1);
    for (std::size_t i = 0; i < n; ++i) out += one_of(kPieces).substr(0, 3);
    return base::code_points(out) > most ? std::string("x") : out;
  }
  std::string name() {
    std::string out(1, static_cast<char>('A' + below(26)));
    for (std::size_t n = below(9); n > 0; --n) out += static_cast<char>('a' + below(26));
    return out;
  }
  base::Day day(int from, int to) {
    return {base::day_from(from, 1, 1)->since_1970 +
            static_cast<std::int32_t>(below(static_cast<std::size_t>((to - from) * 365)))};
  }
  std::string postal() {
    const std::string first = "ABCEGHJKLMNPRSTVXY", others = "ABCEGHJKLMNPRSTVWXYZ";
    const auto digit = [&] { return static_cast<char>('0' + below(10)); };
    return {first[below(first.size())],   digit(), others[below(others.size())], ' ', digit(),
            others[below(others.size())], digit()};
  }
  std::string phone() {
    std::string out = "+1";
    for (int i = 0; i < 10; ++i) {
      out += static_cast<char>(i == 0 || i == 3 ? '2' + below(8) : '0' + below(10));
    }
    return out;
  }
  static std::string quoted(const std::string& raw) { return "\"" + raw + "\""; }

  std::string ours() {
    std::string out = R"({"id":)" + quoted(text(1, 20)) + R"(,"name":{"family":)" + quoted(name());
    if (maybe()) out += R"(,"given":)" + quoted(text(1, 20));
    out += R"(},"born":)" + quoted(base::format_day(day(1900, 2090)));
    if (maybe()) out += R"(,"lang":)" + quoted(one_of<std::string>({"en", "fr", "und"}));
    if (maybe()) out += std::string(R"(,"active":)") + (maybe() ? "true" : "false");
    if (maybe()) out += R"(,"cents":)" + std::to_string(below(100'001));
    if (maybe()) out += R"(,"postal":)" + quoted(postal());
    if (maybe()) out += R"(,"remark":)" + quoted(text(1, 10));
    if (maybe())
      out += R"(,"needs":[)" + list([&] {
               return one_of<std::string>({"work", "home", "other"});
             }) +
             "]";
    if (maybe()) out += R"(,"tags":[)" + list([&] { return text(1, 8); }) + "]";
    if (maybe()) {
      out += R"(,"phones":[)";
      for (std::size_t i = 0, n = 1 + below(3); i < n; ++i) {
        out += std::string(i ? "," : "") + R"({"kind":)" +
               quoted(one_of<std::string>({"home", "cell"})) + R"(,"number":)" + quoted(phone()) +
               "}";
      }
      out += "]";
    }
    return out + R"(,"seen":)" + quoted(base::format_day(day(2020, 2030)) + "T12:30:00-05:00") +
           "}";
  }

  // Valid for their schema, but not always something that the mapping can read.
  std::string theirs() {
    std::string out = R"({"Ref":)" + quoted(text(1, 20)) + R"(,"Who":{"Last":)" +
                      quoted(maybe() ? name() : text(1, 20)) + "}";
    const base::YearMonthDay d = base::civil(day(1900, 2090));
    char date[32];
    std::snprintf(date, sizeof date, maybe() ? "%02d/%02d/%04d" : "%02d-%02d-%04d", d.day, d.month,
                  d.year);
    out += R"(,"Born":)" + quoted(date);
    if (maybe()) out += R"(,"Lang":)" + quoted(one_of<std::string>({"E", "F", "X"}));
    if (maybe()) out += R"(,"Active":)" + quoted(one_of<std::string>({"Y", "N"}));
    if (maybe()) {
      out += R"(,"Amount":)" +
             quoted(one_of<std::string>({"12.50", "0.01", "999999", "-3", "1,50", "7"}));
    }
    if (maybe()) out += R"(,"Postal":)" + quoted(maybe() ? postal() : text(1, 9));
    if (maybe()) out += R"(,"Remark":)" + (maybe() ? quoted(text(1, 30)) : std::string("null"));
    if (maybe())
      out += R"(,"Needs":)" + quoted(one_of<std::string>({"W", "W;H", "J;O", "Q", ";", "H;L"}));
    out += R"(,"Count":0,"Seen":)" + quoted(base::format_day(day(2020, 2030)) + "T12:30:00Z");
    return out + "}";
  }

 private:
  template <class F>
  std::string list(F make) {
    std::string out;
    for (std::size_t i = 0, n = 1 + below(3); i < n; ++i) out += (i ? "," : "") + quoted(make());
    return out;
  }
  std::mt19937 random_;
};

TEST(MappingLaw, WhatCanBeSentComesBackTheSame) {
  const Compiled c = compiled(map_with({}));
  ASSERT_TRUE(c.mapping) << told(c.findings);
  const schema::Schema* ours = test_world().schemas.find("person@1");
  const schema::Schema* theirs = test_world().schemas.find("acme/tree@1");
  Generator generate(20240603);
  int sent = 0, refused = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string record = generate.ours();
    record::Document from;
    ASSERT_TRUE(format::read_json(record, {}, from).ok()) << record;
    ASSERT_TRUE(ours->check(from.root).empty()) << record;
    const Ran out = ran(*c.mapping, Way::out, record);
    // A code of a later table row comes back only on its own day; the others of its kind are
    // refused.
    if (!out.result.ok() || !theirs->check(out.document.root).empty()) {
      ++refused;
      continue;
    }
    ++sent;
    const Ran back = ran(*c.mapping, Way::in, out.json());
    ASSERT_TRUE(back.result.ok()) << record << "\n" << back.result.refusals[0].code;
    ASSERT_TRUE(record::equal(back.document.root, from.root)) << record << "\n"
                                                              << out.json() << "\n"
                                                              << back.json();
  }
  EXPECT_GT(sent, 9'000) << refused;
}

TEST(MappingLaw, WhatIsProvedNeverFails) {
  const Compiled c = compiled(map_with({}));
  ASSERT_TRUE(c.mapping);
  EXPECT_GT(c.mapping->proofs(Way::in).proved, c.mapping->proofs(Way::in).checked);
  const schema::Schema* ours = test_world().schemas.find("person@1");
  const schema::Schema* theirs = test_world().schemas.find("acme/tree@1");
  // Left to the check: the pattern of family, the length of remark and of given, the range of
  // cents.
  const std::set<std::string> left = {"/name/family", "/remark", "/cents", "/name/given"};
  Generator generate(7);
  int made = 0, caught = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string document = generate.theirs();
    record::Document from;
    ASSERT_TRUE(format::read_json(document, {}, from).ok()) << document;
    if (!theirs->check(from.root).empty()) continue;
    const Ran in = ran(*c.mapping, Way::in, document);
    if (!in.result.ok()) continue;
    ++made;
    for (const schema::Fault& fault : ours->check(in.document.root)) {
      ++caught;
      EXPECT_TRUE(left.contains(fault.pointer)) << fault.code << " at " << fault.pointer << "\n"
                                                << document;
    }
  }
  EXPECT_GT(made, 500);
  EXPECT_GT(caught, 100);
}

TEST(MappingLaw, ALossIsFoundWithAValueThatComesBackChanged) {
  const Compiled c = compiled(map_with({{"given", "name.given <-> Who.First | trim"}}));
  ASSERT_FALSE(c.mapping);
  ASSERT_EQ(c.findings.size(), 1u) << told(c.findings);
  EXPECT_EQ(c.findings[0].code, "M311");
  std::map<std::string, std::string> arguments(c.findings[0].arguments.begin(),
                                               c.findings[0].arguments.end());
  EXPECT_EQ(arguments["sent"], " x");
  EXPECT_EQ(arguments["back"], "x");
}

}  // namespace
}  // namespace portage::mapping::testing
