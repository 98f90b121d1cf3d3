// A place in a table of Dynamics 365, as DynamicsSource keeps it: the link to go on from, and what goes with it. Pure.
//
//   ""                          from the start
//   "{link}"                    a delta link: what changed since
//   "{size} {link}"             a next link within a pass
//   "{size} {link} {delta link}" a next link within a round of changes, and where the round began
//
// A next link is used with the page size that it was made with (spec/dynamics365.md "Reading rows"), so that goes with it.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace causeway::ingress {

struct RowPosition {
  int page_size = 0;
  std::string link;
  std::string round;  // Where it began.

  // Whether its link goes with a page size: all do that aren't known to be delta links. (Version 0.1 did not keep the size.)
  bool IsNext() const;
  // Where the page's next link leads that was read from here, with rows of `size` at once.
  RowPosition Next(int size, std::string next_link) const;

  std::string Encode() const;
  static RowPosition Decode(absl::string_view text);
};

}  // namespace causeway::ingress
