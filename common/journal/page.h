// A page of the journal, as it is read from an answer (spec/campaign.md "I/O Events journal"). Plain values and pure
// functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace causeway::journal {

struct Entry {
  std::string position;  // Opaque; empty: it has none.
  std::string event;     // The event's JSON.
  // false: the page holds something in an event's place; `event` is that.
  bool is_event = true;
};

struct Page {
  std::vector<Entry> entries;
  std::string next_link;  // Absolute, of the journal's own origin.
  // 204, or no entries: nothing more at present.
  bool caught_up = false;
  // How long to wait before the next request, where the journal said so.
  std::optional<absl::Duration> retry_after;
};

// The entries of a 200 answer's body, one for each of its events, whatever that is: one that nothing can be made of must
// not hold up the others. CW-JRN-ANSWER when it is no such page, as one that was cut isn't.
absl::StatusOr<std::vector<Entry>> ReadEntries(absl::string_view body);

// The target of the link with rel="next" in a Link header (RFC 8288); empty: there is none.
std::string NextLinkOf(absl::string_view link_header);

// `link` made absolute: it may be a path of the journal's host.
std::string Resolve(absl::string_view origin, absl::string_view link);

}  // namespace causeway::journal
