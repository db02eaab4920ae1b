// The parts of a configuration that other rooms read - code tables, schemas, mappings, places,
// routes - loaded from their folders in the order in which they need each other. For one thread,
// one load.
#pragma once

#include "gateway/config/draft.h"

namespace portage::config {

class Library {
 public:
  Library(const Paths& paths, Files& files, Config& config, Findings& findings);
  void load_words();   // code tables and schemas, into the Config
  void load_rest();    // mappings, places, routes
  void load_agreed();  // places and agreements alone

  // Did every schema (mapping, place) load? If not, a name that is not found may be one of those
  // that did not, and is not worth a finding of its own.
  bool schemas_whole() const { return schemas_whole_; }
  bool mappings_whole() const { return mappings_whole_; }
  bool places_whole() const { return places_whole_; }
  bool agreements_whole() const { return agreements_whole_; }

 private:
  void tables();
  void records(const std::string& folder);
  void forms(const std::string& folder);
  void mappings();
  void places();
  void services();
  void agreements();
  void routes();
  bool take(std::vector<base::Finding>&& findings);  // true if none is an error

  const Paths& paths_;
  Files& files_;
  Config& config_;
  Findings& findings_;
  bool schemas_whole_ = true, mappings_whole_ = true, places_whole_ = true,
       agreements_whole_ = true;
};

}  // namespace portage::config
