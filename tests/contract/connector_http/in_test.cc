#include "connectors/http/in.h"

#include <gtest/gtest.h>

#include <future>

#include "tests/contract/connector_http/fake_gate.h"
#include "tests/support/certificates.h"

namespace portage::connector {
namespace {

using http::header;

class HttpInTest : public testing::Test {
 protected:
  HttpInTest() {
    halton_ = authority_.issue("cmsm-halton", "");
    peel_ = authority_.issue("cmsm-peel", "");
    stranger_ = authority_.issue("stranger", "");
    certificates_ = {{test::Certificates::digest(halton_.certificate), "cmsm-halton"},
                     {test::Certificates::digest(peel_.certificate), "cmsm-peel"}};
    http::ServerOptions options;
    options.tls = options.client_certificate = true;
    options.files = authority_.issue("localhost", "IP:127.0.0.1");
    auto made = http::listen(*loops_, options, [this](std::shared_ptr<http::Exchange> exchange) {
      in_.handle(std::move(exchange));
    });
    if (made.ok()) server_ = std::move(made).value();
  }
  ~HttpInTest() override { server_.reset(); }

  http::Response ask(http::OutRequest request) { return ask(halton_, std::move(request)); }
  http::Response ask(const http::TlsFiles& files, http::OutRequest request) {
    http::ClientOptions options;
    options.url = "https://127.0.0.1:" + std::to_string(server_->port());
    options.files = files;
    auto client = http::make_client(loops_->at(0), options);
    std::promise<http::SendResult> promise;
    (*client)->send(std::move(request),
                    [&](http::SendResult r) { promise.set_value(std::move(r)); });
    http::SendResult result = promise.get_future().get();
    EXPECT_TRUE(result.ok) << result.failure.code << result.failure.detail;
    return std::move(result.response);
  }
  static http::OutRequest post(http::Headers headers, std::string body = "{}",
                               std::string target = "/v1/in/cmsm-halton") {
    return {"POST", std::move(target), std::move(headers), std::move(body)};
  }
  static http::OutRequest event(http::Headers more = {}, std::string body = "{}") {
    http::Headers headers{{"content-type", "application/json"},
                          {"ce-specversion", "1.0"},
                          {"ce-id", "a1"},
                          {"ce-source", "cmsm-halton"},
                          {"ce-type", "portage.referral.v1"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return post(std::move(headers), std::move(body));
  }
  static void expect_problem(const http::Response& response, int status, const std::string& code) {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(header(response.headers, "content-type"), "application/problem+json");
    EXPECT_NE(response.body.find("\"code\":\"" + code + "\""), std::string::npos) << response.body;
    EXPECT_NE(response.body.find("\"type\":\"urn:portage:error:" + code + "\""), std::string::npos);
    EXPECT_NE(response.body.find("\"status\":" + std::to_string(status)), std::string::npos);
  }

  std::optional<std::string> find(const http::Peer& peer, std::string_view path_party,
                                  base::Error& why) const {
    auto found = certificates_.find(peer.certificate);
    if (found == certificates_.end()) {
      why = base::make_error(base::ErrorKind::denied, "http.certificate_unknown");
      return std::nullopt;
    }
    if (path_party != "cmsm-halton" && path_party != "cmsm-peel") {
      why = base::make_error(base::ErrorKind::not_found, "http.party_unknown");
      return std::nullopt;
    }
    if (found->second != path_party) {
      why = base::make_error(base::ErrorKind::denied, "http.certificate_other_party",
                             {{"party", std::string(path_party)}});
      return std::nullopt;
    }
    return found->second;
  }

  test::Certificates authority_;
  http::TlsFiles halton_, peel_, stranger_;
  std::map<std::string, std::string> certificates_;
  std::unique_ptr<http::Loops> loops_ = http::make_loops(2);
  test::FakeGate gate_;
  HttpIn in_{gate_, [this](const http::Peer& peer, std::string_view path, base::Error& why) {
               return find(peer, path, why);
             }};
  std::unique_ptr<http::Server> server_;
};

TEST_F(HttpInTest, TakesAnOwnFormByItsContentType) {
  http::Response response =
      ask(post({{"content-type", "Text/XML; charset=\"ISO-8859-1\""}, {"accept-language", "fr"}},
               "<a/>", "/v1/in/cmsm-halton?form=halton/referral@2"));
  EXPECT_EQ(response.status, 202) << response.body;
  EXPECT_EQ(header(response.headers, "location"), "/v1/records/01J0000000000000000000000A");
  EXPECT_EQ(response.body, R"({"id":"01J0000000000000000000000A"})");
  EXPECT_EQ(header(response.headers, "idempotency-replayed"), "");
  Arrival arrival = gate_.arrivals().at(0);
  EXPECT_EQ(arrival.party, "cmsm-halton");
  EXPECT_EQ(arrival.content_type, "text/xml");
  EXPECT_EQ(arrival.charset, "iso-8859-1");
  EXPECT_EQ(arrival.form, "halton/referral@2");
  EXPECT_EQ(arrival.bytes, "<a/>");
  EXPECT_EQ(arrival.language, "fr");
  EXPECT_FALSE(arrival.structured);
  EXPECT_TRUE(arrival.attributes.empty());
  EXPECT_GT(arrival.received_at, 1'600'000'000'000'000);
}

TEST_F(HttpInTest, TakesBinaryEventsAndDecodesOnce) {
  http::Response response =
      ask(event({{"ce-subject", "\"a%20\\\"b%C3%A9%2541\""}, {"ce-inreplyto", "x"}}, "{\"a\":1}"));
  EXPECT_EQ(response.status, 202) << response.body;
  Arrival arrival = gate_.arrivals().at(0);
  std::map<std::string, std::string> attributes(arrival.attributes.begin(),
                                                arrival.attributes.end());
  EXPECT_EQ(attributes["id"], "a1");
  EXPECT_EQ(attributes["subject"], "a \"b\xC3\xA9%41");
  EXPECT_EQ(attributes["inreplyto"], "x");
  EXPECT_EQ(attributes.size(), 6u);
}

TEST_F(HttpInTest, TakesStructuredEventsAsTheyAre) {
  http::Response response =
      ask(post({{"content-type", "application/cloudevents+json; charset=utf-8"}, {"ce-id", "no"}}));
  EXPECT_EQ(response.status, 202);
  EXPECT_TRUE(gate_.arrivals().at(0).structured);
  EXPECT_TRUE(gate_.arrivals().at(0).attributes.empty());
}

TEST_F(HttpInTest, GivesARepeatTheSameReceiptAndSaysSo) {
  http::Response first = ask(event());
  http::Response second = ask(event());
  EXPECT_EQ(second.status, 202);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(header(second.headers, "location"), header(first.headers, "location"));
  EXPECT_EQ(header(second.headers, "idempotency-replayed"), "true");
  expect_problem(ask(event({}, "{\"other\":true}")), 409, "commit.conflict");
}

TEST_F(HttpInTest, KnowsWhoMaySendWhere) {
  expect_problem(ask(stranger_, event()), 401, "http.certificate_unknown");
  expect_problem(ask(peel_, event()), 403, "http.certificate_other_party");
  expect_problem(ask(post({{"content-type", "a/b"}}, "x", "/v1/in/cmsm-nowhere")), 404,
                 "http.party_unknown");
  expect_problem(ask(post({{"content-type", "a/b"}}, "x", "/v1/in/")), 404, "http.no_such_path");
  expect_problem(ask(post({{"content-type", "a/b"}}, "x", "/v1/in/cmsm-halton/more")), 404,
                 "http.no_such_path");
  EXPECT_TRUE(gate_.arrivals().empty());
}

TEST_F(HttpInTest, AnswersOtherMethodsWithTheOneAllowed) {
  for (const char* method : {"GET", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
    http::Response response = ask({method, "/v1/in/cmsm-halton", {}, ""});
    expect_problem(response, 405, "http.method");
    EXPECT_EQ(header(response.headers, "allow"), "POST");
  }
  EXPECT_EQ(ask({"HEAD", "/v1/in/cmsm-halton", {}, ""}).status, 405);
}

TEST_F(HttpInTest, RefusesWhatItCannotUnwrap) {
  expect_problem(ask(post({})), 415, "http.no_content_type");
  expect_problem(ask(post({{"content-type", "json"}})), 400, "http.bad_content_type");
  expect_problem(ask(post({{"content-type", "a/b; charset"}})), 400, "http.bad_content_type");
  expect_problem(ask(post({{"content-type", "a/b; charset=x; charset=y"}})), 400,
                 "http.bad_content_type");
  expect_problem(ask(post({{"content-type", "a/b"}, {"content-type", "a/c"}})), 400,
                 "http.header_twice");
  expect_problem(ask(post({{"content-type", "a/b"}, {"content-encoding", "gzip"}})), 415,
                 "http.content_encoding");
  expect_problem(ask(post({{"content-type", "application/cloudevents-batch+json"}}, "[]")), 415,
                 "http.cloudevents_batch");
  expect_problem(ask(post({{"content-type", "application/cloudevents+avro"}})), 415,
                 "http.cloudevents_format");
  expect_problem(ask(post({{"content-type", "a/b"}}, "x", "/v1/in/cmsm-halton?form=a&form=b")), 400,
                 "http.form_twice");
  EXPECT_TRUE(gate_.arrivals().empty());
}

TEST_F(HttpInTest, RefusesBrokenEventHeaders) {
  for (const char* bad : {"%C0%A0", "%ff", "%0a", "%00", "%4", "\"open", "a%7F"}) {
    expect_problem(ask(event({{"ce-subject", bad}})), 400, "http.cloudevents_header");
  }
  expect_problem(ask(event({{"ce-datacontenttype", "text/xml"}})), 400, "http.cloudevents_header");
  expect_problem(ask(event({{"ce-bad_name", "x"}})), 400, "http.cloudevents_header");
  expect_problem(ask(event({{"ce-id", "a2"}})), 400, "http.header_twice");
  expect_problem(ask(post({{"content-type", "a/b"}, {"ce-id", "1"}})), 400,
                 "envelope.attribute_missing");
  expect_problem(ask(post({{"content-type", "a/b"}, {"ce-specversion", "0.3"}})), 400,
                 "envelope.specversion");
  EXPECT_TRUE(gate_.arrivals().empty());
}

TEST_F(HttpInTest, ListsEveryFaultWithItsPlaceInTheSendersLanguage) {
  Verdict verdict;
  verdict.error = base::make_error(base::ErrorKind::invalid, "http.malformed");
  verdict.faults = {
      {"http.method", "/client/dob", 3, 9, "referral.map:12", {{"method", "M"}, {"allowed", "A"}}},
      {"http.party_unknown", "", 0, 0, "", {}}};
  gate_.answer(verdict);
  http::OutRequest request = event();
  request.headers.emplace_back("accept-language", "fr-CA");
  http::Response response = ask(std::move(request));
  expect_problem(response, 400, "http.malformed");
  EXPECT_EQ(header(response.headers, "content-language"), "fr");
  EXPECT_NE(response.body.find(R"("errors":[{"pointer":"/client/dob","line":3,"column":9,)"
                               R"("code":"http.method","detail":"M n'est pas accept)"),
            std::string::npos)
      << response.body;
  EXPECT_NE(response.body.find(R"("rule":"referral.map:12"})"), std::string::npos);
  EXPECT_NE(response.body.find(R"("who_acts":"sender")"), std::string::npos);
}

TEST_F(HttpInTest, SaysWhenToComeBack) {
  Verdict verdict;
  verdict.error = base::make_error(base::ErrorKind::unavailable, "commit.receiver_slow");
  gate_.answer(verdict);
  http::Response unsaid = ask(event());
  expect_problem(unsaid, 503, "commit.receiver_slow");
  EXPECT_NE(header(unsaid.headers, "retry-after"), "");
  verdict.retry_after_s = 17;
  gate_.answer(verdict);
  EXPECT_EQ(header(ask(event()).headers, "retry-after"), "17");
}

TEST_F(HttpInTest, NamesAFaultOfOursWithoutDetails) {
  gate_.answer(Verdict{});
  expect_problem(ask(event()), 500, "internal");
}

}  // namespace
}  // namespace portage::connector
