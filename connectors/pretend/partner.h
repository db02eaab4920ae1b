// What every pretend partner has: it starts, says on one line of standard output that it is ready,
// and works until it is told to stop; then it says on one line what it saw. Lines are JSON objects.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/pretend/options.h"

namespace portage::pretend {

// Each returns the exit code. SIGTERM and SIGINT are blocked in every thread; await_stop() takes
// them.
int run_manager(const Options& options);   // a service system manager
int run_intake(const Options& options);    // the province's intake
int run_halton(const Options& options);    // Halton's case software
int run_office(const Options& options);    // an ODSP office
int run_provider(const Options& options);  // a provider of employment services

// True when a signal to stop has come within `ms`; `ms` of 0 waits for ever.
bool await_stop(std::uint32_t ms);
using Counts = std::vector<std::pair<std::string_view, std::uint64_t>>;
void say_ready(std::string_view party, std::uint32_t port);
void say_counts(std::string_view party, const Counts& counts);
int fail(const base::Error& error);  // prints the code, returns 3

}  // namespace portage::pretend
