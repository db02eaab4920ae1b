// What really left by each agreement since the gateway started: names of fields, never a value.
#include "gateway/api/call.h"

namespace portage::api {

void get_sent(Api::Call call) {
  const auto generation = call.world.pipeline.generation();
  std::string out;
  format::JsonText json(out);
  json.object()
      .text("schema", "portage.sent/1")
      .text("since", base::format_instant(call.world.started_at))
      .list("flows");
  for (const agreements::SentFlow& flow : call.world.pipeline.sent()) {
    json.object()
        .text("agreement", flow.agreement)
        .text("kind", flow.kind)
        .text("receiver", flow.receiver)
        .number("records", flow.records)
        .text("last", base::format_instant(flow.last))
        .list("fields");
    if (const auto* leaves = generation->config->agreements.leaves(flow.kind)) {
      for (std::size_t i = 0; i < leaves->paths.size() && i < agreements::FieldSet::kMost; ++i) {
        if (flow.fields.has(i)) json.element(leaves->paths[i]);
      }
    }
    json.end_list().end_object();
  }
  json.end_list().end_object();
  call.json(std::move(out));
}

}  // namespace portage::api
