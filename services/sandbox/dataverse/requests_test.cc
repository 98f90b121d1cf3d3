// spec/dynamics365.md "Authentication" and "Requests".
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/default_schema.h"
#include "services/sandbox/dataverse/testing/world.h"

namespace causeway::sandbox::dataverse {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kHost[] = "sandbox.test:9000";
constexpr char kForm[] =
    "grant_type=client_credentials&client_id=sandbox-dynamics&client_secret=sandbox-dynamics-secret"
    "&scope=http%3A%2F%2Fsandbox.test%3A9000%2F.default";

http::Response AskForToken(Entra& entra, std::string_view form,
                           std::string_view type = "application/x-www-form-urlencoded",
                           const std::string& tenant = "contoso") {
  http::Request request{"POST", "/contoso/oauth2/v2.0/token", {}, form};
  request.headers = {{"Host", kHost}, {"Content-Type", type}};
  return entra.Answer(request, tenant);
}

std::string Without(std::string_view text, std::string_view part) {
  std::string changed(text);
  return changed.erase(changed.find(part), part.size());
}

TEST(Entra, GivesATokenThatOpensTheWebApiUntilItExpires) {
  World world;
  const http::Response response = AskForToken(world.entra, kForm);
  EXPECT_EQ(response.status, 200);
  const auto body = Body(response);
  EXPECT_EQ(body.at("token_type").as_string(), "Bearer");
  EXPECT_EQ(body.at("expires_in").as_int64(), 3599);
  world.token = std::string(body.at("access_token").as_string());
  EXPECT_EQ(world.Get("contacts").status, 200);
  world.clock.now_ms += 3599 * 1000;
  EXPECT_EQ(world.Get("contacts").status, 401);
}

TEST(Entra, RefusesWhatIsWrong) {
  World world;
  struct Case {
    std::string form;
    int status;
    const char* error;
    const char* number;
  };
  const std::string form = kForm;
  for (const Case& wrong :
       {Case{Without(form, "-dynamics-secret"), 401, "invalid_client", "AADSTS7000215"},
        Case{Without(form, "&client_secret=sandbox-dynamics-secret"), 401, "invalid_client", "AADSTS7000216"},
        Case{Without(form, "_credentials"), 400, "unsupported_grant_type", "AADSTS70003"},
        Case{Without(form, "client_id=sandbox-dynamics&"), 400, "invalid_request", "AADSTS900144"},
        Case{Without(form, "=sandbox-dynamics"), 400, "invalid_request", "AADSTS900144"},
        Case{Without(form, ".default"), 400, "invalid_scope", "AADSTS70011"},
        Case{Without(form, "sandbox.test"), 400, "invalid_resource", "AADSTS500011"}}) {
    const http::Response response = AskForToken(world.entra, wrong.form);
    EXPECT_EQ(response.status, wrong.status) << wrong.form;
    EXPECT_EQ(Link(response, "error"), wrong.error) << wrong.form;
    EXPECT_THAT(Link(response, "error_description"), StartsWith(wrong.number));
  }
  EXPECT_EQ(AskForToken(world.entra, kForm, "application/json").status, 400);
  EXPECT_EQ(AskForToken(world.entra, kForm, "application/x-www-form-urlencoded", "fabrikam").status, 400);
}

TEST(Requests, NeedAValidToken) {
  World world;
  for (const char* authorization : {"", "Bearer ", "Bearer eyJ0eXAi.made.up", "Basic c2FuZGJveA=="}) {
    const http::Response response = world.Get("contacts", {{"Authorization", authorization}});
    EXPECT_EQ(response.status, 401) << authorization;
    EXPECT_THAT(HeaderOf(response, "WWW-Authenticate"), StartsWith("Bearer authorization_uri="));
    EXPECT_NE(ErrorCode(response), "");
  }
  world.entra.tokens().ExpireAll();
  EXPECT_EQ(world.Get("contacts").status, 401);
}

TEST(Requests, NeedODataHeaders) {
  World world;
  EXPECT_EQ(world.Get("contacts", {{"OData-Version", ""}}).status, 400);
  EXPECT_EQ(world.Get("contacts", {{"OData-MaxVersion", "3.0"}}).status, 400);
  EXPECT_EQ(world.Get("contacts", {{"Accept", "application/xml"}}).status, 406);
  EXPECT_EQ(world.Get("contacts", {{"Accept", "text/html, application/json;odata.metadata=minimal"}}).status, 200);
  EXPECT_EQ(world.Get("contacts", {{"Host", "a\"b"}}).status, 400);
}

TEST(Requests, ErrorsComeInAnEnvelope) {
  World world;
  const http::Response response = world.Get("nosuchset");
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.content_type, StartsWith("application/json"));
  EXPECT_THAT(ErrorCode(response), StartsWith("0x8"));
  EXPECT_THAT(ErrorMessage(response), HasSubstr("nosuchset"));
}

