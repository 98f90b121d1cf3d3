// When the index trusts its local copy, and when it makes it anew.
#include "common/engine/index.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "common/async/testing/manual_loop.h"
#include "common/backlog/testing/no_broker.h"
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

}  // namespace
}  // namespace causeway::engine
