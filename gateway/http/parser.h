// Beast's parsers, filling this room's own Request and Response without a container between.
// They refuse what Beast lets through and two readers could read differently: a repeated
// Content-Length, any Transfer-Encoding but "chunked", no Host or two.
#pragma once

#ifndef BOOST_ASIO_SEPARATE_COMPILATION
#define BOOST_ASIO_SEPARATE_COMPILATION
#endif
#ifndef BOOST_BEAST_SEPARATE_COMPILATION
#define BOOST_BEAST_SEPARATE_COMPILATION
#endif

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "gateway/http/http.h"

namespace portage::http {

namespace beast = boost::beast;
using beast::error_code;

template <bool is_request>
class MessageParser : public beast::http::basic_parser<is_request> {
 public:
  MessageParser(Headers& headers, std::string& body, std::size_t header_limit,
                std::size_t body_limit)
      : headers_(headers), body_(body) {
    this->eager(true);
    this->header_limit(static_cast<std::uint32_t>(header_limit));
    this->body_limit(body_limit);
  }

 protected:
  void on_field_impl(beast::http::field name, beast::string_view name_text,
                     beast::string_view value, error_code& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override;
  std::size_t on_body_impl(beast::string_view data, error_code& error) override;
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view data,
                                 error_code& error) override {
    return on_body_impl(data, error);
  }
  void on_finish_impl(error_code&) override {}

  Headers& headers_;
  std::string& body_;
  bool in_header_ = true;

 private:
  bool content_length_ = false;
};

class RequestParser final : public MessageParser<true> {
 public:
  RequestParser(Request& request, std::size_t header_limit, std::size_t body_limit)
      : MessageParser(request.headers, request.body, header_limit, body_limit), request_(request) {}
  bool http_10() const { return version_ == 10; }
  bool expects_continue() const { return expects_continue_; }
  bool expects_other() const { return expects_other_; }

 private:
  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                       int version, error_code&) override;
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_header_impl(error_code& error) override;

  Request& request_;
  int version_ = 0;
  bool expects_continue_ = false, expects_other_ = false;
};

class ResponseParser final : public MessageParser<false> {
 public:
  ResponseParser(Response& response, bool head, std::size_t header_limit, std::size_t body_limit)
      : MessageParser(response.headers, response.body, header_limit, body_limit),
        response_(response) {
    this->skip(head);
  }

 private:
  void on_request_impl(beast::http::verb, beast::string_view, beast::string_view, int,
                       error_code&) override {}
  void on_response_impl(int status, beast::string_view, int, error_code&) override {
    response_.status = status;
  }
  void on_header_impl(error_code&) override { in_header_ = false; }

  Response& response_;
};

}  // namespace portage::http
