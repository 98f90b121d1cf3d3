// What an answer of Dynamics 365 that is no success means, as an error with a code (spec/dynamics365.md "Requests",
// design.md "Errors"). The one place where statuses, error codes and texts are interpreted. Pure.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/http/client.h"

namespace causeway::dataverse {

// What was asked for; the same answer means different things.
enum class Operation {
  kMetadata,
  kReadRows,
  kFollowLink,  // A next or delta link.
  kReadRow,
  kWrite,
};

struct Asked {
  Operation operation;
  std::string table;  // Logical name or entity set; for messages.
};

// For a status that isn't 2xx. The server's codes decide before its texts, and these without what they quote, which may be
// anybody's value. CW-DYN-NOT-FOUND has the table whose row is missing as its subject, where the message names it: that
// needn't be the one that was written to.
absl::Status ErrorOf(const http::Response& response, const Asked& asked, absl::Time now);

// For http::Client's own errors: there was no answer.
absl::Status NoAnswer(const absl::Status& error, const Asked& asked);

// CW-DYN-ANSWER for a success whose body isn't what it should be.
absl::Status UnreadableAnswer(absl::string_view what, absl::string_view body, const Asked& asked);

}  // namespace causeway::dataverse
