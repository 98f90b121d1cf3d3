#include "common/campaign/client.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/async/testing/manual_loop.h"
#include "common/errors/error.h"
#include "common/http/testing/scripted_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::campaign {
namespace {

using testing::ElementsAre;

constexpr char kBase[] = "https://campaign.example/contoso/campaign/";

class CampaignClientTest : public testing::Test {
 protected:
  CampaignClientTest() {
    ClientOptions options;
    options.base_url = "https://campaign.example/";
    options.tenant = "contoso";
    options.ims_url = "https://ims.example";
    options.credentials = OAuthCredentials{"app", "secret", {}};
    options.request_timeout = absl::Seconds(7);
    options.observer = [this](const oauth::CallReport& report) { statuses_.push_back(report.status); };
    client_ = std::make_unique<CampaignClient>(loop_, random_, http_, options);
  }

  void GiveTokens() { http_.Always("/ims/", 200, R"({"expires_in":86399,"access_token":"t1"})"); }
  absl::StatusOr<std::string> Create() {
    return loop_.Await(client_->Create(profile_, R"({"lastName":"x"})", context_));
  }
  absl::Status Update() { return loop_.Await(client_->Update(profile_, "@a/1", R"({"lastName":"x"})", context_)); }
  absl::Status Delete() { return loop_.Await(client_->Delete(profile_, "@a/1", context_)); }
  absl::StatusOr<EntityPage> List(const std::string& link = "") {
    return loop_.Await(client_->List(profile_, "externalId", 1000, link));
  }
  absl::StatusOr<std::vector<Entity>> Find(const std::string& key) {
    return loop_.Await(client_->FindByKey(profile_, {}, "externalId", key, context_));
  }
  static std::string CodeOf(const absl::Status& status) { return errors::Describe(status).code; }
  const http::Request& Sent() const { return http_.requests().back(); }

  const Resource profile_{"profileAndServicesExt", "profile"};
  async::ManualLoop loop_;
  async::Random random_{1};
  http::ScriptedClient http_{loop_};
  std::vector<int> statuses_;
  oauth::CallContext context_;
  std::unique_ptr<CampaignClient> client_;
};

TEST_F(CampaignClientTest, I16_ACreateIsOneEngineCall) {
  GiveTokens();
  http_.Answer("POST https://campaign.example/contoso/campaign/profileAndServicesExt/profile", 201,
               R"({"PKey":"@1","href":"x","lastName":"X"})");
  EXPECT_EQ(*Create(), "@1");
  EXPECT_EQ(Sent().body, R"({"lastName":"x"})");
  EXPECT_EQ(http::HeaderOf(Sent(), "Authorization"), "Bearer t1");
  EXPECT_EQ(http::HeaderOf(Sent(), "X-Api-Key"), "app");
  EXPECT_EQ(http::HeaderOf(Sent(), "Content-Type"), "application/json");
  EXPECT_EQ(http::HeaderOf(Sent(), "Cache-Control"), "no-cache");
  EXPECT_EQ(Sent().deadline, absl::Seconds(7));
  EXPECT_EQ(context_.calls, 1);
  EXPECT_THAT(statuses_, ElementsAre(201)) << "requests for tokens are no engine calls";
}

TEST_F(CampaignClientTest, UpdatesAndDeletesByPKey) {
  GiveTokens();
  const std::string url = absl::StrCat(kBase, "profileAndServicesExt/profile/@a%2F1");
  http_.Answer("PATCH " + url, 200, R"({"PKey":"@a\/1","href":"x"})");
  EXPECT_TRUE(Update().ok());
  http_.Answer("PATCH", 204, "");
  EXPECT_TRUE(Update().ok());
  http_.Answer("DELETE " + url, 200, "");
  EXPECT_TRUE(Delete().ok());
  http_.Answer("DELETE", 204, "");
  EXPECT_TRUE(Delete().ok());
  http_.Answer("DELETE", 200, "{}");
  EXPECT_TRUE(Delete().ok());
  EXPECT_EQ(context_.calls, 5);

  const char* gone = R"({"error_code":404,"message":"RST-360000 The requested resource does not exist."})";
  http_.Answer("PATCH", 404, gone);
  EXPECT_EQ(CodeOf(Update()), "CW-CAM-NOT-FOUND");
  http_.Answer("DELETE", 404, gone);
  EXPECT_EQ(CodeOf(Delete()), "CW-CAM-NOT-FOUND");
}

TEST_F(CampaignClientTest, R1_ACreateWithoutAReadableAnswerMayHaveBeenCarriedOut) {
  GiveTokens();
  for (const std::string& body : std::vector<std::string>{"", "<html>Sign in</html>", R"({"PKey":"@1)", "{}", "[]",
                                                          R"({"PKey":7})", "{\"PKey\":\"@\xff\"}"}) {
    http_.Answer("POST", 201, body);
    const absl::Status status = Create().status();
    EXPECT_EQ(CodeOf(status), "CW-CAM-ANSWER") << body;
    EXPECT_TRUE(errors::Describe(status).maybe_done) << body;
    EXPECT_TRUE(errors::IsTransient(status));
  }
  for (const absl::Status& error : {absl::DeadlineExceededError("late"), absl::UnknownError("connection reset")}) {
    http_.Fail("POST", error);
    const absl::Status status = Create().status();
    EXPECT_EQ(CodeOf(status), "CW-CAM-UNREACHABLE");
    EXPECT_TRUE(errors::Describe(status).maybe_done);
  }
  http_.Fail("POST", absl::UnavailableError("connection refused"));
  EXPECT_FALSE(errors::Describe(Create().status()).maybe_done);
}

