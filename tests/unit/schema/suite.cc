#include "tests/unit/schema/suite.h"

#include <algorithm>
#include <cstdio>
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

SuiteCount run_folder(const std::filesystem::path& folder, const JsonOptions& options) {
  SuiteCount count;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) run_suite_file(file, options, {}, count);
  return count;
}

std::vector<NamedText> remotes(const std::filesystem::path& folder) {
  std::vector<NamedText> documents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string path = std::filesystem::relative(entry.path(), folder).string();
    documents.push_back({"http://localhost:1234/" + path, read_file(entry.path())});
  }
  return documents;
}

void tell(const char* name, const SuiteCount& count) {
  std::printf("%s: %d files, %d of %d cases passed\n", name, count.files,
              count.cases - static_cast<int>(count.failed.size()), count.cases);
}

}  // namespace portage::schema
