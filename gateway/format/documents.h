// The documents of a file, one at a time and in bounded memory, whatever its format: CSV rows,
// fixed-width documents, NDJSON lines, the records of an XML file; one document where the file is
// one. And back. Threads: one reader or writer is for one thread; the wire must outlive it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gateway/base/result.h"
#include "gateway/base/text.h"
#include "gateway/format/wire.h"

namespace portage::format {

struct Entry {
  std::uint32_t number = 0;          // documents count from 1; 0: header, trailer, the file itself
  std::uint32_t line = 0;            // where it begins
  std::optional<base::Error> error;  // then there is no tree; others may follow
};

class DocumentReader {
 public:
  // Fills a part of the span and says how much; 0 at the end.
  using Fill = std::function<base::Result<std::size_t>(std::span<char>)>;
  // Faults of the file's beginning (header, charset).
  static base::Result<DocumentReader> open(const Wire& wire, const Limits& limits, Fill fill);
  static base::Result<DocumentReader> open(const Wire& wire, const Limits& limits,
                                           std::string_view bytes);  // they outlive the reader
  DocumentReader(DocumentReader&&) noexcept;
  DocumentReader& operator=(DocumentReader&&) noexcept;
  ~DocumentReader();

  // The next document (`into` is reset first). False at the end.
  bool next(Entry& entry, record::Document& into);
  // Line and column of Value.at in the document read last.
  base::LineColumn where(std::uint32_t at) const;
  // Its bytes as they came, until the next one is read.
  std::string_view raw() const;
  // The same, to be read by itself: a record of an XML file stands in its document element.
  std::string_view alone() const;
  bool many() const;  // the file may hold several documents
  std::uint64_t bytes_read() const;
  std::vector<std::string> columns() const;  // csv: of this file

 private:
  struct Work;
  explicit DocumentReader(std::unique_ptr<Work> work);
  base::Status begin();
  std::unique_ptr<Work> work_;
};

// Appends documents to `out`, which may be taken away between calls. Nothing of a document is
// appended on error.
class DocumentWriter {
 public:
  DocumentWriter(const Wire& wire, std::string& out);
  DocumentWriter(DocumentWriter&&) noexcept;
  ~DocumentWriter();
  base::Status document(const record::Value& root);  // a table's header before the first
  base::Status end();                                // a header, if there was none; a trailer

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

// A file that must hold exactly one document (else documents.several, documents.none).
base::Status read_document(const Wire& wire, std::string_view bytes, const Limits& limits,
                           record::Document& into);
base::Status write_document(const Wire& wire, const record::Value& root, std::string& out);

}  // namespace portage::format
