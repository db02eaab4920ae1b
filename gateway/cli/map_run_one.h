// One root through one mapping, as `portage map run` does it: what was written, checked by its
// schema, and what was refused. A file whose records are read together (`list of`) is one root. For
// one run; the set and the configuration outlive it.
#pragma once

#include <string>
#include <vector>

#include "gateway/cli/map_run_page.h"
#include "gateway/cli/options.h"
#include "gateway/config/config.h"

namespace portage::cli {

class MapRunner {
 public:
  MapRunner(const Options& options, const config::Config& config, const mapping::MappingSet& set,
            std::string name);

  mapping::Way way() const;
  MappedOne run(const record::Value& root, base::Day day, record::Document& into) const;

  // nullptr: it does not go this way.
  const schema::Schema* reads(const mapping::Mapping& mapping) const;
  const schema::Schema* writes(const mapping::Mapping& mapping) const;

  bool makes_several() const;  // of one root
  bool gathers() const;        // all records of the file make one root
  bool lenient() const;        // a bad one is left out
  // The records of one document of such a file, into `roots`; and their one root.
  void gather(const record::Value& document, record::Arena& arena,
              std::vector<record::Value>& roots) const;
  record::Value root_of(const std::vector<record::Value>& roots, record::Arena& arena) const;

 private:
  void check(MappedOne& out, const std::string& schema, bool numbered) const;
  const mapping::Mapping& any() const { return *set_.all().back(); }
  const Options& options_;
  const config::Config& config_;
  const mapping::MappingSet& set_;
  std::string name_;
};

}  // namespace portage::cli
