#include <gtest/gtest.h>

#include "gateway/base/catalogue.h"
#include "gateway/http/problem.h"
#include "gateway/http/target.h"
#include "gateway/http/url.h"

namespace portage::http {
namespace {

TEST(PercentDecode, DecodesOnceAndRefusesWhatIsNotUtf8) {
  EXPECT_EQ(percent_decode("a%20b%c3%A9%2541").value(), "a b\xC3\xA9%41");
  for (const char* bad : {"%", "%4", "%G1", "a%", "%C0%A0", "%FF", "%ED%A0%80", "\xFF"}) {
    EXPECT_FALSE(percent_decode(bad).ok()) << bad;
  }
}

TEST(PercentEncode, EncodesWhatTheCloudEventsBindingNames) {
  EXPECT_EQ(percent_encode("a \"%\xC3\xA9~!"), "a%20%22%25%C3%A9~!");
  EXPECT_EQ(percent_decode(percent_encode("\x01\x7F \"\xE2\x82\xAC")).value(),
            "\x01\x7F \"\xE2\x82\xAC");
}

TEST(ParseTarget, DecodesPathOnceAndQueryPairs) {
  Target target;
  ASSERT_TRUE(parse_target("/a%2541?form=halton%2Freferral%402&empty&b=1+2", target));
  EXPECT_EQ(target.path, "/a%41");
  ASSERT_EQ(target.query.size(), 3u);
  EXPECT_EQ(target.query[0].second, "halton/referral@2");
  EXPECT_EQ(target.query[1].first, "empty");
  EXPECT_EQ(target.query[2].second, "1 2");
}

TEST(ParseUrl, TakesItApart) {
  auto to = parse_url("https://[::1]:8443/base/");
  ASSERT_TRUE(to.ok());
  EXPECT_TRUE(to->tls);
  EXPECT_EQ(to->host, "::1");
  EXPECT_EQ(to->port, 8443);
  EXPECT_EQ(to->base, "/base");
  EXPECT_EQ(to->host_header, "[::1]:8443");
  EXPECT_EQ(parse_url("http://example.org").value().port, 80);
  EXPECT_EQ(parse_url("unix:/run/x.sock").value().unix_path, "/run/x.sock");
  for (const char* bad : {"", "example.org", "ftp://h", "http://", "http://h:", "http://h:0",
                          "http://h:99999", "http://h:8x", "http://u:p@h", "http://h/?q",
                          "http://h/#f", "unix:relative", "http://[::1", "http://h /"}) {
    EXPECT_FALSE(parse_url(bad).ok()) << bad;
  }
}

TEST(ProblemJson, EscapesAndNamesEveryPlace) {
  Problem problem;
  problem.code = "http.no_such_path";
  problem.parts = {{"http.malformed", "/a\"b\\\n", "referral.map:12", 3, 7, {}},
                   {"http.malformed", "", "", 0, 0, {}}};
  std::string json = problem_json(problem, base::Language::english);
  EXPECT_NE(json.find(R"("type":"urn:portage:error:http.no_such_path")"), std::string::npos)
      << json;
  EXPECT_NE(json.find(R"("status":404)"), std::string::npos);
  EXPECT_NE(json.find(R"("who_acts":"sender")"), std::string::npos);
  EXPECT_NE(json.find(R"("pointer":"/a\"b\\\u000a","line":3,"column":7,)"), std::string::npos)
      << json;
  EXPECT_NE(json.find(R"({"pointer":"","code":"http.malformed")"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("rule":"referral.map:12")"), std::string::npos);
}

TEST(ProblemJson, MakesInvalidUtf8Harmless) {
  std::string out;
  append_json(out, "a\xFF\xC3z");
  EXPECT_EQ(out, "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\"");
}

TEST(ProblemJson, SpeaksTheReadersLanguage) {
  Response french = problem_response(405, "http.method", "fr-CA,fr;q=0.9,en;q=0.5");
  EXPECT_EQ(header(french.headers, "content-language"), "fr");
  EXPECT_EQ(header(french.headers, "content-type"), "application/problem+json");
  EXPECT_NE(french.body.find("Cette m\xC3\xA9thode n'est pas accept\xC3\xA9"
                             "e"),
            std::string::npos);
  Response english = problem_response(405, "http.method", "en");
  EXPECT_NE(english.body.find("This method is not answered"), std::string::npos);
}

TEST(ProblemJson, NeverShowsAFileOfThisMachine) {
  base::Error error =
      base::make_error(base::ErrorKind::invalid, "http.malformed", {},
                       {.file = "/etc/secret", .line = 2, .column = 0, .pointer = ""});
  Response response = problem_response(error, "en");
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
  EXPECT_NE(response.body.find("\"line\":2"), std::string::npos);
}

}  // namespace
}  // namespace portage::http
