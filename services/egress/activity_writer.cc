#include "services/egress/activity_writer.h"

#include <algorithm>
#include <utility>

#include "common/errors/error.h"

namespace causeway::egress {
namespace {

// Fewer go into the $batch with those of other tables: that is fewer requests.
constexpr size_t kWorthCreateMultiple = 10;
// Operations in one $batch. Large enough that requests are few, small enough that one answer doesn't take seconds.
constexpr size_t kBatch = 100;
constexpr int kSparedAtMost = 256;

// The numbers of each table's activities.
std::map<std::string, std::vector<size_t>> GroupByTable(const std::vector<Activity>& activities) {
  std::map<std::string, std::vector<size_t>> groups;
  for (size_t i = 0; i < activities.size(); ++i) groups[activities[i].table->logical_name].push_back(i);
  return groups;
}

// Whether a request for many was refused for what only one of them, or only a request for many, has. Who may write is the
// same for each.
bool MayLieInOne(const absl::Status& refusal) {
  if (errors::IsTransient(refusal)) return false;
  for (const errors::Code& code :
       {errors::kDynamicsCredentials, errors::kDynamicsToken, errors::kDynamicsUser, errors::kDynamicsPrivilege}) {
    if (errors::Is(refusal, code)) return false;
  }
  return true;
}

// Whether a failure can lie in one of the rows of a request: a time-out and a 5xx can, a request to wait and the loss
// of the right to send can't.
bool MayLieInItsRows(const absl::Status& failure) {
  return !errors::Is(failure, errors::kDynamicsThrottled) && !errors::Is(failure, errors::kPartitionLost);
}

}  // namespace

async::Task<std::vector<absl::Status>> ActivityWriter::Write(const std::vector<Activity>& activities,
                                                             oauth::CallContext& context) {
  std::vector<absl::Status> statuses(activities.size());
  std::vector<size_t> remaining;
  for (const auto& [table, group] : GroupByTable(activities)) {
    const bool done = co_await CreateMultiple(activities, group, statuses, context);
    if (!done) remaining.insert(remaining.end(), group.begin(), group.end());
  }
  for (size_t begin = 0; begin < remaining.size(); begin += kBatch) {
    const std::span<const size_t> chosen =
        std::span(remaining).subspan(begin, std::min(kBatch, remaining.size() - begin));
    co_await WriteEach(activities, chosen, statuses, context);
  }
  co_return statuses;
}

// False: each has to be written by itself, nothing has become of them.
async::Task<bool> ActivityWriter::CreateMultiple(const std::vector<Activity>& activities,
                                                 const std::vector<size_t>& group, std::vector<absl::Status>& statuses,
                                                 oauth::CallContext& context) {
  if (group.size() < kWorthCreateMultiple) co_return false;
  const ActivityTable& table = *activities[group.front()].table;
  Trust& trust = trust_[table.logical_name];
  if (trust.spared > 0) {
    --trust.spared;
    co_return false;
  }
  std::vector<std::string> rows;
  for (size_t i : group) rows.push_back(RowOf(activities[i]));
  dataverse::Table described;
  described.logical_name = table.logical_name;
  described.entity_set = table.entity_set;
  const auto created = co_await dynamics_.CreateMultiple(std::move(described), std::move(rows), context);
  if (created.ok()) {
    trust = Trust();
  } else if (trust.spared == 0 && MayLieInItsRows(created.status())) {  // Those that were under way with it don't count.
    trust = {trust.next, std::min(2 * trust.next, kSparedAtMost)};
  }
  if (!created.ok() && !errors::IsTransient(created.status())) co_return false;
  for (size_t i : group) statuses[i] = created.status();
  co_return true;
}

async::Task<void> ActivityWriter::WriteEach(const std::vector<Activity>& activities, std::span<const size_t> chosen,
                                            std::vector<absl::Status>& statuses, oauth::CallContext& context) {
  if (chosen.size() == 1) {
    dataverse::RowWrite write = WriteOf(activities[chosen.front()]);
    const absl::StatusOr<std::string> written = co_await dynamics_.Write(std::move(write), context);
    statuses[chosen.front()] = written.status();
    co_return;
  }
  std::vector<dataverse::RowWrite> writes;
  for (size_t i : chosen) writes.push_back(WriteOf(activities[i]));
  absl::StatusOr<std::vector<absl::Status>> written = co_await dynamics_.WriteBatch(std::move(writes), context);
  if (!written.ok() && MayLieInOne(written.status())) {
    for (size_t i = 0; i < chosen.size(); ++i) {
      const std::span<const size_t> alone = chosen.subspan(i, 1);
      co_await WriteEach(activities, alone, statuses, context);
    }
    co_return;
  }
  for (size_t i = 0; i < chosen.size(); ++i) statuses[chosen[i]] = written.ok() ? (*written)[i] : written.status();
}

}  // namespace causeway::egress
