// What a replay that is asked for makes of the definitions (I12).
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/controller/edits.h"
#include "services/controller/stored_workflow.h"
#include "services/controller/testing/mapped_contact.h"

namespace causeway::controller {
namespace {

using ::testing::HasSubstr;

class ReplayTest : public MappedContact {
 protected:
  void DeleteMapping() {
    v1::DeleteTableMappingRequest request;
    request.set_name(kMapping);
    Apply(editor().Delete(request));
  }
  absl::StatusOr<Edit> Replay(int64_t queued = 0, int64_t rows = 0) {
    v1::ReplayTableMappingRequest request;
    request.set_name(kMapping);
    return editor().Replay(request, queued, rows);
  }
  // As a Start does.
  void Pin() {
    v1::StoredRecord record;
    *record.mutable_workflow() = workflow();
    *record.mutable_workflow()->mutable_pinned() = definitions_.Snapshot(workflow());
    definitions_.Apply(kWorkflow, record);
  }
  const v1::StoredWorkflow& workflow() const { return *definitions_.FindWorkflow(kWorkflow); }
  const v1::TableMapping& mapping() const { return *definitions_.FindTableMapping(kMapping); }
  bool scheduled() const { return ReplayScheduled(mapping(), workflow()); }
};

TEST_F(ReplayTest, I12_IsScheduledUntilTheNextStartAndHappensOnce) {
  Pin();
  EXPECT_FALSE(scheduled());
  const int64_t revision = workflow().revision();
  Apply(Replay());
  EXPECT_TRUE(scheduled());
  EXPECT_EQ(workflow().revision(), revision + 1) << "a pending change";
  const auto again = Replay();
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->records.empty()) << "asked for twice before a start, it happens once";
  Pin();
  EXPECT_FALSE(scheduled());
  Apply(Replay());
  EXPECT_TRUE(scheduled());
}

TEST_F(ReplayTest, I12_TooMuchIsRefusedWithTheNumber) {
  limits_.replay_records = 1000;
  EXPECT_TRUE(Replay(999, 999).ok());
  const auto queued = Replay(1000, 0);
  EXPECT_TRUE(errors::Is(queued.status(), errors::kApiState));
  EXPECT_THAT(std::string(queued.status().message()), HasSubstr("1000 records queued"));
  const auto rows = Replay(0, 1000);
  EXPECT_THAT(std::string(rows.status().message()), HasSubstr("1000 rows"));
  limits_.replay_records = 0;
  EXPECT_TRUE(Replay(1 << 30, 1 << 30).ok());
}

TEST_F(ReplayTest, I12_AMappingMadeAnewIsAnotherOneAndHasNone) {
  Apply(Replay());
  const v1::TableMapping before = mapping();
  DeleteMapping();
  MakeMapping();
  EXPECT_NE(mapping().uid(), before.uid());
  EXPECT_FALSE(scheduled());
  Apply(Replay());
  EXPECT_GT(mapping().last_replay(), before.last_replay()) << "the reader tells them apart by the number alone";
}

}  // namespace
}  // namespace causeway::controller
