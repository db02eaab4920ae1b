#include "gateway/cli/online_check.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <future>
#include <set>

#include "gateway/http/certificate.h"
#include "gateway/http/http.h"

namespace portage::cli {
namespace {

constexpr base::Micros kDay = 86'400'000'000;
constexpr base::Micros kWarnBefore = 30 * kDay;
constexpr std::uint32_t kAnswer_ms = 5'000;

class Asker {
 public:
  Asker(const config::Config& config, std::vector<base::Finding>& findings)
      : config_(config), findings_(findings) {}

  std::size_t run() {
    for (const config::Listener& listener : config_.settings.listeners) {
      certificate(listener.certificate, config_.settings.where);
      certificate(listener.authorities, config_.settings.where);
    }
    for (const config::Link& link : config_.links) {
      for (const config::Drop& drop : link.drops) folder(drop.folder, link.where);
      if (link.delivery.file) folder(link.delivery.file->folder, link.where);
      if (link.delivery.http) address(link, *link.delivery.http);
    }
    disk();
    return asked_;
  }

 private:
  void report(std::string_view code, const directory::SourceRow& where, base::Arguments arguments,
              base::Severity severity = base::Severity::error) {
    base::Finding finding;
    finding.severity = severity;
    finding.code = code;
    finding.place = {where.file, where.line, 1, {}};
    finding.arguments = std::move(arguments);
    findings_.push_back(std::move(finding));
  }

  void certificate(const std::string& file, const directory::SourceRow& where) {
    if (file.empty() || !seen_.insert(file).second) return;
    ++asked_;
    const auto days = http::certificate_days(file);
    const base::Micros now = base::now();
    if (!days.ok()) {
      report("online.certificate_unreadable", where, {{"file", file}});
    } else if (days->until <= now || days->from > now) {
      report("online.certificate_over", where,
             {{"file", file}, {"day", base::format_day(base::toronto_day(days->until))}});
    } else if (days->until - now < kWarnBefore) {
      report("online.certificate_ends", where,
             {{"file", file}, {"day", base::format_day(base::toronto_day(days->until))}},
             base::Severity::warning);
    }
  }

  void folder(const std::string& name, const directory::SourceRow& where) {
    if (name.empty() || !seen_.insert(name).second) return;
    ++asked_;
    if (access(name.c_str(), R_OK | W_OK | X_OK) == 0) return;
    report("online.folder", where, {{"folder", name}});
  }

  // Any answer at all shows that the address is there and that both sides trust each other.
  void address(const config::Link& link, const config::HttpDelivery& http) {
    certificate(http.certificate, link.where);
    certificate(http.authorities, link.where);
    ++asked_;
    const auto loops = http::make_loops(1);
    http::ClientOptions options;
    options.url = http.url;
    options.files = {http.certificate, http.key, http.authorities};
    options.expected_name = http.expected_name;
    options.answer_timeout_ms = kAnswer_ms;
    const auto client = http::make_client(loops->at(0), options);
    if (!client.ok()) {
      report("online.unreachable", link.where,
             {{"party", link.party}, {"code", client.error().code}, {"detail", ""}});
      return;
    }
    auto done = std::make_shared<std::promise<http::SendResult>>();
    std::future<http::SendResult> answer = done->get_future();
    http::OutRequest request;
    request.method = "OPTIONS";
    (*client)->send(std::move(request),
                    [done](http::SendResult result) { done->set_value(std::move(result)); });
    const auto limit = std::chrono::milliseconds(options.connect_timeout_ms + 2 * kAnswer_ms);
    if (answer.wait_for(limit) == std::future_status::ready) {
      const http::SendResult result = answer.get();
      if (!result.ok && !result.failure.sent) {
        report("online.unreachable", link.where,
               {{"party", link.party},
                {"code", result.failure.code},
                {"detail", result.failure.detail}});
      }
    } else {
      report("online.unreachable", link.where,
             {{"party", link.party}, {"code", "http.timeout"}, {"detail", ""}});
    }
    loops->stop(0);
  }

  void disk() {
    ++asked_;
    struct statvfs room {};
    const std::string& state = config_.settings.state_folder;
    if (statvfs(state.c_str(), &room) != 0) {
      report("online.folder", config_.settings.where, {{"folder", state}});
      return;
    }
    const std::uint64_t free_bytes = std::uint64_t{room.f_bavail} * room.f_frsize;
    if (free_bytes >= config_.settings.disk_floor_bytes) return;
    report("online.disk", config_.settings.where,
           {{"folder", state}, {"free", std::to_string(free_bytes)}});
  }

  const config::Config& config_;
  std::vector<base::Finding>& findings_;
  std::set<std::string> seen_;
  std::size_t asked_ = 0;
};

}  // namespace

std::size_t check_online(const config::Config& config, std::vector<base::Finding>& findings) {
  return Asker(config, findings).run();
}

}  // namespace portage::cli
