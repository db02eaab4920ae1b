// portage status, and `portage` alone: the sums, and who waits for what, worst first.
#include "gateway/base/text.h"
#include "gateway/cli/gateway_client.h"
#include "gateway/cli/pages.h"
#include "gateway/cli/verbs.h"

namespace portage::cli {

int status(const Options& options, const Io& io) {
  GatewayClient client(io);
  if (const int exit = client.open_socket(options); exit != kDone) return exit;
  const Answer answer = client.get("/v1/status");
  if (!answer.ok()) return answer.exit;
  switch (options.output) {
    case Output::table:
      io.out << status_page(answer.view(), options.brief, io.style);
      break;
    case Output::json:
      io.out << base::trim(answer.body) << '\n';
      break;
    case Output::jsonl:
      print_items(answer.view()["receivers"], "party", options.output, io);
      break;
    case Output::id:
      print_items(answer.view()["receivers"], "party", options.output, io);
      break;
  }
  return kDone;
}

}  // namespace portage::cli
