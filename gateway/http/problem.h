// problem+json (RFC 9457): the one form in which this gateway says no over HTTP, for the connectors
// and the API. Texts come from the catalogue in the reader's language; a field's value never
// appears. Pure functions, safe from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/catalogue.h"
#include "gateway/base/error.h"
#include "gateway/http/http.h"

namespace portage::http {

// Appends `text` as a JSON string with its quotes. What is not UTF-8 becomes U+FFFD.
void append_json(std::string& out, std::string_view text);

struct ProblemPart {
  std::string code, pointer, rule;
  std::uint32_t line = 0, column = 0;  // from 1; 0 = unknown
  base::Arguments arguments;
};

struct Problem {
  std::string code;  // "json.syntax" -> type "urn:portage:error:json.syntax"
  int status = 0;    // 0: the catalogue's
  base::Arguments arguments;
  base::Place place;  // of the whole, if known
  std::vector<ProblemPart> parts;
  std::string instance;  // a record's or submission's id, or empty
};

// The status of an error: the catalogue's, else the kind's.
int problem_status(const base::Error& error);

std::string problem_json(const Problem& problem, base::Language language);
// With content-type, content-language, cache-control.
Response problem_response(const Problem& problem, std::string_view accept_language);
Response problem_response(const base::Error& error, std::string_view accept_language);
Response problem_response(int status, std::string_view code, std::string_view accept_language);

}  // namespace portage::http
