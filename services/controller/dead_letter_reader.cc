#include "services/controller/dead_letter_reader.h"

#include <iterator>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "causeway/v1/record.pb.h"
#include "services/controller/api_error.h"
#include "services/controller/log_scan.h"
#include "services/controller/names.h"
#include "services/controller/paging.h"
#include "services/controller/protos.h"

namespace causeway::controller {
namespace {

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

// The order of the list: its time in nanoseconds, then its place.
using Rank = std::tuple<int64_t, int32_t, int64_t>;

std::string FormatRank(const Rank& rank) {
  return absl::StrCat(std::get<0>(rank), " ", std::get<1>(rank), " ", std::get<2>(rank));
}

std::optional<Rank> ParseRank(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, ' ');
  Rank rank;
  const bool valid = parts.size() == 3 && absl::SimpleAtoi(parts[0], &std::get<0>(rank)) &&
                     absl::SimpleAtoi(parts[1], &std::get<1>(rank)) && absl::SimpleAtoi(parts[2], &std::get<2>(rank));
  return valid ? std::optional<Rank>(rank) : std::nullopt;
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

// The newest ones before a rank: as many as a page has, and one more, which tells that there are more.
class Newest {
 public:
  Newest(size_t page_size, std::optional<Rank> before) : size_(page_size), before_(before) {}

  void Offer(const std::string& workflow, const backlog::Message& message, const v1::DeadLetterRecord& record) {
    const Rank rank(absl::ToUnixNanos(ToTime(record.time())), message.partition, message.offset);
    if (before_.has_value() && rank >= *before_) return;
    if (letters_.size() > size_ && rank < letters_.begin()->first) return;
    letters_.emplace(rank, Show(workflow, message, record));
    if (letters_.size() > size_ + 1) letters_.erase(letters_.begin());
  }

  v1::ListDeadLettersResponse ToPage(absl::string_view list) {
    v1::ListDeadLettersResponse page;
    PageBytes bytes;
    auto letter = letters_.rbegin();
    for (size_t count = 0; letter != letters_.rend() && count < size_; ++letter, ++count) {
      if (!bytes.Take(letter->second.ByteSizeLong())) break;
      *page.add_dead_letters() = std::move(letter->second);
    }
    if (letter != letters_.rend()) page.set_next_page_token(PageToken(list, FormatRank(std::prev(letter)->first)));
    return page;
  }

 private:
  const size_t size_;
  const std::optional<Rank> before_;
  std::map<Rank, v1::DeadLetter> letters_;
};

}  // namespace

// Partitions are in no order among each other, so each page looks at all of them.
async::Task<absl::StatusOr<v1::ListDeadLettersResponse>> DeadLetterReader::List(v1::ListDeadLettersRequest request,
                                                                                std::string topic,
                                                                                int32_t partitions) {
  const std::string list = absl::StrCat("deadLetters of ", request.parent(), " ", request.table());
  const absl::StatusOr<size_t> size = PageSize(request.page_size());
  if (!size.ok()) co_return size.status();
  const absl::StatusOr<std::string> token = ReadPageToken(list, request.page_token());
  if (!token.ok()) co_return token.status();
  const std::optional<Rank> before = ParseRank(*token);
  if (!token->empty() && !before.has_value()) co_return UnreadableTokenError();

  Newest newest(*size, before);
  for (int32_t partition = 0; partition < partitions; ++partition) {
    Visit visit = [&](const backlog::Message& message) {
      v1::DeadLetterRecord record;
      if (!message.value.has_value() || !record.ParseFromString(*message.value)) return true;
      const bool wanted = request.table().empty() || request.table() == record.record().table();
      if (wanted) newest.Offer(request.parent(), message, record);
      return true;
    };
    absl::Status read = co_await Scan(broker_, topic, partition, backlog::kLogStart, std::move(visit));
    if (!read.ok()) co_return Unreadable(read);
  }
  co_return newest.ToPage(list);
}

async::Task<absl::StatusOr<v1::DeadLetter>> DeadLetterReader::Get(std::string name, std::string topic) {
  const absl::Status missing = NotFoundError(name);
  const std::optional<Place> place = ParsePlace(IdOf(name));
  if (!place) co_return missing;
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
  absl::Status read = co_await Scan(broker_, topic, place->partition, place->offset, std::move(visit));
  if (absl::IsUnavailable(read)) co_return Unreadable(read);
  if (!found.has_value()) co_return missing;
  co_return *std::move(found);
}

}  // namespace causeway::controller
