#include "services/ingress/campaign_destination.h"

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/ingress/testing.h"

namespace causeway::ingress {
namespace {

using engine::Outcome;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kCreated[] = R"({"PKey":"@1","href":"x"})";
constexpr char kCapitals[] = "0A1B2C3D-0000-4000-8000-00000000000A";
constexpr char kDuplicate[] =
    R"({"error_code":500,"message":"RST-360011 An error has occurred - please contact your administrator. )"
    R"(A 'Profile' with the same key already exists."})";
constexpr char kGone[] = R"({"error_code":404,"message":"RST-360000 The requested resource does not exist: '@1'."})";

class CampaignDestinationTest : public testing::IngressRun {
 protected:
  CampaignDestinationTest() { Begin(); }

  // Of a contact that was created.
  v1::IndexEntry Written(const std::string& last_name) {
    http_.Answer(absl::StrCat("POST ", testing::kProfiles), 201, kCreated);
    const engine::Write write = Write(Row(last_name));
    EXPECT_TRUE(write.status.ok()) << write.status;
    return write.entry.value_or(v1::IndexEntry());
  }
  void AnswerLookUp(const std::string& content) {
    http_.Answer(absl::StrCat("GET ", testing::kProfiles, "/byExternalId?externalId_parameter=", testing::kContact),
                 200, absl::StrCat(R"({"content":[)", content, "]}"));
  }
  static std::string Found(const std::string& pkey) {
    return absl::StrCat(R"({"PKey":")", pkey, R"(","externalId":")", testing::kContact, R"("})");
  }
  void AnswerLookUpOf(const std::string& key, const std::string& content) {
    http_.Answer(absl::StrCat("GET ", testing::kProfiles, "/byExternalId?externalId_parameter=", key), 200,
                 absl::StrCat(R"({"content":[)", content, "]}"));
  }
  void AnswerFields(const std::string& fields) {
    http_.Answer("resourceType/profile", 200, absl::StrCat(R"({"content":{)", fields, "}}"));
  }
  const http::Request& Sent() const { return http_.requests().back(); }
};

TEST_F(CampaignDestinationTest, I16_AnInsertIsOneCall) {
  http_.Answer(absl::StrCat("POST ", testing::kProfiles), 201, kCreated);
  const engine::Write write = Write(Row("Lovelace"));
  EXPECT_TRUE(write.status.ok()) << write.status;
  EXPECT_EQ(write.outcome, Outcome::kCreated);
  EXPECT_EQ(write.calls, 1);
  EXPECT_EQ(write.entry->destination_key(), "@1");
  EXPECT_THAT(Sent().body, HasSubstr(R"("lastName":"Lovelace")"));
  EXPECT_THAT(Sent().body, HasSubstr(testing::kContact));
}

TEST_F(CampaignDestinationTest, I16_AnUpdateIsOneCallAndNothingElse) {
  const v1::IndexEntry known = Written("Lovelace");
  http_.Answer(absl::StrCat("PATCH ", testing::kProfiles, "/@1"), 200, kCreated);
  const size_t before = http_.requests().size();
  const engine::Write write = Write(Row("King"), known);
  EXPECT_TRUE(write.status.ok()) << write.status;
  EXPECT_EQ(write.outcome, Outcome::kUpdated);
  EXPECT_EQ(write.calls, 1);
  EXPECT_EQ(http_.requests().size(), before + 1);
}

TEST_F(CampaignDestinationTest, I16_WhatIsUnchangedCostsNoCall) {
  const v1::IndexEntry known = Written("Lovelace");
  const size_t before = http_.requests().size();
  const engine::Write write = Write(Row("Lovelace"), known);
  EXPECT_TRUE(write.status.ok()) << write.status;
  EXPECT_EQ(write.outcome, Outcome::kUnchanged);
  EXPECT_EQ(write.calls, 0);
  EXPECT_EQ(http_.requests().size(), before);
  EXPECT_GT(write.entry->version(), known.version());
}

