// portage records list: the newest first, by --where.
#include "gateway/base/text.h"
#include "gateway/cli/gateway_client.h"
#include "gateway/cli/pages.h"
#include "gateway/cli/verbs.h"

namespace portage::cli {

int records_list(const Options& options, const Io& io) {
  if (!read_where(options.where, io)) return kWrongUse;
  GatewayClient client(io);
  if (const int exit = client.open_socket(options); exit != kDone) return exit;
  const Answer answer =
      client.get("/v1/records" + query_text({{"where", options.where},
                                             {"limit", std::to_string(options.limit)},
                                             {"before", options.before}}));
  if (!answer.ok()) return answer.exit;
  switch (options.output) {
    case Output::table:
      io.out << records_page(answer.view(), io.style);
      break;
    case Output::json:
      io.out << base::trim(answer.body) << '\n';
      break;
    case Output::jsonl:
    case Output::id:
      print_items(answer.view()["items"], "id", options.output, io);
      break;
  }
  return kDone;
}

}  // namespace portage::cli
