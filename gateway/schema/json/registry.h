// Registry: which schema stands under which address. It walks every document once, notes each $id
// and anchor, and answers references from what it holds: documents given to it and the meta-schemas
// of draft-07 and 2020-12. It never fetches anything. Used by one thread while a schema is loaded;
// the Program that it fills outlives it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/format/format.h"
#include "gateway/schema/json/program.h"

namespace portage::schema::json {

// What $recursiveAnchor of 2019-09 is called among the dynamic anchors; no anchor begins with '$'.
inline constexpr std::string_view kRecursive = "$recursive";
inline constexpr std::string_view kHome = "portage:/";  // what names without a scheme stand under

// What a keyword's value holds.
enum class Holds : std::uint8_t { nothing, schema, schemas, schemas_by_name, items, dependencies };
struct Keyword {
  std::string_view name;
  Holds holds;
  std::uint8_t drafts;  // a bit for each that knows it
};
const Keyword* keyword(std::string_view name, Draft draft);
std::vector<std::string> keyword_names(Draft draft);

struct Target {
  const record::Value* value;
  Resource* resource;
};

class Registry {
 public:
  Registry(Program& program, std::vector<base::Finding>& findings)
      : program_(program), findings_(findings) {}

  // What a document without $schema is.
  void assume(Draft draft) { assumed_.draft = draft; }
  void take_wide_numbers(bool wide) { limits_.wide_numbers = wide; }
  // Text that may be asked for by `uri`; it is read when a reference needs it.
  void offer(std::string uri, std::string file, std::string_view text);
  // Reads and indexes `text` under `uri`. nullptr after findings.
  Resource* add(std::string_view uri, std::string file, std::string_view text, bool ours);
  // The schema that `reference` means in `from`; nothing if it is not here.
  std::optional<Target> resolve(const Resource& from, std::string_view reference);
  // The resource that the schema at `value` belongs to.
  Resource* resource_of(const record::Value* value) const;

  void find(base::Severity severity, std::string_view code, const Source& source, std::uint32_t at,
            base::Arguments arguments, std::string suggestion = {});

 private:
  struct Offer {
    std::string file;
    std::string_view text;
  };
  void walk(const record::Value& schema, Resource* resource, const Source& source, int depth);
  Resource* open_resource(const record::Value& schema, std::string uri, const Source& source,
                          const Dialect& inherited);
  Dialect dialect_of(const record::Value& schema, const Source& source, const Dialect& inherited);
  Dialect dialect_named(std::string_view uri, std::uint32_t at, const Source& source);
  Resource* resource_at(const std::string& uri);
  std::optional<Target> pointed(Resource& resource, std::string_view pointer);

  Program& program_;
  std::vector<base::Finding>& findings_;
  std::map<std::string, Offer, std::less<>> offers_;
  std::map<std::string, Resource*, std::less<>> by_uri_;
  std::unordered_map<const record::Value*, Resource*> owner_;
  Dialect assumed_;
  format::Limits limits_;
  int meta_depth_ = 0;
};

// The texts of the meta-schemas by address; empty if it is not one.
std::string_view meta_schema(std::string_view uri);

}  // namespace portage::schema::json