TEST_F(CampaignDestinationTest, I12_AReplayWritesEachRecordWholeOnce) {
  const v1::IndexEntry known = Written("Lovelace");
  record_.set_replay_pass(2);
  record_.set_pass(2);
  http_.Answer(absl::StrCat("PATCH ", testing::kProfiles, "/@1"), 200, kCreated);
  engine::Write write = Write(Row("Lovelace"), known);
  EXPECT_EQ(write.outcome, Outcome::kUpdated);
  EXPECT_EQ(write.calls, 1);
  EXPECT_EQ(write.entry->pass(), 2);
  const v1::IndexEntry replayed = *write.entry;
  write = Write(Row("Lovelace"), replayed);
  EXPECT_EQ(write.outcome, Outcome::kUnchanged);
}

TEST_F(CampaignDestinationTest, I16_ADeletionIsOneCall) {
  const v1::IndexEntry known = Written("Lovelace");
  http_.Answer(absl::StrCat("DELETE ", testing::kProfiles, "/@1"), 200, "");
  const engine::Write write = DeleteIt(known);
  EXPECT_TRUE(write.status.ok()) << write.status;
  EXPECT_EQ(write.outcome, Outcome::kDeleted);
  EXPECT_EQ(write.calls, 1);
  EXPECT_FALSE(write.entry.has_value());
}

TEST_F(CampaignDestinationTest, I16_WhatWasNeverWrittenIsNotDeleted) {
  const engine::Write write = DeleteIt(std::nullopt);
  EXPECT_TRUE(write.status.ok()) << write.status;
  EXPECT_EQ(write.outcome, Outcome::kSkipped);
  EXPECT_STREQ(write.skip_reason, engine::skip::kNeverWritten);
  EXPECT_EQ(write.calls, 0);
}

TEST_F(CampaignDestinationTest, I10_DeletionsMayBeIgnored) {
  const v1::IndexEntry known = Written("Lovelace");
  definition_.mutable_table_mappings(0)->set_deletes(v1::TableMapping::DELETES_IGNORE);
  const engine::Write write = DeleteIt(known);
  EXPECT_EQ(write.outcome, Outcome::kSkipped);
  EXPECT_STREQ(write.skip_reason, engine::skip::kDeletesIgnored);
  EXPECT_EQ(write.calls, 0);
}

TEST_F(CampaignDestinationTest, R1_AnUncertainInsertLooksForItselfFirst) {
  AnswerLookUp(Found("@7"));
  http_.Answer(absl::StrCat("PATCH ", testing::kProfiles, "/@7"), 200, R"({"PKey":"@7","href":"x"})");
  const engine::Write found = Write(Row("Lovelace"), std::nullopt, true);
  EXPECT_TRUE(found.status.ok()) << found.status;
  EXPECT_EQ(found.outcome, Outcome::kUpdated);
  EXPECT_EQ(found.entry->destination_key(), "@7");

  AnswerLookUp("");
  http_.Answer("POST", 201, kCreated);
  const engine::Write made = Write(Row("Lovelace"), std::nullopt, true);
  EXPECT_EQ(made.outcome, Outcome::kCreated);
  EXPECT_EQ(made.calls, 2);
}

TEST_F(CampaignDestinationTest, R1_AnInsertWithoutAnAnswerMayHaveBeenDone) {
  http_.Fail("POST", absl::DeadlineExceededError("no answer"));
  const engine::Write write = Write(Row("Lovelace"));
  EXPECT_TRUE(errors::IsTransient(write.status)) << write.status;
  EXPECT_TRUE(errors::Describe(write.status).maybe_done);
}

TEST_F(CampaignDestinationTest, R1_AnUpdateOfWhatIsGoneMakesItAgain) {
  const v1::IndexEntry known = Written("Lovelace");
  http_.Answer("PATCH", 404, kGone);
  AnswerLookUp("");
  http_.Answer("POST", 201, R"({"PKey":"@2","href":"x"})");
  const engine::Write write = Write(Row("King"), known);
  EXPECT_TRUE(write.status.ok()) << write.status;
  EXPECT_EQ(write.outcome, Outcome::kCreated);
  EXPECT_EQ(write.entry->destination_key(), "@2");
}

