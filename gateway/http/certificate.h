// What a PEM certificate says of its days: for checks before anybody relies on it. Pure but for
// reading the file.
#pragma once

#include <string>

#include "gateway/base/result.h"
#include "gateway/base/time.h"

namespace portage::http {

struct CertificateDays {
  base::Micros from = 0, until = 0;
};
// Of the first certificate in the file. Errors: "http.certificate" (unreadable, or none in it).
base::Result<CertificateDays> certificate_days(const std::string& pem_file);

}  // namespace portage::http
