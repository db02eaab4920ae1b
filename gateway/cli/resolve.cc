// portage resolve: for a need, a place, a language and a day, who serves it, why, what to send
// them.
#include "gateway/base/text.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/services.h"
#include "gateway/cli/verbs.h"
#include "gateway/navigation/navigation.h"

namespace portage::cli {

std::optional<base::Day> day_asked(const Options& options, const Io& io) {
  if (options.at.empty() || options.at == "today") return base::toronto_day(io.style.now);
  const auto day = base::parse_day(options.at);
  if (!day) io.complain("cli.not_a_day", {{"option", "--at"}, {"text", options.at}});
  return day;
}

int resolve(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::everything, exit);
  if (!config) return exit;
  const auto day = day_asked(options, io);
  if (!day) return kWrongUse;
  if (!options.from.empty() && config->directory.party(options.from) == nullptr) {
    std::vector<std::string> known;
    for (const auto& [id, party] : config->directory.parties()) known.push_back(id);
    io.complain("config.unknown_party", {{"name", options.from}});
    io.suggest(options.from, known);
    return kNotFound;
  }
  navigation::Question question;
  question.need = options.need;
  question.place = options.place;
  question.municipality = options.municipality;
  question.language = options.spoken;
  question.from = options.from;
  question.at = *day;
  const navigation::Answer answer = navigation::resolve(*config, question);
  switch (options.output) {
    case Output::table:
      io.out << navigation::answer_text(*config, question, answer, io.style.language);
      break;
    case Output::json:
    case Output::jsonl:
      io.out << navigation::answer_json(*config, question, answer, io.style.language);
      break;
    case Output::id:
      if (answer.owner) {
        io.out << (answer.owner->party.empty() ? answer.owner->service->organization
                                               : answer.owner->party)
               << '\n';
      }
      break;
  }
  return answer.owner ? kDone : kFound;
}

}  // namespace portage::cli