TEST_F(CampaignDestinationTest, R1_AKeyThatIsntTrueLeavesADoubt) {
  const v1::IndexEntry known = Written("Lovelace");
  http_.Answer("PATCH", 404, kGone);
  AnswerLookUp(Found("@7"));
  http_.Answer(absl::StrCat("PATCH ", testing::kProfiles, "/@7"), 429, "");
  const engine::Write write = Write(Row("King"), known);
  EXPECT_TRUE(errors::IsTransient(write.status)) << write.status;
  EXPECT_TRUE(write.uncertain) << "what comes next must not rely on the key that is known";
}

TEST_F(CampaignDestinationTest, R1_ADeletionOfWhatIsGoneIsDoneOnceNobodyHasTheKey) {
  const v1::IndexEntry known = Written("Lovelace");
  http_.Answer("DELETE", 404, kGone);
  AnswerLookUp("");
  const engine::Write write = DeleteIt(known);
  EXPECT_TRUE(write.status.ok()) << write.status;
  EXPECT_EQ(write.outcome, Outcome::kDeleted);
  EXPECT_EQ(write.calls, 2);
}

TEST_F(CampaignDestinationTest, I10_ADeletionFindsThePersonUnderAnotherPKey) {
  const v1::IndexEntry known = Written("Lovelace");
  http_.Answer(absl::StrCat("DELETE ", testing::kProfiles, "/@1"), 404, kGone);
  AnswerLookUp(Found("@7"));
  http_.Answer(absl::StrCat("DELETE ", testing::kProfiles, "/@7"), 200, "");
  const engine::Write write = DeleteIt(known);
  EXPECT_TRUE(write.status.ok()) << write.status;
  EXPECT_EQ(write.outcome, Outcome::kDeleted);
  EXPECT_EQ(write.calls, 3);
}

TEST_F(CampaignDestinationTest, I10_ADeletionThatCantBeFinishedIsNotBelieved) {
  const v1::IndexEntry known = Written("Lovelace");
  http_.Answer("DELETE", 404, kGone);
  AnswerLookUp(Found("@7"));
  http_.Answer(absl::StrCat("DELETE ", testing::kProfiles, "/@7"), 503, "");
  const engine::Write write = DeleteIt(known);
  EXPECT_TRUE(errors::IsTransient(write.status)) << write.status;
  EXPECT_TRUE(write.uncertain);

  http_.Answer("DELETE", 404, kGone);
  http_.Answer("byExternalId", 503, "");
  EXPECT_TRUE(errors::IsTransient(DeleteIt(known).status)) << "a look-up without an answer finds nobody";
}

TEST_F(CampaignDestinationTest, I10_AnUncertainDeletionLooksTheKeyUp) {
  AnswerLookUp(Found("@7"));
  http_.Answer(absl::StrCat("DELETE ", testing::kProfiles, "/@7"), 404, kGone);
  EXPECT_EQ(DeleteIt(std::nullopt, true).outcome, Outcome::kDeleted) << "somebody deleted it meanwhile";
  AnswerLookUp("");
  EXPECT_EQ(DeleteIt(std::nullopt, true).outcome, Outcome::kSkipped);
}

TEST_F(CampaignDestinationTest, I15_WhatSomebodyMadeMeanwhileIsAdopted) {
  http_.Answer("POST", 500, kDuplicate);
  AnswerLookUp(Found("@7"));
  http_.Answer(absl::StrCat("PATCH ", testing::kProfiles, "/@7"), 200, R"({"PKey":"@7","href":"x"})");
  const engine::Write write = Write(Row("Lovelace"));
  EXPECT_TRUE(write.status.ok()) << write.status;
  EXPECT_EQ(write.outcome, Outcome::kUpdated);
  EXPECT_EQ(write.entry->destination_key(), "@7");
  EXPECT_EQ(write.overcome, &errors::kCampaignExists) << "it is counted";
  EXPECT_EQ(write.calls, 3);
  EXPECT_THAT(Sent().body, HasSubstr(R"("lastName":"Lovelace")"));
}

