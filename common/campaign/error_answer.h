// ErrorAnswer: what an answer of Campaign that is no success says (spec/campaign.md "Errors"), taken apart for error_table.h. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace causeway::campaign {

struct ErrorAnswer {
  // The gateway's, such as 403023; empty when it gave none of its own.
  std::string number;
  // Message and details as they came. They may quote values of people: excerpts only.
  std::string message;
  // Campaign's own numbers outside quotes, in their order: RST-360011, XTK-170036, PGS-220000.
  std::vector<std::string> codes;
  // The message in small letters without what it quotes, without its numbers, and without the sentence that says nothing ("An error has
  // occurred - please contact your administrator"). What a person's name says must never be read as what Campaign says.
  std::string said;
};

// `status`: the HTTP status, which Campaign repeats as a number; it isn't one of its own.
ErrorAnswer ReadErrorAnswer(absl::string_view body, int status);

// The text with what is in quotes left out (the quotes stay). An apostrophe within a word opens and closes nothing; a quote that isn't
// closed hides the rest.
std::string OutsideQuotes(absl::string_view text);

// The API name that the text quotes as that of a field: field 'x', attribute "x", '@x' field. Empty: none. Other quoted text may be a
// value, and belongs in no message.
std::string QuotedField(absl::string_view text);

}  // namespace causeway::campaign
