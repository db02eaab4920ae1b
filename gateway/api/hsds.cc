// The directory of services over HTTP, as the HSDS API 3.0 has it: lists in pages, one thing by its
// id. None of it is personal, so any party that has proved who it is may read all of it.
#include <array>

#include "gateway/api/call.h"
#include "gateway/services/hsds_query.h"

namespace portage::api {
namespace {

constexpr std::string_view kBase = "/v1/hsds";
// Where the specification and its description of the API stand.
constexpr std::string_view kProfile = "https://docs.openreferral.org/en/3.0/hsds/";
constexpr std::string_view kDescription =
    "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/openapi.json";

struct Door {
  std::string_view name;
  services::Table table;
};
constexpr std::array<Door, 6> kDoors = {{
    {"services", services::Table::service},
    {"organizations", services::Table::organization},
    {"service_at_locations", services::Table::service_at_location},
    {"locations", services::Table::location},
    {"taxonomies", services::Table::taxonomy},
    {"taxonomy_terms", services::Table::taxonomy_term},
}};

void answer(const Api::Call& call, std::string body, std::string_view type,
            base::Language language) {
  call.exchange->respond({200,
                          {{"content-type", std::string(type)},
                           {"content-language", language == base::Language::french ? "fr" : "en"},
                           {"vary", "accept-language"},
                           {"cache-control", "no-store"}},
                          std::move(body)});
}

void refuse(const Api::Call& call, const base::Error& error) {
  call.problem(400, error.code, error.arguments);
}

void root(const Api::Call& call, base::Language language) {
  std::string out;
  format::JsonText(out)
      .object()
      .text("version", "3.0")
      .text("profile", kProfile)
      .text("openapi_url", kDescription)
      .end_object();
  answer(call, std::move(out), "application/json", language);
}

}  // namespace

void get_hsds(Api::Call call) {
  if (call.only_party == "-") return call.problem(401, "api.nobody");
  const http::Request& request = call.exchange->request();
  const base::Language language =
      base::language_from(http::header(request.headers, "accept-language"));
  std::string_view path = request.path;
  path.remove_prefix(kBase.size());
  if (path.empty() || path == "/") return root(call, language);
  const std::string_view name = path.substr(1, path.find('/', 1) - 1);
  const auto generation = call.world.pipeline.generation();
  const config::Config& config = *generation->config;
  const base::Day today = base::toronto_day(base::now());
  for (const Door& door : kDoors) {
    if (door.name != name) continue;
    if (call.variable.empty()) {
      const auto query = services::read_query(door.table, request.query);
      if (!query) return refuse(call, query.error());
      auto listed =
          services::list(config.services, config.directory, door.table, *query, language, today);
      if (!listed) return refuse(call, listed.error());
      return answer(call, std::move(listed->body), listed->content_type, language);
    }
    const services::Row* row = config.services.rows().find(door.table, call.variable);
    if (row == nullptr) return call.problem(404, "api.not_found");
    const services::Shown shown{config.services, language, today, true,
                                call.query("full_service") == "true"};
    return answer(call, services::object_json(shown, door.table, *row), "application/json",
                  language);
  }
  call.problem(404, "api.not_found");
}

}  // namespace portage::api
