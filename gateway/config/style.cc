// What is sound and yet misleads people: names of files, texts that were not translated, samples.
#include <filesystem>

#include "gateway/config/flows.h"

namespace portage::config {
namespace {

void warn(Findings& findings, std::string_view code, const std::string& file, std::uint32_t line,
          base::Arguments arguments) {
  base::Finding finding;
  finding.severity = base::Severity::warning;
  finding.code = code;
  finding.place = {file, line, 1, {}};
  finding.arguments = std::move(arguments);
  findings.push_back(std::move(finding));
}

}  // namespace

void check_style(const Config& config, Findings& findings) {
  for (const Link& link : config.links) {
    const std::string name = std::filesystem::path(link.where.file).stem().string();
    if (!link.party.empty() && name != link.party) {
      warn(findings, "style.file_name", link.where.file, 1, {{"party", link.party}});
    }
  }
  for (const routing::RuleSummary& rule : config.rules.list()) {
    if (rule.description_en != rule.description_fr) continue;
    warn(findings, "style.same_text", rule.file, rule.line, {{"id", rule.id}});
  }
  for (const auto& agreement : config.agreements.all()) {
    if (agreement->title_en != agreement->title_fr) continue;
    warn(findings, "style.same_text", agreement->file, agreement->line, {{"id", agreement->id}});
  }
}

}  // namespace portage::config