TEST_F(CampaignClientTest, APageOfSomethingInBetweenIsNoSuccess) {
  GiveTokens();
  http_.Answer("PATCH", 200, "<html>Sign in</html>");
  EXPECT_EQ(CodeOf(Update()), "CW-CAM-ANSWER");
  http_.Answer("PATCH", 200, R"({"PKey":"@other"})");
  EXPECT_EQ(CodeOf(Update()), "CW-CAM-ANSWER");
  http_.Answer("DELETE", 200, "<html>Sign in</html>");
  EXPECT_EQ(CodeOf(Delete()), "CW-CAM-ANSWER");
}

TEST_F(CampaignClientTest, W5_ARefusalIsNoAnswerThatBearsTheTenantOut) {
  GiveTokens();
  const std::string oops = R"({"code":502,"message":"Oops. Something went wrong. Check your URI and try again."})";
  for (int attempt = 0; attempt < 2; ++attempt) {
    http_.Answer("POST", 502, oops);
    EXPECT_EQ(CodeOf(Create().status()), "CW-CAM-URI") << attempt;
  }
  http_.Answer("POST", 201, R"({"PKey":"@1","href":"x","lastName":"X"})");
  EXPECT_TRUE(Create().ok());
  http_.Answer("POST", 502, oops);
  EXPECT_EQ(CodeOf(Create().status()), "CW-CAM-UNAVAILABLE") << "the tenant is right: it answered";
}

TEST_F(CampaignClientTest, ARefusedValueIsARecordError) {
  GiveTokens();
  http_.Answer("POST", 500,
               R"({"error_code":500,"message":"RST-360011 An error has occurred: invalid value for field 'email'."})");
  const absl::Status status = Create().status();
  EXPECT_EQ(CodeOf(status), "CW-CAM-REFUSED");
  EXPECT_EQ(errors::KindOf(status), errors::Kind::kRecord);
  EXPECT_EQ(errors::Describe(status).subject, "email");
  EXPECT_FALSE(errors::Describe(status).maybe_done);
}

