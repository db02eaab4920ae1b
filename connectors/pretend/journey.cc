#include "connectors/pretend/journey.h"

#include <array>

#include "connectors/pretend/json.h"
#include "connectors/pretend/people.h"
#include "gateway/base/time.h"

namespace portage::pretend {
namespace {

constexpr std::int32_t kReviewIn_days = 92, kCheckpointAfter_days = 90;
constexpr std::string_view kDigest =
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

Person applicant(std::uint32_t seed) { return person(seed, "journey", 0); }

std::string day_in(std::int32_t days) {
  return base::format_day(base::Day{base::toronto_day(base::now()).since_1970 + days});
}

void caseworker(Json& json) {
  json.open("caseworker_contact");
  json.text("name", "Duty desk (sample)");
  json.text("phone", "+19055550100");
  json.close();
}

}  // namespace

std::string application_json(std::uint32_t seed) {
  const Person p = applicant(seed);
  Json json;
  json.open("");
  json.text("application_id", "A-" + std::to_string(seed) + "-2001");
  json.text("sams_member_id", p.member_id);
  json.text("case_id", "910000417");
  json.text("intake_channel", "IBAU_PHONE");
  json.text("disposition", "REFERRED_LOCAL");
  json.text("readiness_result", "NOT_READY");
  json.open("applicant");
  json.text("given", p.given);
  json.text("family", p.family);
  json.close();
  json.text("date_of_birth", p.birth_date);
  json.text("sin", "000000000");
  json.text("marital_status", "1");
  json.text("case_class", "SINGLE");
  json.text("fsa", "L6H");
  json.text("language", p.language);
  json.truth("urgent_need", true);
  json.text("received_at", base::format_toronto(base::now()));
  json.close();
  return json.take();
}

std::string action_plan_json(std::uint32_t seed) {
  Json json;
  json.open("");
  json.text("plan_id", "P-" + std::to_string(seed) + "-77");
  json.text("sams_member_id", applicant(seed).member_id);
  json.number("version", 1);
  json.text("status", "ACTIVE");
  json.open("goals", '[');
  json.open("");
  json.text("goal_id", "G1");
  json.text("goal", "HOUSING");
  json.truth("reached", false);
  json.close();
  json.close(']');
  json.open("items", '[');
  json.open("");
  json.text("item_id", "S1");
  json.text("activity", "HOUSING_SEARCH");
  json.text("status", "STARTED");
  json.close();
  json.close(']');
  json.text("participation_deferral", "CAREGIVER");  // the municipality's to know
  json.text("next_review", day_in(kReviewIn_days));
  caseworker(json);
  json.text("fsa", "L6H");
  json.text("agreed_on", day_in(0));
  json.close();
  return json.take();
}

std::string benefit_request_json(std::uint32_t seed) {
  Json json;
  json.open("");
  json.text("request_id", made_uuid(seed, "odsp-halton", "benefit", 0));
  json.text("sender_ref", "O-" + std::to_string(seed) + "-88");
  json.text("program", "ODSP");
  json.text("sams_member_id", applicant(seed).member_id);
  json.text("item", "MOVING");
  json.number("amount_cents", 85'000);
  json.open("vendor");
  json.text("name", "Sample Movers");
  json.close();
  json.truth("urgent", true);
  json.text("fsa", "L6H");
  caseworker(json);
  json.text("requested_at", base::format_toronto(base::now()));
  json.close();
  return json.take();
}

std::string benefit_decision_json(std::string_view request_id, std::string_view sender_ref) {
  const std::string today = day_in(0);
  Json json;
  json.open("");
  json.text("request_id", request_id);
  json.text("sender_ref", sender_ref);
  json.text("decision", "PARTIAL");
  json.number("issued_cents", 60'000);
  json.open("payee");
  json.text("name", "Sample Movers");
  json.close();
  json.text("issue_date", today);
  json.text("funding", "MUNICIPAL_100");
  json.text("budget_month", today.substr(0, 7));
  json.text("reason", "LOWER_COST");
  json.text("decided_at", base::format_toronto(base::now()));
  json.close();
  return json.take();
}

std::string outcome_json(std::uint32_t seed) {
  Json json;
  json.open("");
  json.text("eap_id", "EAP-" + std::to_string(seed) + "-40917");
  json.text("checkpoint", "M3");
  json.text("checkpoint_date", day_in(0));
  json.text("result", "FUNDED_20H");
  json.text("job_start", day_in(-kCheckpointAfter_days));
  json.text("employer", "Sample Bakery");  // the ministry counts jobs, not employers
  json.number("hours_per_week", 32);
  json.number("hourly_wage_cents", 1'850);
  json.truth("subsidized", false);
  json.text("evidence_type", "EMPLOYMENT_LETTER");
  json.text("evidence_sha256", kDigest);
  json.text("fsa", "L6H");
  json.close();
  return json.take();
}

std::vector<std::string> not_for(std::string_view receiver, std::string_view kind,
                                 const record::Value& record) {
  struct Withheld {
    std::string_view receiver, kind, member;
  };
  constexpr std::array<Withheld, 3> kWithheld{
      {{"ssm-halton", "action-plan", "participation_deferral"},
       {"prov-employment", "outcome", "employer"},
       {"prov-benefits", "benefit-decision", "sender_ref"}}};
  std::vector<std::string> seen;
  for (const Withheld& one : kWithheld) {
    if (one.receiver == receiver && one.kind == kind && record.find(one.member) != nullptr) {
      seen.emplace_back(one.member);
    }
  }
  return seen;
}

}  // namespace portage::pretend
