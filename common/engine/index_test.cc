// When the index trusts its local copy, and when it makes it anew; what it knows when a commit or the store fails.
#include "common/engine/index.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/async/testing/manual_loop.h"
#include "common/backlog/testing/no_broker.h"
#include "common/errors/error.h"
#include "common/store/memory_store.h"
#include "gtest/gtest.h"

namespace causeway::engine {
namespace {

constexpr int64_t kEnd = 15;

// Records in batches of five, out of reach from some offset on.
class Batches final : public backlog::LogReader {
 public:
  Batches(int64_t from, int64_t reach) : next_(from == backlog::kLogStart ? 0 : from), reach_(reach) {}
  async::Task<absl::StatusOr<Batch>> Next() override {
    if (next_ == reach_ && next_ < kEnd) co_return absl::UnavailableError("away");
    Batch batch;
    for (const int64_t end = std::min(next_ + 5, kEnd); next_ < end; ++next_) {
      batch.messages.push_back({0, next_, std::to_string(next_), ""});
    }
    batch.next_offset = next_;
    batch.reached_end = next_ == kEnd;
    co_return batch;
  }

 private:
  int64_t next_;
  const int64_t reach_;
};

// Has nothing but that log.
class LogBroker final : public backlog::NoBroker {
 public:
  async::Task<absl::StatusOr<std::unique_ptr<backlog::LogReader>>> OpenLog(std::string, int32_t, int64_t from) override {
    opened_at = from;
    co_return std::unique_ptr<backlog::LogReader>(std::make_unique<Batches>(from, reach));
  }

  int64_t reach = kEnd;
  int64_t opened_at = 0;
};

class NoHttp final : public http::Client {
 public:
  async::Task<absl::StatusOr<http::Response>> Send(http::Request) override { co_return absl::UnavailableError("none"); }
};

class IndexTest : public testing::Test {
 protected:
  // A life of the replica whose clock shows so long after the clocks' beginning; says where it began to read.
  int64_t RestoreAt(absl::Duration clock, int64_t reach = kEnd) {
    async::ManualLoop loop;
    loop.Advance(clock);
    async::Random random(1);
    NoHttp http;
    broker_.reach = reach;
    World world{loop, random, broker_, http, store_, "replica"};
    Index index(world, {"instance", "ingress", "", 0});
    EXPECT_EQ(loop.Await(index.Restore(0, [] {})).ok(), reach == kEnd);
    return broker_.opened_at;
  }

  LogBroker broker_;
  store::MemoryStore store_;
};

constexpr absl::Duration kDay = absl::Hours(24);

TEST_F(IndexTest, R1_AFreshCopyIsGoneOnWith) {
  EXPECT_EQ(RestoreAt(10 * kDay), backlog::kLogStart);
  EXPECT_EQ(RestoreAt(10 * kDay), kEnd);
  EXPECT_EQ(RestoreAt(12 * kDay), kEnd);
  EXPECT_EQ(RestoreAt(14 * kDay), kEnd);
}

TEST_F(IndexTest, R1_AnOldCopyIsMadeAnew) {
  RestoreAt(10 * kDay);
  EXPECT_EQ(RestoreAt(14 * kDay), backlog::kLogStart);
}

TEST_F(IndexTest, R1_ACopyMadeWhileTheClockWasAheadIsMadeAnew) {
  RestoreAt(20 * kDay);
  EXPECT_EQ(RestoreAt(10 * kDay), backlog::kLogStart);
}

// What it lacks may be a tombstone.
TEST_F(IndexTest, R1_ACopyThatNeverReachesTheEndGrowsOld) {
  EXPECT_EQ(RestoreAt(10 * kDay, 5), backlog::kLogStart);
  EXPECT_EQ(RestoreAt(12 * kDay, 10), 5);
  EXPECT_EQ(RestoreAt(14 * kDay), backlog::kLogStart);
}

// A store that takes no changes when it is told so.
class FullStore final : public store::Store {
 public:
  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override { return store.Get(key); }
  absl::Status Write(const store::Batch& batch) override { return error.ok() ? store.Write(batch) : error; }
  absl::Status Scan(absl::string_view prefix, absl::string_view after, Visitor visit) const override {
    return store.Scan(prefix, after, visit);
  }
  absl::Status DeletePrefix(absl::string_view prefix) override { return error.ok() ? store.DeletePrefix(prefix) : error; }

