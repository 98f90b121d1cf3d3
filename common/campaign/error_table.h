// What an answer of Campaign that is no success means, as an error with a code (spec/campaign.md "REST API", design.md
// "Errors"). The one table of statuses and texts; the texts are assumed where the documentation shows none. Pure.
//
// A 5xx is not always transient, because Campaign answers a refused value with 500 too: the message decides.
//   the gateway's "Oops…", 502, 503, 504                     UNAVAILABLE
//   500 with RST-… and details                               what the details say: REFUSED, EXISTS, LINK, FIELD,
//   RESOURCE; details that are not in
//                                                            the table: REFUSED for a write
//   500 with RST-… and nothing but "contact your administrator"  UNAVAILABLE: refusals of values come with details, so
//   it is the
//                                                            server that is in trouble
//   500 without RST-…                                        UNAVAILABLE
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/http/client.h"

namespace causeway::campaign {

enum class Operation {
  kDescribe,   // Of a resource.
  kList,       // A collection, a filter.
  kGetEntity,  // By PKey.
  kCreate,
  kWriteEntity,  // Update or delete, by PKey.
};

struct Asked {
  Operation operation;
  std::string resource;  // For messages.
};

// For a status that isn't 2xx.
absl::Status ErrorOf(const http::Response& response, const Asked& asked, absl::Time now);

// For http::Client's own errors: there was no answer.
absl::Status NoAnswer(const absl::Status& error, const Asked& asked);

// CW-CAM-ANSWER for a success whose body isn't what it should be.
absl::Status UnreadableAnswer(absl::string_view what, absl::string_view body, const Asked& asked);

}  // namespace causeway::campaign
