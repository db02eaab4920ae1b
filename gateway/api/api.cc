#include "gateway/api/api.h"

#include <array>

#include "gateway/api/call.h"
#include "gateway/base/catalogue.h"

namespace portage::api {

struct Api::Route {
  std::string_view method;
  std::string_view pattern;   // at most one {}, at its end
  void (*handle)(Call call);
  bool for_partners;
};

namespace {

constexpr std::array<Api::Route, 25> kRoutes{{
    {"GET", "/v1/status", get_status, false},
    {"GET", "/v1/records", list_records, false},
    {"GET", "/v1/records/{}", get_record, true},
    {"GET", "/v1/quarantine", get_quarantine, false},
    {"GET", "/v1/quarantine/items", list_quarantined, false},
    {"POST", "/v1/quarantine/retry", retry_quarantined, false},
    {"GET", "/v1/submissions/{}", get_submission, true},
    {"GET", "/v1/events", stream_events, false},
    {"GET", "/v1/hsds", get_hsds, true},
    {"GET", "/v1/hsds/", get_hsds, true},
    {"GET", "/v1/hsds/services", get_hsds, true},
    {"GET", "/v1/hsds/services/{}", get_hsds, true},
    {"GET", "/v1/hsds/organizations", get_hsds, true},
    {"GET", "/v1/hsds/organizations/{}", get_hsds, true},
    {"GET", "/v1/hsds/service_at_locations", get_hsds, true},
    {"GET", "/v1/hsds/service_at_locations/{}", get_hsds, true},
    {"GET", "/v1/hsds/locations", get_hsds, true},
    {"GET", "/v1/hsds/locations/{}", get_hsds, true},
    {"GET", "/v1/hsds/taxonomies", get_hsds, true},
    {"GET", "/v1/hsds/taxonomies/{}", get_hsds, true},
    {"GET", "/v1/hsds/taxonomy_terms", get_hsds, true},
    {"GET", "/v1/hsds/taxonomy_terms/{}", get_hsds, true},
    {"POST", "/v1/resolve", post_resolve, true},
    {"GET", "/v1/agreements/sent", get_sent, false},
    {"GET", "/metrics", get_metrics, false},
}};

// The variable part, if the path fits the pattern.
std::optional<std::string> fits(std::string_view pattern, std::string_view path) {
  const std::size_t open = pattern.find("{}");
  if (open == std::string_view::npos) {
    return pattern == path ? std::optional<std::string>("") : std::nullopt;
  }
  if (!path.starts_with(pattern.substr(0, open))) return std::nullopt;
  const std::string_view rest = path.substr(open);
  if (rest.empty() || rest.find('/') != std::string_view::npos) return std::nullopt;
  return std::string(rest);
}

void health(const std::shared_ptr<http::Exchange>& exchange, bool good) {
  exchange->respond({good ? 200 : 503,
                     {{"content-type", "text/plain"}, {"cache-control", "no-store"}},
                     good ? "ok\n" : "not ready\n"});
}

void dispatch(const World& world, const std::shared_ptr<http::Exchange>& exchange, bool partner,
              const std::string& party) {
  const http::Request& request = exchange->request();
  if (request.path == "/livez") return health(exchange, true);
  if (request.path == "/readyz" || request.path == "/healthz") return health(exchange, world.ready());
  Api::Call call{exchange, world, "", partner ? party : std::string()};
  bool known = false;
  for (const Api::Route& route : kRoutes) {
    if (partner && !route.for_partners) continue;
    const auto variable = fits(route.pattern, request.path);
    if (!variable) continue;
    known = true;
    if (route.method != request.method && !(route.method == "GET" && request.method == "HEAD")) continue;
    call.variable = *variable;
    return route.handle(std::move(call));
  }
  if (known) {
    call.problem(405, "api.method");
  } else {
    call.problem(404, "api.not_found");
  }
}

}  // namespace

Api::Api(World world) : world_(std::move(world)) {}
Api::~Api() = default;

void Api::operators(const std::shared_ptr<http::Exchange>& exchange) const {
  dispatch(world_, exchange, false, "");
}

void Api::partner(const std::shared_ptr<http::Exchange>& exchange, const std::string& party) const {
  dispatch(world_, exchange, true, party);
}

std::string Api::Call::query(std::string_view name) const {
  for (const auto& [key, value] : exchange->request().query) {
    if (key == name) return value;
  }
  return {};
}

void Api::Call::json(std::string body, int status) const {
  exchange->respond({status,
                     {{"content-type", "application/json"}, {"cache-control", "no-store"}},
                     std::move(body)});
}

void Api::Call::problem(int status, std::string_view code, base::Arguments arguments) const {
  http::Problem what;
  what.status = status;
  what.code = code;
  what.arguments = std::move(arguments);
  exchange->respond(http::problem_response(
      what, http::header(exchange->request().headers, "accept-language")));
}

}  // namespace portage::api
