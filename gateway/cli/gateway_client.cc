#include "gateway/cli/gateway_client.h"

#include <filesystem>
#include <future>

#include "gateway/cli/offline.h"
#include "gateway/format/format.h"

namespace portage::cli {
namespace {

constexpr std::uint32_t kAnswerMs = 30'000;
constexpr std::size_t kAnswerBytes = 256u << 20;
constexpr char kHex[] = "0123456789ABCDEF";

// What an HTTP status means to a script.
int exit_of_status(int status) {
  switch (status) {
    case 401:
    case 403:
      return kNotAllowed;
    case 404:
      return kNotFound;
    case 409:
      return kUnsafe;
    case 408:
    case 429:
    case 503:
      return kTryLater;
    default:
      return status >= 500 ? kCouldNotCheck : kFound;
  }
}

}  // namespace

GatewayClient::~GatewayClient() {
  if (loops_) loops_->stop(0);
}

int GatewayClient::open(const http::ClientOptions& options) {
  where_ = options.url;
  loops_ = http::make_loops(1);
  auto client = http::make_client(loops_->at(0), options);
  if (!client) {
    io_.complain(client.error());
    return kCouldNotCheck;
  }
  client_ = std::move(client).value();
  return kDone;
}

int GatewayClient::open_socket(const Options& options) {
  std::string path = options.socket;
  if (path.empty()) {
    int exit = kDone;
    const auto config = load_config(options, io_, config::Scope::settings, exit);
    if (!config) return kCouldNotCheck;
    for (const config::Listener& listener : config->settings.listeners) {
      if (listener.identity == "operator") path = listener.unix_path;
    }
    if (path.empty()) {
      io_.complain("cli.no_socket", {{"file", config_path(options)}});
      return kCouldNotCheck;
    }
  }
  http::ClientOptions client;
  std::error_code odd;
  client.url = "unix:" + std::filesystem::absolute(path, odd).string();
  client.answer_timeout_ms = kAnswerMs;
  client.body_limit = kAnswerBytes;
  return open(client);
}

int GatewayClient::open_url(const Options& options) {
  http::ClientOptions client;
  client.url = options.url;
  client.files = {options.certificate, options.key, options.authorities};
  client.answer_timeout_ms = kAnswerMs;
  client.body_limit = kAnswerBytes;
  return open(client);
}

Answer GatewayClient::get(const std::string& target, bool may_lack) {
  return call(http::OutRequest{"GET", target, {}, {}}, may_lack);
}

Answer GatewayClient::post(const std::string& target, std::string content_type, std::string body,
                           http::Headers more) {
  more.emplace_back("content-type", std::move(content_type));
  return call(http::OutRequest{"POST", target, std::move(more), std::move(body)});
}

Answer GatewayClient::call(http::OutRequest request, bool may_lack) {
  request.headers.emplace_back("accept-language", io_.style.french() ? "fr" : "en");
  request.headers.emplace_back("accept", "application/json, application/problem+json");
  std::promise<http::SendResult> promise;
  std::future<http::SendResult> future = promise.get_future();
  client_->send(std::move(request),
                [&promise](http::SendResult result) { promise.set_value(std::move(result)); });
  http::SendResult result = future.get();
  Answer answer;
  if (!result.ok) {
    io_.complain(result.failure.sent ? "cli.unknown_outcome" : "cli.unreachable",
                 {{"where", where_}, {"reason", result.failure.detail}});
    answer.exit = kCouldNotCheck;
    return answer;
  }
  answer.status = result.response.status;
  answer.body = std::move(result.response.body);
  const std::string_view type = http::header(result.response.headers, "content-type");
  if (type.starts_with("application/json") || type.starts_with("application/problem+json")) {
    format::Limits limits;
    limits.bytes = kAnswerBytes;
    limits.values = 50'000'000;
    if (!format::read_json(answer.body, limits, answer.json)) {
      io_.complain("cli.answer_unreadable", {{"where", where_}});
      answer.exit = kCouldNotCheck;
      return answer;
    }
  }
  if (answer.status == 404 && may_lack) {
    answer.exit = kNotFound;
  } else if (answer.status >= 400)
    answer.exit = refused(answer.status, answer.view());
  return answer;
}

int GatewayClient::refused(int status, const View& problem) {
  const std::string code = problem["code"].text();
  io_.err << "portage: " << problem["detail"].text("HTTP " + std::to_string(status));
  if (!code.empty()) io_.err << "  (" << code << ')';
  io_.err << '\n';
  for (const record::Value& item : problem["errors"].items()) {
    const View part(item);
    io_.err << "  " << part["code"].text();
    if (part["line"].number() > 0) {
      io_.err << "  " << part["line"].text() << ':' << part["column"].text("0");
    }
    io_.err << "  " << part["pointer"].text();
    if (part["rule"].there()) io_.err << "  (" << part["rule"].text() << ')';
    // One fault alone is the refusal itself: its words stand above already.
    if (part["detail"].text() != problem["detail"].text()) io_.err << "  " << part["detail"].text();
    io_.err << '\n';
  }
  if (problem["fix"].there()) {
    io_.err << "  " << io_.style.say("finding.fix", {{"fix", problem["fix"].text()}}) << '\n';
  }
  return exit_of_status(status);
}

std::string query_text(const std::vector<std::pair<std::string, std::string>>& parts) {
  std::string out;
  for (const auto& [name, value] : parts) {
    if (value.empty()) continue;
    out += (out.empty() ? "?" : "&") + name + "=";
    // Everything but RFC 3986's unreserved characters, for a value may hold & and =.
    for (const char c : value) {
      const auto byte = static_cast<unsigned char>(c);
      const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                         (byte >= '0' && byte <= '9') || c == '-' || c == '.' || c == '_';
      if (plain) {
        out += c;
      } else {
        out += {'%', kHex[byte >> 4], kHex[byte & 15]};
      }
    }
  }
  return out;
}

void print_items(const View& items, const char* id, Output output, const Io& io) {
  for (const record::Value& item : items.items()) {
    if (output == Output::id) {
      io.out << View(item)[id].text() << '\n';
    } else {
      std::string line;
      format::write_json(item, line);
      io.out << line << '\n';
    }
  }
}

std::optional<base::Where> read_where(const std::string& text, const Io& io,
                                      std::string_view allowed) {
  auto where = base::parse_where(text);
  if (!where) {
    io.complain(where.error());
    for (const auto& [name, value] : where.error().arguments) {
      if (name == "near" && !value.empty()) {
        io.err << "  " << io.style.say("finding.did_you_mean", {{"word", value}}) << '\n';
      }
    }
    return std::nullopt;
  }
  const std::pair<const char*, bool> used[] = {
      {"party", !where->party.empty()},
      {"kind", !where->kind.empty()},
      {"state", !where->state.empty()},
      {"id", !where->id.empty()},
      {"key", !where->key.empty()},
      {"age", where->older_than.has_value() || where->younger_than.has_value()}};
  for (const auto& [key, there] : used) {
    if (!there || allowed.find(key) != std::string_view::npos) continue;
    io.complain("cli.where_not_here", {{"key", key}, {"keys", std::string(allowed)}});
    return std::nullopt;
  }
  return std::move(where).value();
}

}  // namespace portage::cli
