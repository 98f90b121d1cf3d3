// The pure parts: progress of a partition, lanes, records, names.
#include <algorithm>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/backlog/lanes.h"
#include "common/backlog/partition_progress.h"
#include "common/backlog/record.h"
#include "common/backlog/topics.h"
#include "common/errors/error.h"
#include "gtest/gtest.h"

namespace causeway::backlog {
namespace {

constexpr absl::Time kTime = absl::UnixEpoch();

PartitionProgress AtStart(int64_t window = 100, int64_t uncertain = 0) { return PartitionProgress(3, {0, 0, 0}, window, uncertain); }

TEST(PartitionProgress, W1_PrefixIsTheContiguousFinishedPart) {
  PartitionProgress progress = AtStart();
  // Offsets have holes where Kafka keeps transaction markers; ordinals have none.
  const std::vector<int64_t> offsets{0, 1, 3, 4};
  for (int64_t i = 0; i < 4; ++i) ASSERT_TRUE(progress.Admit(offsets[i], i + 1, 10, kTime).ok());
  progress.Finish(2);
  EXPECT_EQ(progress.prefix(), (PartitionProgress::Position{0, 0, 0}));
  progress.Finish(1);
  EXPECT_EQ(progress.prefix(), (PartitionProgress::Position{2, 2, 20}));
  progress.Finish(4);
  progress.Finish(3);
  EXPECT_EQ(progress.prefix(), (PartitionProgress::Position{5, 4, 40}));
  EXPECT_TRUE(progress.idle());
}

TEST(PartitionProgress, R1_FinishingInAnyOrderEndsAtTheLastRecord) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    PartitionProgress progress = AtStart();
    std::vector<int64_t> ordinals(1 + random() % 50);
    for (size_t i = 0; i < ordinals.size(); ++i) {
      ordinals[i] = static_cast<int64_t>(i) + 1;
      ASSERT_TRUE(progress.Admit(2 * static_cast<int64_t>(i), ordinals[i], 1, kTime).ok());
    }
    std::shuffle(ordinals.begin(), ordinals.end(), random);
    std::vector<bool> done(ordinals.size() + 2, false);
    for (int64_t ordinal : ordinals) {
      progress.Finish(ordinal);
      done[ordinal] = true;
      int64_t prefix = 0;
      while (done[prefix + 1]) ++prefix;
      ASSERT_EQ(progress.prefix().ordinal, prefix);
    }
  }
}

TEST(PartitionProgress, W1_GapNamesPartitionAndBothOrdinals) {
  PartitionProgress progress = AtStart();
  ASSERT_TRUE(progress.Admit(0, 1, 1, kTime).ok());
  const absl::Status gap = progress.Admit(1, 3, 1, kTime);
  ASSERT_TRUE(errors::Is(gap, errors::kBacklogGap));
  EXPECT_EQ(errors::KindOf(gap), errors::Kind::kWorkflow);
  const std::string message(gap.message());
  EXPECT_NE(message.find("partition 3"), std::string::npos);
  EXPECT_NE(message.find("ordinal 3"), std::string::npos);
  EXPECT_NE(message.find("ordinal 1"), std::string::npos);
}

TEST(PartitionProgress, ARepeatedOrdinalIsAGapToo) {
  PartitionProgress progress = AtStart();
  ASSERT_TRUE(progress.Admit(0, 1, 1, kTime).ok());
  EXPECT_FALSE(progress.Admit(1, 1, 1, kTime).ok());
}

TEST(PartitionProgress, NothingIsDispatchedBeyondTheWindowOfTheCommittedPosition) {
  PartitionProgress progress = AtStart(/*window=*/2);
  for (int64_t ordinal = 1; ordinal <= 3; ++ordinal) ASSERT_TRUE(progress.Admit(ordinal, ordinal, 1, kTime).ok());
  EXPECT_TRUE(progress.MayDispatch(2));
  EXPECT_FALSE(progress.MayDispatch(3));
  progress.Finish(1);
  EXPECT_FALSE(progress.MayDispatch(3)) << "finished is not committed";
  progress.Committed(progress.prefix());
  EXPECT_TRUE(progress.MayDispatch(3));
}

TEST(PartitionProgress, OnlyAnUncleanTakeoverMakesTheWindowUncertain) {
  EXPECT_FALSE(AtStart(100, 0).Uncertain(1));
  PartitionProgress unclean(0, {10, 7, 0}, 100, 12);
  EXPECT_TRUE(unclean.Uncertain(8));
  EXPECT_TRUE(unclean.Uncertain(12));
  EXPECT_FALSE(unclean.Uncertain(13));
}

