// Any bytes as a SOAP envelope: what is read and can be written is read back as the same tree.
#include "gateway/format/soap.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace portage;
  record::Document first, second;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  format::Soap found = format::Soap::none;
  std::optional<format::SoapFault> fault;
  if (!format::read_soap(bytes, {}, format::Soap::none, first, found, fault).ok()) return 0;
  std::string out;
  if (fault) {
    format::write_soap_fault(*fault, found, out);
    if (!format::read_soap(out, {}, found, second, found, fault).ok() || !fault) std::abort();
    return 0;
  }
  if (!format::write_soap(first.root, found, out).ok()) return 0;
  if (!format::read_soap(out, {}, found, second, found, fault).ok() ||
      !record::equal(first.root, second.root)) {
    std::abort();
  }
  return 0;
}
