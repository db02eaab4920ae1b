#include "connectors/http/in.h"

#include <algorithm>

#include "connectors/http/event_headers.h"
#include "gateway/http/problem.h"

namespace portage::connector {

namespace {

constexpr std::uint32_t kRetryAfterS = 5;  // when the gate does not say

base::Error unsupported(std::string_view code, base::Arguments arguments = {}) {
  return base::make_error(base::ErrorKind::unsupported, code, std::move(arguments));
}

// Content type, event attributes and named form; the body itself is not looked at.
base::Status wrap(const http::Request& request, Arrival& arrival) {
  std::string_view content_type = http::header(request.headers, "content-type");
  if (content_type.empty()) return unsupported("http.no_content_type");
  for (std::string_view once : {"content-type", "content-encoding"}) {
    auto n = std::count_if(request.headers.begin(), request.headers.end(),
                           [&](const auto& header) { return header.first == once; });
    if (n > 1) {
      return base::make_error(base::ErrorKind::invalid, "http.header_twice",
                              {{"header", std::string(once)}});
    }
  }
  std::string_view encoding = http::header(request.headers, "content-encoding");
  if (!encoding.empty() && encoding != "identity") return unsupported("http.content_encoding");
  auto type = parse_content_type(content_type);
  if (!type) return type.error();
  arrival.content_type = std::move(type->type);
  arrival.charset = std::move(type->charset);
  // The batch form's name begins with the single form's name: it is looked for first.
  if (arrival.content_type.starts_with("application/cloudevents-batch")) {
    return unsupported("http.cloudevents_batch");
  }
  if (arrival.content_type == "application/cloudevents+json") {
    arrival.structured = true;
    return {};  // attributes are those of the body, headers repeat them at most
  }
  if (arrival.content_type.starts_with("application/cloudevents")) {
    return unsupported("http.cloudevents_format");
  }
  auto attributes = event_attributes(request.headers);
  if (!attributes) return attributes.error();
  arrival.attributes = std::move(attributes).value();
  for (const auto& [name, value] : request.query) {
    if (name != "form") continue;
    if (!arrival.form.empty()) return base::make_error(base::ErrorKind::invalid, "http.form_twice");
    arrival.form = value;
  }
  return {};
}

}  // namespace

http::Response verdict_response(const Verdict& verdict, std::string_view accept_language) {
  if (verdict.accepted || verdict.duplicate) {
    http::Response response;
    response.status = 202;
    response.headers = {{"content-type", "application/json"},
                        {"location", verdict.submission != 0
                                         ? "/v1/submissions/" + std::to_string(verdict.submission)
                                         : "/v1/records/" + verdict.record_id}};
    if (verdict.duplicate) response.headers.emplace_back("idempotency-replayed", "true");
    response.body = verdict.receipt;
    return response;
  }
  http::Problem problem;
  problem.code = verdict.error.code;
  if (problem.code.empty()) {
    problem.code = verdict.faults.empty() ? "internal" : verdict.faults.front().code;
  }
  base::Error error = verdict.error;
  error.code = problem.code;
  problem.status = http::problem_status(error);
  problem.arguments = verdict.error.arguments;
  problem.place = verdict.error.place;
  problem.place.file.clear();
  if (!verdict.record_id.empty()) problem.instance = "/v1/records/" + verdict.record_id;
  problem.parts.reserve(verdict.faults.size());
  for (const Fault& fault : verdict.faults) {
    problem.parts.push_back(
        {fault.code, fault.pointer, fault.rule, fault.line, fault.column, fault.arguments});
  }
  http::Response response = http::problem_response(problem, accept_language);
  if (verdict.retry_after_s != 0 || response.status == 503 || response.status == 429) {
    std::uint32_t after = verdict.retry_after_s != 0 ? verdict.retry_after_s : kRetryAfterS;
    response.headers.emplace_back("retry-after", std::to_string(after));
  }
  return response;
}

void HttpIn::handle(std::shared_ptr<http::Exchange> exchange) const {
  http::Request& request = exchange->request();
  std::string language(http::header(request.headers, "accept-language"));
  auto refuse = [&](const base::Error& error) {
    exchange->respond(http::problem_response(error, language));
  };
  std::string_view path_party =
      takes(request.path) ? std::string_view(request.path).substr(kPrefix.size()) : "";
  if (path_party.empty() || path_party.find('/') != std::string_view::npos) {
    refuse(base::make_error(base::ErrorKind::not_found, "http.no_such_path"));
    return;
  }
  if (request.method != "POST") {
    http::Response response = http::problem_response(
        unsupported("http.method", {{"method", request.method}, {"allowed", "POST"}}), language);
    response.headers.emplace_back("allow", "POST");
    exchange->respond(std::move(response));
    return;
  }
  base::Error why = base::make_error(base::ErrorKind::denied, "http.certificate_unknown");
  auto party = find_party_(request.peer, path_party, why);
  if (!party) {
    refuse(why);
    return;
  }
  Arrival arrival;
  if (auto wrapped = wrap(request, arrival); !wrapped) {
    refuse(wrapped.error());
    return;
  }
  arrival.party = std::move(*party);
  arrival.bytes = std::move(request.body);
  arrival.language = language;
  arrival.received_at = base::now();
  gate_.direct(std::move(arrival), [exchange, language = std::move(language)](Verdict verdict) {
    exchange->respond(verdict_response(verdict, language));
  });
}

}  // namespace portage::connector
