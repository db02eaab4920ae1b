// The stored entrance: bytes are on disk as a submission before anything of them is read.
#include "gateway/format/documents.h"
#include "gateway/pipeline/pipeline.h"
#include "gateway/pipeline/table.h"
#include "gateway/pipeline/walker.h"
#include "gateway/security/digest.h"

namespace portage::pipeline {

using base::ErrorKind;
using base::make_error;

bool is_file_of_records(const schema::Schema& schema, std::string_view bytes) {
  if (!may_hold_many(schema)) return false;
  const auto reader = format::DocumentReader::open(schema.wire(), {}, bytes);
  return reader.ok() && reader->many();
}

void Pipeline::stored(connector::Batch batch,
                      std::function<void(base::Result<connector::BatchAccepted>)> done) {
  if (stopping_) {
    done(make_error(ErrorKind::unavailable, "gateway.stopping"));
    return;
  }
  ledger::NewSubmission row;
  row.party = batch.party;
  row.form = batch.form;
  row.content_type = batch.content_type;
  row.name = batch.name;
  row.digest = security::sha256({batch.form, std::string_view("\0", 1), batch.bytes});
  row.raw = std::move(batch.bytes);
  world_.ledger.submit(std::move(row), [this, party = batch.party, done = std::move(done)](
                                           const base::Result<ledger::SubmissionAccepted>& result) {
    if (!result.ok()) {
      done(result.error());
      return;
    }
    world_.events.submission_stored({.party = party, .count = result->id});
    done(connector::BatchAccepted{result->id, result->duplicate});
    walker_->wake();
  });
}

// A record's bytes that turn out to be a batch: the sender gets the submission's number, and the
// verdicts come later.
void Pipeline::store(connector::Arrival arrival, const std::string& form,
                     std::function<void(connector::Verdict)> done) {
  const std::string& type =
      arrival.structured ? "application/cloudevents+json" : arrival.content_type;
  connector::Batch batch{arrival.party, form, type, "", std::move(arrival.bytes)};
  stored(std::move(batch), [done = std::move(done)](base::Result<connector::BatchAccepted> result) {
    connector::Verdict verdict;
    if (!result.ok()) {
      verdict.error = result.error();
      verdict.retry_after_s = 5;
    } else {
      verdict.accepted = true;
      verdict.duplicate = result->duplicate;
      verdict.submission = result->submission;
      verdict.receipt = "{\"schema\":\"portage.submission/1\",\"submission\":" +
                        std::to_string(result->submission) + "}";
    }
    done(std::move(verdict));
  });
}

}  // namespace portage::pipeline