TEST_F(CampaignClientTest, ATokenThatIsRefusedIsRenewedOnceAndBothAreEngineCalls) {
  http_.Answer("/ims/", 200, R"({"expires_in":86399,"access_token":"t1"})");
  http_.Answer("/ims/", 200, R"({"expires_in":86399,"access_token":"t2"})");
  http_.Answer("POST https://campaign", 401, R"({"error_code":"401013","message":"Oauth token is not valid"})");
  http_.Answer("POST https://campaign", 201, R"({"PKey":"@1"})");
  EXPECT_EQ(*Create(), "@1");
  EXPECT_EQ(http::HeaderOf(Sent(), "Authorization"), "Bearer t2");
  EXPECT_EQ(context_.calls, 2);

  http_.Always("/ims/", 200, R"({"expires_in":86399,"access_token":"t3"})");
  http_.Always("POST https://campaign", 401, "");
  const absl::Status status = Create().status();
  EXPECT_EQ(CodeOf(status), "CW-CAM-CREDENTIALS");
  EXPECT_EQ(errors::KindOf(status), errors::Kind::kWorkflow);
}

TEST_F(CampaignClientTest, TroubleWithTokens) {
  http_.Answer("/ims/", 400, R"({"error":"invalid_client","error_description":"invalid client_secret"})");
  EXPECT_EQ(CodeOf(Create().status()), "CW-CAM-CREDENTIALS");
  http_.Answer("/ims/", 200, "<html>Sign in</html>");
  EXPECT_EQ(CodeOf(Create().status()), "CW-CAM-ANSWER");
  http_.Answer("/ims/", 200, R"({"expires_in":86399})");
  EXPECT_EQ(CodeOf(Create().status()), "CW-CAM-ANSWER");
  http_.Answer("/ims/", 503, "");
  const absl::Status status = Create().status();
  EXPECT_EQ(CodeOf(status), "CW-CAM-UNAVAILABLE");
  EXPECT_FALSE(errors::Describe(status).maybe_done) << "nothing was sent to Campaign";
  EXPECT_EQ(context_.calls, 0);
}

TEST_F(CampaignClientTest, AsksForTheRightToSendWhenTheRequestIsReadyToGo) {
  GiveTokens();
  std::vector<std::string> asked_after;
  auto ask = [](http::ScriptedClient& http, std::vector<std::string>& asked_after) -> async::Task<absl::Status> {
    asked_after.push_back(absl::StrCat(http.requests().size(), " requests"));
    co_return errors::Make(errors::kPartitionLost, "lost");
  };
  context_.before_send = [&] { return ask(http_, asked_after); };
  EXPECT_EQ(CodeOf(Create().status()), "CW-WRK-LOST");
  EXPECT_THAT(asked_after, ElementsAre("1 requests")) << "the token was there";
  EXPECT_TRUE(http_.RequestsOf("campaign.example").empty());
  EXPECT_EQ(context_.calls, 0);
}

TEST_F(CampaignClientTest, R3_ThrottlingHoldsBackAllUntilRetryAfter) {
  GiveTokens();
  http_.Answer("POST", 429, R"({"error_code":"429050","message":"Too many requests"})", {{"retry-after", "20"}});
  const absl::Status status = Create().status();
  EXPECT_EQ(CodeOf(status), "CW-CAM-THROTTLED");
  EXPECT_EQ(errors::Describe(status).retry_after, absl::Seconds(20));
  EXPECT_FALSE(errors::Describe(status).maybe_done);
  const async::Instant refused = loop_.Now();
  http_.Answer("POST", 201, R"({"PKey":"@1"})");
  EXPECT_TRUE(Create().ok());
  EXPECT_GE(loop_.Now() - refused, absl::Seconds(20));
  EXPECT_EQ(client_->limiter().time_throttled(), absl::Seconds(20));
}