TEST(PartitionProgress, I15_NothingIsDispatchedBeforeTheDeadOwnersRecordsAreAllAdmitted) {
  PartitionProgress unclean(0, {10, 7, 0}, 100, /*uncertain_until=*/9);
  ASSERT_TRUE(unclean.Admit(11, 8, 1, kTime).ok());
  EXPECT_FALSE(unclean.MayDispatch(8));
  ASSERT_TRUE(unclean.Admit(12, 9, 1, kTime).ok());
  EXPECT_TRUE(unclean.MayDispatch(8));
}

TEST(PartitionProgress, WhatADeadOwnerLeftStaysUncertainForTheNextOne) {
  PartitionProgress unclean(0, {10, 7, 0}, /*window=*/2, /*uncertain_until=*/12);
  EXPECT_TRUE(unclean.UncertainAhead());
  EXPECT_EQ(unclean.OpenWindow(), 5);
  for (int64_t ordinal = 8; ordinal <= 12; ++ordinal) ASSERT_TRUE(unclean.Admit(ordinal + 3, ordinal, 1, kTime).ok());
  for (int64_t ordinal = 8; ordinal <= 11; ++ordinal) unclean.Finish(ordinal);
  EXPECT_TRUE(unclean.UncertainAhead());
  EXPECT_EQ(unclean.OpenWindow(), 2);
  unclean.Finish(12);
  EXPECT_FALSE(unclean.UncertainAhead());
}

// A window that was made smaller: what was admitted must be dispatched all the same.
TEST(PartitionProgress, WhatADeadOwnerMayHaveDispatchedMayBeDispatchedAgain) {
  PartitionProgress unclean(0, {10, 7, 0}, /*window=*/2, /*uncertain_until=*/12);
  for (int64_t ordinal = 8; ordinal <= 12; ++ordinal) ASSERT_TRUE(unclean.Admit(ordinal + 3, ordinal, 1, kTime).ok());
  EXPECT_TRUE(unclean.MayDispatch(12));
  EXPECT_FALSE(unclean.MayDispatch(13));
}

std::string Sum(const PartitionProgress& progress, const std::string& table) {
  const auto found = progress.totals().find(table);
  if (found == progress.totals().end()) return "none";
  const v1::WriteTotals& totals = found->second;
  return absl::StrCat(totals.written(), " ", totals.unchanged(), " ", totals.skipped(), " ", totals.dead(), " ", totals.swept());
}

TEST(PartitionProgress, W1_TheBooksCountARowWhenThePrefixPassesIt) {
  PartitionProgress progress = AtStart();
  for (int64_t ordinal = 1; ordinal <= 7; ++ordinal) ASSERT_TRUE(progress.Admit(ordinal, ordinal, 1, kTime).ok());
  progress.Finish(2, Fate::kWritten, "a");
  progress.Finish(3, Fate::kDead, "b");
  progress.Finish(4);
  EXPECT_EQ(Sum(progress, "a"), "none") << "nothing is counted beyond the prefix";
  progress.Finish(1, Fate::kUnchanged, "a");
  EXPECT_EQ(Sum(progress, "a"), "1 1 0 0 0");
  EXPECT_EQ(Sum(progress, "b"), "0 0 0 1 0");
  progress.Finish(6, Fate::kSkipped, "a", "older");
  EXPECT_EQ(Sum(progress, "a"), "1 1 0 0 0");
  progress.Finish(5, Fate::kWritten, "a");
  EXPECT_EQ(Sum(progress, "a"), "2 1 1 0 0");
  EXPECT_EQ(progress.totals().at("a").skipped_by_reason().at("older"), 1);
  progress.CountSwept("a");
  EXPECT_EQ(Sum(progress, "a"), "2 1 1 0 1");
  progress.Finish(7);
  EXPECT_EQ(progress.totals().size(), 2u) << "what is no row isn't counted";
}

TEST(PartitionProgress, W1_TheBooksGoOnWhereTheyWereCommitted) {
  v1::WriteTotals before;
  before.set_written(10);
  before.set_swept(3);
  PartitionProgress progress(0, {10, 7, 0}, 100, 0, {{"a", before}});
  ASSERT_TRUE(progress.Admit(10, 8, 1, kTime).ok());
  progress.Finish(8, Fate::kWritten, "a");
  EXPECT_EQ(Sum(progress, "a"), "11 0 0 0 3");
}

