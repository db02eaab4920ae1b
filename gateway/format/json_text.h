// JSON as text, written member by member: for answers, receipts and timelines that no tree is
// needed for. The caller keeps objects and lists balanced. Threads: one writer is for one thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/format/format.h"

namespace portage::format {

class JsonText {
 public:
  explicit JsonText(std::string& out) : out_(out) {}

  JsonText& object() { return open('{'); }  // an element of a list, or the root
  JsonText& object(std::string_view name) { return key(name).open('{', true); }
  JsonText& list() { return open('['); }
  JsonText& list(std::string_view name) { return key(name).open('[', true); }
  JsonText& end_object() { return close('}'); }
  JsonText& end_list() { return close(']'); }

  JsonText& text(std::string_view name, std::string_view value) {
    key(name);
    write_json_text(value, out_);
    return *this;
  }
  JsonText& text_if(std::string_view name, std::string_view value) {  // left out when empty
    return value.empty() ? *this : text(name, value);
  }
  template <std::integral T>
  JsonText& number(std::string_view name, T value) {
    key(name);
    out_.append(std::to_string(value));
    return *this;
  }
  JsonText& boolean(std::string_view name, bool value) {
    key(name);
    out_.append(value ? "true" : "false");
    return *this;
  }
  JsonText& null(std::string_view name) {
    key(name);
    out_.append("null");
    return *this;
  }
  // JSON that is written already.
  JsonText& raw(std::string_view name, std::string_view json) {
    key(name);
    out_.append(json);
    return *this;
  }
  JsonText& raw_element(std::string_view json) {
    comma();
    out_.append(json);
    return *this;
  }
  JsonText& element(std::string_view text) {
    comma();
    write_json_text(text, out_);
    return *this;
  }

 private:
  void comma() {
    if (out_.empty()) return;
    const char last = out_.back();
    if (last != '{' && last != '[' && last != ':' && last != '\n') out_.push_back(',');
  }
  JsonText& key(std::string_view name) {
    comma();
    write_json_text(name, out_);
    out_.push_back(':');
    return *this;
  }
  JsonText& open(char c, bool after_key = false) {
    if (!after_key) comma();
    out_.push_back(c);
    return *this;
  }
  JsonText& close(char c) {
    out_.push_back(c);
    return *this;
  }
  std::string& out_;
};

}  // namespace portage::format
