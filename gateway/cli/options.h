// What a person asked for: the command line as plain values, and the exit codes that every verb
// keeps to.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/catalogue.h"

namespace portage::cli {

enum Exit : int {
  kDone = 0,
  kFound = 1,  // the check ran and found a problem
  kWrongUse = 2,
  kCouldNotCheck = 3,  // the daemon can't be reached, a file can't be read
  kNotFound = 4,
  kNotAllowed = 5,
  kUnsafe = 6,  // refused as unsafe
  kPartly = 7,  // some of several failed
  kTryLater = 75,
  kConfiguration = 78
};

enum class Output : std::uint8_t { table, json, jsonl, id };

enum class Verb : std::uint8_t {
  status,
  validate,
  map_check,
  map_run,
  map_test,
  map_explain,
  map_coverage,
  map_fmt,
  map_diff,
  map_doc,
  map_new,
  map_functions,
  schema_check,
  codes_check,
  agreements_list,
  agreements_show,
  agreements_check,
  route_explain,
  route_list,
  route_diff,
  route_prove,
  resolve,
  services_needs,
  services_list,
  services_show,
  services_nearest,
  services_import,
  send,
  trace,
  records_list,
  quarantine_list,
  quarantine_show,
  quarantine_retry,
  events,
  version,
  help_code
};

struct Options {
  Verb verb = Verb::status;
  bool brief = false;  // `portage` alone
  base::Language language = base::Language::english;
  Output output = Output::table;
  bool color = false, utf8 = true;

  std::string config, socket, where;
  std::size_t limit = 50;
  std::string before;  // a ULID: older records only

  std::vector<std::string> names;  // positional: files, ids, a mapping, a filter, an error code
  std::string kind, from, place, at, date;  // route explain; map run
  std::vector<std::string> with;            // "field=value"
  std::string way = "in", field;            // map run, map explain
  bool beside = false;
  std::uint64_t fail_under = 0;                                  // map coverage: percent
  bool list_findings = false;                                    // map check
  bool check_only = false;                                       // map fmt
  bool update = false;                                           // map test
  std::uint64_t property = 0, seed = 0;                          // map test
  std::string to;                                                // map new
  std::string remotes, formats = "annotate", draft = "2020-12";  // schema check
  std::uint32_t depth = 1000;                                    // schema check: levels
  std::string need, municipality, spoken;                        // resolve, services
  std::string receiver, cause, reason;                           // quarantine
  bool reserve = false;                                          // route explain
  bool online = false;                                           // validate
  std::uint64_t after = 0;                                       // events
  bool follow = false;
  std::string url, certificate, key, authorities, as, content_type, form, id;  // send
};

}  // namespace portage::cli
