// What went wrong, in a form that every room shares: a stable code, where, and whose turn it is.
// An Error never carries a personal value: `arguments` hold names, places, counts and limits only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portage::base {

// What the caller should do about it.
enum class ErrorKind : std::uint8_t {
  invalid,      // the sender must change the input
  denied,       // the sender may not do this
  not_found,    // nothing has that name or id
  conflict,     // the same id was used for something else
  too_large,    // a limit in the configuration was passed
  unsupported,  // known, but not by this gateway
  unavailable,  // try again later; nothing was kept
  internal,     // a fault of ours
};

// A place in something a person can open. Lines and columns count from 1; 0 means unknown.
// `pointer` is a JSON Pointer, a row and column name ("row 3, DOB") or an XML path.
struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string pointer;
};

using Arguments = std::vector<std::pair<std::string, std::string>>;

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string code;  // a key of schemas/errors/*.json, such as "json.syntax"
  Place place;
  Arguments arguments;
};

inline Error make_error(ErrorKind kind, std::string_view code, Arguments arguments = {},
                        Place place = {}) {
  return Error{kind, std::string(code), std::move(place), std::move(arguments)};
}

// One of the problems found in a file that people write (configuration, mapping, schema, layout).
enum class Severity : std::uint8_t { error, warning, note };

struct Finding {
  Severity severity = Severity::error;
  std::string code;       // a key of schemas/errors/*.json
  Place place;            // file:line:column
  std::uint32_t end_column = 0;  // exclusive; 0 = unknown
  Arguments arguments;    // fill the {name}s of the catalogue's text and fix
  std::string suggestion; // the nearest right word ("did you mean"), or empty
};

}  // namespace portage::base
