// portage services needs | list | show | nearest: what the directory of services holds.
#include <algorithm>
#include <map>

#include "gateway/base/text.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/services.h"
#include "gateway/cli/table.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"
#include "gateway/services/hsds_query.h"
#include "gateway/services/nearest.h"

namespace portage::cli {
namespace {

using services::Rows;
using services::Service;
using services::Table;

std::string name_of(const Service& service, const Style& style) {
  const std::string& french = Rows::text(Table::service, *service.row, "name_fr");
  return style.french() && !french.empty() ? french
                                           : Rows::text(Table::service, *service.row, "name");
}

std::string organization_of(const config::Config& config, const Service& service,
                            const Style& style) {
  const services::Row* row = config.services.rows().find(Table::organization, service.organization);
  if (row == nullptr) return service.organization;
  const std::string& french = Rows::text(Table::organization, *row, "name_fr");
  return style.french() && !french.empty() ? french : Rows::text(Table::organization, *row, "name");
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string certainty_of(const Service& service, const Style& style) {
  if (service.sample) return style.say("navigation.sample");
  return std::string(certainty_name(service.certainty));
}

// The need that was named, or nullptr and a complaint.
const services::Need* need_asked(const Options& options, const config::Config& config,
                                 const Io& io) {
  const services::Need* need = config.services.need(options.need);
  if (need == nullptr) {
    io.complain("services.unknown_need");
    io.suggest(options.need, config.services.need_names());
  }
  return need;
}

}  // namespace

int services_needs(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::everything, exit);
  if (!config) return exit;
  TextTable table({io.style.say("cli.column.need"), io.style.say("cli.column.name"),
                   io.style.say("cli.column.under"), io.style.say("cli.column.kind"),
                   TextCell(io.style.say("cli.column.services"), Tone::plain, true)});
  for (const auto& [code, need] : config->services.needs()) {
    const std::size_t count = config->services.for_need(code).size();
    const std::string& name =
        io.style.french() && !need.name_fr.empty() ? need.name_fr : need.name_en;
    if (options.output == Output::id) {
      io.out << code << '\n';
    } else if (options.output == Output::table) {
      table.add({code, name, need.parent, need.kind, number_cell(count, io.style)});
    } else {
      std::string line;
      format::JsonText(line)
          .object()
          .text("code", code)
          .text("name", name)
          .text_if("under", need.parent)
          .text_if("kind", need.kind)
          .number("services", count)
          .end_object();
      io.out << line << '\n';
    }
  }
  io.out << table.text(io.style);
  return kDone;
}

int services_list(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::everything, exit);
  if (!config) return exit;
  const auto day = day_asked(options, io);
  if (!day) return kWrongUse;
  const services::Need* need = nullptr;
  if (!options.need.empty() && (need = need_asked(options, *config, io)) == nullptr)
    return kNotFound;
  services::PlaceOf place;
  if (!options.place.empty()) {
    services::Wanted wanted;
    wanted.place = options.place;
    wanted.day = *day;
    place = services::place_of(config->directory, wanted);
    if (!place.problem.empty()) {
      io.complain(place.problem);
      return kNotFound;
    }
  }
  const services::Shown shown{config->services, io.style.language, *day, false, false};
  TextTable table({io.style.say("cli.column.service"), io.style.say("cli.column.name"),
                   io.style.say("cli.column.by"), io.style.say("cli.column.languages"),
                   io.style.say("cli.column.certainty")});
  for (const Service& service : config->services.all()) {
    if (!service.serves_on(*day) || (!options.place.empty() && !services::serves(service, place))) {
      continue;
    }
    if (need != nullptr &&
        std::find(service.needs.begin(), service.needs.end(), need->code) == service.needs.end()) {
      continue;
    }
    if (options.output == Output::id) {
      io.out << service.id << '\n';
    } else if (options.output == Output::table) {
      table.add({service.id, name_of(service, io.style),
                 organization_of(*config, service, io.style), joined(service.languages),
                 certainty_of(service, io.style)});
    } else {
      io.out << services::object_json(shown, Table::service, *service.row) << '\n';
    }
  }
  io.out << table.text(io.style);
  return kDone;
}

int services_show(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::everything, exit);
  if (!config) return exit;
  const Service* service = config->services.service(options.names.front());
  if (service == nullptr) {
    std::vector<std::string> known;
    for (const Service& one : config->services.all()) known.push_back(one.id);
    io.complain("cli.no_service", {{"id", options.names.front()}});
    io.suggest(options.names.front(), known);
    return kNotFound;
  }
  const services::Shown shown{config->services, io.style.language, base::toronto_day(io.style.now),
                              true, false};
  const std::string json = services::object_json(shown, Table::service, *service->row);
  if (options.output != Output::table) {
    io.out << json << '\n';
    return kDone;
  }
  record::Document document;
  std::string pretty;
  if (format::read_json(json, {}, document).ok()) format::write_json_pretty(document.root, pretty);
  io.out << service->where.file << ':' << service->where.line << '\n' << pretty << '\n';
  return kDone;
}

int services_nearest(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::everything, exit);
  if (!config) return exit;
  const auto day = day_asked(options, io);
  if (!day) return kWrongUse;
  const services::Need* need = need_asked(options, *config, io);
  if (need == nullptr) return kNotFound;
  const services::Nearest found = services::nearest(
      config->services, config->directory,
      {need->code, options.place, options.spoken, *day, options.kind, options.municipality});
  if (!found.problem.empty()) {
    io.complain(found.problem);
    for (const std::string& party : found.municipalities) io.err << "    " << party << '\n';
    return kFound;
  }
  TextTable table({io.style.say("cli.column.service"), io.style.say("cli.column.by"),
                   io.style.say("cli.column.near"), TextCell("km", Tone::plain, true),
                   io.style.say("cli.column.languages"),
                   TextCell(io.style.say("cli.column.priority"), Tone::plain, true),
                   io.style.say("cli.column.certainty")});
  static constexpr const char* kNear[] = {"postal_area", "service_manager", "catchment", "further"};
  for (const services::Candidate& one : found.candidates) {
    const Service& service = *one.service;
    const char* near = kNear[static_cast<std::size_t>(one.near)];
    if (options.output == Output::id) {
      io.out << service.id << '\n';
    } else if (options.output == Output::table) {
      std::string km;
      if (one.metres) {
        km = std::to_string(*one.metres / 1000) + (io.style.french() ? "," : ".") +
             std::to_string(*one.metres % 1000 / 100);
      }
      table.add({service.id, organization_of(*config, service, io.style),
                 service.sites.empty() ? std::string()
                                       : io.style.say(std::string("navigation.near.") + near),
                 TextCell(km, Tone::plain, true), joined(service.languages),
                 number_cell(static_cast<std::uint64_t>(service.priority), io.style),
                 certainty_of(service, io.style)});
    } else {
      std::string line;
      format::JsonText json(line);
      json.object().text("service", service.id).text_if("party", service.party).text("near", near);
      if (one.metres) json.number("metres", *one.metres);
      json.boolean("speaks", one.speaks).text_if("site", one.site).end_object();
      io.out << line << '\n';
    }
  }
  io.out << table.text(io.style);
  return found.candidates.empty() ? kFound : kDone;
}

}  // namespace portage::cli
