#include "services/sandbox/dataverse/replica.h"

#include <utility>
#include <vector>

namespace causeway::sandbox::dataverse {
namespace {

std::unique_ptr<Database> CopyOf(const Database& primary) {
  std::vector<TableSchema> schemas;
  for (const Table& table : primary.tables()) schemas.push_back(table.schema());
  auto copy = std::make_unique<Database>(std::move(schemas), primary.clock());
  for (size_t i = 0; i < primary.tables().size(); ++i) copy->tables()[i].CopyFrom(primary.tables()[i]);
  copy->version().last = primary.last_version();
  return copy;
}

}  // namespace

void Replica::Lag(int64_t lag_ms, double share) {
  lag_ms_ = lag_ms;
  share_ = share;
  pending_.clear();
  copy_ = lag_ms > 0 ? CopyOf(primary_) : nullptr;
  for (size_t i = 0; i < primary_.tables().size(); ++i) {
    Table& table = primary_.tables()[i];
    if (lag_ms == 0) {
      table.Observe({});
      continue;
    }
    table.Observe([this, i](const Row& row, int64_t version) {
      pending_.push_back({primary_.clock().NowMillis(), i, row.Copy(), version});
    });
  }
}

Database& Replica::ForRead() {
  if (!copy_ || !dice_.Chance(share_)) return primary_;
  const int64_t until = primary_.clock().NowMillis() - lag_ms_;
  for (; !pending_.empty() && pending_.front().at_ms <= until; pending_.pop_front()) {
    Change& change = pending_.front();
    copy_->version().last = std::max(copy_->version().last, change.version);
    copy_->tables()[change.table].Replay(std::move(change.row), change.version);
  }
  copy_->Follow(primary_);
  return *copy_;
}

}  // namespace causeway::sandbox::dataverse
