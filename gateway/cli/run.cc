#include "gateway/cli/verbs.h"

namespace portage::cli {
namespace {

int dispatch(const Options& options, const Io& io) {
  switch (options.verb) {
    case Verb::status:
      return status(options, io);
    case Verb::validate:
      return validate(options, io);
    case Verb::map_check:
      return map_check(options, io);
    case Verb::map_run:
      return map_run(options, io);
    case Verb::map_test:
      return map_test(options, io);
    case Verb::map_explain:
      return map_explain(options, io);
    case Verb::map_coverage:
      return map_coverage(options, io);
    case Verb::map_fmt:
      return map_fmt(options, io);
    case Verb::map_diff:
      return map_diff(options, io);
    case Verb::map_doc:
      return map_doc(options, io);
    case Verb::map_new:
      return map_new(options, io);
    case Verb::map_functions:
      return map_functions(options, io);
    case Verb::codes_check:
      return codes_check(options, io);
    case Verb::schema_check:
      return schema_check(options, io);
    case Verb::agreements_list:
      return agreements_list(options, io);
    case Verb::agreements_show:
      return agreements_show(options, io);
    case Verb::agreements_check:
      return agreements_check(options, io);
    case Verb::route_explain:
      return route_explain(options, io);
    case Verb::route_list:
      return route_list(options, io);
    case Verb::route_diff:
      return route_diff(options, io);
    case Verb::route_prove:
      return route_prove(options, io);
    case Verb::resolve:
      return resolve(options, io);
    case Verb::services_needs:
      return services_needs(options, io);
    case Verb::services_list:
      return services_list(options, io);
    case Verb::services_show:
      return services_show(options, io);
    case Verb::services_nearest:
      return services_nearest(options, io);
    case Verb::services_import:
      return services_import(options, io);
    case Verb::send:
      return send(options, io);
    case Verb::trace:
      return trace(options, io);
    case Verb::records_list:
      return records_list(options, io);
    case Verb::quarantine_list:
      return quarantine_list(options, io);
    case Verb::quarantine_show:
      return quarantine_show(options, io);
    case Verb::quarantine_retry:
      return quarantine_retry(options, io);
    case Verb::events:
      return events(options, io);
    case Verb::version:
      return version(options, io);
    case Verb::help_code:
      return help_code(options, io);
  }
  return kWrongUse;
}

}  // namespace

int run(const std::vector<std::string>& arguments, const Surroundings& around, std::ostream& out,
        std::ostream& err) {
  const Parsed parsed = parse(arguments, around);
  out << parsed.out;
  err << parsed.err;
  if (!parsed.options) return parsed.exit;
  const Io io{out, err, style_of(*parsed.options)};
  const int exit = dispatch(*parsed.options, io);
  out.flush();
  return exit;
}

}  // namespace portage::cli