struct Version {
  int number;
};

TEST(Lanes, I16_WaitingVersionsOfAKeyCollapseIntoTheLast) {
  Lanes<Version> lanes;
  lanes.Push("a", {1});
  lanes.Push("a", {2});
  auto* lane = lanes.NextReady();
  EXPECT_EQ(lanes.Take(*lane).number, 2);
  EXPECT_EQ(lanes.NextReady(), nullptr);
}

TEST(Lanes, I15_OneKeyIsNeverInFlightTwice) {
  Lanes<Version> lanes;
  lanes.Push("a", {1});
  auto* lane = lanes.NextReady();
  (void)lanes.Take(*lane);
  lanes.Push("a", {2});
  EXPECT_EQ(lanes.NextReady(), nullptr);
  lanes.Push("b", {1});
  EXPECT_EQ(lanes.NextReady()->key, "b");
  (void)lanes.Take(*lanes.NextReady());
  lanes.Done(*lane);
  ASSERT_EQ(lanes.NextReady(), lane);
  EXPECT_EQ(lanes.Take(*lane).number, 2);
}

TEST(Lanes, ALaneEndsWithItsLastRecord) {
  Lanes<Version> lanes;
  lanes.Push("a", {1});
  auto* lane = lanes.NextReady();
  (void)lanes.Take(*lane);
  lanes.Done(*lane);
  EXPECT_TRUE(lanes.empty());
}

TEST(Lanes, ARequeuedRecordIsReadyAgain) {
  Lanes<Version> lanes;
  lanes.Push("a", {1});
  auto* lane = lanes.NextReady();
  Version taken = lanes.Take(*lane);
  lanes.Requeue(*lane, taken);
  ASSERT_EQ(lanes.NextReady(), lane);
  EXPECT_EQ(lanes.Take(*lane).number, 1);
}

TEST(OffsetMetadata, RoundTrips) {
  const OffsetMetadata metadata{42, 99999999999, "ingress-1 of host", 512, absl::Seconds(30), 7};
  auto decoded = OffsetMetadata::Decode(metadata.Encode());
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->ordinal, 42);
  EXPECT_EQ(decoded->bytes, 99999999999);
  EXPECT_EQ(decoded->owner, "ingress-1 of host");
  EXPECT_EQ(decoded->window, 512);
  EXPECT_EQ(decoded->request_deadline, absl::Seconds(30));
  EXPECT_EQ(decoded->run, 7);
}

TEST(OffsetMetadata, R1_ThatOfVersion01IsRead) {
  auto decoded = OffsetMetadata::Decode("v2 42 99999999999 512 10000 ingress-1 of host");
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->ordinal, 42);
  EXPECT_EQ(decoded->window, 512);
  EXPECT_EQ(decoded->request_deadline, absl::Seconds(10));
  EXPECT_EQ(decoded->run, 0);
  EXPECT_EQ(decoded->owner, "ingress-1 of host");
  decoded = OffsetMetadata::Decode("v2 42 1 512 10000 ");
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->owner, "") << "released";
}

TEST(OffsetMetadata, ForeignTextIsRefused) {
  for (const char* text : {"", "7", "v2 x 1 1 1 a", "v3 1 1 1 1 a", "v3 1 1 1 1 x a", "v4 1 1 1 1 1 a", "v2 1 1 1 1", "v2 1 1 1 x a"}) {
    EXPECT_FALSE(OffsetMetadata::Decode(text).ok()) << text;
  }
}

TEST(Record, AForeignRecordIsAnErrorThatEndsTheRun) {
  Message message{.partition = 4, .offset = 17, .key = "contact:1", .value = "not a protobuf \xff"};
  EXPECT_TRUE(errors::Is(DecodeRecord(message).status(), errors::kBacklogRecord));
  message.value = std::nullopt;
  EXPECT_TRUE(errors::Is(DecodeRecord(message).status(), errors::kBacklogRecord));
  v1::QueuedRecord record;
  record.set_kind(v1::QueuedRecord::KIND_UPSERT);
  record.set_ordinal(1);
  message.value = record.SerializeAsString();
  EXPECT_TRUE(DecodeRecord(message).ok());
  record.set_ordinal(0);
  message.value = record.SerializeAsString();
  EXPECT_TRUE(errors::Is(DecodeRecord(message).status(), errors::kBacklogRecord)) << "ordinals begin at 1";
}