TEST_F(CampaignDestinationTest, I7_WhatIsAdoptedIsWrittenWithTheFieldsThatUpdatesLeaveAlone) {
  definition_.mutable_table_mappings(0)->mutable_fields(1)->set_insert_only(true);
  Begin();
  http_.Answer("POST", 500, kDuplicate);
  AnswerLookUp(Found("@7"));
  http_.Answer(absl::StrCat("PATCH ", testing::kProfiles, "/@7"), 200, R"({"PKey":"@7","href":"x"})");
  EXPECT_EQ(Write(Row("Lovelace")).outcome, Outcome::kUpdated);
  EXPECT_THAT(Sent().body, HasSubstr(R"("lastName":"Lovelace")"));
}

TEST_F(CampaignDestinationTest, I15_ADuplicateOfAnotherFieldIsTheRecordsTrouble) {
  http_.Answer("POST", 500, kDuplicate);
  AnswerLookUpOf(testing::kContact, "");
  AnswerLookUpOf(kCapitals, "");
  const engine::Write write = Write(Row("Lovelace"));
  EXPECT_TRUE(errors::Is(write.status, errors::kCampaignExists)) << write.status;
  EXPECT_EQ(write.calls, 3);
}

TEST_F(CampaignDestinationTest, I15_WhatIsGoneAgainIsTriedAgain) {
  http_.Answer("POST", 500, kDuplicate);
  AnswerLookUp(Found("@7"));
  http_.Answer("PATCH", 404, kGone);
  const engine::Write write = Write(Row("Lovelace"));
  EXPECT_TRUE(errors::IsTransient(write.status)) << write.status;
  EXPECT_TRUE(write.uncertain);
}

TEST_F(CampaignDestinationTest, I15_AKeyInCapitalsIsOurs) {
  http_.Answer(absl::StrCat("GET ", testing::kProfiles, "?_lineCount="), 200,
               absl::StrCat(R"({"content":[{"PKey":"@1","externalId":"{)", kCapitals, R"(}"},{"PKey":"@2","externalId":"Loyalty 7"}]})"));
  const auto page = loop_.Await(ends_.destination->ListExisting("contact", ""));
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->rows.size(), 2u);
  EXPECT_EQ(page->rows[0].source_id, testing::kContact);
  EXPECT_EQ(page->rows[1].source_id, "Loyalty 7");

  v1::IndexEntry known;
  known.set_destination_key(page->rows[0].destination_key);
  http_.Answer(absl::StrCat("PATCH ", testing::kProfiles, "/@1"), 200, kCreated);
  const engine::Write write = Write(Row("Lovelace"), known);
  EXPECT_TRUE(write.status.ok()) << write.status;
  EXPECT_THAT(Sent().body, Not(HasSubstr("externalId"))) << "a key can't be changed";
  EXPECT_EQ(write.entry->destination_key(), known.destination_key());

  // It is found again in its own spelling only.
  const auto answer_look_up = [this] {
    AnswerLookUpOf(absl::StrCat("%7B", kCapitals, "%7D"), absl::StrCat(R"({"PKey":"@9","externalId":"{)", kCapitals, R"(}"})"));
  };
  http_.Answer("PATCH", 404, kGone);
  answer_look_up();
  http_.Answer(absl::StrCat("PATCH ", testing::kProfiles, "/@9"), 200, R"({"PKey":"@9","href":"x"})");
  const engine::Write again = Write(Row("King"), *write.entry);
  EXPECT_TRUE(again.status.ok()) << again.status;
  http_.Answer("DELETE", 404, kGone);
  answer_look_up();
  http_.Answer(absl::StrCat("DELETE ", testing::kProfiles, "/@9"), 200, "");
  EXPECT_EQ(DeleteIt(*write.entry).calls, 3);
}

