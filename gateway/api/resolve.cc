// POST /v1/resolve: one question of a person, answered once, across all levels of government.
#include "gateway/api/call.h"
#include "gateway/navigation/navigation.h"

namespace portage::api {
namespace {

constexpr std::size_t kQuestionBytes = 4096;

base::Error wrong(std::string_view code, std::string name = {}) {
  return base::make_error(base::ErrorKind::invalid, code, {{"name", std::move(name)}});
}

base::Result<navigation::Question> read(std::string_view body) {
  format::Limits limits;
  limits.bytes = kQuestionBytes;
  limits.depth = 4;
  record::Document document;
  if (auto status = format::read_json(body, limits, document); !status) return status.error();
  if (!document.root.is(record::Kind::group)) return wrong("navigation.body");
  navigation::Question out;
  out.at = base::toronto_day(base::now());
  for (const record::Member& member : document.root.members()) {
    const std::string name(member.name);
    if (!member.value.is(record::Kind::text)) return wrong("navigation.member", name);
    const std::string text(member.value.as_text());
    if (name == "need") {
      out.need = text;
    } else if (name == "place") {
      out.place = text;
    } else if (name == "municipality") {
      out.municipality = text;
    } else if (name == "language") {
      out.language = text;
    } else if (name == "from") {
      out.from = text;
    } else if (const auto day = base::parse_day(text); name == "at" && day) {
      out.at = *day;
    } else {
      return wrong("navigation.member", name);
    }
  }
  if (out.need.empty()) return wrong("navigation.body");
  return out;
}

}  // namespace

void post_resolve(Api::Call call) {
  if (call.only_party == "-") return call.problem(401, "api.nobody");
  const http::Request& request = call.exchange->request();
  const std::string_view accepted = http::header(request.headers, "accept-language");
  const auto question = read(request.body);
  if (!question) {
    return call.exchange->respond(http::problem_response(question.error(), accepted));
  }
  const auto generation = call.world.pipeline.generation();
  const config::Config& config = *generation->config;
  const navigation::Answer answer = navigation::resolve(config, *question);
  call.json(navigation::answer_json(config, *question, answer, base::language_from(accepted)));
}

}  // namespace portage::api
