#include "gateway/pipeline/permit.h"

#include <algorithm>
#include <array>

#include "gateway/base/text.h"
#include "gateway/security/digest.h"

namespace portage::pipeline {

using agreements::Consent;
using record::Value;

namespace {

// The numbers that parties know a person by, wherever they stand at the top of a record or its
// subject.
constexpr std::array<std::string_view, 2> kNumbers = {"sams_member_id", "cams_client_ref"};

std::string text(const Value& group, std::string_view name) {
  const Value* value = group.find(name);
  return value != nullptr && value->is(record::Kind::text) ? std::string(value->as_text())
                                                           : std::string();
}

std::vector<std::string> texts(const Value& group, std::string_view name) {
  std::vector<std::string> out;
  if (const Value* list = group.find(name)) {
    for (const Value& item : list->items()) {
      if (item.is(record::Kind::text)) out.emplace_back(item.as_text());
    }
  }
  return out;
}

}  // namespace

Permit permit(const config::Config& config, std::string_view from, std::string_view to,
              std::string_view kind, base::Day today) {
  if (from == to || to == config.directory.desk()) return {};
  if (const agreements::Flow* flow = config.agreements.flow(from, to, kind, today))
    return {flow, {}};
  const bool once = config.agreements.any_flow(from, to, kind) != nullptr;
  return {nullptr, once ? "agreement.withdrawn" : "agreement.none"};
}

Permit permit(const config::Config& config, const agreements::Consents& consents,
              const record::Record& record, std::string_view to, base::Micros now) {
  const record::Envelope& envelope = record.envelope;
  Permit out = permit(config, envelope.source, to, envelope.kind, base::toronto_day(now));
  if (out.flow == nullptr) return out;
  const agreements::ConsentRule rule = out.flow->agreement->consent;
  if (rule == agreements::ConsentRule::none) return out;
  const bool needed = rule == agreements::ConsentRule::required;
  if (!needed && consents.empty()) return out;
  // A refusal under one number counts for the person; a consent under one is enough.
  agreements::Say worst = needed ? agreements::Say::missing : agreements::Say::allowed;
  bool given = false;
  for (const std::string& person : persons_of(record.data.root)) {
    const agreements::Say say = consents.ask(*out.flow, person, envelope.source, to, now);
    if (say == agreements::Say::allowed) {
      given = true;
    } else if (say > worst) {
      worst = say;
    }
  }
  const bool refused = worst == agreements::Say::withdrawn || worst == agreements::Say::limited;
  if (refused || (needed && !given)) out.cause = agreements::say_cause(worst);
  return out;
}

std::vector<std::string> persons_of(const Value& canonical) {
  std::vector<std::string> out;
  const auto add = [&](const Value& group) {
    for (const std::string_view name : kNumbers) {
      const std::string number = text(group, name);
      if (number.empty()) continue;
      out.push_back(base::hex(security::sha256({name, ":", number})));
    }
  };
  add(canonical);
  if (const Value* subject = canonical.find("subject")) add(*subject);
  return out;
}

std::vector<Consent> consents_from(const Value& canonical) {
  Consent consent;
  consent.id = text(canonical, "consent_id");
  consent.purposes = texts(canonical, "purposes");
  consent.kinds = texts(canonical, "record_types");
  if (const Value* to = canonical.find("to_orgs")) {
    for (const Value& one : to->items()) {
      std::string party = text(one, "party");
      if (party.empty())
        party = "-";  // an organisation that is no party here: it limits all the same
      consent.receivers.push_back(std::move(party));
    }
  }
  if (const auto given = base::parse_instant(text(canonical, "given_at")))
    consent.given_at = *given;
  if (const auto last = base::parse_day(text(canonical, "expires"))) consent.expires = *last;
  if (const auto end = base::parse_instant(text(canonical, "withdrawn_at"))) {
    consent.withdrawn_at = *end;
  }
  std::vector<Consent> out;
  for (std::string& person : persons_of(canonical)) {
    out.push_back(consent);
    out.back().person = std::move(person);
  }
  return out;
}

}  // namespace portage::pipeline
