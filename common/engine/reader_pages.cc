// What the Reader queues: what the destination holds, and the source's pages.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/backlog/record.h"
#include "common/engine/notices.h"
#include "common/engine/reader.h"
#include "common/engine/timestamps.h"
#include "common/errors/error.h"

namespace causeway::engine {
namespace {

// A row beyond this can't be queued (the topics take backlog::kMaxMessageBytes) and becomes a dead letter, cut to its beginning.
constexpr size_t kMaxRowBytes = 8 << 20;
constexpr size_t kRejectedRowBytes = 64 << 10;
// With as much a transaction is full: a page of many large rows takes several, each of which the broker bears within its deadline.
constexpr size_t kTransactionBytes = 8 << 20;

RejectedRow TooLarge(const std::string& table, SourceRecord row) {
  absl::Status reason = errors::Make(
      errors::kRecordTooLarge, absl::StrCat("The row has ", row.row.size(), " bytes; at most ", kMaxRowBytes, " can be queued."),
      row.table.empty() ? table : row.table);
  return {std::move(row.id), std::move(row.row), std::move(reason), true};
}

v1::ReadTotals OneQueued() {
  v1::ReadTotals one;
  one.set_read(1);
  one.set_queued(1);
  return one;
}

v1::ReadTotals OneRejected() {
  v1::ReadTotals one;
  one.set_read(1);
  one.set_rejected(1);
  return one;
}

v1::ReadTotals Skipped(const std::string& reason, int64_t rows) {
  v1::ReadTotals skipped;
  skipped.set_read(rows);
  skipped.set_skipped(rows);
  (*skipped.mutable_skipped_by_reason())[reason] = rows;
  return skipped;
}

void Add(const v1::ReadTotals& counted, v1::ReadTotals& sum) {
  sum.set_read(sum.read() + counted.read());
  sum.set_queued(sum.queued() + counted.queued());
  sum.set_skipped(sum.skipped() + counted.skipped());
  sum.set_rejected(sum.rejected() + counted.rejected());
  for (const auto& [reason, rows] : counted.skipped_by_reason()) (*sum.mutable_skipped_by_reason())[reason] += rows;
}

}  // namespace

// What is in no transaction yet is what the committed ones say.
void Reader::BeginTransaction() {
  queued_next_ = queued_;
  counted_next_.clear();
}

void Reader::Count(const std::string& table, const v1::ReadTotals& rows) {
  Add(rows, (*queued_next_.mutable_tables())[table]);
  Add(rows, counted_next_[table]);
}

// What the destination holds before the first pass goes through the same queue, before the table's first row in each partition.
async::Task<absl::Status> Reader::QueueExisting(const std::string& table) {
  pulse_.Turn(world_.loop.Now() + PageDeadline());
  absl::StatusOr<ExistingPage> page = co_await destination_.ListExisting(table, tables_[table].position());
  if (!page.ok() && !errors::IsTransient(page.status())) co_return page.status();
  if (!page.ok()) {
    PutOff(table, page.status());
    co_return absl::OkStatus();
  }
  ReadWell(table, std::nullopt);
  backlog::Transaction transaction;
  BeginTransaction();
  v1::TableCheckpoint checkpoint = tables_[table];
  for (const ExistingPage::Row& row : page->rows) {
    v1::QueuedRecord record;
    record.set_kind(v1::QueuedRecord::KIND_EXISTING);
    record.set_table(table);
    record.set_source_id(row.source_id);
    record.set_row(row.destination_key);
    record.set_target(checkpoint.target());
    const std::string key = backlog::RecordKey(table, row.source_id);
    AppendRecord(transaction, backlog::PartitionOf(key, definition_.partitions()), std::move(record));
  }
  checkpoint.set_position(page->next);
  checkpoint.set_primed(page->next.empty());
  co_return co_await Commit(table, std::move(checkpoint), std::move(transaction));
}

async::Task<absl::Status> Reader::QueuePage(const std::string& table, Page page) {
  v1::TableCheckpoint checkpoint = tables_[table];
  const bool in_pass = !checkpoint.following();
  const bool pass_ends = page.caught_up && in_pass;
  const bool nothing = page.records.empty() && page.rejected.empty() && page.skipped.empty() && !page.gap.has_value();
  if (nothing && page.next_position == checkpoint.position() && !pass_ends) {
    ShowNotices(table);  // For a day also where nothing happens.
    co_return absl::OkStatus();
  }
  const auto rows = static_cast<int64_t>(page.records.size() + page.rejected.size());
  PageCursor cursor;
  backlog::Transaction transaction;
  BeginTransaction();
  while (!AppendPart(table, checkpoint, page, cursor, transaction)) {
    v1::TableCheckpoint same_position = checkpoint;
    backlog::Transaction full = std::exchange(transaction, backlog::Transaction());
    absl::Status committed = co_await Commit(table, std::move(same_position), std::move(full));
    if (!committed.ok()) co_return committed;
    BeginTransaction();
  }
  for (const auto& [name, reasons] : page.skipped) {
    for (const auto& [reason, count] : reasons) Count(name, Skipped(reason, count));
  }
  if (in_pass) checkpoint.set_rows(checkpoint.rows() + rows);
  if (pass_ends) EndPass(table, checkpoint, transaction);
  if (page.caught_up && !in_pass) {
    checkpoint.set_change_version(std::max(checkpoint.change_version(), turns_[table].highest_change));
  }
  checkpoint.set_position(std::move(page.next_position));
  if (page.gap.has_value()) AddNotice(table, *page.gap, world_.loop.WallTime(), checkpoint);
  absl::Status committed = co_await Commit(table, std::move(checkpoint), std::move(transaction));
  if (!committed.ok()) co_return committed;
  ShowNotices(table);
  if (pass_ends) state_.Clear(kRereading, table);
  co_return absl::OkStatus();
}

// True: all of the page is in. The checkpoint gets what has to be known of the rows, not the page's position.
bool Reader::AppendPart(const std::string& table, v1::TableCheckpoint& checkpoint, Page& page, PageCursor& cursor,
                        backlog::Transaction& transaction) {
  size_t bytes = 0;
  for (; cursor.records < page.records.size(); ++cursor.records) {
    if (bytes >= kTransactionBytes) return false;
    SourceRecord& row = page.records[cursor.records];
    if (row.row.size() > kMaxRowBytes) {
      page.rejected.push_back(TooLarge(table, std::move(row)));
      continue;
    }
    bytes += row.row.size();
    AppendRow(table, checkpoint, std::move(row), transaction);
  }
  for (; cursor.rejected < page.rejected.size(); ++cursor.rejected) {
    if (bytes >= kTransactionBytes) return false;
    RejectedRow& row = page.rejected[cursor.rejected];
    bytes += std::min(row.row.size(), kRejectedRowBytes);
    AppendRejected(table, checkpoint, std::move(row), transaction);
  }
  return true;
}

void Reader::AppendRow(const std::string& table, const v1::TableCheckpoint& checkpoint, SourceRecord row,
                       backlog::Transaction& transaction) {
  v1::QueuedRecord record;
  record.set_kind(row.kind);
  record.set_table(row.table.empty() ? table : std::move(row.table));
  record.set_source_id(std::move(row.id));
  record.set_version(row.version);
  record.set_row(std::move(row.row));
  record.set_pass(checkpoint.pass());
  record.set_target(checkpoint.target());
  record.set_replay_pass(checkpoint.replay_pass());
  Count(record.table(), OneQueued());
  const int32_t partition =
      backlog::PartitionOf(backlog::RecordKey(record.table(), record.source_id()), definition_.partitions());
  AppendRecord(transaction, partition, std::move(record));
}

// The row becomes a dead letter. What an earlier version of it became stays: it was seen.
void Reader::AppendRejected(const std::string& table, v1::TableCheckpoint& checkpoint, RejectedRow row,
                            backlog::Transaction& transaction) {
  const errors::Detail why = errors::Describe(row.reason);
  const std::string key = backlog::RecordKey(table, row.id);
  v1::DeadLetterRecord letter;
  letter.mutable_record()->set_kind(v1::QueuedRecord::KIND_UPSERT);
  letter.mutable_record()->set_table(table);
  letter.mutable_record()->set_source_id(row.id);
  letter.mutable_record()->set_row(row.row.substr(0, kRejectedRowBytes));
  letter.set_partition(backlog::PartitionOf(key, definition_.partitions()));
  letter.set_code(why.code);
  letter.set_message(why.message);
  letter.set_remedy(why.remedy);
  letter.set_attempts(1);
  letter.set_revision(definition_.revision());
  *letter.mutable_time() = ToProto(world_.loop.WallTime());
  transaction.messages.push_back({topics_.dead_letters(), letter.partition(), key, letter.SerializeAsString()});
  Count(table, OneRejected());
  // A first pass has nothing behind it that could be gone.
  if (checkpoint.following() || checkpoint.pass() <= 1 || !Sweeps(table)) return;
  if (row.id_known) AppendSeen(table, checkpoint, row.id, transaction);
  else checkpoint.set_unidentified(true);
}

void Reader::AppendSeen(const std::string& table, const v1::TableCheckpoint& checkpoint, const std::string& id,
                        backlog::Transaction& transaction) {
  v1::QueuedRecord record;
  record.set_kind(v1::QueuedRecord::KIND_SEEN);
  record.set_table(table);
  record.set_source_id(id);
  record.set_pass(checkpoint.pass());
  record.set_target(checkpoint.target());
  record.set_replay_pass(checkpoint.replay_pass());
  const int32_t partition = backlog::PartitionOf(backlog::RecordKey(table, id), definition_.partitions());
  AppendRecord(transaction, partition, std::move(record));
}

void Reader::AppendRecord(backlog::Transaction& transaction, int32_t partition, v1::QueuedRecord record) {
  const int64_t ordinal = queued_next_.ordinals(partition) + 1;
  record.set_ordinal(ordinal);
  record.set_run(fence_.run());
  *record.mutable_queued_time() = ToProto(world_.loop.WallTime());
  std::string key = backlog::RecordKey(record.table(), record.source_id());
  std::string value = record.SerializeAsString();
  queued_next_.set_ordinals(partition, ordinal);
  queued_next_.set_bytes(partition, queued_next_.bytes(partition) + backlog::SizeOf(key, value));
  transaction.messages.push_back({topics_.backlog(), partition, std::move(key), std::move(value)});
}

}  // namespace causeway::engine