TEST_F(CampaignClientTest, ListsPageByPage) {
  GiveTokens();
  http_.Answer(
      "GET "
      "https://campaign.example/contoso/campaign/profileAndServicesExt/profile?_lineCount=1000&_forcePagination=true",
      200, R"({"content":[{"PKey":"@1","externalId":"k"}],"next":{"href":"https://campaign.example/n?a=%2B"}})");
  const auto first = List();
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->entities.at(0).key, "k");
  http_.Answer("/n", 200, R"({"content":[]})");
  const auto last = List(first->next_link);
  ASSERT_TRUE(last.ok()) << last.status();
  EXPECT_EQ(Sent().url, "https://campaign.example/n?a=%2B") << "unchanged";
  EXPECT_EQ(last->next_link, "");
}

TEST_F(CampaignClientTest, ALinkToAnotherHostIsNeverRequested) {
  GiveTokens();
  for (const char* link : {"https://evil.example/x", "http://campaign.example/x",
                           "https://campaign.example@evil.example/", "/contoso/campaign/x"})
    EXPECT_EQ(CodeOf(List(link).status()), "CW-CAM-FOREIGN-LINK") << link;
  EXPECT_TRUE(http_.requests().empty());
  http_.Answer("GET", 200, R"({"content":[],"next":{"href":"https://evil.example/x"}})");
  EXPECT_EQ(CodeOf(List().status()), "CW-CAM-FOREIGN-LINK");
  EXPECT_TRUE(http_.RequestsOf("evil").empty());
}

TEST_F(CampaignClientTest, EmptyPagesAreFollowedUpToABound) {
  GiveTokens();
  http_.Answer("_lineCount", 200, R"({"content":[],"next":{"href":"https://campaign.example/n1"}})");
  http_.Answer("/n1", 200, R"({"content":[{"PKey":"@1"}]})");
  EXPECT_EQ(List()->entities.size(), 1u);
  http_.Answer("/n1", 200, R"({"content":[{"PKey":"@1"}],"next":{"href":"https://campaign.example/n1"}})");
  EXPECT_EQ(CodeOf(List("https://campaign.example/n1").status()), "CW-CAM-ANSWER") << "it leads to itself";
  for (int i = 0; i < 200; ++i)
    http_.Answer(absl::StrCat("/e", i, "."), 200,
                 absl::StrCat(R"({"content":[],"next":{"href":"https://campaign.example/e)", i + 1, ".\"}}"));
  EXPECT_EQ(CodeOf(List("https://campaign.example/e0.").status()), "CW-CAM-ANSWER");
  EXPECT_EQ(http_.unused(), 100u);
}

TEST_F(CampaignClientTest, BadAnswersToAListAreRetriable) {
  GiveTokens();
  for (const std::string& body : std::vector<std::string>{"", "<html>", R"({"content":[)", "{}", "\xff"}) {
    http_.Answer("GET", 200, body);
    const absl::Status status = List().status();
    EXPECT_EQ(CodeOf(status), "CW-CAM-ANSWER") << body;
    EXPECT_TRUE(errors::IsTransient(status));
  }
}

TEST_F(CampaignClientTest, FindsByKey) {
  GiveTokens();
  http_.Answer(
      absl::StrCat("GET ", kBase, "profileAndServicesExt/profile/byExternalId?externalId_parameter=a%26b%2F%40"), 200,
      R"({"content":[{"PKey":"@1","externalId":"A&b/@"}]})");
  const auto found = Find("a&b/@");
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->at(0).pkey, "@1");
  EXPECT_EQ(context_.calls, 1);
  http_.Answer("GET", 200, R"({"content":[]})");
  EXPECT_TRUE(Find("k")->empty());
  http_.Answer("GET", 404, R"({"error_code":404,"message":"RST-360000 Unknown filter."})");
  EXPECT_EQ(CodeOf(Find("k").status()), "CW-CAM-RESOURCE");
}

TEST_F(CampaignClientTest, I14_AFilterThatFindsStrangersIsAnError) {
  GiveTokens();
  http_.Answer("GET", 200, R"({"content":[{"PKey":"@1","externalId":"k"},{"PKey":"@2","externalId":"other"}]})");
  EXPECT_EQ(CodeOf(Find("k").status()), "CW-CAM-REQUEST");
  http_.Answer("GET", 200, R"({"content":[{"PKey":"@2"}]})");
  EXPECT_EQ(CodeOf(Find("k").status()), "CW-CAM-REQUEST");
}

TEST_F(CampaignClientTest, GetsAnEntity) {
  GiveTokens();
  http_.Answer("GET https://campaign.example/contoso/campaign/profileAndServicesExt/profile/@1", 200,
               R"({"PKey":"@1","externalId":"k"})");
  EXPECT_EQ(loop_.Await(client_->Get(profile_, "@1", "externalId", context_))->key, "k");
  http_.Answer("GET", 404, R"({"error_code":404,"message":"RST-360000 No such PKey."})");
  EXPECT_EQ(CodeOf(loop_.Await(client_->Get(profile_, "@1", "externalId", context_)).status()), "CW-CAM-NOT-FOUND");
}

TEST_F(CampaignClientTest, DescribesAResourceWhereverItLives) {
  GiveTokens();
  const char* gone = R"({"error_code":404,"message":"RST-360000 Unknown resource."})";
  const char* fields = R"({"content":{"lastName":{"apiName":"lastName","type":"string"}}})";
  http_.Answer("profileAndServicesExt/resourceType/profile", 200, fields);
  const auto profile = loop_.Await(client_->Describe("profile"));
  ASSERT_TRUE(profile.ok()) << profile.status();
  EXPECT_EQ(profile->resource.endpoint, "profileAndServicesExt");
  EXPECT_EQ(profile->fields.at(0).name, "lastName");

  http_.Answer("profileAndServicesExt/resourceType/cusShop", 404, gone);
  http_.Answer("customResources/resourceType/cusShop", 200, fields);
  EXPECT_EQ(loop_.Await(client_->Describe("cusShop"))->resource.endpoint, "customResources");

  http_.Answer("profileAndServicesExt/resourceType/cusGone", 404, gone);
  http_.Answer("customResources/resourceType/cusGone", 404, gone);
  EXPECT_EQ(CodeOf(loop_.Await(client_->Describe("cusGone")).status()), "CW-CAM-RESOURCE");
  http_.Answer("resourceType/profile", 404, gone);
  EXPECT_EQ(CodeOf(loop_.Await(client_->Describe("profile")).status()), "CW-CAM-RESOURCE");
  http_.Answer("resourceType/profile", 200, "<html>");
  EXPECT_EQ(CodeOf(loop_.Await(client_->Describe("profile")).status()), "CW-CAM-ANSWER");
}

TEST_F(CampaignClientTest, ListsResources) {
  GiveTokens();
  http_.Answer(absl::StrCat("GET ", kBase, "profileAndServicesExt/"), 200, R"({"content":[{"name":"profile"}]})");
  EXPECT_THAT(*loop_.Await(client_->ListResources()), ElementsAre("profile"));
}

TEST_F(CampaignClientTest, StartsLowAndRises) {
  GiveTokens();
  http_.Always("POST https://campaign", 201, R"({"PKey":"@1"})");
  auto create = [](CampaignClient& client, Resource resource, oauth::CallContext& context) -> async::Task<void> {
    (void)co_await client.Create(resource, "{}", context);
  };
  async::Scope scope(loop_);
  for (int i = 0; i < 500; ++i) scope.Spawn(create(*client_, profile_, context_));
  loop_.RunPosted();
  EXPECT_LE(client_->limiter().in_flight(), 2);
  ASSERT_TRUE(loop_.AdvanceUntil([&] { return scope.size() == 0; }));
  EXPECT_EQ(http_.max_in_flight(), 32);
  EXPECT_EQ(context_.calls, 500);
}

}  // namespace
}  // namespace causeway::campaign
