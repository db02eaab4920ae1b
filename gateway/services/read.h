// HSDS files into Rows: tables (CSV) and documents (JSON: a page, a list, one object, a set of
// tables, or one object a line). Inside this room only. Every fault is a finding with its place;
// what can be read is read. One thread, no I/O.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/directory/tables.h"
#include "gateway/services/rows.h"

namespace portage::services {

using Findings = std::vector<base::Finding>;

void read_table(const std::string& path, std::string_view bytes, Table table, Rows& into,
                Findings& findings);
void read_document(const std::string& path, std::string_view bytes, Rows& into, Findings& findings);

// What roles offer, for every party that holds one: rows of services, organisations and areas.
void read_offers(const std::string& path, std::string_view bytes,
                 const directory::Directory& directory, Rows& into, Findings& findings);
// The columns `needs`, `areas` and `languages` of services become the rows that HSDS has for them.
void expand(Rows& rows, const directory::Directory& directory,
            const directory::CodeTable* languages);
// Ids, references, forms of values; parties, areas and kinds.
struct Known {
  const directory::Directory& directory;
  const std::vector<std::string>* kinds;
};
void check(const Rows& rows, const Known& known, Findings& findings);

void report(Findings& findings, std::string_view code, const std::string& file, const RowCell& cell,
            base::Arguments arguments = {}, std::string suggestion = {},
            base::Severity severity = base::Severity::error);

}  // namespace portage::services
