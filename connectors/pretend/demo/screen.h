// What the demonstration prints: every word comes from schemas/messages/demo.json, in English or
// French. Never a personal value: events hold party ids, kinds, record numbers and codes. One
// thread.
#pragma once

#include <string>
#include <string_view>

#include "connectors/pretend/demo/watch.h"
#include "gateway/base/catalogue.h"

namespace portage::demo {

class Screen {
 public:
  explicit Screen(base::Language language) : language_(language) {}

  void say(std::string_view key, const base::Arguments& arguments = {}) const;
  // "  [2/4] configure  ok  …"
  void step(int number, int of, std::string_view key, const base::Arguments& arguments = {}) const;
  void event(const Event& event) const;
  void status(const Status& status) const;
  void wanted(std::string_view key, bool came) const;
  std::string words(std::string_view key, const base::Arguments& arguments = {}) const {
    return base::say(key, language_, arguments);
  }

 private:
  void table_row(const std::string& name, const Sums& sums, const std::string& state) const;
  base::Language language_;
};

}  // namespace portage::demo
