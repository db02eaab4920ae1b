// An answer for people and for programs.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/format/json_text.h"
#include "gateway/navigation/navigation.h"

namespace portage::navigation {
namespace {

using base::Language;
using services::Rows;
using services::Table;

class Page {
 public:
  Page(const config::Config& config, Language language)
      : config_(config), rows_(config.services.rows()), language_(language) {}

  bool french() const { return language_ == Language::french; }
  std::string say(const std::string& key, const base::Arguments& arguments = {}) const {
    return base::say(key, language_, arguments);
  }
  // In the reader's language where it is known.
  std::string named(const std::string& english, const std::string& other) const {
    return french() && !other.empty() ? other : english;
  }

  std::string need(const services::Need& need) const { return named(need.name_en, need.name_fr); }

  std::string who(const Server& server) const {
    if (const directory::Party* party = config_.directory.party(server.party)) {
      return named(party->name_en, party->name_fr);
    }
    const services::Row* row = server.service == nullptr
                                   ? nullptr
                                   : rows_.find(Table::organization, server.service->organization);
    if (row == nullptr) return server.party;
    return named(Rows::text(Table::organization, *row, "name"),
                 Rows::text(Table::organization, *row, "name_fr"));
  }

  std::string what(const Server& server) const {
    if (server.service == nullptr) return {};
    return named(Rows::text(Table::service, *server.service->row, "name"),
                 Rows::text(Table::service, *server.service->row, "name_fr"));
  }

  bool sample(const Server& server) const {
    const directory::Party* party = config_.directory.party(server.party);
    return (server.service != nullptr && server.service->sample) ||
           (party != nullptr && party->sample);
  }

  std::string_view certainty(const Server& server) const {
    if (server.service != nullptr) return certainty_name(server.service->certainty);
    const directory::Party* party = config_.directory.party(server.party);
    return certainty_name(party == nullptr ? directory::Certainty::unknown : party->certainty);
  }

  std::string near(services::Near near) const {
    switch (near) {
      case services::Near::postal_area:
        return "postal_area";
      case services::Near::service_manager:
        return "service_manager";
      case services::Near::catchment:
        return "catchment";
      case services::Near::further:
        break;
    }
    return "further";
  }

  // "City of Windsor · Community housing (cmsm-windsor, municipal, sample)"
  std::string line(const Server& server, const Question& question) const {
    std::string out = who(server);
    if (const std::string name = what(server); !name.empty() && name != out) out += " · " + name;
    std::string more;
    const auto add = [&](const std::string& text) {
      if (!text.empty()) more += (more.empty() ? "" : ", ") + text;
    };
    add(server.party);
    if (server.service != nullptr && !server.service->level.empty()) {
      add(say("navigation.level." + server.service->level));
    }
    if (!server.service || !server.service->sites.empty()) {
      if (server.near && *server.near != services::Near::further) {
        add(say("navigation.near." + near(*server.near)));
      }
      if (server.metres && *server.metres > 0) {
        add(std::to_string(*server.metres / 1000) + (french() ? "," : ".") +
            std::to_string(*server.metres % 1000 / 100) + " km");
      }
    }
    if (server.speaks.value_or(false))
      add(say("navigation.speaks", {{"language", question.language}}));
    if (sample(server)) add(say("navigation.sample"));
    return more.empty() ? out : out + " (" + more + ")";
  }

  void server(format::JsonText& json, const Server& server) const {
    json.text_if("party", server.party).text("name", who(server)).text_if("role", server.role);
    if (const services::Service* service = server.service) {
      json.object("service")
          .text("id", services::public_id(Table::service, service->id))
          .text("name", what(server))
          .text("entry", service->id)
          .end_object()
          .text_if("level", service->level);
      if (service->valid.from != base::kFirstDay) {
        json.text("valid_from", base::format_day(service->valid.from));
      }
      if (service->valid.until != base::kLastDay) {
        json.text("valid_until", base::format_day(service->valid.until));
      }
      json.text_if("source", service->source).list("languages");
      for (const std::string& language : service->languages) json.element(language);
      json.end_list();
    }
    json.text("certainty", certainty(server)).boolean("sample", sample(server));
    json.boolean("marked", server.marked);
    if (server.speaks) json.boolean("speaks", *server.speaks);
    if (server.near && server.service != nullptr && !server.service->sites.empty()) {
      json.text("near", near(*server.near));
      if (server.metres) json.number("metres", *server.metres);
    }
  }

