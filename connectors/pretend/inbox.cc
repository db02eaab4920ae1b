#include "connectors/pretend/inbox.h"

namespace portage::pretend {
namespace {

// "portage.referral.v1" and "portage.referral" -> "referral"; of another's type nothing.
std::string kind_of(std::string_view type) {
  constexpr std::string_view kPrefix = "portage.";
  if (!type.starts_with(kPrefix)) return {};
  type.remove_prefix(kPrefix.size());
  return std::string(type.substr(0, type.find('.')));
}

}  // namespace

base::Result<std::unique_ptr<Inbox>> Inbox::open(http::Loops& loops, const Options& options,
                                                 std::function<bool(const Delivered&)> take) {
  http::ServerOptions server;
  server.port = static_cast<std::uint16_t>(options.number("port", 0));
  server.tls = true;
  server.client_certificate = true;
  server.files = {options.text("certificate"), options.text("key"), options.text("authorities")};
  std::unique_ptr<Inbox> out(new Inbox());
  out->take_ = std::move(take);
  auto listening = http::listen(
      loops, server,
      [inbox = out.get()](std::shared_ptr<http::Exchange> exchange) { inbox->handle(*exchange); });
  if (!listening.ok()) return listening.error();
  out->server_ = std::move(*listening);
  return out;
}

void Inbox::handle(http::Exchange& exchange) {
  http::Request& request = exchange.request();
  Delivered item{std::string(http::header(request.headers, "ce-id")),
                 kind_of(http::header(request.headers, "ce-type")),
                 std::string(http::header(request.headers, "content-type")),
                 std::move(request.body)};
  const bool whole = request.method == "POST" && !item.id.empty() && !item.kind.empty() &&
                     http::header(request.headers, "ce-specversion") == "1.0" &&
                     !http::header(request.headers, "ce-source").empty();
  if (!whole) {
    ++strange;
    exchange.respond(
        {400, {{"content-type", "text/plain"}}, "attributes of CloudEvents 1.0 wanted\n"});
    return;
  }
  const auto there = seen_.find(item.id);
  if (there != seen_.end()) {
    ++there->second;
    ++repeats;
    exchange.respond({202, {}, ""});
    return;
  }
  if (!take_(item)) {
    ++strange;
    exchange.respond({422, {{"content-type", "text/plain"}}, "unreadable\n"});
    return;
  }
  seen_.emplace(item.id, 1);
  ++distinct;
  exchange.respond({202, {}, ""});
}

}  // namespace portage::pretend