TEST_F(CampaignDestinationTest, I15_WhatWasQueuedForAnotherTargetIsLookedUpInEveryForm) {
  queued_elsewhere_ = true;
  AnswerLookUpOf(testing::kContact, "");
  AnswerLookUpOf(kCapitals, absl::StrCat(R"({"PKey":"@7","externalId":")", kCapitals, R"("})"));
  http_.Answer(absl::StrCat("PATCH ", testing::kProfiles, "/@7"), 200, R"({"PKey":"@7","href":"x"})");
  const engine::Write write = Write(Row("Lovelace"), std::nullopt, true);
  EXPECT_TRUE(write.status.ok()) << write.status;
  EXPECT_EQ(write.outcome, Outcome::kUpdated);
}

TEST_F(CampaignDestinationTest, I3_ARecordIsHeldUnderThePKeyThatIsKnown) {
  const auto holds = [this](const std::string& kept) {
    return loop_.Await(ends_.destination->Holds("contact", testing::kContact, kept));
  };
  AnswerLookUp(Found("@1"));
  EXPECT_TRUE(*holds("@1"));
  AnswerLookUp(Found("@2"));
  EXPECT_FALSE(*holds("@1"));
  AnswerLookUp("");
  EXPECT_FALSE(*holds("@1"));
  AnswerLookUpOf(kCapitals, absl::StrCat(R"({"PKey":"@1","externalId":")", kCapitals, R"("})"));
  EXPECT_TRUE(*holds(absl::StrCat("@1 ", kCapitals))) << "as Campaign spells it";
  http_.Answer("byExternalId", 503, "");
  EXPECT_TRUE(errors::IsTransient(holds("@1").status())) << "which tells nothing";
}

TEST_F(CampaignDestinationTest, I17_AMissingFieldEndsTheRunOnlyWhenTheMetadataAgree) {
  const std::string unknown =
      R"({"error_code":500,"message":"RST-360011 An error has occurred: unknown field 'lastName'."})";
  http_.Answer("POST", 500, unknown);
  AnswerFields(R"("externalId":{"apiName":"externalId","type":"string"})");
  const engine::Write gone = Write(Row("Lovelace"));
  EXPECT_TRUE(errors::Is(gone.status, errors::kCampaignFieldGone)) << gone.status;
  EXPECT_EQ(errors::Describe(gone.status).subject, "lastName");

  http_.Answer("POST", 500, unknown);
  AnswerFields(R"("externalId":{"apiName":"externalId","type":"string"},"lastName":{"apiName":"lastName","type":"string"})");
  const engine::Write there = Write(Row("Lovelace"));
  EXPECT_EQ(errors::KindOf(there.status), errors::Kind::kRecord) << there.status;
  EXPECT_EQ(there.calls, 2);

  http_.Answer("POST", 500, unknown);
  http_.Answer("resourceType/profile", 503, "");
  EXPECT_TRUE(errors::IsTransient(Write(Row("Lovelace")).status));
}

TEST_F(CampaignDestinationTest, R2_AnErrorThatExplainsNothingMayBeTheRecords) {
  http_.Answer("POST", 500, R"({"error_code":500,"message":"RST-360011 An error has occurred - please contact your administrator."})");
  const engine::Write unclear = Write(Row("Lovelace"));
  EXPECT_TRUE(errors::IsTransient(unclear.status)) << unclear.status;
  EXPECT_EQ(unclear.if_it_lasts, &errors::kCampaignKeepsFailing);

  http_.Answer("POST", 500, R"({"error_code":500,"message":"RST-360011 An error has occurred. PGS-220000 ERROR: deadlock detected"})");
  const engine::Write passing = Write(Row("Lovelace"));
  EXPECT_TRUE(errors::IsTransient(passing.status)) << passing.status;
  EXPECT_EQ(passing.if_it_lasts, nullptr);
}