TEST(Requests, WhoAmI) {
  World world;
  EXPECT_EQ(Link(world.Get("WhoAmI"), "UserId"), kApplicationUser.ToString());
  EXPECT_EQ(Link(world.Get("WhoAmI()"), "OrganizationId"), kOrganization.ToString());
}

class Protection : public ::testing::Test {
 protected:
  ServiceProtection::Admission Receive() {
    const std::string authorization = "Bearer " + world_.token;
    http::Request request{"GET", "/api/data/v9.2/contacts", {}, {}};
    request.headers = {{"Authorization", authorization}};
    return world_.api.Receive(request);
  }
  ProtectionSettings& settings() { return world_.api.protection().settings(); }

  World world_;
};

TEST_F(Protection, LimitsAreDataversesOwn) {
  EXPECT_EQ(settings().requests, 6000);
  EXPECT_EQ(settings().execution_ms, 1'200'000);
  EXPECT_EQ(settings().concurrent, 52);
  EXPECT_EQ(settings().window_seconds, 300);
}

TEST_F(Protection, RequestsOfTheWindowAreCounted) {
  for (int i = 0; i < 6000; ++i) ASSERT_FALSE(Receive().refusal) << i;
  const auto refused = Receive();
  ASSERT_TRUE(refused.refusal);
  EXPECT_EQ(refused.refusal->status, 429);
  EXPECT_EQ(ErrorCode(*refused.refusal), "0x80072322");
  EXPECT_EQ(HeaderOf(*refused.refusal, "Retry-After"), "300");
  EXPECT_EQ(HeaderOf(*refused.refusal, "x-ms-ratelimit-burst-remaining-xrm-requests"), "0");
  world_.clock.now_ms += 300'000;
  EXPECT_FALSE(Receive().refusal);
}

TEST_F(Protection, PressingOnLengthensTheWait) {
  settings().requests = 10;
  for (int i = 0; i < 10; ++i) Receive();
  world_.clock.now_ms += 100'000;
  EXPECT_EQ(HeaderOf(*Receive().refusal, "Retry-After"), "200");
  for (int i = 0; i < 10; ++i) Receive();
  world_.clock.now_ms += 200'000;
  EXPECT_TRUE(Receive().refusal);
}

TEST_F(Protection, ConcurrentRequestsAreCounted) {
  std::vector<ServiceProtection::Admission> admitted;
  for (int i = 0; i < 52; ++i) admitted.push_back(Receive());
  const auto refused = Receive();
  ASSERT_TRUE(refused.refusal);
  EXPECT_EQ(ErrorCode(*refused.refusal), "0x80072326");
  admitted.pop_back();
  EXPECT_FALSE(Receive().refusal);
}

TEST_F(Protection, ExecutionTimeIsCounted) {
  settings().execution_ms = 5000;
  {
    const auto slow = Receive();
    world_.clock.now_ms += 5000;
  }
  const auto refused = Receive();
  ASSERT_TRUE(refused.refusal);
  EXPECT_EQ(ErrorCode(*refused.refusal), "0x80072321");
  EXPECT_EQ(HeaderOf(*refused.refusal, "Retry-After"), "300");
}

TEST_F(Protection, AnswersSayWhatIsLeft) {
  Receive();
  const http::Response response = world_.Get("contacts");
  EXPECT_EQ(HeaderOf(response, "x-ms-ratelimit-burst-remaining-xrm-requests"), "5999");
  EXPECT_EQ(HeaderOf(response, "x-ms-ratelimit-time-remaining-xrm-requests"), "1200.0");
}

TEST_F(Protection, RequestsWithoutATokenArentCounted) {
  settings().requests = 1;
  for (int i = 0; i < 5; ++i)
    EXPECT_FALSE(world_.api.Receive(http::Request{"GET", "/api/data/v9.2/contacts", {}, {}}).refusal);
  EXPECT_FALSE(Receive().refusal);
}

TEST_F(Protection, CanBeSwitchedOff) {
  settings() = {.enabled = false, .requests = 1};
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(Receive().refusal);
}

}  // namespace
}  // namespace causeway::sandbox::dataverse
