#include "connectors/file/in.h"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <map>
#include <set>
#include <thread>

#include "connectors/file/folder.h"
#include "connectors/file/wakeup.h"
#include "gateway/base/time.h"

namespace portage::file {
namespace {

constexpr std::size_t kClaimsAtOnce = 256;
constexpr int kTriesBeforeOthers = 3;

// A result file for a file that was never read; the columns are those of the pipeline's result
// files.
std::string refusal_csv(std::string_view code, base::Language language,
                        const base::Arguments& arguments) {
  std::string reason = base::say(code, language, arguments);
  const std::string fix = base::say_fix(code, language, arguments);
  if (!fix.empty()) reason += " " + fix;
  std::string out =
      "portage_row,portage_status,portage_line,portage_column,portage_code,portage_reason\n,"
      "refused,,,";
  out.append(code).append(",\"");
  for (const char c : reason) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"\n";
}

}  // namespace

class FileIn::Watch {
 public:
  Watch(const FileInOptions& options, observe::Events& events, connector::Gate& gate)
      : options_(options),
        events_(events),
        gate_(gate),
        wakeup_(std::make_shared<Wakeup>()),
        folders_(options.folders.size()),
        thread_([this] { run(); }) {}
  ~Watch() {
    wakeup_->stop();
    thread_.join();
  }

 private:
  struct Seen {
    Dropped file;
    std::uint64_t since = 0;  // unchanged since then
  };
  struct Claim {
    Dropped file;
    int tries = 0;
    std::uint64_t not_before = 0;
  };
  struct Folder {
    std::map<std::string, Seen> seen;
    std::set<std::string> moved;  // whole when they appeared
    std::deque<Claim> claims;     // oldest first
    bool under_way = false;       // the first claim is at the gate
    std::uint64_t next_look = 0;
  };

  std::uint64_t poll_us(std::size_t i) const {
    return std::uint64_t{std::max(1u, options_.folders[i].poll_ms)} * 1000;
  }

  void run() {
    std::size_t at_gate = 0;
    std::uint64_t leave_at = 0;
    while (true) {
      while (std::optional<Answer> answer = wakeup_->take_answer()) {
        settle(answer->folder, answer->result);
        --at_gate;
      }
      const std::uint64_t now = base::steady_micros();
      if (wakeup_->stopping()) {
        // A gate that is going down may leave an answer out; the file is then offered again later.
        if (leave_at == 0) leave_at = now + std::uint64_t{options_.leave_ms} * 1000;
        if (at_gate == 0 || now >= leave_at) return;
        wakeup_->sleep(leave_at);
        continue;
      }
      std::uint64_t next = now + 60'000'000;
      for (std::size_t i = 0; i < folders_.size(); ++i) {
        Folder& folder = folders_[i];
        if (folder.next_look <= now) look(i, now);
        if (!folder.under_way && !folder.claims.empty() &&
            folder.claims.front().not_before <= now && offer(i, now)) {
          ++at_gate;
        }
        next = std::min(next, folder.next_look);
        if (!folder.under_way && !folder.claims.empty()) {
          next = std::min(next, folder.claims.front().not_before);
        }
      }
      for (Wakeup::Appeared& appeared : wakeup_->sleep(next)) {
        Folder& folder = folders_[appeared.folder];
        if (appeared.moved) folder.moved.insert(std::move(appeared.name));
        folder.next_look = 0;
      }
    }
  }

  // Claims what is whole. Nothing is claimed while older files wait.
  void look(std::size_t i, std::uint64_t now) {
    Folder& folder = folders_[i];
    folder.next_look = now + poll_us(i);
    if (folder.under_way || !folder.claims.empty()) return;
    const base::Result<FolderView> view = FolderView::open(options_.folders[i].folder);
    if (!view) return;  // taken away; it may come back
    wakeup_->watch(i, options_.folders[i].folder);
    for (Dropped& file : view->claimed())
      folder.claims.push_back({std::move(file), 0, 0});  // of a crash
    std::map<std::string, Seen> seen;
    for (const Dropped& file : view->dropped()) {
      const auto before = folder.seen.find(file.name);
      const bool known = before != folder.seen.end() && before->second.file.same(file);
      const Seen& noted =
          seen.emplace(file.name, Seen{file, known ? before->second.since : now}).first->second;
      if (folder.claims.size() < kClaimsAtOnce && whole(*view, folder, noted, i, now)) {
        take(*view, folder, file, i, now);
      }
    }
    folder.seen = std::move(seen);
    std::erase_if(folder.moved,
                  [&](const std::string& name) { return !folder.seen.contains(name); });
  }

  bool whole(const FolderView& view, const Folder& folder, const Seen& noted, std::size_t i,
             std::uint64_t now) const {
    const bool still = now - noted.since >= 2 * poll_us(i);
    if (!noted.file.regular) return still;
    const bool moved = folder.moved.contains(noted.file.name);
    if (!still && !moved) return false;
    const Readiness readiness = view.readiness(noted.file);
    return readiness == Readiness::ready || (readiness == Readiness::unknown && still);
  }

  void take(const FolderView& view, Folder& folder, const Dropped& file, std::size_t i,
            std::uint64_t now) {
    if (!file.regular) return refuse(view, file, false, i, "file.not_regular", {});
    if (!usable_name(file.name)) {
      return refuse(view, file, false, i, "file.name", {{"limit", std::to_string(kLongestName)}});
    }
    if (file.size > options_.file_limit) {
      return refuse(view, file, false, i, "file.too_large",
                    {{"limit", std::to_string(options_.file_limit)}});
    }
    folder.moved.erase(file.name);
    if (view.claim(file.name)) folder.claims.push_back({file, 0, now});
  }

