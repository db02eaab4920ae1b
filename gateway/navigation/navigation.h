// One door for a person: for a need, a place, a language and a day, who serves it, why, and what to
// send them. Where Portage routes a kind of record for the need, the routing rules answer, so that
// this and the routing of the record agree; else the directory of services does. Pure; any thread.
// Never guesses: an unsure place asks for the municipality. Holds no personal data: of a postal
// code only the first half is kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/catalogue.h"
#include "gateway/config/config.h"
#include "gateway/services/nearest.h"

namespace portage::navigation {

struct Question {
  std::string need;   // a code, or words in either language
  std::string place;  // a postal code or its first half, or a municipality's name
  std::string
      municipality;      // where the place alone does not settle it; a name, a party or its area
  std::string language;  // ISO 639; may be empty
  std::string from;      // the party that was asked; may be empty
  base::Day at;
};

struct Step {  // one reason; a key of schemas/messages/navigation.json
  std::string key;
  base::Arguments arguments;
  directory::SourceRow where;  // the row that says so; its file may be empty
};

// Somebody who serves.
struct Server {
  const services::Service* service = nullptr;  // nullptr: routed to a party that lists no service
  std::string party;                           // of the directory of parties; or empty
  std::string role;
  std::optional<services::Near> near;
  std::optional<std::uint32_t> metres;
  std::optional<bool> speaks;  // nothing: no language was asked for
  bool marked = false;         // on medium certainty
};

struct Field {
  std::string name;
  std::string description_en, description_fr;
};
// What to send them: a record over Portage, or how to reach them.
struct Send {
  std::string kind;           // empty: no record
  std::string schema;         // "referral@1"
  std::vector<Field> fields;  // that it must have
  struct Phone {
    std::string number, note_en, note_fr;
  };
  std::vector<Phone> phones;
  std::string url, email;
};

struct Choice {  // a municipality that it may be, and who would serve there
  std::string party, name;
  std::string server;  // party or organisation
};

struct Answer {
  // Empty: somebody serves. "services.unknown_need", "services.no_place", "services.unknown_place",
  // "services.uncertain_place" (then `choices`), "navigation.nobody",
  // "navigation.unknown_municipality".
  std::string problem;
  std::string suggestion;  // with services.unknown_need: the nearest word
  std::vector<Choice> choices;
  const services::Need* need = nullptr;
  std::string place;         // as it may be shown
  std::string municipality;  // party of the service manager, where it is known
  std::string catchment;     // where it is known
  std::optional<Server> owner;
  std::string rule;         // the routing rule that answered, or empty
  bool redirected = false;  // it is not the party that was asked
  Send send;
  std::vector<Step> why;
  std::vector<Server> others;      // the next best, at most five
  std::optional<Server> fallback;  // who knows all services, where nobody or only a few are known
};

Answer resolve(const config::Config& config, const Question& question);

// For people, and for programs; both end with a newline.
std::string answer_text(const config::Config& config, const Question& question,
                        const Answer& answer, base::Language language);
std::string answer_json(const config::Config& config, const Question& question,
                        const Answer& answer, base::Language language);

}  // namespace portage::navigation
