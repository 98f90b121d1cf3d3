#include "services/ingress/row_position.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace causeway::ingress {

std::string RowPosition::Encode() const {
  if (page_size == 0) return link;
  return absl::StrCat(page_size, " ", link, round.empty() ? "" : " ", round);
}

bool RowPosition::IsNext() const {
  return page_size > 0 || (!link.empty() && !absl::StrContains(absl::AsciiStrToLower(link), "deltatoken"));
}

RowPosition RowPosition::Next(int size, std::string next_link) const {
  return {size, std::move(next_link), IsNext() ? round : link};
}

RowPosition RowPosition::Decode(absl::string_view text) {
  // Links hold no spaces: one that did would not have been handed out.
  const std::vector<std::string> parts = absl::StrSplit(text, ' ');
  RowPosition position;
  if (parts.size() < 2 || !absl::SimpleAtoi(parts[0], &position.page_size)) {
    position.page_size = 0;
    position.link = std::string(text);
    return position;
  }
  position.link = parts[1];
  if (parts.size() > 2) position.round = parts[2];
  return position;
}

}  // namespace causeway::ingress
