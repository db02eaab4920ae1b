#include "gateway/cli/map_run_page.h"

#include <filesystem>
#include <random>

#include "gateway/cli/table.h"
#include "gateway/format/json_text.h"

namespace portage::cli {
namespace {

// Cases, examples and samples are invented people; any other file may hold real ones, and what is
// personal in it is masked wherever we are not asked for the record itself.
bool invented(const std::string& path) {
  for (const auto& part : std::filesystem::path(path).lexically_normal()) {
    if (part == "cases" || part == "examples" || part == "samples") return true;
  }
  return false;
}

security::MaskKey throwaway_key() {
  std::random_device random;
  security::Key key;
  for (unsigned char& byte : key.bytes) byte = static_cast<unsigned char>(random());
  return security::mask_key(key);
}

std::string where_text(const MappedOne& ran, const std::string& pointer, const Style& style) {
  if (ran.row == 0) return pointer;
  return style.say("cli.map.row", {{"row", std::to_string(ran.row)}, {"column", pointer}});
}

}  // namespace

std::string file_place(const format::DocumentReader& reader, std::uint32_t at) {
  const base::LineColumn place = reader.where(at);
  return std::to_string(place.line) + ":" + std::to_string(place.column);
}

void tell(const MappedOne& ran, const format::DocumentReader& reader, const std::string& file,
          const Io& io) {
  const auto line = [&](Mark what, const std::string& code, const std::string& place,
                        const std::string& pointer, const std::string& rule,
                        const base::Arguments& arguments) {
    io.err << mark(what, io.style) << ' ' << (place.empty() ? "" : file + ":" + place + "  ")
           << code << "  " << where_text(ran, pointer, io.style);
    if (!rule.empty()) io.err << "  (" << rule << ')';
    io.err << "  " << io.style.say(code, arguments) << '\n';
  };
  const auto place = [&](std::uint32_t at) {
    return ran.placed ? file_place(reader, at) : std::string();
  };
  for (const auto& one : ran.refusals) {
    line(Mark::bad, one.code, place(one.at), one.pointer, one.rule, one.arguments);
  }
  for (const auto& left : ran.left_out) {
    for (const auto& one : left.refusals) {
      line(Mark::bad, one.code, place(one.at), one.pointer, one.rule, one.arguments);
    }
  }
  for (const auto& one : ran.faults) line(Mark::bad, one.code, "", one.pointer, "", one.arguments);
  for (const auto& one : ran.notes) {
    line(Mark::warn, one.code, place(one.at), one.pointer, one.rule, one.arguments);
  }
}

BesidePage::BesidePage(const std::string& file, Output output, const Io& io)
    : io_(io), open_(invented(file)), json_(output != Output::table), key_(throwaway_key()) {
  if (json_) format::JsonText(text_).object().text("schema", "portage.cli/1").list("records");
}

std::string BesidePage::shown(const std::string& value, const mapping::Provenance& field,
                              const std::string& salt) const {
  if (value.empty()) return "";
  const bool always = field.sensitivity >= schema::Class::identifier;
  const bool personal = field.sensitivity >= schema::Class::personal;
  if (always || (personal && !open_)) return security::mask(value, key_, salt);
  return '"' + value + '"';
}

void BesidePage::table(const MappedOne& ran) const {
  const Style& style = io_.style;
  TextTable table({style.say("cli.map.source"), "", "", style.say("cli.map.target"), "",
                   style.say("cli.map.how")});
  const std::string salt = std::to_string(ran.row);
  for (const mapping::Provenance& field : ran.fields) {
    std::string how;
    for (const mapping::Step& step : field.steps) {
      // A table written in place may be long; its name says enough.
      const std::size_t brace = step.name.find(" {");
      how += (how.empty() ? "" : ", ") + step.name.substr(0, brace);
      if (brace != std::string::npos) how += " {" + std::string(ellipsis(style)) + "}";
    }
    table.add({field.sources, shown(field.before, field, salt), std::string(arrow(style)),
               TextCell(field.target, Tone::strong), shown(field.after, field, salt),
               TextCell(how.empty() ? field.rule : how + "  " + field.rule, Tone::faint)});
  }
  io_.out << table.text(style, 2);
}

void BesidePage::json(const MappedOne& ran) {
  const std::string salt = std::to_string(ran.row);
  format::JsonText json(text_);
  json.object().number("row", ran.row).boolean("ok", ran.good()).list("fields");
  for (const mapping::Provenance& field : ran.fields) {
    json.object().text("target", field.target).text("sources", field.sources);
    json.text("rule", field.rule).text("class", schema::class_name(field.sensitivity));
    json.text("before", shown(field.before, field, salt));
    json.text("after", shown(field.after, field, salt)).end_object();
  }
  json.end_list().end_object();
}

void BesidePage::add(const MappedOne& ran) {
  if (json_) {
    json(ran);
  } else {
    table(ran);
  }
}

void BesidePage::end() {
  if (!json_) return;
  format::JsonText(text_).end_list().end_object();
  io_.out << text_ << '\n';
}

}  // namespace portage::cli
