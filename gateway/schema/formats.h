// The named formats of JSON Schema ("date", "email", "uuid" …) and two of our own: "postal"
// (Canadian, "A1A 1A1") and "phone" (E.164). Hand written, linear, without memory of their own but
// for "regex". Pure. They take well-formed UTF-8.
#pragma once

#include <span>
#include <string_view>

namespace portage::schema {

using FormatCheck = bool (*)(std::string_view text);

// nullptr for a name that is not a format.
FormatCheck format_check(std::string_view name);
std::span<const std::string_view> format_names();

namespace formats {
bool date(std::string_view text);       // RFC 3339 full-date
bool time(std::string_view text);       // RFC 3339 full-time, offset required
bool date_time(std::string_view text);  // RFC 3339 date-time
bool duration(std::string_view text);   // RFC 3339 appendix A
bool email(std::string_view text);      // RFC 5321 Mailbox
bool idn_email(std::string_view text);
bool hostname(std::string_view text);  // RFC 1123
bool idn_hostname(std::string_view text);
bool ipv4(std::string_view text);
bool ipv6(std::string_view text);
bool uri(std::string_view text);
bool uri_reference(std::string_view text);
bool iri(std::string_view text);
bool iri_reference(std::string_view text);
bool uri_template(std::string_view text);
bool uuid(std::string_view text);
bool json_pointer(std::string_view text);
bool relative_json_pointer(std::string_view text);
bool regex(std::string_view text);
bool postal(std::string_view text);
bool phone(std::string_view text);
}  // namespace formats

}  // namespace portage::schema
