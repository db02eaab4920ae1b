// What the ledger alone costs: accept (2 KB raw, 1.5 KB canonical), one delivery, its settlement.
// Prints records a second and CPU of the process per record, at one and at many records in flight.
//   ledger_bench FOLDER [RECORDS] [IN_FLIGHT] [GATHER_US]
// FOLDER must be on the disk that is to be measured; what is in it stays, so a second run finds a
// long ledger.
#include <sys/resource.h>
#include <sys/statfs.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>

#include "gateway/ledger/ledger.h"
#include "gateway/security/digest.h"

namespace {

using namespace portage;

double cpu_us() {
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  const auto us = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec);
  };
  return us(u.ru_utime) + us(u.ru_stime);
}

ledger::NewRecord sample(std::uint64_t n, std::uint64_t start) {
  ledger::NewRecord r;
  r.party = "cmsm-" + std::to_string(n % 20);
  r.id = std::to_string(start) + "-" + std::to_string(n * 2654435761u);
  r.kind = "referral";
  r.raw.assign(2048, static_cast<char>('a' + n % 26));
  r.canonical.assign(1536, static_cast<char>('a' + n % 26));
  r.story =
      "{\"received\":1,\"admitted\":2,\"read\":3,\"mapping\":\"halton/referral "
      "2\",\"rule\":\"r1\"}";
  r.digest = security::sha256({r.kind, r.raw});
  r.key = "K" + r.id;
  r.content_type = "application/json";
  r.form = "halton/referral@2";
  r.deliveries.push_back({"ssm-" + std::to_string(n % 3), "case-" + std::to_string(n % 50000),
                          "ssm", "employment-from-start", "place L6H", false});
  return r;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: ledger_bench FOLDER [RECORDS] [IN_FLIGHT] [GATHER_US]\n");
    return 2;
  }
  const std::string folder = argv[1];
  const std::uint64_t records = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 100'000;
  const std::uint64_t in_flight = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 64;
  ledger::SqliteOptions options;
  options.folder = folder + "/ledger";
  options.key_file = folder + "/key";
  if (argc > 4) options.gather_us = static_cast<std::uint32_t>(std::strtoul(argv[4], nullptr, 10));
  const std::uint64_t opening = base::steady_micros();
  auto opened = ledger::open_sqlite(options);
  if (!opened.ok()) {
    std::fprintf(stderr, "%s\n", opened.error().code.c_str());
    return 1;
  }
  ledger::Ledger& ledger = **opened;
  std::printf("opened with %llu records in %.0f ms\n",
              static_cast<unsigned long long>(ledger.totals().records),
              static_cast<double>(base::steady_micros() - opening) / 1e3);

  std::mutex mutex;
  std::condition_variable wake;
  std::uint64_t running = 0, accepted = 0;
  const auto start = static_cast<std::uint64_t>(base::now());
  const ledger::DiskFigures before = ledger.disk();
  const double cpu = cpu_us();
  const std::uint64_t began = base::steady_micros();
  for (std::uint64_t n = 0; n < records; ++n) {
    ledger::NewRecord r = sample(n, start);
    {
      std::unique_lock lock(mutex);
      wake.wait(lock, [&] { return running < in_flight; });
      ++running;
    }
    ledger.accept(std::move(r), [&, n](const base::Result<ledger::Accepted>& a) {
      if (a.ok()) {
        ledger::Settlement s;
        s.record = a->id;
        s.receiver = "ssm-" + std::to_string(n % 3);
        s.code = "delivered";
        s.sent_at = a->accepted_at;
        s.took_us = 900;
        s.mapping = "ssm/referral 1";
        ledger.settle(std::move(s));
      }
      const std::lock_guard lock(mutex);
      accepted += a.ok();
      --running;
      if (running + 1 == in_flight || running * 2 == in_flight || running == 0) wake.notify_one();
    });
  }
  {
    std::unique_lock lock(mutex);
    wake.wait(lock, [&] { return running == 0; });
  }
  const double seconds = static_cast<double>(base::steady_micros() - began) / 1e6;
  const double used = cpu_us() - cpu;
  const ledger::DiskFigures after = ledger.disk();
  std::printf(
      "%llu accepted, %llu in flight: %.0f a second, %.1f us of CPU each, %llu commits, %llu "
      "syncs\n",
      static_cast<unsigned long long>(accepted), static_cast<unsigned long long>(in_flight),
      static_cast<double>(accepted) / seconds, used / static_cast<double>(records),
      static_cast<unsigned long long>(after.commits - before.commits),
      static_cast<unsigned long long>(after.syncs - before.syncs));
  ledger.close();
  const ledger::Totals t = ledger.totals();
  std::printf("in all %llu accepted, %llu delivered, %llu waiting\n",
              static_cast<unsigned long long>(t.sums.accepted),
              static_cast<unsigned long long>(t.sums.delivered),
              static_cast<unsigned long long>(t.sums.waiting));
  return accepted == records ? 0 : 1;
}
