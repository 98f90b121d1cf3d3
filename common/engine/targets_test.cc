// What becomes of what is known of the destination when its address changes (docs/decisions/targets.md).
#include "common/engine/targets.h"

#include "common/engine/testing/engine_world.h"

namespace causeway::engine {
namespace {

constexpr int kMostLookUps = 11;  // Most of the sample.

class TargetsTest : public EngineTest {
 protected:
  TargetsTest() { outside_.kin = 7; }

  // All of them written, and nobody at work.
  void WriteAndStop(int rows) {
    Seed(rows);
    AddReplica("one", true);
    ASSERT_TRUE(RunUntil([&] { return Drained(); }));
    Stop();
  }
  void Stop() {
    replica("one").workflow->Stop();
    ASSERT_TRUE(RunUntil([&] { return replica("one").workflow->phase() == v1::WorkflowReport::PHASE_STOPPED; }));
    processes_.front()->Kill();
  }
  void StartAt(uint64_t address) {
    outside_.address = address;
    processes_.front()->Start();
  }
  // Everything that is there has another key, as in another system with the same content.
  void MakeAnotherSystem() {
    const auto before = std::exchange(outside_.destination, {});
    for (const auto& [pkey, row] : before) outside_.destination[pkey + "x"] = row;
  }
};

TEST_F(TargetsTest, I3_AnotherAddressOfTheSameSystemCostsALookUpOfAFew) {
  WriteAndStop(60);
  outside_.Put("id1003", "changed");
  outside_.Remove("id1004");
  StartAt(2);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.listed, 1);
  EXPECT_EQ(outside_.created, 60);
  EXPECT_EQ(outside_.updated, 1);
  EXPECT_EQ(outside_.deleted, 1) << "what was deleted around the change";
  EXPECT_EQ(outside_.looked_up, 0) << "to be written";
  EXPECT_EQ(outside_.asked_for, kMostLookUps);
  EXPECT_EQ(Look().tables[kTable].pass(), 1);
  // It stays so, and what is written now is known under the same target.
  Stop();
  StartAt(2);
  outside_.Put("id1003", "again");
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.asked_for, kMostLookUps);
  EXPECT_EQ(outside_.looked_up, 0);
}

// By hand: they are what they would be without the change.
TEST_F(TargetsTest, I3_AFewRecordsThatAnswerOtherwiseMakeItNoOtherTarget) {
  WriteAndStop(10);
  auto moved = outside_.destination.extract("@7");
  moved.key() = "@moved";
  outside_.destination.insert(std::move(moved));
  outside_.destination.erase("@8");
  outside_.Remove("id1003");
  StartAt(2);
  ASSERT_TRUE(RunUntil([&] { return AddressOf(Look().tables[kTable]) == 2 && outside_.deleted == 1; }));
  EXPECT_EQ(outside_.listed, 1);
}

TEST_F(TargetsTest, I3_AsManyThatAnswerOtherwiseMakeItAnotherTarget) {
  WriteAndStop(10);
  for (const char* gone : {"@1", "@2", "@3", "@4", "@5"}) outside_.destination.erase(gone);
  StartAt(2);
  ASSERT_TRUE(RunUntil([&] { return Drained(); })) << "what is unchanged would never be written";
  EXPECT_EQ(outside_.listed, 2);
  EXPECT_EQ(outside_.created, 15) << "listed, and so not made twice";
}

// Neither the reader nor a writer of any replica goes on before that.
TEST_F(TargetsTest, R1_WhileItCanNotBeToldNothingIsWritten) {
  WriteAndStop(10);
  outside_.Put("id1003", "changed");
  outside_.lookup_error = errors::Make(errors::kCampaignUnreachable, "no answer");
  StartAt(2);
  AddReplica("two", false);
  RunFor(absl::Minutes(3));
  EXPECT_EQ(outside_.updated, 0);
  EXPECT_EQ(Backlog(), 0) << "nothing is read either";
  EXPECT_TRUE(Shows("one", "Degraded"));
  EXPECT_FALSE(replica("one").workflow->Hangs());
  EXPECT_EQ(Look().tables[kTable].pass(), 1);
  outside_.lookup_error.reset();
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.listed, 1);
  EXPECT_FALSE(Shows("one", "Degraded"));
}

TEST_F(TargetsTest, R1_ADeathWhileItIsFoundOutDecidesNothing) {
  WriteAndStop(10);
  outside_.read_takes = absl::Seconds(2);
  StartAt(2);
  ASSERT_TRUE(RunUntil([&] { return outside_.asked_for == 3; }));
  processes_.front()->Kill();
  outside_.read_takes = absl::Milliseconds(10);
  EXPECT_EQ(AddressOf(Look().tables[kTable]), 1u);
  outside_.Put("id1003", "changed");
  StartAt(2);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.listed, 1);
  EXPECT_EQ(AddressOf(Look().tables[kTable]), 2u);
}

TEST_F(TargetsTest, I3_AnotherTenantIsAnotherTargetWhateverItHolds) {
  WriteAndStop(10);
  outside_.kin = 8;
  StartAt(2);
  ASSERT_TRUE(RunUntil([&] { return Look().tables[kTable].pass() == 2 && Drained(); }));
  EXPECT_EQ(outside_.asked_for, 0);
  EXPECT_EQ(outside_.listed, 2);
}

TEST_F(TargetsTest, I3_WhereNothingIsKnownThereIsNothingToTellItBy) {
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Look().tables[kTable].following(); }));
  Stop();
  outside_.destination["@there"] = {"id1000", "by hand", 0};
  StartAt(2);
  ASSERT_TRUE(RunUntil([&] { return outside_.listed == 2; }));
  Seed(1);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  EXPECT_EQ(outside_.created, 0);
}

// The last word on a key is what counts.
TEST_F(TargetsTest, I3_WhatIsDeletedIsNotLookedUp) {
  Seed(30);
  AddReplica("one", true);
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  for (int i = 0; i < 25; ++i) outside_.Remove(absl::StrCat("id", 1000 + i));
  ASSERT_TRUE(RunUntil([&] { return Drained(); }));
  Stop();
  StartAt(2);
  ASSERT_TRUE(RunUntil([&] { return AddressOf(Look().tables[kTable]) == 2; }));
  EXPECT_EQ(outside_.asked_for, 3) << "most of the five that are left";
  EXPECT_EQ(outside_.listed, 1);
}

// An address comes back as another system's, under the number that all entries bear.
TEST_F(TargetsTest, I3_AnAddressThatComesBackAsAnotherSystemsIsAnotherTarget) {
  WriteAndStop(10);
  StartAt(2);
  ASSERT_TRUE(RunUntil([&] { return AddressOf(Look().tables[kTable]) == 2; }));
  Stop();
  MakeAnotherSystem();
  outside_.destination.erase(outside_.destination.begin());  // A row that counts as written.
  StartAt(1);
  ASSERT_TRUE(RunUntil([&] { return Look().tables[kTable].pass() == 2 && Drained(); }));
  EXPECT_EQ(outside_.listed, 2);
  EXPECT_EQ(outside_.created, 11);
  EXPECT_NE(Look().tables[kTable].target(), 1u);
}

}  // namespace
}  // namespace causeway::engine
