// Schema: does this value hold? One class for JSON Schema 2020-12, XSD and column layouts, compiled
// once. A Schema is immutable and may be used from many threads. Loading reports every finding at
// once and never fetches anything: a $ref outside the given sources is a finding.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/base/result.h"
#include "gateway/format/wire.h"
#include "gateway/record/record.h"
#include "gateway/record/value.h"
#include "gateway/schema/shape.h"

namespace portage::schema {

// Why a value does not hold. Arguments never quote the value.
struct Fault {
  std::string code;      // "schema.required", "schema.enum", "schema.type" …
  std::string pointer;   // JSON Pointer ("/client/dob"), or a column name for tables
  std::uint32_t at = 0;  // byte offset in the sender's document, 0 if unknown
  base::Arguments arguments;
};

// CSV details that a column layout fixes.
struct TableLayout {
  char delimiter = ',';
  std::string charset = "utf-8";  // "utf-8" (with or without BOM), "cp1252", "iso-8859-1"
  bool crlf = false;              // written line ends
  bool byte_order_mark = false;   // written before the header
  bool short_rows = false;        // cells missing at the end of a row are empty
  struct Column {
    std::string name;                  // as it is written
    std::vector<std::string> aliases;  // other headers that mean it when read
  };
  std::vector<Column> columns;  // in the order they are written
  // The column that a header means; nullptr if none does.
  const Column* column(std::string_view header) const;
};

class Schema {
 public:
  virtual ~Schema() = default;
  const std::string& name() const { return name_; }  // "referral@1", "halton/referral@2"
  format::Format format() const { return format_; }
  const format::Wire& wire() const { return wire_; }  // how its documents stand in bytes
  const Shape& shape() const { return shape_; }       // of the root; for a table, of one row
  const TableLayout* table() const { return table_ ? &*table_ : nullptr; }
  const record::Digest& digest() const { return digest_; }  // of the source text
  const std::string& source() const { return source_; }

  // All faults up to `most`; empty = valid.
  virtual std::vector<Fault> check(const record::Value& root, std::size_t most = 32) const = 0;

 protected:
  std::string name_;
  format::Format format_ = format::Format::json;
  format::Wire wire_;
  Shape shape_;
  std::optional<TableLayout> table_;
  record::Digest digest_{};
  std::string source_;
};

struct Loaded {
  std::shared_ptr<const Schema> schema;  // nullptr if any finding is an error
  std::vector<base::Finding> findings;
};

using Schemas = std::vector<std::shared_ptr<const Schema>>;

// A document that references may name: by `uri` if there is one, and by its own $id.
struct NamedText {
  std::string uri;
  std::string text;
};

enum class Draft : std::uint8_t { draft_07, draft_2019_09, draft_2020_12 };

inline constexpr std::size_t kCheckStack = 32'768;

struct JsonOptions {
  bool assert_formats = true;          // false: `format` says something and refuses nothing
  Draft draft = Draft::draft_2020_12;  // what a schema without $schema is
  std::vector<NamedText> documents;    // beside the library
  // Of the documents that it will check. Their depth bounds the recursion of check(), which takes
  // at most kCheckStack bytes of stack a level; wide numbers may then stand in schemas too.
  format::Limits limits;
};

// `file` is used in findings; the schema's name comes from its own text ("$id": "referral@1" /
// `schema = "halton/referral@2"` / xs:schema id="ssm-referral_1" with targetNamespace, see
// schemas/README.md). `library` holds other schemas by name for references.
Loaded load_json_schema(std::string_view text, const std::string& file, const Schemas& library);
Loaded load_json_schema(std::string_view text, const std::string& file, const Schemas& library,
                        const JsonOptions& options);
Loaded load_layout(std::string_view toml, const std::string& file);
Loaded load_xsd(std::string_view text, const std::string& file);
// The second opinion of libxml2 on a whole XML document, for tests and tools; check() is what the
// gateway uses. Error: xsd.refused with the line.
base::Status validate_xml_bytes(const Schema& xsd, std::string_view document);

// A fault with its place in the document as a person can find it: line, column and pointer; for a
// table "row 3, DOB".
struct PlacedFault {
  std::string code;
  base::Place place;
  base::Arguments arguments;
};

// Reads a whole document in the schema's format and checks it; a document that cannot be read is
// one fault. For tools: `portage schema check`. The gateway reads once and calls check() itself.
std::vector<PlacedFault> check_document(const Schema& schema, std::string_view bytes,
                                        std::size_t most = 32, const format::Limits& limits = {});

// Schemas by name; immutable once built.
class SchemaSet {
 public:
  void add(std::shared_ptr<const Schema> schema);
  const Schema* find(std::string_view name) const;
  const Schemas& all() const { return all_; }

 private:
  Schemas all_;
};

}  // namespace portage::schema
