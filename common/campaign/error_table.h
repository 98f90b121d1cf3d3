// What an answer of Campaign that is no success means, as an error with a code (spec/campaign.md "REST API", design.md
// "Errors"). The one table of statuses and texts; where the documentation shows no text, it is assumed and says so. Pure.
//
// A 5xx is not always transient, because Campaign answers a refused value with 500 too. Numbers decide first, then texts, and only
// texts outside quotes: what a message quotes is a value, and a value may read like any error.
//   "Oops … Check your URI"           URI while this Campaign has never answered, UNAVAILABLE once it has
//   408, 429, 502, 503, 504           THROTTLED, UNAVAILABLE
//   500 with a text of the database's or Campaign's passing troubles   UNAVAILABLE: it passes by itself
//   500 with a text in the table      EXISTS, LINK, NOT-FOUND, REFUSED, FIELD, RESOURCE
//   500 with a number of Campaign's (RST-, XTK-, SOP-, PGS-, …) and any other text   REFUSED for a write
//   any other 500, 502 and 504, and error pages of something in between   UNAVAILABLE, ANSWER: MayBeTheRecords
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
  // Whether this Campaign has ever given a good answer: what a wrong tenant looks like is an outage then.
  bool answered = true;
};

// For a status that isn't 2xx.
absl::Status ErrorOf(const http::Response& response, const Asked& asked, absl::Time now);

// Of a transient error: whether it may be the trouble of the one record that was sent, and not the server's. Only who sees that other
// records are taken can tell.
bool MayBeTheRecords(const absl::Status& error);

// For http::Client's own errors: there was no answer.
absl::Status NoAnswer(const absl::Status& error, const Asked& asked);

// CW-CAM-ANSWER for a success whose body isn't what it should be.
absl::Status UnreadableAnswer(absl::string_view what, absl::string_view body, const Asked& asked);

}  // namespace causeway::campaign
