#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/async/testing/manual_loop.h"
#include "common/dataverse/batch.h"
#include "common/dataverse/client.h"
#include "common/errors/error.h"
#include "common/http/testing/scripted_client.h"
#include "gtest/gtest.h"

namespace causeway::dataverse {
namespace {

constexpr char kId[] = "00000000-0000-0000-0000-00000000000a";

class WritesTest : public testing::Test {
 protected:
  static ClientOptions Options() {
    ClientOptions options;
    options.org_url = "https://contoso.example";
    options.authority = "https://login.example";
    return options;
  }
  WritesTest() {
    client_ = std::make_unique<DataverseClient>(loop_, random_, http_, Options());
    http_.Always("/oauth2/", 200, R"({"expires_in":3599,"access_token":"t1"})");
  }
  static RowWrite Upsert(Precondition precondition = {}) {
    return {RowWrite::Kind::kUpsert, "adobe_emailsends", kId, R"({"subject":"s"})", precondition};
  }
  std::string Write(RowWrite write) {
    const auto id = loop_.Await(client_->Write(write, context_));
    return id.ok() ? *id : errors::Describe(id.status()).code;
  }
  const http::Request& Sent() const { return http_.requests().back(); }

  async::ManualLoop loop_;
  async::Random random_{1};
  http::ScriptedClient http_{loop_};
  oauth::CallContext context_;
  std::unique_ptr<DataverseClient> client_;
};

TEST_F(WritesTest, CreatesARow) {
  http_.Answer("POST https://contoso.example/api/data/v9.2/adobe_emailsends", 204, "",
               {{"odata-entityid", absl::StrCat("https://contoso.example/api/data/v9.2/adobe_emailsends(", kId, ")")}});
  EXPECT_EQ(Write({RowWrite::Kind::kCreate, "adobe_emailsends", "", "{}", {}}), kId);
  EXPECT_EQ(Sent().body, "{}");
  EXPECT_EQ(http::HeaderOf(Sent(), "Content-Type"), "application/json");
  EXPECT_EQ(context_.calls, 1);

  http_.Answer("POST", 204, "");
  EXPECT_EQ(Write({RowWrite::Kind::kCreate, "adobe_emailsends", "", "{}", {}}), "CW-DYN-ANSWER");
}

TEST_F(WritesTest, UpsertsUnderAPrecondition) {
  const auto headers = [&](Precondition precondition) {
    http_.Answer("PATCH", 204, "");
    EXPECT_EQ(Write(Upsert(precondition)), kId);
    return absl::StrCat(http::HeaderOf(Sent(), "If-Match"), "|", http::HeaderOf(Sent(), "If-None-Match"));
  };
  EXPECT_EQ(headers({}), "|null");
  EXPECT_EQ(headers({Precondition::Kind::kMustExist, ""}), "*|");
  EXPECT_EQ(headers({Precondition::Kind::kMustNotExist, ""}), "|*");
  EXPECT_EQ(headers({Precondition::Kind::kUnchangedSince, "W/\"7\""}), "W/\"7\"|");
  EXPECT_EQ(Sent().url, absl::StrCat("https://contoso.example/api/data/v9.2/adobe_emailsends(", kId, ")"));

  http_.Answer("PATCH", 412, R"({"error":{"code":"0x80040237","message":"exists"}})");
  EXPECT_EQ(Write(Upsert({Precondition::Kind::kMustNotExist, ""})), "CW-DYN-EXISTS");
  http_.Answer("PATCH", 404, R"({"error":{"code":"0x80040217","message":"adobe_emailsend With Id = 1 Does Not Exist"}})");
  EXPECT_EQ(Write(Upsert({Precondition::Kind::kMustExist, ""})), "CW-DYN-NOT-FOUND");
}

TEST_F(WritesTest, DeletesARow) {
  http_.Answer(absl::StrCat("DELETE https://contoso.example/api/data/v9.2/adobe_emailsends(", kId, ")"), 204, "");
  EXPECT_EQ(Write({RowWrite::Kind::kDelete, "adobe_emailsends", kId, "", {}}), kId);
  EXPECT_EQ(Sent().body, "");
  EXPECT_EQ(http::HeaderOf(Sent(), "Content-Type"), "");
}

// What a proxy shows in place of an answer: the write may have been carried out or not.
TEST_F(WritesTest, R1_APageOfSomethingInBetweenIsNoSuccess) {
  for (const int status : {200, 201, 202}) {
    for (const auto kind : {RowWrite::Kind::kUpsert, RowWrite::Kind::kDelete}) {
      http_.Answer("adobe_emailsends", status, "<html>Sign in</html>");
      RowWrite write = Upsert();
      write.kind = kind;
      const absl::Status answered = loop_.Await(client_->Write(write, context_)).status();
      EXPECT_TRUE(errors::Is(answered, errors::kDynamicsAnswer)) << answered;
      EXPECT_TRUE(errors::Describe(answered).maybe_done);
    }
  }
}

TEST_F(WritesTest, NothingIsSentWithoutTheRightTo) {
  auto refuse = []() -> async::Task<absl::Status> { co_return errors::Make(errors::kPartitionLost, "lost"); };
  context_.before_send = refuse;
  EXPECT_EQ(Write(Upsert()), "CW-WRK-LOST");
  EXPECT_TRUE(http_.RequestsOf("PATCH").empty());
  EXPECT_EQ(context_.calls, 0);
}

std::string Part(const std::string& status, const std::string& body = "") {
  return absl::StrCat(
      "--answers\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nHTTP/1.1 ", status,
      "\r\nOData-Version: 4.0\r\nContent-Type: application/json\r\n\r\n", body, "\r\n");
}
const http::Headers kMultipart = {{"content-type", "multipart/mixed; boundary=answers"}};

TEST_F(WritesTest, ABatchAnswersForEachOfItsWrites) {
  http_.Answer(
      "POST https://contoso.example/api/data/v9.2/$batch", 200,
      absl::StrCat(Part("204 No Content"), Part("400 Bad Request", R"({"error":{"code":"0x1","message":"Bad value"}})"),
                   Part("412 Precondition Failed", ""), "--answers--\r\n"),
      kMultipart);
  const RowWrite unconditional = Upsert(), create_only = Upsert({Precondition::Kind::kMustNotExist, ""});
  const RowWrite create{RowWrite::Kind::kCreate, "adobe_emailopens", "", R"({"subject":"o"})", {}};
  const auto statuses = loop_.Await(client_->WriteBatch({unconditional, create, create_only}, context_));
  ASSERT_TRUE(statuses.ok()) << statuses.status();
  ASSERT_EQ(statuses->size(), 3u);
  EXPECT_TRUE((*statuses)[0].ok());
  EXPECT_TRUE(errors::Is((*statuses)[1], errors::kDynamicsRefused));
  EXPECT_TRUE(errors::Is((*statuses)[2], errors::kDynamicsPrecondition));
  EXPECT_EQ(context_.calls, 1);
  EXPECT_EQ(http::HeaderOf(Sent(), "Prefer"), "odata.continue-on-error");

  const std::string type = http::HeaderOf(Sent(), "Content-Type");
  ASSERT_TRUE(absl::StartsWith(type, "multipart/mixed;boundary=batch_"));
  const std::string delimiter = absl::StrCat("--", type.substr(type.find('=') + 1));
  const std::string head = "\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n";
  EXPECT_EQ(
      Sent().body,
      absl::StrCat(delimiter, head, "PATCH /api/data/v9.2/adobe_emailsends(", kId,
                   ") HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"subject\":\"s\"}\r\n", delimiter, head,
                   "POST /api/data/v9.2/adobe_emailopens HTTP/1.1\r\nContent-Type: "
                   "application/json\r\n\r\n{\"subject\":\"o\"}\r\n",
                   delimiter, head, "PATCH /api/data/v9.2/adobe_emailsends(", kId,
                   ") HTTP/1.1\r\nIf-None-Match: *\r\nContent-Type: application/json\r\n\r\n{\"subject\":\"s\"}\r\n",
                   delimiter, "--\r\n"));
}

std::string ThrottledPart(const std::string& retry_after) {
  return absl::StrCat("--answers\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 429 Too Many Requests\r\n", retry_after,
                      "\r\n", R"({"error":{"code":"0x80072322","message":"wait"}})", "\r\n");
}

TEST_F(WritesTest, R3_AThrottledPartOfABatchHoldsBackTheNextRequest) {
  http_.Answer("$batch", 200,
               absl::StrCat(Part("204 No Content"), ThrottledPart("Retry-After: 20\r\n"), ThrottledPart("Retry-After: 60\r\n"),
                            ThrottledPart("Retry-After: 5\r\n"), ThrottledPart(""), "--answers--\r\n"),
               kMultipart);
  const auto statuses =
      loop_.Await(client_->WriteBatch({Upsert(), Upsert(), Upsert(), Upsert(), Upsert()}, context_));
  ASSERT_TRUE(statuses.ok()) << statuses.status();
  EXPECT_TRUE((*statuses)[0].ok());
  EXPECT_TRUE(errors::Is((*statuses)[2], errors::kDynamicsThrottled));
  EXPECT_EQ(errors::Describe((*statuses)[2]).retry_after, absl::Seconds(60));
  EXPECT_FALSE(errors::Describe((*statuses)[2]).maybe_done);
  EXPECT_TRUE(client_->limiter().paused());
  const async::Instant answered = loop_.Now();
  http_.Answer("PATCH", 204, "");
  EXPECT_EQ(Write(Upsert()), kId);
  EXPECT_GE(loop_.Now() - answered, absl::Seconds(60)) << "the longest of them";
}

TEST_F(WritesTest, R3_APartThatSaysNoTimeHoldsBackToo) {
  http_.Answer("$batch", 200, absl::StrCat(ThrottledPart(""), "--answers--\r\n"), kMultipart);
  ASSERT_TRUE(loop_.Await(client_->WriteBatch({Upsert()}, context_)).ok());
  EXPECT_TRUE(client_->limiter().paused());
}

TEST_F(WritesTest, R3_ATokenEndpointThatAsksToWaitIsLeftAlone) {
  http::ScriptedClient http(loop_);
  http.Answer("/oauth2/", 429, "", {{"retry-after", "40"}});
  http.Answer("/oauth2/", 200, R"({"expires_in":3599,"access_token":"t1"})");
  http.Answer("PATCH", 204, "");
  DataverseClient client(loop_, random_, http, Options());
  const async::Instant began = loop_.Now();
  EXPECT_TRUE(errors::Is(loop_.Await(client.Write(Upsert(), context_)).status(), errors::kDynamicsThrottled));
  EXPECT_TRUE(client.limiter().paused());
  EXPECT_TRUE(loop_.Await(client.Write(Upsert(), context_)).ok());
  EXPECT_GE(loop_.Now() - began, absl::Seconds(40));
  EXPECT_EQ(http.RequestsOf("/oauth2/").size(), 2u);
}

TEST_F(WritesTest, ABatchWithoutAnAnswerToEachWriteMayHaveBeenCarriedOut) {
  const std::string whole = absl::StrCat(Part("204 No Content"), Part("204 No Content"), "--answers--\r\n");
  std::vector<std::pair<std::string, http::Headers>> answers = {
      {absl::StrCat(Part("204 No Content"), "--answers--\r\n"), kMultipart},
      {"--answers--\r\n", kMultipart},
      {"--answers\r\nnonsense\r\n--answers--", kMultipart},
      {"", kMultipart},
      {"<html></html>", {{"content-type", "text/html"}}},
      {whole, {}},
      {whole, {{"content-type", "multipart/mixed"}}},
      {whole, {{"content-type", "multipart/mixed;boundary=other"}}},
      {whole.substr(0, whole.size() - 20), kMultipart},
  };
  for (const auto& [body, headers] : answers) {
    http_.Answer("$batch", 200, body, headers);
    const absl::Status status = loop_.Await(client_->WriteBatch({Upsert(), Upsert()}, context_)).status();
    EXPECT_TRUE(errors::Is(status, errors::kDynamicsAnswer)) << body << status;
    EXPECT_TRUE(errors::Describe(status).maybe_done);
  }
  http_.Answer("$batch", 200, whole, kMultipart);
  EXPECT_TRUE(loop_.Await(client_->WriteBatch({Upsert(), Upsert()}, context_)).ok());
  EXPECT_TRUE(loop_.Await(client_->WriteBatch({}, context_))->empty());
}

TEST_F(WritesTest, CreatesManyAtOnce) {
  Table table;
  table.logical_name = "adobe_emailsend";
  table.entity_set = "adobe_emailsends";
  http_.Answer("/adobe_emailsends/Microsoft.Dynamics.CRM.CreateMultiple", 200, R"({"Ids":["a","b"]})");
  const std::vector<std::string> rows = {R"({"subject":"x"})", " { } "};
  const auto ids = loop_.Await(client_->CreateMultiple(table, rows, context_));
  ASSERT_TRUE(ids.ok()) << ids.status();
  EXPECT_EQ(absl::StrJoin(*ids, ","), "a,b");
  EXPECT_EQ(Sent().body, R"({"Targets":[{"@odata.type":"Microsoft.Dynamics.CRM.adobe_emailsend","subject":"x"},)"
                         R"({"@odata.type":"Microsoft.Dynamics.CRM.adobe_emailsend" }]})");

  for (const char* body : {"", "{}", R"({"Ids":["a"]})", R"({"Ids":[1,2]})", "<html>"}) {
    http_.Answer("CreateMultiple", 200, body);
    const absl::Status status = loop_.Await(client_->CreateMultiple(table, rows, context_)).status();
    EXPECT_TRUE(errors::Is(status, errors::kDynamicsAnswer)) << body;
    EXPECT_TRUE(errors::Describe(status).maybe_done);
  }
}

}  // namespace
}  // namespace causeway::dataverse
