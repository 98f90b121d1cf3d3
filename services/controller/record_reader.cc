#include "services/controller/record_reader.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "causeway/v1/record.pb.h"
#include "common/backlog/topics.h"
#include "common/errors/error.h"
#include "services/controller/api_error.h"
#include "services/controller/names.h"
#include "services/controller/paging.h"

namespace causeway::controller {
namespace {

absl::Status Away(const absl::Status& status) {
  return errors::Make(errors::kBrokerAway, absl::StrCat("Kafka can't be read: ", status.message()));
}

// Where a dead letter lies: the id of its name, {partition}-{offset}.
struct Place {
  int32_t partition = 0;
  int64_t offset = 0;
};

std::optional<Place> ParsePlace(const std::string& id) {
  const std::vector<std::string> parts = absl::StrSplit(id, '-');
  Place place;
  const bool valid = parts.size() == 2 && absl::SimpleAtoi(parts[0], &place.partition) &&
                     absl::SimpleAtoi(parts[1], &place.offset) && place.partition >= 0 && place.offset >= 0;
  return valid ? std::optional<Place>(place) : std::nullopt;
}

v1::DeadLetter Show(const std::string& workflow, const backlog::Message& message, const v1::DeadLetterRecord& record) {
  v1::DeadLetter letter;
  letter.set_name(Child(workflow, "deadLetters", absl::StrCat(message.partition, "-", message.offset)));
  letter.set_table(record.record().table());
  letter.set_source_id(record.record().source_id());
  letter.set_code(record.code());
  letter.set_message(record.message());
  letter.set_remedy(record.remedy());
  letter.set_response_excerpt(record.response_excerpt());
  letter.set_attempts(record.attempts());
  *letter.mutable_time() = record.time();
  letter.set_partition(record.partition());
  letter.set_ordinal(record.record().ordinal());
  letter.set_revision(record.revision());
  return letter;
}

}  // namespace

async::Task<absl::Status> RecordReader::Scan(std::string topic, int32_t partition, int64_t offset, Visit visit) {
  auto log = co_await broker_.OpenLog(std::move(topic), partition, offset);
  if (!log.ok()) co_return log.status();
  for (;;) {
    auto batch = co_await (*log)->Next();
    if (!batch.ok()) co_return batch.status();
    for (const backlog::Message& message : batch->messages) {
      if (!visit(message)) co_return absl::OkStatus();
    }
    if (batch->reached_end) co_return absl::OkStatus();
  }
}

// The trail is written by people's acts and read from its beginning: short, and what is newest lies at its end.
async::Task<absl::StatusOr<v1::ListAuditEntriesResponse>> RecordReader::ListAuditEntries(
    v1::ListAuditEntriesRequest request) {
  const std::string list = absl::StrCat("auditEntries of ", request.parent());
  const absl::StatusOr<size_t> size = PageSize(request.page_size());
  if (!size.ok()) co_return size.status();
  const absl::StatusOr<std::string> token = ReadPageToken(list, request.page_token());
  if (!token.ok()) co_return token.status();
  int64_t before = INT64_MAX;
  if (!token->empty() && !absl::SimpleAtoi(*token, &before))
    co_return InvalidError({{"page_token", "It can't be read."}});

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
  absl::Status read = co_await Scan(std::string(backlog::kAuditTopic), 0, backlog::kLogStart, std::move(visit));
  if (!read.ok()) co_return Away(read);

  v1::ListAuditEntriesResponse response;
  const bool more = last.size() > *size;
  if (more) last.pop_front();
  if (more) response.set_next_page_token(PageToken(list, absl::StrCat(last.front().first)));
  for (auto entry = last.rbegin(); entry != last.rend(); ++entry)
    *response.add_audit_entries() = std::move(entry->second);
  co_return response;
}

async::Task<absl::StatusOr<v1::ListDeadLettersResponse>> RecordReader::ListDeadLetters(
    v1::ListDeadLettersRequest request, int32_t partitions) {
  const std::string list = absl::StrCat("deadLetters of ", request.parent());
  const absl::StatusOr<size_t> size = PageSize(request.page_size());
  if (!size.ok()) co_return size.status();
  const absl::StatusOr<std::string> token = ReadPageToken(list, request.page_token());
  if (!token.ok()) co_return token.status();
  Place from{0, backlog::kLogStart};
  if (!token->empty()) {
    const std::optional<Place> place = ParsePlace(*token);
    if (!place) co_return InvalidError({{"page_token", "It can't be read."}});
    from = {place->partition, place->offset + 1};
  }

  v1::ListDeadLettersResponse response;
  const std::string topic = backlog::TopicsOf(request.parent()).dead_letters();
  bool more = false;
  for (int32_t partition = from.partition; partition < partitions && !more; ++partition) {
    Visit visit = [&](const backlog::Message& message) {
      v1::DeadLetterRecord record;
      if (!message.value.has_value() || !record.ParseFromString(*message.value)) return true;
      more = response.dead_letters_size() == static_cast<int>(*size);
      if (!more) *response.add_dead_letters() = Show(request.parent(), message, record);
      return !more;
    };
    const int64_t offset = partition == from.partition ? from.offset : backlog::kLogStart;
    absl::Status read = co_await Scan(topic, partition, offset, std::move(visit));
    // Beyond the end: nothing came after the page before.
    if (absl::IsOutOfRange(read)) continue;
    // Its first Start makes the topic.
    if (absl::IsInvalidArgument(read) || absl::IsNotFound(read)) co_return response;
    if (!read.ok()) co_return Away(read);
  }
  if (more) response.set_next_page_token(PageToken(list, IdOf(response.dead_letters().rbegin()->name())));
  co_return response;
}

async::Task<absl::StatusOr<v1::DeadLetter>> RecordReader::GetDeadLetter(std::string name) {
  const std::optional<Place> place = ParsePlace(IdOf(name));
  if (!place) co_return NotFoundError(name, {});
  const std::string workflow = ParentOf(name);
  std::optional<v1::DeadLetter> found;
  Visit visit = [&](const backlog::Message& message) {
    v1::DeadLetterRecord record;
    const bool here = message.offset == place->offset;
    if (here && message.value.has_value() && record.ParseFromString(*message.value)) {
      found = Show(workflow, message, record);
      found->set_row(record.record().row());
    }
    return false;
  };
  const std::string topic = backlog::TopicsOf(workflow).dead_letters();
  absl::Status read = co_await Scan(topic, place->partition, place->offset, std::move(visit));
  if (absl::IsUnavailable(read)) co_return Away(read);
  if (!found.has_value()) co_return NotFoundError(name, {});
  co_return *std::move(found);
}

}  // namespace causeway::controller
