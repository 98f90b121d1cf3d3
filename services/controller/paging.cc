#include "services/controller/paging.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/controller/api_error.h"

namespace causeway::controller {
namespace {

constexpr size_t kDefaultPage = 50;
constexpr size_t kMaxPage = 1000;
// Half of what a gRPC client takes unless it is told otherwise.
constexpr size_t kMaxPageBytes = 2 << 20;

}  // namespace

absl::StatusOr<size_t> PageSize(int32_t asked) {
  if (asked < 0) return InvalidError({{"page_size", "It is negative."}});
  return asked == 0 ? kDefaultPage : std::min<size_t>(asked, kMaxPage);
}

std::string PageToken(absl::string_view list, absl::string_view last) {
  return absl::WebSafeBase64Escape(absl::StrCat(list, "\n", last));
}

absl::StatusOr<std::string> ReadPageToken(absl::string_view list, absl::string_view token) {
  if (token.empty()) return std::string();
  std::string text;
  const bool readable = absl::WebSafeBase64Unescape(token, &text);
  const size_t end = text.find('\n');
  if (!readable || end == std::string::npos || absl::string_view(text).substr(0, end) != list) {
    return UnreadableTokenError();
  }
  return text.substr(end + 1);
}

bool PageBytes::Take(size_t bytes) {
  if (total_ > 0 && total_ + bytes > kMaxPageBytes) return false;
  total_ += bytes;
  return true;
}

absl::StatusOr<NamePage> PageOf(const std::vector<std::string>& names, absl::string_view list, int32_t page_size,
                                absl::string_view page_token, absl::FunctionRef<size_t(const std::string&)> bytes_of) {
  const absl::StatusOr<size_t> size = PageSize(page_size);
  if (!size.ok()) return size.status();
  const absl::StatusOr<std::string> last = ReadPageToken(list, page_token);
  if (!last.ok()) return last.status();
  auto next = last->empty() ? names.begin() : std::upper_bound(names.begin(), names.end(), *last);
  NamePage page;
  PageBytes bytes;
  for (; next != names.end() && page.names.size() < *size && bytes.Take(bytes_of(*next)); ++next) {
    page.names.push_back(*next);
  }
  if (next != names.end()) page.next_page_token = PageToken(list, page.names.back());
  return page;
}

}  // namespace causeway::controller
