#include "common/engine/assignment_list.h"

#include "gtest/gtest.h"

namespace causeway::engine {
namespace {

v1::ConnectResponse Message(int64_t number, bool partial) {
  v1::ConnectResponse message;
  message.set_number(number);
  message.set_partial(partial);
  return message;
}

v1::ConnectResponse Message(int64_t number, bool partial, const std::string& workflow, int64_t run, int64_t revision = 0) {
  v1::ConnectResponse message = Message(number, partial);
  v1::Assignment& assignment = *message.add_assignments();
  assignment.set_workflow(workflow);
  assignment.set_run(run);
  if (revision > 0) assignment.mutable_definition()->set_revision(revision);
  return message;
}

v1::ConnectResponse Whole(absl::StatusOr<std::optional<v1::ConnectResponse>> added) {
  EXPECT_TRUE(added.ok()) << added.status();
  EXPECT_TRUE(added.ok() && added->has_value());
  return added.ok() && added->has_value() ? **std::move(added) : v1::ConnectResponse();
}

TEST(AssignmentList, R4_AListIsWholeWithItsLastPart) {
  AssignmentList list;
  EXPECT_FALSE(list.Add(Message(7, true, "a", 1, 3))->has_value());
  const v1::ConnectResponse whole = Whole(list.Add(Message(7, false, "b", 2, 4)));
  EXPECT_EQ(whole.number(), 7);
  EXPECT_FALSE(whole.partial());
  ASSERT_EQ(whole.assignments_size(), 2);
  EXPECT_EQ(whole.assignments(0).definition().revision(), 3);
  EXPECT_EQ(whole.assignments(1).definition().revision(), 4);
}

TEST(AssignmentList, R4_DefinitionsAreRememberedForTheirRun) {
  AssignmentList list;
  Whole(list.Add(Message(1, false, "a", 1, 3)));
  EXPECT_EQ(Whole(list.Add(Message(2, false, "a", 1))).assignments(0).definition().revision(), 3);
  EXPECT_TRUE(absl::IsFailedPrecondition(list.Add(Message(3, false, "a", 2)).status())) << "of another run";
}

// The controller drops parts of a list that a newer one has replaced, but for definitions, which it doesn't send again.
TEST(AssignmentList, R4_OfAListThatNeverEndsOnlyDefinitionsCount) {
  AssignmentList list;
  EXPECT_FALSE(list.Add(Message(1, true, "a", 1, 3))->has_value());
  const v1::ConnectResponse whole = Whole(list.Add(Message(2, false, "a", 1)));
  ASSERT_EQ(whole.assignments_size(), 1);
  EXPECT_EQ(whole.assignments(0).definition().revision(), 3);
}

TEST(AssignmentList, R4_WhatIsNoLongerListedIsForgotten) {
  AssignmentList list;
  Whole(list.Add(Message(1, false, "a", 1, 3)));
  EXPECT_EQ(Whole(list.Add(Message(2, false))).assignments_size(), 0);
  EXPECT_FALSE(list.Add(Message(3, false, "a", 1)).ok());
}

TEST(AssignmentList, R4_AStopNeedsNoDefinition) {
  AssignmentList list;
  v1::ConnectResponse message = Message(1, false, "a", 1);
  message.mutable_assignments(0)->set_stop(true);
  EXPECT_TRUE(Whole(list.Add(std::move(message))).assignments(0).stop());
}

}  // namespace
}  // namespace causeway::engine
