#include "gateway/base/where.h"

#include <charconv>
#include <vector>

#include "gateway/base/text.h"

namespace portage::base {
namespace {

const std::vector<std::string>& keys() {
  static const std::vector<std::string> kKeys = {"party", "kind", "state", "id", "key", "age"};
  return kKeys;
}
const std::vector<std::string>& states() {
  static const std::vector<std::string> kStates = {"waiting", "delivered", "quarantined",
                                                   "withdrawn"};
  return kStates;
}

Error fault(std::string_view code, std::string_view term,
            const std::vector<std::string>* known = nullptr) {
  std::string near;
  if (known != nullptr) near = nearest(term, *known).value_or("");
  return make_error(ErrorKind::invalid, code, {{"term", std::string(term)}, {"near", near}});
}

Status set(std::string& field, std::string_view value, std::string_view term) {
  if (!field.empty()) return fault("where.twice", term);
  field = value;
  return {};
}

Status set_age(Where& where, char op, std::string_view value, std::string_view term) {
  const auto span = parse_span(value);
  if (!span || op == '=') return fault("where.age", term);
  std::optional<Micros>& bound = op == '>' ? where.older_than : where.younger_than;
  if (bound) return fault("where.twice", term);
  bound = *span;
  return {};
}

Status add(Where& where, std::string_view term) {
  const std::size_t at = term.find_first_of("=<>");
  if (at == std::string_view::npos || at == 0 || at + 1 == term.size()) {
    return fault("where.syntax", term);
  }
  const std::string_view key = term.substr(0, at), value = term.substr(at + 1);
  const char op = term[at];
  if (key == "age") return set_age(where, op, value, term);
  std::string* field = key == "party"   ? &where.party
                       : key == "kind"  ? &where.kind
                       : key == "state" ? &where.state
                       : key == "id"    ? &where.id
                       : key == "key"   ? &where.key
                                        : nullptr;
  if (field == nullptr) return fault("where.key", key, &keys());
  if (op != '=') return fault("where.syntax", term);
  if (key == "state") {
    bool known = false;
    for (const std::string& state : states()) known = known || state == value;
    if (!known) return fault("where.state", value, &states());
  }
  return set(*field, value, term);
}

}  // namespace

std::optional<Micros> parse_span(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
  // A century is more than any ledger holds; it also keeps the product far from overflow.
  if (failed != std::errc{} || count < 0 || end + 1 != text.data() + text.size()) return {};
  std::int64_t seconds = 0;
  switch (*end) {
    case 's':
      seconds = 1;
      break;
    case 'm':
      seconds = 60;
      break;
    case 'h':
      seconds = 3'600;
      break;
    case 'd':
      seconds = 86'400;
      break;
    default:
      return {};
  }
  if (count > std::int64_t{36'500} * 86'400 / seconds) return {};
  return count * seconds * 1'000'000;
}

Result<Where> parse_where(std::string_view text) {
  Where where;
  for (const std::string_view part : split(text, ' ')) {
    const std::string_view term = trim(part);
    if (term.empty()) continue;
    if (Status status = add(where, term); !status) return std::move(status).error();
  }
  return where;
}

}  // namespace portage::base
