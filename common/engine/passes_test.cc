// What becomes of what a pass over a table did not find, or could not use.
#include "common/engine/testing/engine_world.h"

namespace causeway::engine {
namespace {

class Passes : public EngineTest {
 protected:
  void Follow(int rows) {
    Seed(rows);
    AddReplica("one", true);
    ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  }
  // Rows that no change log tells of: the next pass doesn't find them.
  void Vanish(int rows) {
    for (int i = 0; i < rows; ++i) outside_.source.erase(absl::StrCat("id", 1000 + i));
  }
  void ReadAgain() {
    const int64_t pass = Table().pass();
    outside_.oldest_kept = ++outside_.last_version;
    ASSERT_TRUE(RunUntil([&] { return Table().pass() > pass; }));
    outside_.oldest_kept = 0;
    ASSERT_TRUE(RunUntil([&] { return Table().following(); }));
    RunFor(absl::Seconds(10));
  }
  v1::TableCheckpoint Table() {
    if (simulation_.Now() >= next_table_look_) {
      next_table_look_ = simulation_.Now() + absl::Milliseconds(200);
      table_ = Look().tables[kTable];
    }
    return table_;
  }
  // As the controller does.
  void Confirm(int64_t pass) {
    v1::ConfirmedDeletions confirmed;
    confirmed.set_pass(pass);
    bool done = false;
    async::Scope scope(observer_->loop());
    scope.Spawn(Write(topics_.confirmed_key(kTable), confirmed.SerializeAsString(), done));
    ASSERT_TRUE(RunUntil([&] { return done; }));
  }
  async::Task<void> Write(std::string key, std::string value, bool& done) {
    auto partition = co_await FindCheckpointsPartition(*reader_broker_, topics_);
    auto producer = co_await reader_broker_->OpenProducer("controller");
    backlog::Transaction transaction;
    transaction.messages.push_back({std::string(backlog::kCheckpointsTopic), *partition, std::move(key), std::move(value)});
    auto committed = co_await (*producer)->Commit(std::move(transaction), observer_->loop().Now() + absl::Seconds(5));
    EXPECT_TRUE(committed.ok()) << committed.status();
    done = true;
  }

  v1::TableCheckpoint table_;
  async::Instant next_table_look_;
};

TEST_F(Passes, I15_FewThatAreGoneAreDeletedByThemselves) {
  Follow(300);
  Vanish(100);
  ReadAgain();
  EXPECT_EQ(outside_.deleted, 100);
  EXPECT_FALSE(Shows("one", kDeletionsHeld));
  EXPECT_EQ(Table().swept_pass(), 2);
}

TEST_F(Passes, I15_ManyThatAreGoneWaitForAPersonsWord) {
  Follow(300);
  Vanish(101);
  ReadAgain();
  EXPECT_EQ(outside_.deleted, 0);
  EXPECT_TRUE(Shows("one", kDeletionsHeld));
  EXPECT_EQ(Table().held().records(), 101);
  EXPECT_EQ(Table().held().known(), 300);
  // The rest goes on.
  outside_.Put("id1250", "changed");
  ASSERT_TRUE(RunUntil([&] { return outside_.updated == 1; }, absl::Seconds(10)));
  Confirm(Table().held().pass());
  ASSERT_TRUE(RunUntil([&] { return outside_.deleted == 101; }, absl::Seconds(30)));
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_FALSE(Shows("one", kDeletionsHeld));
}

TEST_F(Passes, I15_WhatIsHeldOutlivesTheProcessAndIsConfirmedWhileItIsAway) {
  Follow(300);
  Vanish(101);
  ReadAgain();
  processes_[0]->Kill();
  Confirm(2);
  processes_[0]->Start();
  ASSERT_TRUE(RunUntil([&] { return outside_.deleted == 101; }));
}

TEST_F(Passes, I15_AConfirmationOfAnotherPassConfirmsNothing) {
  Follow(300);
  Confirm(1);
  Confirm(3);
  Vanish(101);
  ReadAgain();
  RunFor(absl::Minutes(1));
  EXPECT_EQ(outside_.deleted, 0);
  EXPECT_TRUE(Shows("one", kDeletionsHeld));
}

TEST_F(Passes, I15_ANewerPassVoidsWhatIsHeld) {
  Follow(300);
  const std::map<std::string, Outside::Row> all = outside_.source;
  Vanish(101);
  ReadAgain();
  ASSERT_TRUE(Shows("one", kDeletionsHeld));
  outside_.source = all;
  ReadAgain();
  EXPECT_FALSE(Shows("one", kDeletionsHeld));
  Confirm(2);
  RunFor(absl::Minutes(1));
  EXPECT_EQ(outside_.deleted, 0);
  EXPECT_TRUE(outside_.InStep());
  EXPECT_EQ(outside_.created, 300);
}

TEST_F(Passes, I15_AllMayGoWhereTheSettingSaysSo) {
  settings_.set_max_deletion_percent(100);
  Follow(300);
  Vanish(250);
  ReadAgain();
  EXPECT_EQ(outside_.deleted, 250);
}

TEST_F(Passes, I15_WhatAPassRejectsStaysAndWhatItMissesGoes) {
  Follow(60);
  outside_.unusable = {"id1005", "id1006"};
  Vanish(2);
  ReadAgain();
  EXPECT_EQ(outside_.deleted, 2);
  EXPECT_EQ(outside_.Find("id1005").size(), 1u);
  EXPECT_EQ(outside_.Find("id1006").size(), 1u);
  EXPECT_EQ(DeadLetters("CW-DYN-ROW"), 2);
}

TEST_F(Passes, I15_ARowTooLargeForTheQueueStaysAsItWas) {
  Follow(60);
  outside_.Put("id1005", std::string(9 << 20, 'x'));
  ASSERT_TRUE(RunUntil([&] { return Look().queued.tables().at(kTable).rejected() == 1; }));
  ReadAgain();
  EXPECT_EQ(outside_.deleted, 0);
  EXPECT_EQ(outside_.Find("id1005").size(), 1u);
}

TEST_F(Passes, I15_ARowThatCantBeToldApartKeepsThePassFromDeleting) {
  Follow(60);
  outside_.unusable = {"id1005"};
  outside_.nameless = true;
  Vanish(1);
  ReadAgain();
  EXPECT_EQ(outside_.deleted, 0);
  EXPECT_TRUE(Shows("one", kDeletionsHeld));
  outside_.unusable.clear();
  ReadAgain();
  EXPECT_EQ(outside_.deleted, 1) << "of one pass, not for ever";
}

TEST_F(Passes, I14_AfterARestoreWhatTheSourceHoldsNowIsWritten) {
  Follow(60);
  outside_.Put("id1005", "latest");
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  RunFor(absl::Seconds(5));
  outside_.versions_back = 50;
  outside_.Put("id1005", "as it was");
  outside_.Put("id1006", "after the restore");
  ASSERT_TRUE(RunUntil([&] { return Shows("one", kSourceRestored) && Drained(); }));
  EXPECT_EQ(outside_.deleted, 0);
  EXPECT_EQ(outside_.created, 60);
}

}  // namespace
}  // namespace causeway::engine
