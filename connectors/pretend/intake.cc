// The province's intake: posts referrals as JSON, takes decisions and progress as JSON.
#include "connectors/pretend/courier.h"
#include "connectors/pretend/inbox.h"
#include "connectors/pretend/journey.h"
#include "connectors/pretend/json.h"
#include "connectors/pretend/partner.h"
#include "connectors/pretend/people.h"
#include "gateway/base/time.h"
#include "gateway/format/format.h"

namespace portage::pretend {
namespace {

// The first referrals are special, so that a short run has one of each; the others are everyday.
enum class Sort : std::uint8_t { before_the_change, other_catchment, known_client, everyday };
Sort sort_of(std::uint32_t number) {
  switch (number) {
    case 0:
      return Sort::before_the_change;  // goes to Halton's own employment unit
    case 1:
      return Sort::other_catchment;  // Peel's manager, who is down in the demonstration
    case 2:
      return Sort::known_client;  // will be declined
    default:
      return Sort::everyday;
  }
}

// ISO 639-2 for the intake, from the canonical code.
std::string_view their_language(std::string_view code) {
  constexpr std::pair<std::string_view, std::string_view> kCodes[] = {
      {"en", "eng"}, {"fr", "fra"}, {"ar", "ara"}, {"cr", "cre"}, {"es", "spa"},
      {"fa", "fas"}, {"it", "ita"}, {"pa", "pan"}, {"ta", "tam"}, {"uk", "ukr"},
      {"vi", "vie"}, {"zh", "zho"}, {"ase", "ase"}};
  for (const auto& [ours, theirs] : kCodes) {
    if (ours == code) return theirs;
  }
  return "und";
}

std::string referral_json(std::uint32_t seed, std::uint32_t number) {
  const Sort sort = sort_of(number);
  Person p = person(seed, "prov-intake", number);
  // A letter that Halton's charset lacks: its employment unit can't be sent this one.
  if (sort == Sort::before_the_change) p.family = "Żurek";
  const bool automatic = sort == Sort::everyday && number % 2 == 0;
  Json json;
  json.open("");
  json.text("referralNumber", made_uuid(seed, "prov-intake", "referral", number));
  json.text("applicationId", "A-" + std::to_string(seed) + "-" + std::to_string(1000 + number));
  json.text("receivedChannel", number % 3 == 0 ? "PHONE" : "ONLINE");
  json.text("program", "ontario-works");
  json.text("source", automatic ? "READINESS" : "WORKER");
  json.text("participation", "REQUIRED");
  if (!automatic) json.number("priority", number % 2 + 1);
  json.open("person");
  json.text("memberId", p.member_id);
  json.text("firstName", p.given);
  json.text("lastName", p.family);
  json.text("birthDate", p.birth_date);
  json.text("preferredLanguage", their_language(p.language));
  json.close();
  json.open("homeAddress");
  json.text("street", p.street);
  json.text("municipality", sort == Sort::other_catchment ? "Mississauga" : p.city);
  json.text("provinceCode", "ON");
  json.text("postalCode", sort == Sort::other_catchment ? "L5B 1A1" : p.postal);
  json.close();
  json.open("telephones", '[');
  json.open("");
  json.text("use", "HOME");
  json.text("number", p.home_phone);
  json.close();
  if (!p.cell_phone.empty()) {
    json.open("");
    json.text("use", "MOBILE");
    json.text("number", p.cell_phone);
    json.close();
  }
  json.close(']');
  json.text("email", p.email);
  json.open("supports", '[');
  json.close(']');
  if (sort == Sort::known_client)
    json.text("camsReference", "C-" + std::to_string(104'000 + number));
  json.open("contactPerson");
  json.text("name", "Intake and benefits unit (sample)");
  json.text("telephone", "416-555-0100");
  json.close();
  json.text("consentId", p.consent);
  json.text("submittedAt", sort == Sort::before_the_change ? "2023-03-31T23:30:00-04:00"
                                                           : base::format_toronto(base::now()));
  json.close();
  return json.take();
}

class Intake {
 public:
  Intake(http::Loop& loop, const Options& options)
      : loop_(loop),
        seed_(options.number("seed", 1)),
        count_(options.number("count", 8)),
        pace_ms_(options.number("pace-ms", 150)) {}

  void set_courier(std::unique_ptr<Courier> courier) { courier_ = std::move(courier); }

  void post_next() {
    if (posted_ == count_) {
      post_application();
      return;
    }
    const std::uint32_t number = posted_++;
    Message message{"intake-" + std::to_string(seed_) + "-" + std::to_string(number),
                    "portage.referral.v1", "province/referral@1", "application/json",
                    referral_json(seed_, number)};
    courier_->carry(std::move(message), [this](int status) {
      ++(status >= 200 && status < 300 ? accepted_ : refused_);
    });
    loop_.after(pace_ms_, [this] { post_next(); });
  }

  // The first step of the journey: a person has applied, and the municipality takes over.
  void post_application() {
    courier_->carry(
        {"application-" + std::to_string(seed_), "portage.application.v2", "application@2",
         "application/json", application_json(seed_)},
        [this](int status) { ++(status >= 200 && status < 300 ? accepted_ : refused_); });
  }

  bool take(const Delivered& item) {
    record::Document document;
    if (!item.content_type.starts_with("application/json") ||
        !format::read_json(item.body, format::Limits{}, document).ok()) {
      return false;
    }
    const record::Value* number = document.root.find("referralNumber");
    if (number == nullptr || !number->is(record::Kind::text)) return false;
    bool ours = false;
    for (std::uint32_t i = 0; i < count_ && !ours; ++i) {
      ours = number->as_text() == made_uuid(seed_, "prov-intake", "referral", i);
    }
    ++(!ours ? unknown_ : item.kind == "referral-decision" ? decisions_ : progress_);
    return true;
  }

  Counts counts() const {
    return {{"posted", posted_},       {"accepted", accepted_}, {"refused", refused_},
            {"decisions", decisions_}, {"progress", progress_}, {"unknown", unknown_}};
  }

 private:
  http::Loop& loop_;
  std::unique_ptr<Courier> courier_;
  std::uint32_t seed_, count_, pace_ms_;
  std::uint32_t posted_ = 0;
  std::uint64_t accepted_ = 0, refused_ = 0, decisions_ = 0, progress_ = 0, unknown_ = 0;
};

}  // namespace

int run_intake(const Options& options) {
  const std::string party = "prov-intake";
  const auto loops = http::make_loops(1);
  Intake intake(loops->at(0), options);
  auto courier = Courier::make(loops->at(0), options, party);
  if (!courier.ok()) return fail(courier.error());
  intake.set_courier(std::move(*courier));
  auto inbox =
      Inbox::open(*loops, options, [&](const Delivered& item) { return intake.take(item); });
  if (!inbox.ok()) return fail(inbox.error());
  say_ready(party, (*inbox)->port());
  loops->at(0).after(options.number("start-after-ms", 1), [&intake] { intake.post_next(); });
  await_stop(0);
  loops->stop(500);
  Counts counts = intake.counts();
  counts.insert(counts.end(), {{"received", (*inbox)->distinct}, {"repeats", (*inbox)->repeats}});
  say_counts(party, counts);
  return 0;
}

}  // namespace portage::pretend
