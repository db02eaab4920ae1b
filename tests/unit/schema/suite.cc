#include "tests/unit/schema/suite.h"

#include <fstream>
#include <sstream>

#include "gateway/base/catalogue.h"
#include "gateway/format/format.h"

namespace portage::schema {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void run_suite_file(const std::filesystem::path& path, const JsonOptions& options,
                    const Schemas& library, SuiteCount& count) {
  const std::string file = path.filename().string();
  const std::string text = read_file(path);
  record::Document document;
  if (!format::read_json(text, {}, document) || !document.root.is(record::Kind::list)) {
    count.failed.push_back(file + ": cannot be read");
    return;
  }
  ++count.files;
  for (const record::Value& group : document.root.items()) {
    std::string written;
    format::write_json(*group.find("schema"), written);
    const std::string title = file + ": " + std::string(group.find("description")->as_text());
    const Loaded loaded = load_json_schema(written, file, library, options);
    std::string finding;
    for (const base::Finding& found : loaded.findings) {
      if (found.severity != base::Severity::error) continue;
      finding += " [" + base::say(found.code, base::Language::english, found.arguments) + "]";
    }
    for (const record::Value& one : group.find("tests")->items()) {
      ++count.cases;
      const std::string name = title + ": " + std::string(one.find("description")->as_text());
      if (!loaded.schema) {
        count.failed.push_back(name + finding);
        continue;
      }
      const std::vector<Fault> faults = loaded.schema->check(*one.find("data"));
      for (const Fault& fault : faults) {
        // Yes-or-no and the gathering of faults must agree, and every fault has its text.
        if (fault.code == "schema.refused" || base::catalogue_find(fault.code) == nullptr) {
          count.failed.push_back(name + ": " + fault.code);
        }
      }
      if (faults.empty() == one.find("valid")->as_bool()) continue;
      count.failed.push_back(name + (faults.empty() ? "" : " " + faults.front().code));
    }
  }
}

}  // namespace portage::schema