  store::MemoryStore store;
  absl::Status error;
};

// What was put, and what becomes of it when a transaction or the store fails.
class IndexChangesTest : public testing::Test {
 protected:
  static v1::IndexEntry Version(int64_t version) {
    v1::IndexEntry entry;
    entry.set_version(version);
    return entry;
  }
  // The version that is known; 0: none.
  int64_t Known(const std::string& key, int32_t partition = 0) {
    const absl::StatusOr<Index::Entry> entry = index_.Get(partition, key);
    EXPECT_TRUE(entry.ok()) << entry.status();
    return entry.ok() && entry->has_value() ? (*entry)->version() : 0;
  }
  // As a transaction whose records come to lie from `offset` on.
  absl::Status Commit(int64_t offset) {
    const std::vector<backlog::OutgoingMessage> changes = index_.TakeChanges();
    std::vector<int64_t> offsets;
    for (size_t i = 0; i < changes.size(); ++i) offsets.push_back(offset + static_cast<int64_t>(i));
    return index_.Committed(changes, offsets);
  }
  // Where the next owner in this place begins to read the topic.
  int64_t RestoresFrom() {
    Index next(world_, {"instance", "ingress", "", 0});
    EXPECT_TRUE(loop_.Await(next.Restore(0, [] {})).ok());
    return broker_.opened_at;
  }
  std::map<std::string, int64_t> ScanAll(const std::string& prefix, size_t most) {
    std::map<std::string, int64_t> found;
    std::optional<std::string> after = "";
    while (after.has_value()) {
      size_t visited = 0;
      auto next = index_.Scan(0, prefix, *after, most, [&](const std::string& key, const v1::IndexEntry& entry) {
        EXPECT_TRUE(found.emplace(key, entry.version()).second) << key << " twice";
        ++visited;
      });
      EXPECT_TRUE(next.ok()) << next.status();
      EXPECT_LE(visited, most + 3) << "with what is pending";
      after = *std::move(next);
    }
    return found;
  }

