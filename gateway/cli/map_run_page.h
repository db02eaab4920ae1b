// What `portage map run` tells: each fault with its place, and side by side how each field came
// about. For one run.
#pragma once

#include <string>
#include <vector>

#include "gateway/cli/io.h"
#include "gateway/format/documents.h"
#include "gateway/mapping/mapping.h"
#include "gateway/security/mask.h"

namespace portage::cli {

struct MappedOne {
  std::uint32_t row = 0;  // of a file of records, from 1; else 0
  const mapping::Mapping* mapping = nullptr;
  bool placed = true;                  // what was read still lies where it lay in the file
  std::vector<record::Value> written;  // in the target's memory; one, but of `make` and `list of`
  std::vector<mapping::Refusal> refusals, notes;
  std::vector<mapping::LeftOut> left_out;
  std::vector<schema::Fault> faults;  // of what was written
  std::vector<mapping::Provenance> fields;
  bool good() const { return mapping != nullptr && refusals.empty() && faults.empty(); }
};

// A place in the file that was read: "7:12", or nothing.
std::string file_place(const format::DocumentReader& reader, std::uint32_t at);
void tell(const MappedOne& ran, const format::DocumentReader& reader, const std::string& file,
          const Io& io);

// Values are masked by class, but in files of invented people.
class BesidePage {
 public:
  BesidePage(const std::string& file, Output output, const Io& io);
  void add(const MappedOne& ran);
  void end();

 private:
  void table(const MappedOne& ran) const;
  void json(const MappedOne& ran);
  std::string shown(const std::string& value, const mapping::Provenance& field,
                    const std::string& salt) const;
  const Io& io_;
  bool open_, json_;
  security::MaskKey key_;
  std::string text_;  // JSON
};

}  // namespace portage::cli
