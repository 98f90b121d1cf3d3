// An absl::Status that carries a stable code, its kind, what to do, and what the engine needs to decide (retry when, may
// it have happened). Made where the error is understood, read where it is acted on or shown.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/errors/codes.h"

namespace causeway::errors {

struct Detail {
  std::string code;
  Kind kind = Kind::kBug;
  std::string message;  // What happened, one sentence. No personal data.
  std::string remedy;   // What to do, one sentence.
  std::string subject;  // The table, column, partition or system it concerns; may be empty.
  std::string excerpt;  // The beginning of a foreign answer; may hold personal data, so never logged.
  std::optional<absl::Duration> retry_after;
  // The request may have been carried out although no answer says so (timeout, connection lost after sending).
  bool maybe_done = false;
};

// The status code follows from the kind: transient UNAVAILABLE, record INVALID_ARGUMENT, workflow FAILED_PRECONDITION,
// request INVALID_ARGUMENT, bug INTERNAL.
absl::Status Make(const Code& code, absl::string_view message, absl::string_view subject = "");
absl::Status Make(Detail detail);

// A detail with the code's kind and remedy filled in, to be completed and passed to Make.
Detail NewDetail(const Code& code, absl::string_view message, absl::string_view subject = "");

// Whether the error was made here and so carries a code.
bool HasDetail(const absl::Status& status);

// The detail of any error; one that carries none is a CW-BUG with the status's own message. Undefined for OK.
Detail Describe(const absl::Status& status);

Kind KindOf(const absl::Status& status);
bool IsTransient(const absl::Status& status);
// Whether the error is the one of this code.
bool Is(const absl::Status& status, const Code& code);

}  // namespace causeway::errors
