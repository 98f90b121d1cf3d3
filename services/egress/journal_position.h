// Where the reader of the journal is: the link to go on from, and what tells a gap's time span. Pure.
#pragma once

#include <string>

#include "absl/time/time.h"

namespace causeway::egress {

struct JournalPosition {
  std::string journal;  // URL of the journal that the link belongs to.
  std::string link;
  // Of the last event read, or where reading began; InfinitePast: neither is known.
  absl::Time last_event = absl::InfinitePast();
  // Events that happened earlier aren't wanted.
  absl::Time begin = absl::InfinitePast();

  std::string Encode() const;
  // An empty link for what isn't a position.
  static JournalPosition Decode(const std::string& text);
};

}  // namespace causeway::egress
