// The records of an XML file: the elements directly under its document element, one at a time, so
// that a file may be larger than memory. Each is cut out by its tags, put between the document
// element's own tags and given to read_xml(); namespaces and charset declared there hold for it.
// Threads: for one thread. The bytes must outlive it until the next refill().
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/format/format.h"

namespace portage::format {

struct XmlRecord {
  std::uint32_t number = 0;  // from 1; 0: a fault of the file, after which there is nothing
  std::uint32_t line = 0;
  std::size_t begin = 0, end = 0;  // its bytes in the window
  std::optional<base::Error> error;
};

class XmlRecords {
 public:
  // Reads up to the document element. `whole` if its name is one of `roots`: then the file is one
  // document, and read_xml() is the way to read it.
  static base::Result<XmlRecords> open(std::string_view bytes,
                                       const std::vector<std::string>& roots, const Limits& limits);
  bool whole() const { return whole_; }

  // The next element as a document. False at the end of the document element, or of the window.
  bool next(XmlRecord& row, record::Document& into);

  std::size_t at() const { return at_; }
  // The record read last between the document element's own tags; Value.at counts in it.
  std::string_view alone() const { return scratch_; }
  void refill(std::string_view bytes, bool more_follows);
  void more(bool follows) { more_ = follows; }
  base::LineColumn where(std::size_t at) const;  // of Value.at in the record read last

 private:
  XmlRecords(std::string_view bytes, const std::vector<std::string>& roots, const Limits& limits)
      : bytes_(bytes), roots_(roots), limits_(limits) {}
  base::Status read_start();
  // The end of the markup that begins at `at`; npos if the window ends before it.
  std::size_t markup_end(std::size_t at) const;
  std::size_t element_end(std::size_t at) const;
  void step(std::size_t to);
  void fault(XmlRecord& row, const char* code, std::size_t at, base::Arguments arguments = {});

  std::string_view bytes_;
  const std::vector<std::string>& roots_;
  Limits limits_;
  std::string head_, tail_;  // the document element's tags, in one line
  std::size_t at_ = 0;
  std::uint32_t line_ = 1, column_ = 1;  // of at_
  std::size_t row_begin_ = 0;
  std::uint32_t row_line_ = 1, row_column_ = 1, number_ = 0;
  bool whole_ = false, more_ = false, ended_ = false;
  std::string scratch_;
};

}  // namespace portage::format
