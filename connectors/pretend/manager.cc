// A service system manager: takes referrals as XML, answers each after a while with a decision, and
// tells when the person has started. A person with a client reference already is declined (an
// action plan is active); everybody else is accepted.
#include "connectors/pretend/courier.h"
#include "connectors/pretend/inbox.h"
#include "connectors/pretend/journey.h"
#include "connectors/pretend/partner.h"
#include "gateway/base/time.h"
#include "gateway/format/format.h"

namespace portage::pretend {
namespace {

constexpr std::string_view kNamespace = "{urn:portage:sample:ssm:1}";
constexpr base::Micros kThreeDays = 3ll * 24 * 3600 * 1'000'000;

struct Referral {
  std::string id, sender_case;
  bool has_client = false;
};

std::string text_of(const record::Value& group, const std::string& member) {
  const record::Value* value = group.find(member);
  return value != nullptr && value->is(record::Kind::text) ? std::string(value->as_text())
                                                           : std::string();
}

bool read_referral(const std::string& body, Referral& out) {
  record::Document document;
  if (!format::read_xml(body, format::Limits{}, document).ok()) return false;
  const record::Value* root = document.root.find(std::string(kNamespace) + "Referral");
  if (root == nullptr || !root->is(record::Kind::group)) return false;
  out.id = text_of(*root, "@id");
  out.sender_case = text_of(*root, std::string(kNamespace) + "SenderCase");
  out.has_client = !text_of(*root, std::string(kNamespace) + "CamsReference").empty();
  return out.id.size() == 36;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

std::string open_answer(std::string_view element, const Referral& referral) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + std::string(element) +
                    " xmlns=\"urn:portage:sample:ssm:1\" referral=\"" + escaped(referral.id) +
                    "\">";
  if (!referral.sender_case.empty()) {
    out += "<SenderCase>" + escaped(referral.sender_case) + "</SenderCase>";
  }
  return out;
}

std::string decision_xml(const Referral& referral) {
  const base::Micros now = base::now();
  std::string out = open_answer("Decision", referral);
  out += referral.has_client ? "<Outcome>DECLINE</Outcome><Step>4.0</Step><Reason>R04</Reason>"
                             : "<Outcome>ACCEPT</Outcome><Step>5.1.1</Step>";
  out += "<Provider><Name>Sample Employment Services</Name><Site>Oakville</Site></Provider>";
  if (!referral.has_client) {
    out += "<FirstAppointment>" + base::format_toronto(now + kThreeDays) + "</FirstAppointment>";
  }
  return out + "<DecidedAt>" + base::format_toronto(now) + "</DecidedAt></Decision>\n";
}

std::string progress_xml(const Referral& referral) {
  return open_answer("Progress", referral) + "<State>started</State><Step>5.1.4</Step><At>" +
         base::format_toronto(base::now()) + "</At></Progress>\n";
}

class ServiceSystem {
 public:
  ServiceSystem(http::Loop& loop, const Options& options)
      : loop_(loop),
        answer_after_ms_(options.number("answer-after-ms", 800)),
        late_(options.number("late", 0)),
        late_ms_(options.number("late-ms", 6'000)),
        progress_after_ms_(options.number("progress-after-ms", 0)) {}

  void set_courier(std::unique_ptr<Courier> courier) { courier_ = std::move(courier); }

  bool take(const Delivered& item) {
    if (item.content_type.starts_with("application/json")) return take_json(item);
    Referral referral;
    if (item.kind != "referral" || !item.content_type.starts_with("application/xml") ||
        !read_referral(item.body, referral)) {
      return false;
    }
    ++referrals_;
    // One referral, counted from 1, is answered late.
    const std::uint32_t wait = referrals_ == late_ ? late_ms_ : answer_after_ms_;
    loop_.after(wait, [this, referral] { decide(referral); });
    return true;
  }

  Counts counts() const {
    return {{"referrals", referrals_},
            {"accepted", accepted_},
            {"declined", declined_},
            {"answers_taken", answers_taken_},
            {"answers_refused", answers_refused_},
            {"plans", plans_},
            {"outcomes", outcomes_},
            {"not_for_us", not_for_us_}};
  }

 private:
  // Plans are kept; what a provider tells about an outcome goes on to the ministry in our name.
  bool take_json(const Delivered& item) {
    record::Document document;
    if (!format::read_json(item.body, format::Limits{}, document).ok()) return false;
    not_for_us_ += not_for("ssm-halton", item.kind, document.root).size();
    if (item.kind == "action-plan") {
      ++plans_;
      return true;
    }
    if (item.kind != "outcome") return false;
    ++outcomes_;
    loop_.after(answer_after_ms_, [this, item] {
      send(
          {"outcome-" + item.id, "portage.outcome.v1", "outcome@1", "application/json", item.body});
    });
    return true;
  }

  void decide(const Referral& referral) {
    ++(referral.has_client ? declined_ : accepted_);
    send({"decision-" + referral.id, "portage.referral-decision.v1", "ssm/decision@1",
          "application/xml", decision_xml(referral)});
    if (progress_after_ms_ == 0 || referral.has_client) return;
    loop_.after(progress_after_ms_, [this, referral] {
      send({"started-" + referral.id, "portage.referral-status.v1", "ssm/status@1",
            "application/xml", progress_xml(referral)});
    });
  }

  void send(Message message) {
    courier_->carry(std::move(message), [this](int status) {
      ++(status >= 200 && status < 300 ? answers_taken_ : answers_refused_);
    });
  }

  http::Loop& loop_;
  std::unique_ptr<Courier> courier_;
  std::uint32_t answer_after_ms_, late_, late_ms_, progress_after_ms_;
  std::uint64_t referrals_ = 0, accepted_ = 0, declined_ = 0;
  std::uint64_t answers_taken_ = 0, answers_refused_ = 0;
  std::uint64_t plans_ = 0, outcomes_ = 0, not_for_us_ = 0;
};

}  // namespace

int run_manager(const Options& options) {
  const std::string party = options.text("party", "ssm-halton");
  const auto loops = http::make_loops(1);
  ServiceSystem manager(loops->at(0), options);
  auto courier = Courier::make(loops->at(0), options, party);
  if (!courier.ok()) return fail(courier.error());
  manager.set_courier(std::move(*courier));
  auto inbox =
      Inbox::open(*loops, options, [&](const Delivered& item) { return manager.take(item); });
  if (!inbox.ok()) return fail(inbox.error());
  say_ready(party, (*inbox)->port());
  await_stop(0);
  loops->stop(500);
  Counts counts = manager.counts();
  counts.insert(counts.end(), {{"received", (*inbox)->distinct},
                               {"repeats", (*inbox)->repeats},
                               {"strange", (*inbox)->strange}});
  say_counts(party, counts);
  return 0;
}

}  // namespace portage::pretend
