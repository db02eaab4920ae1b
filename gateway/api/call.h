// One call of the API: the request, its path's variable part, and ways to answer.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gateway/api/api.h"
#include "gateway/format/json_text.h"
#include "gateway/http/problem.h"

namespace portage::api {

struct Api::Call {
  std::shared_ptr<http::Exchange> exchange;
  const World& world;
  std::string variable;      // what stands for {id}
  std::string only_party;    // not empty: answer only about records that this party sent or receives

  std::string query(std::string_view name) const;
  void json(std::string body, int status = 200) const;
  void problem(int status, std::string_view code, base::Arguments arguments = {}) const;
};

// The routes' handlers, one file for each noun.
void get_status(Api::Call call);
void list_records(Api::Call call);
void get_record(Api::Call call);
void get_quarantine(Api::Call call);
void list_quarantined(Api::Call call);
void retry_quarantined(Api::Call call);
void get_submission(Api::Call call);
void stream_events(Api::Call call);
void get_metrics(Api::Call call);
void get_sent(Api::Call call);
void get_hsds(Api::Call call);
void post_resolve(Api::Call call);

// A record named by its ULID or by an unambiguous ending of it. The error is api.not_found or
// api.ambiguous.
base::Result<record::RecordId> find_record(const ledger::Ledger& ledger, std::string_view name);

// One line of a list.
void write_head(format::JsonText& json, const ledger::Head& head, std::uint32_t tag);
std::string ulid_of(const ledger::Head& head, std::uint32_t tag);

// Received -> sent, field by field, values masked; a JSON list.
std::string fields_json(const ledger::Full& full, const ledger::Ledger& ledger,
                        const config::Config& config, const security::MaskKey& mask,
                        const std::string& record_id);

}  // namespace portage::api
