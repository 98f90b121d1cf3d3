// What a person's word on held deletions makes of the definitions.
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/controller/edits.h"
#include "services/controller/testing/mapped_contact.h"

namespace causeway::controller {
namespace {

using ::testing::HasSubstr;

class ConfirmTest : public MappedContact {
 protected:
  absl::StatusOr<Edit> Confirm(int64_t records, const char* name = kMapping) {
    v1::ConfirmDeletionsRequest request;
    request.set_name(name);
    request.set_records(records);
    return editor().Confirm(request, held_);
  }
  void Hold(const std::string& table, int64_t pass, int64_t records) {
    held_[table].set_pass(pass);
    held_[table].set_records(records);
    held_[table].set_known(5000);
  }

  std::map<std::string, v1::HeldDeletions> held_;
};

TEST_F(ConfirmTest, I15_IsWrittenForThePassThatWaits) {
  Hold("contact", 3, 1200);
  const auto edit = Confirm(1200);
  ASSERT_TRUE(edit.ok()) << edit.status();
  ASSERT_EQ(edit->checkpoints.size(), 1u);
  EXPECT_EQ(edit->checkpoints[0].key, definitions_.TopicsOf(kWorkflow).confirmed_key("contact"));
  v1::ConfirmedDeletions confirmed;
  ASSERT_TRUE(confirmed.ParseFromString(*edit->checkpoints[0].value));
  EXPECT_EQ(confirmed.pass(), 3);
  EXPECT_EQ(edit->audit.action(), "confirm-deletions");
  EXPECT_EQ(edit->audit.resource(), kMapping);
  EXPECT_THAT(edit->audit.note(), HasSubstr("1200 of 5000"));
  EXPECT_TRUE(edit->records.empty()) << "no revision: nothing that is configured changes";
}

TEST_F(ConfirmTest, I15_NothingElseIsConfirmed) {
  EXPECT_TRUE(errors::Is(Confirm(1200).status(), errors::kApiState)) << "none wait";
  Hold("account", 3, 1200);
  EXPECT_TRUE(errors::Is(Confirm(1200).status(), errors::kApiState)) << "another table's";
  Hold("contact", 4, 1300);
  const auto other = Confirm(1200);
  EXPECT_TRUE(errors::Is(other.status(), errors::kApiState)) << "a newer pass counted again";
  EXPECT_THAT(std::string(other.status().message()), HasSubstr("1300"));
  EXPECT_TRUE(errors::Is(Confirm(0).status(), errors::kApiState));
  EXPECT_TRUE(errors::Is(Confirm(1300, "organizations/contoso/instances/stage/workflows/ingress/tableMappings/none").status(), errors::kApiNotFound));
  EXPECT_TRUE(errors::Is(Confirm(1300, "contact").status(), errors::kApiInvalid));
}

}  // namespace
}  // namespace causeway::controller
