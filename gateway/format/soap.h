// SOAP 1.1 and 1.2 envelopes: what stands in the body is the document. Headers that must be
// understood are refused, others are skipped. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/format/wire.h"

namespace portage::format {

struct SoapFault {
  bool senders = true;  // Client (1.1) or Sender (1.2); else Server or Receiver
  std::string reason;   // for a person
  std::string language = "en";
  std::string code;   // ours, in the detail; empty: none
  std::string place;  // "line 3, column 7" or a path; with a code only
};

// Reads an envelope; the body's one element becomes the document (a group with one member). A fault
// in the body is given in `fault`, with no tree. soap.* and xml.* codes. The version must be
// `wanted`, unless that is `none`; `found` says which it was.
base::Status read_soap(std::string_view bytes, const Limits& limits, Soap wanted,
                       record::Document& into, Soap& found, std::optional<SoapFault>& fault);

// Appends an envelope around the document; the same tree gives the same bytes.
base::Status write_soap(const record::Value& document, Soap version, std::string& out);
void write_soap_fault(const SoapFault& fault, Soap version, std::string& out);

}  // namespace portage::format
