// Step 2, admit: may this party send this kind of record here, in this form.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/pipeline/steps.h"

namespace portage::pipeline {

using base::ErrorKind;
using base::make_error;

Step<const config::Exchange*> choose_exchange(const config::Link& link, const config::Config& config,
                                              std::string_view kind, std::string_view form,
                                              std::string_view content_type) {
  const config::Exchange* found = nullptr;
  bool kind_known = kind.empty();
  bool form_known = form.empty();
  int fits = 0;
  for (const config::Exchange& exchange : link.sends) {
    if (!kind.empty() && exchange.kind != kind) continue;
    kind_known = true;
    if (!form.empty() && exchange.form != form) continue;
    form_known = true;
    if (!content_type.empty() && exchange.content_type != content_type) continue;
    found = &exchange;
    ++fits;
  }
  if (fits == 1) return found;
  const std::string type(content_type.empty() ? "-" : content_type);
  if (fits > 1) {
    std::string forms;
    for (const config::Exchange& exchange : link.sends) {
      if (exchange.content_type != content_type) continue;
      forms += (forms.empty() ? "" : ", ") + exchange.form;
    }
    return Refused{make_error(ErrorKind::invalid, "admit.form_ambiguous",
                              {{"party", link.party}, {"content_type", type}, {"forms", forms}}),
                   {}, "", std::string(kind), "", ""};
  }
  if (!kind_known) {
    const bool exists = std::find(config.kinds.begin(), config.kinds.end(), kind) != config.kinds.end();
    return Refused{make_error(exists ? ErrorKind::denied : ErrorKind::invalid,
                              exists ? "admit.kind_not_allowed" : "admit.kind_unknown",
                              {{"party", link.party}, {"kind", std::string(kind).substr(0, 64)}}),
                   {}, "", exists ? std::string(kind) : "", "", ""};
  }
  if (!form_known) {
    return Refused{make_error(ErrorKind::invalid, "admit.form_unknown",
                              {{"party", link.party}, {"form", std::string(form).substr(0, 64)}}),
                   {}, "", std::string(kind), "", ""};
  }
  return Refused{make_error(ErrorKind::unsupported, "admit.content_type",
                            {{"party", link.party}, {"content_type", type.substr(0, 64)}}),
                 {}, "", std::string(kind), std::string(form), ""};
}

namespace {

Step<Admitted> check(Received& received) {
  const config::Config& config = *received.generation->config;
  const connector::Arrival& arrival = received.arrival;
  const config::Link* link = config.link(arrival.party);
  if (link == nullptr || link->sends.empty()) {
    return Refused{make_error(ErrorKind::denied, "admit.party_sends_nothing",
                              {{"party", arrival.party}}),
                   {}, "", "", "", ""};
  }
  if (arrival.bytes.size() > config.settings.body_limit) {
    return Refused{make_error(ErrorKind::too_large, "admit.too_large",
                              {{"limit", std::to_string(config.settings.body_limit)}}),
                   {}, "", "", "", ""};
  }
  if (arrival.bytes.empty()) {
    return Refused{make_error(ErrorKind::invalid, "admit.empty"), {}, "", "", "", ""};
  }
  const config::Exchange* exchange = nullptr;
  if (!arrival.structured) {
    std::string kind;
    std::string form = arrival.form;
    for (const auto& [name, value] : arrival.attributes) {
      if (name == "type") {
        const auto type = parse_type(value);
        if (!type) {
          return Refused{make_error(ErrorKind::invalid, "admit.type_unreadable"), {}, "", "", "", ""};
        }
        kind = type->first;
      } else if (name == "dataschema" && form.empty()) {
        form = value;
      }
    }
    auto chosen = choose_exchange(*link, config, kind, form, arrival.content_type);
    if (auto* refused = std::get_if<Refused>(&chosen)) {
      // Several XML forms: the document element will tell.
      if (refused->error.code != "admit.form_ambiguous" ||
          arrival.content_type != "application/xml") {
        return std::move(*refused);
      }
    } else {
      exchange = std::get<const config::Exchange*>(chosen);
    }
  }
  const auto took = static_cast<std::uint32_t>(base::steady_micros() - received.began_us);
  return Admitted{std::move(received), link, exchange, took};
}

}  // namespace

Step<Admitted> admit(Received received) {
  Step<Admitted> step = check(received);
  if (auto* refused = std::get_if<Refused>(&step)) refused->raw = std::move(received.arrival.bytes);
  return step;
}

}  // namespace portage::pipeline