TEST_F(CampaignDestinationTest, W5_OnlyAWrongAddressMayBeAnOutage) {
  EXPECT_TRUE(ends_.destination->MayBeOutage(errors::Make(errors::kCampaignUri, "x")));
  EXPECT_FALSE(ends_.destination->MayBeOutage(errors::Make(errors::kCampaignCredentials, "x")));
  EXPECT_FALSE(ends_.destination->MayBeOutage(errors::Make(errors::kCampaignResourceGone, "x")));
}

TEST_F(CampaignDestinationTest, R1_SendsNothingWithoutTheRight) {
  right_.status = errors::Make(errors::kPartitionLost, "lost");
  const engine::Write write = Write(Row("Lovelace"));
  EXPECT_TRUE(errors::Is(write.status, errors::kPartitionLost));
  EXPECT_TRUE(http_.RequestsOf("POST https://campaign.example").empty());
}

TEST_F(CampaignDestinationTest, R2_ARefusedValueIsTheRecordsTrouble) {
  http_.Answer("POST", 500,
               R"({"error_code":500,"message":"RST-360011 An error has occurred - please contact your administrator.",)"
               R"("details":"Invalid value for field 'lastName': too long."})");
  const engine::Write write = Write(Row("Lovelace"));
  EXPECT_EQ(errors::KindOf(write.status), errors::Kind::kRecord) << write.status;
  EXPECT_THAT(std::string(write.status.message()), Not(HasSubstr("Lovelace"))) << "it is shown in lists";
}

TEST_F(CampaignDestinationTest, R2_ARowThatIsNoJsonIsTheRecordsTrouble) {
  for (const std::string& row :
       {std::string("{"), std::string("[]"), std::string(R"({"lastname":{"a":1},"contactid":"x"})")}) {
    const engine::Write write = Write(row);
    EXPECT_EQ(errors::KindOf(write.status), errors::Kind::kRecord) << row << ": " << write.status;
    EXPECT_EQ(write.calls, 0);
  }
}

TEST_F(CampaignDestinationTest, R3_ThrottlingIsWaitedFor) {
  http_.Answer("POST", 429, R"({"error_code":"429050","message":"Too many requests"})", {{"retry-after", "7"}});
  const engine::Write write = Write(Row("Lovelace"));
  EXPECT_TRUE(errors::IsTransient(write.status));
  EXPECT_EQ(errors::Describe(write.status).retry_after, absl::Seconds(7));
  EXPECT_TRUE(ends_.destination->paused());
}

TEST_F(CampaignDestinationTest, W5_RefusedCredentialsEndTheRun) {
  http_.Answer("POST", 401, R"({"error_code":"401013","message":"Oauth token is not valid"})");
  http_.Answer("POST", 401, R"({"error_code":"401013","message":"Oauth token is not valid"})");
  EXPECT_EQ(errors::KindOf(Write(Row("Lovelace")).status), errors::Kind::kWorkflow);
}

TEST_F(CampaignDestinationTest, I14_OnlyWhatHasAKeyIsListedAsOurs) {
  http_.Answer(absl::StrCat("GET ", testing::kProfiles, "?_lineCount="), 200,
               absl::StrCat(R"({"content":[)", Found("@1"), R"(,{"PKey":"@2","externalId":""}]})"));
  const auto page = loop_.Await(ends_.destination->ListExisting("contact", ""));
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->rows.size(), 1u);
  EXPECT_EQ(page->rows[0].source_id, testing::kContact);
  EXPECT_EQ(page->rows[0].destination_key, "@1");
}

TEST_F(CampaignDestinationTest, I14_AListingOfAnotherAddressBeginsAnew) {
  http_.Answer(absl::StrCat("GET ", testing::kProfiles, "?_lineCount="), 200, absl::StrCat(R"({"content":[)", Found("@1"), "]}"));
  const auto page = loop_.Await(ends_.destination->ListExisting("contact", "https://old.example/contoso/profile?_lineStart=@5"));
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->rows.size(), 1u);
}

}  // namespace
}  // namespace causeway::ingress
