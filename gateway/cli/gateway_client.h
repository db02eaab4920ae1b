// One call to a running gateway, waited for: over its operators' Unix socket, or over HTTPS as a
// partner. For one thread. Never: a retry of something that may have been done.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gateway/base/where.h"
#include "gateway/cli/io.h"
#include "gateway/cli/tree.h"
#include "gateway/http/http.h"

namespace portage::cli {

struct Answer {
  int exit = kDone;  // not kDone: the complaint has been made
  int status = 0;
  std::string body;
  record::Document json;  // of a JSON body
  View view() const { return View(json.root); }
  bool ok() const { return exit == kDone; }
};

class GatewayClient {
 public:
  explicit GatewayClient(const Io& io) : io_(io) {}
  ~GatewayClient();
  // The operators' socket: --socket, else the configuration's operator listener. kDone, or an exit
  // code.
  int open_socket(const Options& options);
  int open_url(const Options& options);

  // With `may_lack`, a 404 is no complaint: its exit code alone tells.
  Answer get(const std::string& target, bool may_lack = false);
  Answer post(const std::string& target, std::string content_type, std::string body,
              http::Headers more = {});

 private:
  int open(const http::ClientOptions& options);
  Answer call(http::OutRequest request, bool may_lack = false);
  int refused(int status, const View& problem);

  const Io& io_;
  std::string where_;
  std::unique_ptr<http::Loops> loops_;
  std::unique_ptr<http::Client> client_;
};

// "?a=b&c=d" of what is not empty, percent-encoded.
std::string query_text(const std::vector<std::pair<std::string, std::string>>& parts);

// Each item on a line: its member `id` for -o id, else its JSON.
void print_items(const View& items, const char* id, Output output, const Io& io);

// The text of --where, read here so that a slip costs no call. Nothing, and a complaint, if it is
// none or filters on a key that this verb can't honour (`allowed`: "party kind age").
std::optional<base::Where> read_where(const std::string& text, const Io& io,
                                      std::string_view allowed = "party kind state id key age");

}  // namespace portage::cli
