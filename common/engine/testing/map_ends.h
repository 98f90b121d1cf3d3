// The two ends of a run in an engine's test: a source and a destination that are plain maps (outside.h).
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"
#include "common/engine/testing/outside.h"
#include "common/engine/workflow.h"
#include "common/errors/error.h"

namespace causeway::engine {

// Positions: "" = from the start; "p<id>" = first pass after that id, "c<version>" = changes after it.
class MapSource final : public Source {
 public:
  MapSource(World& world, Outside& outside) : world_(world), outside_(outside) {}
  async::Task<absl::Status> Prepare() override { co_return outside_.prepare_error.value_or(absl::OkStatus()); }
  std::vector<std::string> Tables() const override { return outside_.tables; }
  std::string Fingerprint(const std::string&) const override { return fingerprint; }
  async::Task<absl::StatusOr<Page>> Read(const std::string& table, const std::string& position) override {
    co_await async::SleepFor(world_.loop, outside_.read_takes);
    if (outside_.read_error) co_return *outside_.read_error;
    if (const auto error = outside_.table_errors.find(table); error != outside_.table_errors.end()) co_return error->second;
    Page page;
    if (table != kTable) {
      page.caught_up = true;
      co_return page;
    }
    if (position.empty() || position[0] == 'p') {
      ReadPass(position, page);
    } else {
      int64_t after = 0;
      (void)absl::SimpleAtoi(position.substr(1), &after);
      if (after < outside_.oldest_kept) {
        page.start_over = true;
        page.note = "expired";
        co_return page;
      }
      for (const auto& [id, row] : outside_.source) {
        if (row.version > after) Add(id, row, page);
      }
      page.caught_up = true;
      page.next_position = absl::StrCat("c", outside_.last_version);
      const std::string gap = std::exchange(outside_.gap, "");
      if (!gap.empty()) page.gap = errors::NewDetail(errors::kJournalGap, gap);
      const int64_t left_out = std::exchange(outside_.leaves_out, 0);
      if (left_out > 0) page.skipped[kTable][skip::kOtherType] = left_out;
    }
    co_return page;
  }
  absl::Duration request_deadline() const override { return outside_.request_deadline; }
  int64_t LastReplay(const std::string&) const override { return outside_.last_replay; }
  static inline std::string fingerprint = "1";

 private:
  void ReadPass(const std::string& position, Page& page) {
    // "p<version at the begin>:<last id>"
    int64_t begun = outside_.last_version;
    std::string last;
    if (!position.empty()) {
      const size_t colon = position.find(':');
      (void)absl::SimpleAtoi(position.substr(1, colon - 1), &begun);
      last = position.substr(colon + 1);
    }
    for (auto row = outside_.source.upper_bound(last); row != outside_.source.end(); ++row) {
      last = row->first;
      if (!row->second.deleted) Add(row->first, row->second, page);
      if (page.records.size() + page.rejected.size() == 20) {
        page.next_position = absl::StrCat("p", begun, ":", last);
        return;
      }
    }
    page.caught_up = true;
    page.next_position = absl::StrCat("c", begun);
  }
  void Add(const std::string& id, const Outside::Row& row, Page& page) const {
    if (outside_.unusable.contains(id)) {
      absl::Status reason = errors::Make(errors::kDynamicsRow, "unusable");
      page.rejected.push_back({outside_.nameless ? "" : id, row.value, std::move(reason), !outside_.nameless});
      return;
    }
    page.records.push_back(
        {row.deleted ? v1::QueuedRecord::KIND_DELETE : v1::QueuedRecord::KIND_UPSERT, id, row.version - outside_.versions_back, row.value});
  }
  World& world_;
  Outside& outside_;
};

class MapDestination final : public Destination {
 public:
  MapDestination(World& world, Outside& outside) : world_(world), outside_(outside) {}
  async::Task<absl::Status> Prepare() override { co_return outside_.outage.value_or(absl::OkStatus()); }
  bool MayBeOutage(const absl::Status&) const override { return outside_.outage.has_value(); }
  async::Task<absl::StatusOr<ExistingPage>> ListExisting(const std::string&, const std::string&) override {
    ExistingPage page;
    if (!outside_.uses_index) co_return page;
    ++outside_.listed;
    for (const auto& [pkey, row] : outside_.destination) page.rows.push_back({row.key, pkey});
    co_return page;
  }
  async::Task<void> WriteAll(std::span<Write> writes, DispatchRight& right) override {
    outside_.largest_batch = std::max(outside_.largest_batch, writes.size());
    if (std::any_of(writes.begin(), writes.end(), [&](auto& write) { return outside_.stuck.contains(write.record->source_id()); })) {
      co_await async::SleepFor(world_.loop, outside_.request_deadline);
      for (Write& write : writes) write.status = NoAnswer();
      co_return;
    }
    for (Write& write : writes) co_await WriteOne(write, right);
  }
  uint64_t Address(const std::string&) const override { return outside_.address; }
  uint64_t Kin(const std::string&) const override { return outside_.kin; }
  async::Task<absl::StatusOr<bool>> Holds(const std::string&, const std::string& id, const std::string& destination_key) override {
    co_await async::SleepFor(world_.loop, outside_.read_takes);
    ++outside_.asked_for;
    if (outside_.lookup_error) co_return *outside_.lookup_error;
    const auto found = outside_.destination.find(destination_key);
    co_return found != outside_.destination.end() && found->second.key == id;
  }
  bool Deletes(const std::string&) const override { return outside_.deletes; }
  int batch_limit() const override { return outside_.batch_limit; }
  bool uses_index() const override { return outside_.uses_index; }
  int concurrency() const override { return outside_.concurrency; }
  absl::Duration request_deadline() const override { return outside_.request_deadline; }

