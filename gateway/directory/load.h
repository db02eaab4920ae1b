// Builds a Directory from sheets, one function for each file, then checks them against each other.
// Inside this room only. Every finding is kept; rows that can't be read are left out. One thread,
// no I/O.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/directory/directory.h"
#include "gateway/directory/sheet.h"

namespace portage::directory {

struct DirectoryLoader {
  std::vector<base::Finding>& findings;
  Directory out = {};
  // A reference to a party or an area can be judged only when every file has been read.
  struct Reference {
    const Sheet* sheet;
    Cell cell;
    std::string kind;  // the kind of party wanted; empty = any
  };
  std::vector<Reference> party_references = {}, catchment_references = {}, area_references = {};
  std::vector<Reference> source_references = {}, organisation_references = {};
  std::set<std::string, std::less<>> areas = {};
  std::map<std::string, std::uint32_t, std::less<>> source_lines = {};
  std::map<std::string, std::uint32_t, std::less<>> catchment_lines = {};
  bool has_sources = false;

  void read_sources(const Sheet& sheet);
  void read_parties(const Sheet& sheet);
  void read_service_managers(const Sheet& sheet);
  void read_catchments(const Sheet& sheet);
  void read_odsp_offices(const Sheet& sheet);
  void read_roles(const Sheet& sheet);
  void read_postal_areas(const Sheet& sheet);
  void read_organisations(const Sheet& sheet);
  void read_municipalities(const Sheet& sheet);
  void read_first_nation_sites(const Sheet& sheet);
  void read_sites(const Sheet& sheet);

  bool add_party(const Sheet& sheet, const SheetRow& row, Party party);
  // False (and a finding) if the dates are turned.
  bool dates(const Sheet& sheet, const SheetRow& row, base::Days& days);
  void cite(const Sheet& sheet, const SheetRow& row);
  void contract_days(const Sheet& sheet, const SheetRow& row, Catchment& catchment);

  void derive_roles();
  void check_references();
  void check_overlapping_roles();
  void check_owners();
  void check_places();  // sorts and indexes them first
  void check_municipalities();
  void check_desk(const std::string& file);
  Directory finish();

 private:
  void add_role(std::string_view party, std::string_view role, std::string_view area,
                Certainty certainty, base::Days valid, const SourceRow& where);
};

}  // namespace portage::directory