 private:
  const config::Config& config_;
  const Rows& rows_;
  Language language_;
};

std::string where_text(const directory::SourceRow& where) {
  return where.file.empty() ? std::string() : where.file + ":" + std::to_string(where.line);
}

// Below the folder of the configuration: where that is on this machine is nobody's business.
std::string row_text(const config::Config& config, directory::SourceRow where) {
  const std::string top = config.folder.empty() ? std::string() : config.folder + "/";
  if (where.file.starts_with(top)) where.file.erase(0, top.size());
  if (where.file.starts_with('/')) where.file.erase(0, where.file.rfind('/') + 1);
  return where_text(where);
}

std::string phone_text(const Send& send, bool french) {
  std::string out;
  for (const Send::Phone& phone : send.phones) {
    const std::string& note = french && !phone.note_fr.empty() ? phone.note_fr : phone.note_en;
    out += (out.empty() ? "" : ", ") + phone.number + (note.empty() ? "" : " (" + note + ")");
  }
  if (!send.url.empty()) out += (out.empty() ? "" : ", ") + send.url;
  if (!send.email.empty()) out += (out.empty() ? "" : ", ") + send.email;
  return out;
}

std::string fields_text(const Send& send) {
  std::string out;
  for (const Field& field : send.fields) out += (out.empty() ? "" : ", ") + field.name;
  return out;
}

// "Label     text", wrapped under itself by the terminal.
void row(std::string& out, const std::string& label, const std::string& text) {
  constexpr std::size_t kWidth = 24;
  out += "  " + label;
  const std::size_t points = base::code_points(label);
  out.append(points < kWidth ? kWidth - points : 1, ' ');
  out += text + "\n";
}

}  // namespace

std::string answer_text(const config::Config& config, const Question& question,
                        const Answer& answer, Language language) {
  const Page page(config, language);
  std::string out;
  if (answer.need != nullptr) {
    std::string place = answer.place;
    if (!answer.municipality.empty()) place += (place.empty() ? "" : ", ") + answer.municipality;
    out += page.say("navigation.answer", {{"need", page.need(*answer.need)},
                                          {"place", place.empty() ? "–" : place},
                                          {"day", base::format_day(question.at)}}) +
           "\n";
  }
  if (!answer.problem.empty()) {
    out += "  " + page.say(answer.problem) + "\n";
    if (!answer.suggestion.empty()) {
      out += "  " + page.say("finding.did_you_mean", {{"word", answer.suggestion}}) + "\n";
    }
    if (!answer.choices.empty()) out += "  " + page.say("navigation.ask") + "\n";
    for (const Choice& one : answer.choices) {
      out += "    " + page.say("navigation.ask.row", {{"name", one.name}, {"server", one.server}}) +
             "\n";
    }
  }
  if (answer.owner) {
    row(out, page.say("navigation.owner"), page.line(*answer.owner, question));
    if (!answer.send.kind.empty()) {
      row(out, page.say("navigation.send"),
          page.say("navigation.send.record",
                   {{"schema", answer.send.schema}, {"fields", fields_text(answer.send)}}));
    }
    const std::string reach = phone_text(answer.send, page.french());
    if (!reach.empty()) {
      row(out, page.say("navigation.send.reach"), reach);
    } else if (answer.send.kind.empty() && answer.fallback) {
      row(out, page.say("navigation.send.reach"),
          page.say("navigation.send.unknown", {{"fallback", page.what(*answer.fallback)}}));
    }
  }
  std::string label = page.say("navigation.why");
  for (const Step& step : answer.why) {
    const std::string where = where_text(step.where);
    row(out, label,
        page.say(step.key, step.arguments) + (where.empty() ? "" : "  [" + where + "]"));
    label.clear();
  }
  label = page.say("navigation.others");
  for (const Server& one : answer.others) {
    row(out, label, page.line(one, question));
    label.clear();
  }
  if (answer.fallback)
    row(out, page.say("navigation.fallback"), page.line(*answer.fallback, question));
  return out;
}

std::string answer_json(const config::Config& config, const Question& question,
                        const Answer& answer, Language language) {
  const Page page(config, language);
  std::string out;
  format::JsonText json(out);
  json.object().text("schema", "portage.resolve/1").text("at", base::format_day(question.at));
  json.text_if("language", question.language);
  if (answer.need != nullptr) {
    json.object("need")
        .text("code", answer.need->code)
        .text("name", page.need(*answer.need))
        .end_object();
  }
  json.object("place")
      .text_if("postal_area", answer.place)
      .text_if("service_manager", answer.municipality)
      .text_if("catchment", answer.catchment)
      .end_object();
  json.boolean("served", answer.owner.has_value());
  if (!answer.problem.empty()) {
    json.object("problem")
        .text("code", answer.problem)
        .text("detail", page.say(answer.problem))
        .text_if("fix", base::say_fix(answer.problem, language))
        .text_if("suggestion", answer.suggestion)
        .list("municipalities");
    for (const Choice& one : answer.choices) {
      json.object().text("party", one.party).text("name", one.name).text_if("server", one.server);
      json.end_object();
    }
    json.end_list().end_object();
  }
  if (answer.owner) {
    json.object("owner");
    page.server(json, *answer.owner);
    json.end_object().text_if("rule", answer.rule).boolean("redirected", answer.redirected);
    json.object("send");
    if (!answer.send.kind.empty()) {
      json.text("kind", answer.send.kind).text("schema", answer.send.schema).list("fields");
      for (const Field& field : answer.send.fields) {
        json.object()
            .text("name", field.name)
            .text("description", page.named(field.description_en, field.description_fr))
            .end_object();
      }
      json.end_list();
    }
    json.list("phones");
    for (const Send::Phone& phone : answer.send.phones) {
      json.object().text("number", phone.number);
      json.text_if("note", page.named(phone.note_en, phone.note_fr)).end_object();
    }
    json.end_list()
        .text_if("url", answer.send.url)
        .text_if("email", answer.send.email)
        .end_object();
  }
  json.list("why");
  for (const Step& step : answer.why) {
    json.object().text("code", step.key).text("text", page.say(step.key, step.arguments));
    json.text_if("row", row_text(config, step.where)).end_object();
  }
  json.end_list().list("others");
  for (const Server& one : answer.others) {
    json.object();
    page.server(json, one);
    json.end_object();
  }
  json.end_list();
  if (answer.fallback) {
    json.object("fallback");
    page.server(json, *answer.fallback);
    json.end_object();
  }
  json.end_object();
  return out + "\n";
}

}  // namespace portage::navigation