 private:
  async::Task<void> WriteOne(Write& write, DispatchRight& right) {
    const v1::QueuedRecord& record = *write.record;
    outside_.uncertain[record.source_id()] = write.uncertain;
    const bool whole = write.known && write.known->pass() < record.replay_pass();
    const bool same = write.known && !whole && write.known->update_hash() == record.row();
    if (record.kind() == v1::QueuedRecord::KIND_UPSERT && same) {
      write.outcome = Outcome::kUnchanged;
      write.entry = Entry(write.known->destination_key(), record);
      co_return;
    }
    for (int request = 1; request < outside_.requests_per_write; ++request) {
      write.status = co_await right.Obtain();
      if (!write.status.ok()) co_return;
      co_await async::SleepFor(world_.loop, outside_.write_takes);
    }
    if (record.kind() == v1::QueuedRecord::KIND_DELETE && !outside_.deletes) {
      write.outcome = Outcome::kSkipped;
      co_return;
    }
    while (outside_.in_flight >= outside_.bears) co_await async::SleepFor(world_.loop, absl::Milliseconds(100));
    write.status = co_await right.Obtain();
    if (!write.status.ok()) co_return;
    ++write.calls;
    const std::string id = record.source_id();
    outside_.same_key_twice |= ++outside_.in_flight_by_key[id] > 1;
    outside_.most_in_flight = std::max(outside_.most_in_flight, ++outside_.in_flight);
    co_await async::SleepFor(world_.loop, outside_.hang ? absl::Hours(1000) : outside_.write_takes);
    --outside_.in_flight;
    --outside_.in_flight_by_key[id];
    if (outside_.fail_writes > 0 || outside_.failing.contains(id)) {
      outside_.fail_writes = std::max(outside_.fail_writes - 1, 0);
      write.status = errors::Make(errors::kCampaignUnavailable, "failed");
      write.if_it_lasts = &errors::kCampaignKeepsFailing;
      co_return;
    }
    if (outside_.refused.contains(id)) {
      write.status = errors::Make(errors::kCampaignRefused, "refused");
      co_return;
    }
    Do(record, write);
    if (outside_.lose_answers > 0) {
      --outside_.lose_answers;
      write.status = NoAnswer();
    }
  }
  static absl::Status NoAnswer() {
    errors::Detail lost = errors::NewDetail(errors::kCampaignUnreachable, "no answer");
    lost.maybe_done = true;
    return errors::Make(lost);
  }
  void Do(const v1::QueuedRecord& record, Write& write) {
    if (!outside_.uses_index && !outside_.Find(record.source_id()).empty()) {
      write.outcome = Outcome::kUnchanged;
      return;
    }
    std::optional<std::string> pkey;
    if (write.known) pkey = write.known->destination_key();
    if (!pkey && write.uncertain) {
      ++outside_.looked_up;
      const std::vector<std::string> found = outside_.Find(record.source_id());
      if (!found.empty()) pkey = found[0];
    }
    outside_.log.push_back(absl::StrCat(record.source_id(), "=", record.row()));
    if (record.kind() == v1::QueuedRecord::KIND_DELETE) {
      if (pkey) ++outside_.deleted, outside_.destination.erase(*pkey);
      write.outcome = pkey ? Outcome::kDeleted : Outcome::kSkipped;
      return;
    }
    if (pkey) {
      ++outside_.updated;
      write.outcome = Outcome::kUpdated;
    } else {
      pkey = absl::StrCat("@", ++outside_.created);
      write.outcome = Outcome::kCreated;
    }
    outside_.destination[*pkey] = {record.source_id(), record.row(), record.version()};
    write.entry = Entry(*pkey, record);
  }
  static v1::IndexEntry Entry(const std::string& pkey, const v1::QueuedRecord& record) {
    v1::IndexEntry entry;
    entry.set_destination_key(pkey);
    entry.set_version(record.version());
    entry.set_update_hash(record.row());
    entry.set_pass(record.pass());
    return entry;
  }
  World& world_;
  Outside& outside_;
};

class MapConnectors final : public Connectors {
 public:
  explicit MapConnectors(Outside& outside) : outside_(outside) {}
  Ends Make(World& world, const v1::Definition&) override {
    return {std::make_unique<MapSource>(world, outside_), std::make_unique<MapDestination>(world, outside_)};
  }

 private:
  Outside& outside_;
};

}  // namespace causeway::engine