  async::ManualLoop loop_;
  async::Random random_{1};
  NoHttp http_;
  LogBroker broker_;
  FullStore store_;
  World world_{loop_, random_, broker_, http_, store_, "replica"};
  Index index_{world_, {"instance", "ingress", "", 0}};
};

TEST_F(IndexChangesTest, R1_WhatACommitDidNotCarryIsCarriedByTheNext) {
  index_.Put(0, "a", Version(1));
  index_.Put(0, "b", Version(2));
  std::vector<backlog::OutgoingMessage> changes = index_.TakeChanges();
  EXPECT_EQ(changes.size(), 2u);
  EXPECT_FALSE(index_.HasChanges());
  index_.Put(0, "b", Version(3));
  index_.PutBack(changes);
  EXPECT_TRUE(index_.HasChanges());
  changes = index_.TakeChanges();
  ASSERT_EQ(changes.size(), 2u) << "each once";
  std::map<std::string, int64_t> versions;
  for (const backlog::OutgoingMessage& change : changes) {
    v1::IndexEntry entry;
    ASSERT_TRUE(entry.ParseFromString(*change.value));
    versions[change.key] = entry.version();
  }
  EXPECT_EQ(versions, (std::map<std::string, int64_t>{{"a", 1}, {"b", 3}}));
}

TEST_F(IndexChangesTest, R1_WhatChangesDuringACommitStays) {
  index_.Put(0, "a", Version(1));
  const std::vector<backlog::OutgoingMessage> changes = index_.TakeChanges();
  index_.Put(0, "a", Version(2));
  ASSERT_TRUE(index_.Committed(changes, {7}).ok());
  EXPECT_EQ(Known("a"), 2);
  EXPECT_TRUE(index_.HasChanges());
}

TEST_F(IndexChangesTest, R1_WhatWasNotCommittedGoesWithThePartition) {
  index_.Put(0, "a", Version(1));
  ASSERT_TRUE(Commit(3).ok());
  index_.Put(0, "a", Version(2));
  index_.Put(0, "b", Version(2));
  index_.Put(1, "c", Version(2));
  index_.Drop(0);
  EXPECT_EQ(Known("a"), 1);
  EXPECT_EQ(Known("b"), 0);
  EXPECT_EQ(Known("c", 1), 2);
  EXPECT_EQ(index_.TakeChanges().size(), 1u);
}

TEST_F(IndexChangesTest, R1_ARestoreForgetsWhatAnEarlierOwnerPut) {
  index_.Put(0, "a", Version(2));
  ASSERT_TRUE(loop_.Await(index_.Restore(0, [] {})).ok());
  EXPECT_EQ(Known("a"), 0);
}

TEST_F(IndexChangesTest, R1_WhatTheStoreDidNotTakeIsKnownAndTheCopyLagsUntilItIsRestored) {
  index_.Put(0, "a", Version(1));
  ASSERT_TRUE(Commit(3).ok());
  store_.error = absl::ResourceExhaustedError("full");
  index_.Put(0, "a", Version(2));
  index_.Put(0, "b", std::nullopt);
  EXPECT_TRUE(errors::Is(Commit(5), errors::kStoreFull));
  EXPECT_EQ(Known("a"), 2);
  store_.error = absl::OkStatus();
  // There is room again, and the copy must not claim to be whole.
  index_.Put(0, "c", Version(3));
  EXPECT_TRUE(Commit(8).ok());
  EXPECT_EQ(Known("a"), 2);
  EXPECT_EQ(Known("c"), 3);
  EXPECT_EQ(RestoresFrom(), 4);
}

TEST_F(IndexChangesTest, R1_APartitionThatLagsKeepsNoOtherFromBeingStored) {
  store_.error = absl::ResourceExhaustedError("full");
  index_.Put(1, "a", Version(1));
  EXPECT_FALSE(Commit(2).ok());
  store_.error = absl::OkStatus();
  index_.Put(0, "b", Version(1));
  index_.Put(1, "c", Version(1));
  EXPECT_TRUE(Commit(3).ok());
  EXPECT_EQ(RestoresFrom(), 4);
  index_.Drop(1);
  EXPECT_EQ(Known("c", 1), 0) << "it was in memory only";
}

TEST_F(IndexChangesTest, R1_EachFailureOfTheStoreHasItsCode) {
  EXPECT_TRUE(index_.CheckStore().ok());
  store_.error = absl::ResourceExhaustedError("full");
  EXPECT_TRUE(errors::Is(index_.CheckStore(), errors::kStoreFull));
  EXPECT_TRUE(errors::Is(loop_.Await(index_.Restore(0, [] {})), errors::kStoreFull));
  store_.error = absl::UnavailableError("broken");
  EXPECT_TRUE(errors::Is(index_.CheckStore(), errors::kStoreFailed));
}

TEST_F(IndexChangesTest, R1_AnEntryThatCannotBeReadMakesTheCopyAnew) {
  index_.Put(0, "a", Version(1));
  ASSERT_TRUE(Commit(3).ok());
  store::Batch damage;
  damage.Put("instance/ingress/0/k/a", "\xff\xff");
  ASSERT_TRUE(store_.Write(damage).ok());
  EXPECT_TRUE(errors::Is(index_.Get(0, "a").status(), errors::kStoreFailed));
  EXPECT_EQ(RestoresFrom(), backlog::kLogStart);
  store_.store.DeletePrefix("").IgnoreError();
  index_.Put(0, "a", Version(1));
  ASSERT_TRUE(Commit(3).ok());
  ASSERT_TRUE(store_.Write(damage).ok());
  EXPECT_TRUE(errors::Is(index_.Scan(0, "a", "", 10, [](auto&, auto&) {}).status(), errors::kStoreFailed));
  EXPECT_EQ(RestoresFrom(), backlog::kLogStart);
}

TEST_F(IndexChangesTest, I3_AScanInPortionsSeesEveryEntryOnceAsItIsNow) {
  std::map<std::string, int64_t> expected;
  for (int i = 0; i < 50; ++i) {
    const std::string key = absl::StrCat("t:", 100 + i);
    index_.Put(0, key, Version(1));
    expected[key] = 1;
  }
  index_.Put(0, "u:1", Version(1));
  index_.Put(1, "t:1", Version(1));
  ASSERT_TRUE(Commit(0).ok());
  // Not committed yet: changed, gone, new before the first, between, and behind the last.
  index_.Put(0, "t:110", Version(2));
  index_.Put(0, "t:120", std::nullopt);
  for (const char* key : {"t:0", "t:1115", "t:9"}) index_.Put(0, key, Version(3));
  expected["t:110"] = 2;
  expected.erase("t:120");
  for (const char* key : {"t:0", "t:1115", "t:9"}) expected[key] = 3;
  for (size_t most : {1, 2, 7, 49, 50, 51, 1000}) EXPECT_EQ(ScanAll("t:", most), expected) << most;
  EXPECT_EQ(ScanAll("v:", 3), (std::map<std::string, int64_t>()));
}

}  // namespace
}  // namespace causeway::engine
