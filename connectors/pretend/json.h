// Json: writes one JSON document, member after member; an empty text is left out. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/format/format.h"

namespace portage::pretend {

class Json {
 public:
  void text(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    key(name);
    format::write_json_text(value, out_);
  }
  void number(std::string_view name, std::uint32_t value) {
    key(name);
    out_ += std::to_string(value);
  }
  void truth(std::string_view name, bool value) {
    key(name);
    out_ += value ? "true" : "false";
  }
  void open(std::string_view name, char bracket = '{') {
    if (!name.empty())
      key(name);
    else
      comma();
    out_ += bracket;
  }
  void close(char bracket = '}') { out_ += bracket; }
  std::string take() { return std::move(out_); }

 private:
  void comma() {
    if (!out_.empty() && out_.back() != '{' && out_.back() != '[') out_ += ',';
  }
  void key(std::string_view name) {
    comma();
    format::write_json_text(name, out_);
    out_ += ':';
  }
  std::string out_;
};

}  // namespace portage::pretend
