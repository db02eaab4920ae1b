// The stored entrance: takes submissions whose bytes are on disk already through steps 3 to 6 in
// chunks of at most 256 rows. Each chunk's commit carries the read position, so a crash repeats
// nothing. Threads: one of its own. Lifetime: start() once, stop() joins.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway/pipeline/steps.h"

namespace portage::pipeline {

class Pipeline;

class Walker {
 public:
  explicit Walker(Pipeline& pipeline) : pipeline_(pipeline) {}
  ~Walker() { stop(); }
  void start();
  void wake();  // something was submitted; from any thread
  void stop();

 private:
  void run();
  void walk(ledger::SubmissionId id);
  void read_on(ledger::SubmissionId id);
  void walk_table(const ledger::Submission& submission, const config::Exchange& exchange,
                  const schema::Schema& schema, const SharedGeneration& generation);
  struct Batch {
    const ledger::Submission& submission;
    const config::Exchange& exchange;
    const SharedGeneration& generation;
    std::string digest;  // of the whole file: its rows' ids begin with it
  };
  struct One {
    std::uint32_t number, line;
    const std::optional<base::Error>& error;
    std::string_view raw;
    const record::Value& root;  // of the reader's document: copied
    std::function<base::LineColumn(std::uint32_t)> where;
  };
  Admitted admitted(const Batch& batch, std::string_view raw) const;
  void take_one(const Batch& batch, const One& one);
  void walk_documents(const ledger::Submission& submission, const config::Exchange& exchange,
                      const schema::Schema& schema, const SharedGeneration& generation);
  void walk_gathered(const ledger::Submission& submission, const config::Exchange& exchange,
                     const schema::Schema& schema, const SharedGeneration& generation);
  void walk_document(const ledger::Submission& submission, const SharedGeneration& generation);
  void refuse_whole(const ledger::Submission& submission, Refused refused);
  void take(Step<Read> read, std::uint32_t row, std::uint32_t line,
            const ledger::Submission& submission);
  void take_several(Read read, std::uint32_t line, const ledger::Submission& submission);
  Step<Routed> route_one(Translated canonical);
  void add_refusal(Refused refused, std::uint32_t row, std::uint32_t line,
                   const ledger::Submission& submission);
  bool commit(const ledger::Submission& submission, std::uint64_t position, bool last);
  void report(ledger::SubmissionId id);
  bool pause(std::uint32_t ms);  // false when stopping

  Pipeline& pipeline_;
  std::thread thread_;
  std::mutex lock_;
  std::condition_variable changed_;
  bool work_ = false, stopping_ = false;
  // The chunk that is being filled.
  std::vector<Routed> routed_;
  std::vector<std::uint32_t> rows_;
  std::vector<ledger::NewRefusal> refusals_;
  // Where a document may make several records its rows are numbered as their verdicts come.
  bool several_ = false;
  std::uint32_t numbered_ = 0;
};

// By its form, else by its media type; nullptr where none or several fit.
const config::Exchange* exchange_of(const ledger::Submission& submission,
                                    const config::Config& config);

// The faults as a JSON list, for the ledger and the result file.
std::string faults_json(const std::vector<connector::Fault>& faults);
// The result file: the sender's own columns, then status, record, line, column, code and reason.
std::string result_file(const ledger::Submission& submission, const schema::Schema* schema,
                        const std::vector<ledger::RowVerdict>& verdicts, bool french);

}  // namespace portage::pipeline