// Backlog and index are co-partitioned across releases: these numbers never change.
TEST(Record, PartitionsAreStable) {
  EXPECT_EQ(PartitionOf("contact:00000000-0000-0000-0000-000000000001", 12), 10);
  EXPECT_EQ(PartitionOf("contact:00000000-0000-0000-0000-000000000002", 12), 6);
}

// Where positions are, in every release: these numbers never change.
TEST(Topics, R1_CheckpointsAreSpreadByWorkflow) {
  const WorkflowTopics ingress = TopicsOf("organizations/contoso/instances/stage/workflows/ingress", "", 0);
  const WorkflowTopics egress = TopicsOf("organizations/contoso/instances/stage/workflows/egress", "", 0);
  EXPECT_EQ(CheckpointsPartition(ingress, 1), 0);
  EXPECT_EQ(CheckpointsPartition(ingress, 12), 1);
  EXPECT_EQ(CheckpointsPartition(egress, 12), 3);
  EXPECT_EQ(ingress.run_key(), "stage/ingress/run");
}

// An installation that was made by version 0.1 goes on with its topics and positions: these names never change.
TEST(Topics, R1_NamesOfVersion01AreKept) {
  const WorkflowTopics topics = TopicsOf("organizations/contoso/instances/stage/workflows/opt-in-out", "", 0);
  EXPECT_EQ(topics.backlog(), "causeway.stage.opt-in-out.backlog");
  EXPECT_EQ(topics.index(), "causeway.stage.opt-in-out.index");
  EXPECT_EQ(topics.dead_letters(), "causeway.stage.opt-in-out.dead-letters");
  EXPECT_EQ(topics.group(), "causeway.stage.opt-in-out.writers");
  EXPECT_EQ(topics.reader_id(), "causeway.stage.opt-in-out.reader");
  EXPECT_EQ(topics.writer_id("a-1"), "causeway.stage.opt-in-out.writer.a-1");
  EXPECT_EQ(topics.checkpoint_prefix(), "stage/opt-in-out/");
  EXPECT_EQ(topics.queued_key(), "stage/opt-in-out/queued");
  EXPECT_EQ(topics.finished_key(3), "stage/opt-in-out/finished/3");
  EXPECT_EQ(topics.table_key("contact"), "stage/opt-in-out/table/contact");
}

TEST(Topics, R1_AnInstanceMadeAnewAndAWorkflowThatWasResetHaveNamesOfTheirOwn) {
  const WorkflowTopics topics = TopicsOf("organizations/contoso/instances/stage/workflows/ingress", "18c0", 2);
  EXPECT_EQ(topics.backlog(), "causeway.stage.18c0.ingress.g2.backlog");
  EXPECT_EQ(topics.index(), "causeway.stage.18c0.ingress.g2.index");
  EXPECT_EQ(topics.group(), "causeway.stage.18c0.ingress.g2.writers");
  EXPECT_EQ(topics.reader_id(), "causeway.stage.18c0.ingress.g2.reader");
  EXPECT_EQ(topics.writer_id("a-1"), "causeway.stage.18c0.ingress.g2.writer.a-1");
  EXPECT_EQ(topics.queued_key(), "stage.18c0/ingress.g2/queued");
  EXPECT_EQ(topics.finished_key(3), "stage.18c0/ingress.g2/finished/3");
  EXPECT_EQ(topics.table_key("contact"), "stage.18c0/ingress.g2/table/contact");
}

// A reset forgets what is queued, not what was given up; a new instance sees nobody's dead letters.
TEST(Topics, R1_DeadLettersAreOfTheInstanceNotOfTheGeneration) {
  const WorkflowTopics topics = TopicsOf("organizations/contoso/instances/stage/workflows/ingress", "18c0", 2);
  EXPECT_EQ(topics.dead_letters(), "causeway.stage.18c0.ingress.dead-letters");
}

TEST(Topics, ABacklogIsKeptForEver) {
  for (const TopicSpec& spec : WorkflowTopicSpecs(TopicsOf("organizations/o/instances/i/workflows/ingress", "", 0), {})) {
    if (spec.name.ends_with(".backlog")) {
      EXPECT_EQ(spec.config.at("retention.ms"), "-1");
    }
    EXPECT_EQ(spec.config.at("unclean.leader.election.enable"), "false");
  }
}

}  // namespace
}  // namespace causeway::backlog
