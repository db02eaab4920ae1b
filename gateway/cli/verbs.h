// One function for each verb; each gives the exit code. main_cli.cc and the tests call run().
#pragma once

#include <string>
#include <vector>

#include "gateway/cli/io.h"
#include "gateway/cli/parse.h"

namespace portage::cli {

int validate(const Options& options, const Io& io);
int map_check(const Options& options, const Io& io);
int map_run(const Options& options, const Io& io);
int map_test(const Options& options, const Io& io);
int map_explain(const Options& options, const Io& io);
int map_coverage(const Options& options, const Io& io);
int map_fmt(const Options& options, const Io& io);
int map_diff(const Options& options, const Io& io);
int map_doc(const Options& options, const Io& io);
int map_new(const Options& options, const Io& io);
int map_functions(const Options& options, const Io& io);
int codes_check(const Options& options, const Io& io);
int schema_check(const Options& options, const Io& io);
int agreements_list(const Options& options, const Io& io);
int agreements_show(const Options& options, const Io& io);
int agreements_check(const Options& options, const Io& io);
int route_explain(const Options& options, const Io& io);
int route_list(const Options& options, const Io& io);
int route_diff(const Options& options, const Io& io);
int route_prove(const Options& options, const Io& io);
int resolve(const Options& options, const Io& io);
int services_needs(const Options& options, const Io& io);
int services_list(const Options& options, const Io& io);
int services_show(const Options& options, const Io& io);
int services_nearest(const Options& options, const Io& io);
int services_import(const Options& options, const Io& io);
int help_code(const Options& options, const Io& io);
int version(const Options& options, const Io& io);

int status(const Options& options, const Io& io);
int trace(const Options& options, const Io& io);
int records_list(const Options& options, const Io& io);
int quarantine_list(const Options& options, const Io& io);
int quarantine_show(const Options& options, const Io& io);
int quarantine_retry(const Options& options, const Io& io);
int events(const Options& options, const Io& io);
int send(const Options& options, const Io& io);

// The whole program but for the process: arguments without the program's name.
int run(const std::vector<std::string>& arguments, const Surroundings& around, std::ostream& out,
        std::ostream& err);

}  // namespace portage::cli
