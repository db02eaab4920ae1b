// HttpSink: records go out by POST, as CloudEvents 1.0 in binary mode: the body is the receiver's
// own form, and the headers say what it is. `ce-id` and `Idempotency-Key` are the record's id at
// every attempt. Threads: write() from any; its callback runs on the loop. Lifetime: stop() before
// the Loops end. Never follows a redirect, never repeats a record by itself.
#pragma once

#include <memory>
#include <string>

#include "gateway/connector/connector.h"
#include "gateway/http/http.h"

namespace portage::connector {

struct HttpOutOptions {
  http::ClientOptions client;  // `url` is the address that takes the records
  bool deduplicates = false;   // the receiver ignores repeats of ce-id
};

// Errors: those of http::make_client ("http.url", "http.tls_file").
base::Result<std::unique_ptr<Sink>> make_http_sink(http::Loop& loop, const HttpOutOptions& options);

// What an answer means. Pure.
SendOutcome outcome_of(http::SendResult result, base::Micros now);

// Seconds of a Retry-After header (a count or a date), at most a day; 0 if there is none.
std::uint32_t retry_after(std::string_view value, base::Micros now);

}  // namespace portage::connector
