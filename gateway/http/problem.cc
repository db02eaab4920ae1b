#include "gateway/http/problem.h"

#include "gateway/base/text.h"

namespace portage::http {

namespace {

void append_escaped(std::string& out, std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20) {
      out.append("\\u00");
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
}

void member(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (out.back() != '{') out.push_back(',');
  append_json(out, name);
  out.push_back(':');
  append_json(out, value);
}

void member(std::string& out, std::string_view name, std::uint32_t value) {
  if (value == 0) return;
  if (out.back() != '{') out.push_back(',');
  append_json(out, name);
  out.push_back(':');
  out.append(std::to_string(value));
}

// The title of a problem type never changes with the occurrence; the detail tells of this one.
std::string title_of(int status, base::Language language) {
  std::string key = "http.title." + std::to_string(status);
  if (base::catalogue_find(key) == nullptr) {
    key = status >= 500 ? "http.title.500" : "http.title.400";
  }
  return base::say(key, language);
}

}  // namespace

void append_json(std::string& out, std::string_view text) {
  out.push_back('"');
  for (;;) {
    std::size_t bad = base::invalid_utf8_at(text);
    append_escaped(out, text.substr(0, bad));
    if (bad == std::string_view::npos) break;
    out.append("\xEF\xBF\xBD");
    text.remove_prefix(bad + 1);
  }
  out.push_back('"');
}

int problem_status(const base::Error& error) {
  if (const auto* entry = base::catalogue_find(error.code);
      entry != nullptr && entry->status != 0) {
    return entry->status;
  }
  switch (error.kind) {
    case base::ErrorKind::invalid:
      return 422;
    case base::ErrorKind::denied:
      return 403;
    case base::ErrorKind::not_found:
      return 404;
    case base::ErrorKind::conflict:
      return 409;
    case base::ErrorKind::too_large:
      return 413;
    case base::ErrorKind::unsupported:
      return 415;
    case base::ErrorKind::unavailable:
      return 503;
    case base::ErrorKind::internal:
      break;
  }
  return 500;
}

std::string problem_json(const Problem& problem, base::Language language) {
  const auto* entry = base::catalogue_find(problem.code);
  int status = problem.status != 0 ? problem.status : entry != nullptr ? entry->status : 500;
  std::string out = "{";
  member(out, "type", "urn:portage:error:" + problem.code);
  member(out, "title", title_of(status, language));
  member(out, "status", static_cast<std::uint32_t>(status));
  member(out, "detail", base::say(problem.code, language, problem.arguments));
  if (entry != nullptr && !entry->fix_en.empty()) {
    member(out, "fix", base::say_fix(problem.code, language, problem.arguments));
  }
  member(out, "code", problem.code);
  if (entry != nullptr) member(out, "who_acts", entry->who_acts);
  member(out, "instance", problem.instance);
  member(out, "pointer", problem.place.pointer);
  member(out, "line", problem.place.line);
  member(out, "column", problem.place.column);
  if (!problem.parts.empty()) {
    out.append(",\"errors\":[");
    bool first = true;
    for (const ProblemPart& part : problem.parts) {
      if (!first) out.push_back(',');
      first = false;
      out.push_back('{');
      // The whole document's pointer is the empty string, and must be told from "unknown".
      if (part.pointer.empty() && part.line == 0) out.append("\"pointer\":\"\"");
      member(out, "pointer", part.pointer);
      member(out, "line", part.line);
      member(out, "column", part.column);
      member(out, "code", part.code);
      member(out, "detail", base::say(part.code, language, part.arguments));
      const auto* known = base::catalogue_find(part.code);
      if (known != nullptr && !known->fix_en.empty()) {
        member(out, "fix", base::say_fix(part.code, language, part.arguments));
      }
      member(out, "rule", part.rule);
      out.push_back('}');
    }
    out.push_back(']');
  }
  out.append("}\n");
  return out;
}

Response problem_response(const Problem& problem, std::string_view accept_language) {
  base::Language language = base::language_from(accept_language);
  const auto* entry = base::catalogue_find(problem.code);
  Response response;
  response.status = problem.status != 0 ? problem.status : entry != nullptr ? entry->status : 500;
  response.headers = {{"content-type", "application/problem+json"},
                      {"content-language", language == base::Language::french ? "fr" : "en"},
                      {"cache-control", "no-store"}};
  response.body = problem_json(problem, language);
  return response;
}

Response problem_response(const base::Error& error, std::string_view accept_language) {
  Problem problem;
  problem.code = error.code;
  problem.status = problem_status(error);
  problem.arguments = error.arguments;
  problem.place = error.place;
  problem.place.file.clear();  // a path of this machine is nobody's business outside
  return problem_response(problem, accept_language);
}

Response problem_response(int status, std::string_view code, std::string_view accept_language) {
  Problem problem;
  problem.code = code;
  problem.status = status;
  return problem_response(problem, accept_language);
}

}  // namespace portage::http
