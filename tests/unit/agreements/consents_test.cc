// Consents: what a person gave, limited and withdrew, by purpose, kind and receiver.
#include "tests/unit/agreements/shipped.h"

namespace portage::agreements {
namespace {

base::Micros at(std::string_view text) { return *base::parse_instant(text); }

Flow flow_with(ConsentRule rule) {
  auto agreement = std::make_shared<Agreement>();
  agreement->purpose = "EMPLOYMENT_SERVICES";
  agreement->consent = rule;
  Flow flow;
  flow.agreement = agreement;
  flow.kind = "referral";
  return flow;
}

Consent given(std::string id, std::string_view when) {
  Consent c;
  c.id = std::move(id);
  c.person = "p";
  c.purposes = {"EMPLOYMENT_SERVICES"};
  c.given_at = at(when);
  return c;
}

const base::Micros kNow = at("2026-11-16T12:00:00Z");

Say ask(const Consents& consents, ConsentRule rule, std::string_view to = "ssm-halton",
        base::Micros now = kNow) {
  return consents.ask(flow_with(rule), "p", "cmsm-halton", to, now);
}

TEST(Consents, AreMissingOnlyWhereTheAgreementNeedsThem) {
  const Consents none;
  EXPECT_EQ(ask(none, ConsentRule::none), Say::allowed);
  EXPECT_EQ(ask(none, ConsentRule::respected), Say::allowed);
  EXPECT_EQ(ask(none, ConsentRule::required), Say::missing);
}

TEST(Consents, WithdrawalActsAtOnceAndNotBefore) {
  Consents consents;
  Consent c = given("1", "2026-01-01T00:00:00Z");
  c.withdrawn_at = at("2026-11-16T11:59:59Z");
  consents.put(c);
  EXPECT_EQ(ask(consents, ConsentRule::respected), Say::withdrawn);
  EXPECT_EQ(ask(consents, ConsentRule::required), Say::withdrawn);
  EXPECT_EQ(ask(consents, ConsentRule::required, "ssm-halton", at("2026-11-16T11:59:58Z")),
            Say::allowed);
  EXPECT_EQ(ask(consents, ConsentRule::none), Say::allowed);  // the law alone decides
  EXPECT_EQ(
      consents.ask(flow_with(ConsentRule::required), "another", "cmsm-halton", "ssm-halton", kNow),
      Say::missing);
}

TEST(Consents, AreLimitedByPurposeKindAndReceiver) {
  for (const char* what : {"purpose", "kind", "receiver", "holder"}) {
    Consents consents;
    Consent c = given("1", "2026-01-01T00:00:00Z");
    if (what[0] == 'p') c.purposes = {"HOUSING"};
    if (what[0] == 'k') c.kinds = {"outcome"};
    if (what[0] == 'r') c.receivers = {"ssm-peel"};
    if (what[0] == 'h') c.holder = "cmsm-peel";
    consents.put(c);
    const bool speaks = what[0] == 'k' || what[0] == 'r';  // of this purpose, but not of this flow
    EXPECT_EQ(ask(consents, ConsentRule::required), speaks ? Say::limited : Say::missing) << what;
    EXPECT_EQ(ask(consents, ConsentRule::respected), speaks ? Say::limited : Say::allowed) << what;
    consents.put(given("2", "2026-02-01T00:00:00Z"));
    EXPECT_EQ(ask(consents, ConsentRule::required), Say::allowed) << what;
  }
}

TEST(Consents, EndWithTheirLastDayInToronto) {
  Consents consents;
  Consent c = given("1", "2026-01-01T00:00:00Z");
  c.expires = day("2026-11-16");
  consents.put(c);
  EXPECT_EQ(ask(consents, ConsentRule::required, "x", at("2026-11-17T04:59:00Z")), Say::allowed);
  EXPECT_EQ(ask(consents, ConsentRule::required, "x", at("2026-11-17T05:00:00Z")), Say::withdrawn);
}

TEST(Consents, TheNewestWordCounts) {
  Consents consents;
  Consent first = given("1", "2026-01-01T00:00:00Z");
  first.withdrawn_at = at("2026-03-01T00:00:00Z");
  consents.put(first);
  consents.put(given("2", "2026-05-01T00:00:00Z"));
  EXPECT_EQ(ask(consents, ConsentRule::required), Say::allowed);
  Consent again = given("2", "2026-05-01T00:00:00Z");
  again.withdrawn_at = at("2026-06-01T00:00:00Z");
  consents.put(again);  // the same consent, told again with its end
  EXPECT_EQ(ask(consents, ConsentRule::required), Say::withdrawn);
  EXPECT_EQ(consents.size(), 2u);
}

TEST(Consents, EveryCauseHasItsText) {
  for (const Say say : {Say::missing, Say::limited, Say::withdrawn}) {
    const std::string cause(say_cause(say));
    EXPECT_NE(base::say(cause, base::Language::french), cause);
    EXPECT_NE(base::say(cause, base::Language::english), base::say(cause, base::Language::french));
  }
}

}  // namespace
}  // namespace portage::agreements
