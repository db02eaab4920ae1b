#include "gateway/http/parser.h"

#include <algorithm>

#include "gateway/base/text.h"

namespace portage::http {

namespace {

constexpr std::size_t kReserve = 64 * 1024;  // of an announced body; more only as it arrives

bool all_digits(beast::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

template <bool is_request>
void MessageParser<is_request>::on_field_impl(beast::http::field name, beast::string_view name_text,
                                              beast::string_view value, error_code& error) {
  if (!in_header_) return;  // trailers carry nothing we use
  if (name == beast::http::field::content_length) {
    if (content_length_ || !all_digits(value)) {
      error = beast::http::error::bad_content_length;
      return;
    }
    content_length_ = true;
  }
  if (name == beast::http::field::transfer_encoding && !beast::iequals(value, "chunked")) {
    error = beast::http::error::bad_transfer_encoding;
    return;
  }
  auto& [lower, text] = headers_.emplace_back();
  lower.resize(name_text.size());
  std::transform(name_text.begin(), name_text.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  text.assign(value.data(), value.size());
}

template <bool is_request>
void MessageParser<is_request>::on_body_init_impl(const boost::optional<std::uint64_t>& length,
                                                  error_code&) {
  if (length) body_.reserve(std::min<std::size_t>(*length, kReserve));
}

template <bool is_request>
std::size_t MessageParser<is_request>::on_body_impl(beast::string_view data, error_code&) {
  body_.append(data.data(), data.size());
  return data.size();
}

template class MessageParser<true>;
template class MessageParser<false>;

void RequestParser::on_request_impl(beast::http::verb, beast::string_view method,
                                    beast::string_view target, int version, error_code&) {
  request_.method.assign(method.data(), method.size());
  request_.target.assign(target.data(), target.size());
  request_.headers.reserve(12);
  version_ = version;
}

void RequestParser::on_header_impl(error_code& error) {
  in_header_ = false;
  int hosts = 0;
  for (const auto& [name, value] : headers_) {
    if (name == "host") ++hosts;
    if (name == "expect") {
      (base::lower_ascii(value) == "100-continue" ? expects_continue_ : expects_other_) = true;
    }
  }
  if (hosts > 1 || (hosts == 0 && version_ >= 11)) error = beast::http::error::bad_field;
  if (version_ < 11 && this->chunked()) error = beast::http::error::bad_transfer_encoding;
}

}  // namespace portage::http
