#include <algorithm>
#include <map>
#include <tuple>

#include "gateway/base/text.h"
#include "gateway/routing/check.h"
#include "gateway/routing/rule.h"
#include "gateway/routing/rules_toml.h"

namespace portage::routing {

namespace {

const std::vector<std::string> kTargets = {
    "place.system-manager", "place.service-manager", "place.odsp-office", "nearest.provider",
    "record.addressee",     "answer.sender",         "answer.receivers"};
const std::vector<std::string> kRelativeDays = {"catchment.integrated_start",
                                                "catchment.contracts_move"};
constexpr std::string_view kAnswerReceiver = "answer.receiver";

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<std::string> joined(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// Turns what is written into a rule; names are looked up, every unknown one is a finding.
class Compiler {
 public:
  Compiler(const directory::Directory& directory, const std::vector<KindFields>* kinds,
           std::vector<base::Finding>& findings)
      : directory_(directory), kinds_(kinds), findings_(findings) {
    for (const auto& [id, party] : directory.parties()) parties_.push_back(id);
    if (kinds == nullptr) return;
    for (const KindFields& k : *kinds) kind_names_.push_back(k.kind);
  }

  std::shared_ptr<const Rules::Rule> compile(const WrittenRule& written) {
    file_ = written.file;
    const std::size_t before = findings_.size();
    auto rule = std::make_shared<Rules::Rule>();
    rule->file = written.file;
    rule->line = written.id.present() ? written.id.line : written.line;
    rule->column = written.id.present() ? written.id.column : written.column;
    rule->id = written.id.text;
    rule->description_en = written.description_en.text;
    rule->description_fr = written.description_fr.text;
    const Written here{{}, written.line, written.column};
    require(written.id, "id", here);
    require(written.to, "to", here);
    if (written.kinds.empty()) missing("kind", here);
    if (!written.description_en.present()) missing("description.en", here);
    if (!written.description_fr.present()) missing("description.fr", here);
    check_id(written.id);
    compile_kinds(written, *rule);
    compile_senders(written.senders, rule->senders);
    compile_senders(written.not_senders, rule->not_senders);
    compile_tests(written, *rule);
    if (written.to.present()) rule->to = destination(written.to, written.role);
    for (const Written& copy : written.copies) rule->copies.push_back(destination(copy, {}));
    for (const Written& copy : written.notified) {
      rule->copies.push_back(destination(copy, {}));
      rule->copies.back().notify = true;
    }
    compile_need(written, *rule, here);
    compile_days(written, *rule, here);
    return findings_.size() == before ? rule : nullptr;
  }

 private:
  void report(std::string_view code, const Written& at, base::Arguments arguments,
              std::string suggestion = {}) {
    base::Finding finding;
    finding.code = code;
    finding.place = {file_, at.line, at.column, {}};
    finding.arguments = std::move(arguments);
    finding.suggestion = std::move(suggestion);
    findings_.push_back(std::move(finding));
  }
  void unknown(std::string_view code, const Written& at, const std::vector<std::string>& known,
               base::Arguments arguments = {}) {
    arguments.emplace_back("word", at.text);
    report(code, at, std::move(arguments), base::nearest(at.text, known).value_or(""));
  }
  void missing(std::string_view key, const Written& at) {
    report("rules.missing_key", at, {{"key", std::string(key)}});
  }
  void require(const Written& written, std::string_view key, const Written& here) {
    if (!written.present()) missing(key, here);
  }

  void check_id(const Written& id) {
    if (!id.present()) return;
    const bool plain = !id.text.empty() && id.text.size() <= 64 &&
                       std::all_of(id.text.begin(), id.text.end(), [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                       });
    if (!plain) return report("rules.bad_id", id, {{"id", id.text}});
    const auto [it, fresh] = ids_.emplace(id.text, file_ + ":" + std::to_string(id.line));
    if (!fresh) report("rules.duplicate_id", id, {{"id", id.text}, {"other", it->second}});
  }

  void compile_kinds(const WrittenRule& written, Rules::Rule& rule) {
    for (const Written& kind : written.kinds) {
      if (kinds_ != nullptr && !contains(kind_names_, kind.text)) {
        unknown("rules.unknown_kind", kind, kind_names_);
      }
      if (contains(rule.kinds, kind.text)) {
        report("rules.repeated", kind, {{"word", kind.text}});
      } else {
        rule.kinds.push_back(kind.text);
      }
    }
  }

  // The nearest provider of what? Only that destination asks.
  void compile_need(const WrittenRule& written, Rules::Rule& rule, const Written& here) {
    const bool nearest = rule.to.target == Target::nearest_provider;
    if (nearest && !written.need.present()) missing("need", here);
    if (!nearest && written.need.present()) report("rules.need", written.need, {});
    rule.to.need = written.need.text;
    if (written.to.present() && rule.to.target == Target::answer_receivers) {
      report("rules.owner", written.to, {{"word", written.to.text}});
    }
  }

  void compile_senders(const std::vector<Written>& written, std::vector<SenderTest>& out) {
    const auto& roles = directory::role_names();
    for (const Written& sender : written) {
      SenderTest test;
      test.name = sender.text;
      if (sender.text == kAnswerReceiver) {
        test.what = SenderTest::What::answer_receiver;
      } else if (directory_.party(sender.text) != nullptr) {
        test.what = SenderTest::What::party;
      } else if (contains(roles, sender.text)) {
        test.what = SenderTest::What::role;
      } else {
        unknown("rules.unknown_sender", sender,
                joined(joined(parties_, roles), {std::string(kAnswerReceiver)}));
        continue;
      }
      out.push_back(std::move(test));
    }
  }

  void compile_tests(const WrittenRule& written, Rules::Rule& rule) {
    for (const auto& [field, values] : written.tests) {
      const std::vector<std::string>* codes = nullptr;
      if (kinds_ != nullptr) codes = known_field(rule, field);
      FieldTest test;
      test.field = field.text;
      for (const Written& value : values) {
        if (codes != nullptr && !codes->empty() && !value.text.empty() &&
            !contains(*codes, value.text)) {
          unknown("rules.unknown_code", value, *codes, {{"field", field.text}});
        }
        if (contains(test.values, value.text)) {
          report("rules.repeated", value, {{"word", value.text}});
        } else {
          test.values.push_back(value.text);
        }
      }
      rule.tests.push_back(std::move(test));
    }
  }

  // The codes of the field in the first kind that has it; every kind of the rule must have it.
  const std::vector<std::string>* known_field(const Rules::Rule& rule, const Written& field) {
    const std::vector<std::string>* codes = nullptr;
    for (const KindFields& kind : *kinds_) {
      if (!contains(rule.kinds, kind.kind)) continue;
      std::vector<std::string> names;
      const std::vector<std::string>* found = nullptr;
      for (const auto& [name, values] : kind.fields) {
        names.push_back(name);
        if (name == field.text) found = &values;
      }
      if (found == nullptr) {
        unknown("rules.unknown_field", field, names, {{"kind", kind.kind}});
      } else if (codes == nullptr) {
        codes = found;
      }
    }
    return codes;
  }

  Destination destination(const Written& to, const Written& role) {
    Destination out;
    out.text = to.text;
    if (to.text == "place.system-manager") {
      out.target = Target::system_manager;
      out.role = "system-manager";
    } else if (to.text == "place.service-manager") {
      out.target = Target::service_manager;
      out.role = "service-manager";
    } else if (to.text == "place.odsp-office") {
      out.target = Target::odsp_office;
      out.role = "odsp-office";
    } else if (to.text == "nearest.provider") {
      out.target = Target::nearest_provider;
      out.role = "provider";
    } else if (to.text == "record.addressee") {
      out.target = Target::addressee;
      out.role = "addressee";
    } else if (to.text == "answer.receivers") {
      out.target = Target::answer_receivers;
      out.role = "receiver";
    } else if (to.text == "answer.sender") {
      out.target = Target::answer_sender;
      out.role = "sender";
    } else if (const directory::Party* party = directory_.party(to.text)) {
      out.target = Target::party;
      out.party = party->id;
      out.role = party->kind;
    } else {
      unknown("rules.unknown_receiver", to, joined(parties_, kTargets));
    }
    if (role.present()) {
      if (!contains(directory::role_names(), role.text)) {
        unknown("rules.unknown_role", role, directory::role_names());
      }
      out.role = role.text;
    }
    return out;
  }

  Bound bound(const WrittenDate& date, std::int32_t shift) {
    Bound out;
    if (date.at.text.empty()) return out;
    out.text = date.at.text;
    out.shift = shift;
    if (date.day) {
      out.day = {date.day->since_1970 + shift};
    } else if (date.at.text == "catchment.integrated_start") {
      out.relative = Relative::integrated_start;
    } else if (date.at.text == "catchment.contracts_move") {
      out.relative = Relative::contracts_move;
    } else {
      unknown("rules.unknown_day", date.at, kRelativeDays);
    }
    return out;
  }

  void compile_days(const WrittenRule& written, Rules::Rule& rule, const Written& here) {
    const bool until = written.until.at.present(), before = written.before.at.present();
    const std::size_t found = findings_.size();
    if (!written.from.at.present() && !until && !before) report("rules.undated", here, {});
    if (until && before) report("rules.two_ends", written.before.at, {});
    rule.from = bound(written.from, 0);
    rule.until = before ? bound(written.before, -1) : bound(written.until, 0);
    if (findings_.size() != found) return;
    const auto turned = [&](const directory::Catchment* catchment) {
      const auto days = rule.days(catchment);
      return days && days->from > days->until;
    };
    // Turned in every catchment, or without any: it could never be in force.
    bool never = turned(nullptr);
    if (rule.relative() && !directory_.catchments().empty()) {
      never = true;
      for (const auto& [id, catchment] : directory_.catchments())
        never = never && turned(&catchment);
    }
    if (never) report("rules.turned_dates", written.from.at, {});
  }

  const directory::Directory& directory_;
  const std::vector<KindFields>* kinds_;
  std::vector<base::Finding>& findings_;
  std::string file_;
  std::vector<std::string> parties_, kind_names_;
  std::map<std::string, std::string> ids_;
};

void collect_fields(const schema::Shape& shape, const std::string& prefix, KindFields& out) {
  for (const schema::Shape& member : shape.members) {
    const std::string path = prefix.empty() ? member.name : prefix + "." + member.name;
    if (member.marks.routing) {
      const bool truth = member.type == schema::Type::boolean && member.values.empty();
      out.fields.emplace_back(path,
                              truth ? std::vector<std::string>{"true", "false"} : member.values);
    }
    collect_fields(member, path, out);
    if (member.item != nullptr) collect_fields(*member.item, path, out);
  }
}

}  // namespace

KindFields fields_of(std::string_view kind, const schema::Shape& shape) {
  KindFields out;
  out.kind = kind;
  collect_fields(shape, {}, out);
  return out;
}

struct RulesLoader {
  static void index(Rules& rules) {
    std::map<std::string, std::vector<const Rules::Rule*>> kinds;
    for (const auto& rule : rules.rules_) {
      for (const std::string& kind : rule->kinds) kinds[kind].push_back(rule.get());
    }
    for (auto& [kind, list] : kinds) rules.kinds_.push_back({kind, std::move(list)});
  }
  static void add(Rules& rules, std::shared_ptr<const Rules::Rule> rule) {
    rules.rules_.push_back(std::move(rule));
  }
};

LoadedRules load_rules(const std::vector<std::pair<std::string, std::string>>& files,
                       const directory::Directory& directory,
                       const std::vector<KindFields>* kinds) {
  LoadedRules loaded;
  Compiler compiler(directory, kinds, loaded.findings);
  for (const auto& [file, bytes] : files) {
    for (const WrittenRule& written : read_rules(bytes, file, loaded.findings)) {
      if (auto rule = compiler.compile(written)) RulesLoader::add(loaded.rules, std::move(rule));
    }
  }
  RulesLoader::index(loaded.rules);
  check_overlaps(loaded.rules, directory, loaded.findings);
  std::stable_sort(loaded.findings.begin(), loaded.findings.end(),
                   [](const base::Finding& a, const base::Finding& b) {
                     return std::tie(a.place.file, a.place.line, a.place.column) <
                            std::tie(b.place.file, b.place.line, b.place.column);
                   });
  return loaded;
}

std::vector<RuleSummary> Rules::list() const {
  std::vector<RuleSummary> out;
  for (const auto& rule : rules_) {
    RuleSummary summary;
    summary.id = rule->id;
    summary.file = rule->file;
    summary.line = rule->line;
    summary.kinds = rule->kinds;
    for (const SenderTest& sender : rule->senders) summary.senders.push_back(sender.name);
    for (const SenderTest& one : rule->not_senders) summary.not_senders.push_back(one.name);
    for (const Destination& copy : rule->copies) summary.copies.push_back(copy.text);
    for (const FieldTest& test : rule->tests) summary.fields.push_back(test.field);
    summary.from = rule->from.text;
    summary.until = rule->until.text;
    summary.until_included = rule->until.shift == 0;
    summary.to = rule->to.text;
    summary.description_en = rule->description_en;
    summary.description_fr = rule->description_fr;
    out.push_back(std::move(summary));
  }
  return out;
}

}  // namespace portage::routing
