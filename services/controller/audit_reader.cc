#include "services/controller/audit_reader.h"

#include <cstdint>
#include <deque>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/backlog/topics.h"
#include "services/controller/api_error.h"
#include "services/controller/log_scan.h"
#include "services/controller/paging.h"

namespace causeway::controller {

// The trail is written by people's acts and read from its beginning: short, and what is newest lies at its end.
async::Task<absl::StatusOr<v1::ListAuditEntriesResponse>> AuditReader::List(v1::ListAuditEntriesRequest request) {
  const std::string list = absl::StrCat("auditEntries of ", request.parent());
  const absl::StatusOr<size_t> size = PageSize(request.page_size());
  if (!size.ok()) co_return size.status();
  const absl::StatusOr<std::string> token = ReadPageToken(list, request.page_token());
  if (!token.ok()) co_return token.status();
  int64_t before = INT64_MAX;
  if (!token->empty() && !absl::SimpleAtoi(*token, &before)) co_return UnreadableTokenError();

  // The last ones before it, and one more, which tells that there are more.
  std::deque<std::pair<int64_t, v1::AuditEntry>> last;
  Visit visit = [&](const backlog::Message& message) {
    v1::AuditEntry entry;
    if (message.offset >= before) return false;
    if (!message.value.has_value() || !entry.ParseFromString(*message.value)) return true;
    if (!absl::StartsWith(entry.resource(), request.parent())) return true;
    last.emplace_back(message.offset, std::move(entry));
    if (last.size() > *size + 1) last.pop_front();
    return true;
  };
  absl::Status read =
      co_await Scan(broker_, std::string(backlog::kAuditTopic), 0, backlog::kLogStart, std::move(visit));
  if (!read.ok()) co_return Unreadable(read);

  v1::ListAuditEntriesResponse response;
  PageBytes bytes;
  auto entry = last.rbegin();
  for (size_t count = 0; entry != last.rend() && count < *size; ++entry, ++count) {
    if (!bytes.Take(entry->second.ByteSizeLong())) break;
    *response.add_audit_entries() = std::move(entry->second);
  }
  if (entry != last.rend()) response.set_next_page_token(PageToken(list, absl::StrCat(std::prev(entry)->first)));
  co_return response;
}

}  // namespace causeway::controller
