#include "connectors/pretend/casework.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "connectors/pretend/journey.h"
#include "gateway/format/format.h"

namespace portage::pretend {
namespace {

namespace fs = std::filesystem;

std::string text_of(const record::Value& record, std::string_view member) {
  const record::Value* value = record.find(member);
  return value != nullptr && value->is(record::Kind::text) ? std::string(value->as_text()) : "";
}

}  // namespace

bool drop_file(const std::string& folder, const std::string& name, std::string_view bytes) {
  const fs::path hidden = fs::path(folder) / ("." + name + ".part");
  {
    std::ofstream out(hidden, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) return false;
  }
  std::error_code failed;
  fs::rename(hidden, fs::path(folder) / name, failed);
  return !failed;
}

bool Casework::send(const std::string& kind, const std::string& body) {
  // A folder for each kind, as each has its own form.
  const bool done =
      drop_file(folder_ + "/" + kind, kind + "-" + std::to_string(++sent_) + ".json", body);
  return done;
}

bool Casework::begin() {
  if (party_ == "odsp-halton") return send("benefit-request", benefit_request_json(seed_));
  if (party_ == "eo-halton-01") return send("outcome", outcome_json(seed_));
  return true;
}

void Casework::take(const std::string& path) {
  std::stringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  record::Document document;
  if (!format::read_json(bytes.str(), format::Limits{}, document).ok()) {
    ++unreadable_;
    return;
  }
  ++received_;
  const std::string name = fs::path(path).filename().string();
  const std::string kind = name.substr(0, name.rfind('-'));
  not_for_us_ += not_for(party_, kind, document.root).size();
  if (party_ != "cmsm-halton") return;
  if (kind == "application") send("action-plan", action_plan_json(seed_));
  if (kind == "benefit-request") {
    send("benefit-decision", benefit_decision_json(text_of(document.root, "request_id"),
                                                   text_of(document.root, "sender_ref")));
  }
}

Counts Casework::counts() const {
  return {{"json_received", received_},
          {"json_sent", sent_},
          {"json_unreadable", unreadable_},
          {"not_for_us", not_for_us_}};
}

}  // namespace portage::pretend
