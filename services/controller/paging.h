// Pages of lists (AIP-158): a token names the last thing shown and the list that it belongs to. A page ends when it has as many
// things as were asked for, or earlier, when it has grown large: most clients take no message above 4 MiB. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace causeway::controller {

// 1–1000; 0: 50. Larger ones are cut, negative ones refused (field page_size).
absl::StatusOr<size_t> PageSize(int32_t asked);

// `list`: what is listed and how; a token of another list is refused.
std::string PageToken(absl::string_view list, absl::string_view last);
// The last thing shown; empty for an empty token.
absl::StatusOr<std::string> ReadPageToken(absl::string_view list, absl::string_view token);

// How much a page holds.
class PageBytes {
 public:
  // Whether one more of that size goes onto the page, where it is counted then. The first one always does.
  bool Take(size_t bytes);

 private:
  size_t total_ = 0;
};

struct NamePage {
  std::vector<std::string> names;
  std::string next_page_token;
};
// A page of ascending names; `bytes_of`: how large the thing of that name is.
absl::StatusOr<NamePage> PageOf(const std::vector<std::string>& names, absl::string_view list, int32_t page_size,
                                absl::string_view page_token, absl::FunctionRef<size_t(const std::string&)> bytes_of);

}  // namespace causeway::controller
