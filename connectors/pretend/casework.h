// Casework: what a partner whose wire is a folder does with the JSON records that come to it, and
// the ones that it drops of its own accord. Halton answers an application with an action plan and a
// benefit request with a decision; the ODSP office asks for a benefit; a provider tells an outcome.
// One thread.
#pragma once

#include <cstdint>
#include <string>

#include "connectors/pretend/partner.h"

namespace portage::pretend {

class Casework {
 public:
  Casework(std::string party, std::string folder, std::uint32_t seed)
      : party_(std::move(party)), folder_(std::move(folder)), seed_(seed) {}

  bool begin();                        // drops what this partner sends first
  void take(const std::string& path);  // a file that came; its name begins with its kind
  std::uint64_t received() const { return received_; }
  Counts counts() const;

 private:
  bool send(const std::string& kind, const std::string& body);

  std::string party_, folder_;
  std::uint32_t seed_;
  std::uint64_t received_ = 0, sent_ = 0, unreadable_ = 0, not_for_us_ = 0;
};

// Under a hidden name, then renamed, so that a reader never sees half of it.
bool drop_file(const std::string& folder, const std::string& name, std::string_view bytes);

}  // namespace portage::pretend
