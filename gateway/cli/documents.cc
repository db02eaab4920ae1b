#include "gateway/cli/documents.h"

#include "gateway/format/csv.h"

namespace portage::cli {
namespace {

format::CsvDialect dialect_of(const schema::Schema& schema) {
  format::CsvDialect dialect;
  if (const schema::TableLayout* table = schema.table()) {
    dialect.delimiter = table->delimiter;
    dialect.crlf = table->crlf;
    dialect.byte_order_mark = table->byte_order_mark;
    if (const auto charset = format::charset_from(table->charset)) dialect.charset = *charset;
  }
  return dialect;
}

base::Result<Input> read_table(const schema::Schema& schema, std::string_view bytes) {
  auto reader = format::CsvReader::open(bytes, dialect_of(schema));
  if (!reader) return std::move(reader).error();
  Input input;
  std::vector<std::string> expected;
  for (const schema::Shape& column : schema.shape().members) expected.push_back(column.name);
  input.faults = reader->check_columns(expected, false);
  if (!input.faults.empty()) return input.faults.front();
  format::CsvRow row;
  while (true) {
    InputDocument one{record::Document{record::Arena(4096), {}}, {}, 0, 0};
    if (!reader->next(row, one.document)) break;
    if (row.error) {
      input.faults.push_back(std::move(*row.error));
      continue;
    }
    one.root = one.document.root;
    one.row = row.number;
    one.line = row.line;
    input.documents.push_back(std::move(one));
  }
  return input;
}

}  // namespace

base::Result<Input> read_documents(const schema::Schema& schema, std::string_view bytes) {
  if (schema.format() == format::Format::csv) return read_table(schema, bytes);
  Input input;
  InputDocument one{record::Document{record::Arena(), {}}, {}, 0, 1};
  const base::Status status = schema.format() == format::Format::xml
                                  ? format::read_xml(bytes, format::Limits{}, one.document)
                                  : format::read_json(bytes, format::Limits{}, one.document);
  if (!status) return status.error();
  one.root = one.document.root;
  if (schema.format() == format::Format::json && one.root.is(record::Kind::group) &&
      one.root.find("specversion") != nullptr && one.root.find("data") != nullptr) {
    one.root = *one.document.root.find("data");
  }
  input.documents.push_back(std::move(one));
  return input;
}

base::Result<std::string> write_documents(const schema::Schema& schema,
                                          const std::vector<record::Document>& documents) {
  std::string out;
  if (schema.format() == format::Format::csv) {
    std::vector<std::string> columns;
    for (const schema::Shape& column : schema.shape().members) columns.push_back(column.name);
    format::CsvWriter writer(std::move(columns), dialect_of(schema), out);
    base::Status status = writer.header();
    for (const record::Document& one : documents) {
      if (status) status = writer.row(one.root);
    }
    if (!status) return std::move(status).error();
    return out;
  }
  for (const record::Document& one : documents) {
    if (schema.format() == format::Format::xml) {
      if (base::Status status = format::write_xml(one.root, out); !status) {
        return std::move(status).error();
      }
    } else if (documents.size() == 1) {
      format::write_json_pretty(one.root, out);
    } else {
      format::write_json(one.root, out);  // one a line
    }
    if (!out.ends_with('\n')) out += '\n';
  }
  return out;
}

}  // namespace portage::cli