  // True if the first claim is at the gate now.
  bool offer(std::size_t i, std::uint64_t now) {
    Folder& folder = folders_[i];
    Claim& claim = folder.claims.front();
    const DropFolder& drop = options_.folders[i];
    const base::Result<FolderView> view = FolderView::open(drop.folder);
    if (!view) {
      put_off(folder, now, false);
      return false;
    }
    if (!claim.file.regular || claim.file.size > options_.file_limit) {  // found after a crash
      const bool large = claim.file.regular;
      refuse(*view, claim.file, true, i, large ? "file.too_large" : "file.not_regular",
             {{"limit", std::to_string(options_.file_limit)}});
      folder.claims.pop_front();
      return false;
    }
    connector::Batch batch{drop.party, drop.form, drop.content_type, claim.file.name, {}};
    if (!view->read(claim.file, batch.bytes)) {
      // Gone, or somebody still writes through an old descriptor: look at it anew, later.
      const std::string name = claim.file.name;
      folder.claims.pop_front();
      for (Dropped& file : view->claimed()) {
        if (file.name == name) {
          folder.claims.push_back({std::move(file), 0, now + 2 * poll_us(i)});
          break;
        }
      }
      return false;
    }
    folder.under_way = true;
    gate_.stored(std::move(batch),
                 [wakeup = wakeup_, i](base::Result<connector::BatchAccepted> result) {
                   wakeup->put_answer({i, std::move(result)});
                 });
    return true;
  }

  void settle(std::size_t i, const base::Result<connector::BatchAccepted>& result) {
    Folder& folder = folders_[i];
    folder.under_way = false;
    const std::uint64_t now = base::steady_micros();
    const base::Result<FolderView> view = FolderView::open(options_.folders[i].folder);
    const Dropped file = folder.claims.front().file;
    if (result.ok()) {
      // If the move fails the file is offered again; the gateway knows it.
      if (view && view->finish(file.name)) {
        drop_first(folder, *view);
      } else {
        put_off(folder, now, true);
      }
      return;
    }
    const base::Error& error = result.error();
    const bool ours =
        error.kind == base::ErrorKind::unavailable || error.kind == base::ErrorKind::internal;
    if (ours || !view) return put_off(folder, now, error.kind == base::ErrorKind::internal);
    refuse(*view, file, true, i, error.code, error.arguments);
    drop_first(folder, *view);
  }

  static void drop_first(Folder& folder, const FolderView& view) {
    folder.claims.pop_front();
    if (!folder.claims.empty()) return;
    view.sync_moves();
    folder.next_look = 0;
  }

  // Later, and later each time; a file that alone is in trouble lets the others pass.
  void put_off(Folder& folder, std::uint64_t now, bool alone) {
    Claim& claim = folder.claims.front();
    const int doublings = std::min(claim.tries++, 16);
    const std::uint64_t wait = std::min<std::uint64_t>(
        std::uint64_t{options_.first_retry_ms} << doublings, options_.longest_retry_ms);
    claim.not_before = now + wait * 1000;
    if (alone && claim.tries >= kTriesBeforeOthers && folder.claims.size() > 1) {
      folder.claims.push_back(std::move(claim));
      folder.claims.pop_front();
    }
  }

  void refuse(const FolderView& view, const Dropped& file, bool was_claimed, std::size_t i,
              std::string_view code, const base::Arguments& arguments) {
    const std::string name = view.reject(file, was_claimed);
    if (name.empty()) return;
    const bool told =
        view.write_result(name, file.inode, refusal_csv(code, options_.language, arguments));
    events_.record_refused({.party = options_.folders[i].party,
                            .code = code,
                            .detail = told ? "file" : "file, without its result"});
  }

  const FileInOptions& options_;
  observe::Events& events_;
  connector::Gate& gate_;
  const std::shared_ptr<Wakeup> wakeup_;  // shared with the gate's late answers
  std::vector<Folder> folders_;
  std::thread thread_;
};

FileIn::FileIn(FileInOptions options, observe::Events& events)
    : options_(std::move(options)), events_(events) {}

FileIn::~FileIn() { stop(); }

base::Status FileIn::start(connector::Gate& gate) {
  for (const DropFolder& folder : options_.folders) {
    make_folder(folder.folder);
    const base::Result<FolderView> view = FolderView::open(folder.folder);
    if (!view) return view.error();
  }
  watch_ = std::make_unique<Watch>(options_, events_, gate);
  return {};
}

bool FileIn::verdict(const connector::BatchResult& result) {
  // The folder that the file came from; failing that (the settings have changed), one of the
  // party's.
  enum class Match { form_and_file, file, party };
  for (const Match match : {Match::form_and_file, Match::file, Match::party}) {
    for (const DropFolder& folder : options_.folders) {
      if (folder.party != result.party) continue;
      if (match == Match::form_and_file && folder.form != result.form) continue;
      const base::Result<FolderView> view = FolderView::open(folder.folder);
      if (view && (match == Match::party || view->knows(result.name))) {
        return view->write_result(result.name, result.submission, result.file);
      }
    }
  }
  return false;
}

void FileIn::stop() { watch_.reset(); }

}  // namespace portage::file
