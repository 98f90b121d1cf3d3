#include "common/journal/client.h"

#include <memory>
#include <string>

#include "common/async/testing/manual_loop.h"
#include "common/errors/error.h"
#include "common/http/testing/scripted_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::journal {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr char kJournal[] = "https://events.example/events/organizations/1/integrations/2/3";
constexpr char kPage[] = R"({"events":[{"position":"p1","event":{"id":"a"}}],"_page":{"last":"p1","count":1}})";
const http::Headers kNext = {{"link", R"(</events/organizations/1/integrations/2/3?since=p1>; rel="next")"}};

class JournalClientTest : public testing::Test {
 protected:
  JournalClientTest() {
    ClientOptions options;
    options.journal_url = kJournal;
    options.organization_id = "1@AdobeOrg";
    options.identity.ims_url = "https://ims.example";
    options.identity.credentials = campaign::OAuthCredentials{"app", "secret", {}};
    client_ = std::make_unique<JournalClient>(loop_, random_, http_, options);
    http_.Always("/ims/", 200, R"({"expires_in":86399,"access_token":"t1"})");
  }

  absl::StatusOr<Page> Read(const std::string& link = kJournal) { return loop_.Await(client_->Read(link)); }
  std::string CodeOfRead(const std::string& link = kJournal) { return errors::Describe(Read(link).status()).code; }
  size_t JournalRequests() const { return http_.RequestsOf("events.example").size(); }

  async::ManualLoop loop_;
  async::Random random_{1};
  http::ScriptedClient http_{loop_};
  std::unique_ptr<JournalClient> client_;
};

TEST_F(JournalClientTest, E3_ReadsAPageAndItsNextLink) {
  http_.Answer("GET " + std::string(kJournal), 200, kPage, kNext);
  const auto page = Read();
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(page->entries, SizeIs(1));
  EXPECT_FALSE(page->caught_up);
  EXPECT_EQ(page->next_link, std::string(kJournal) + "?since=p1");
  const http::Request& sent = http_.requests().back();
  EXPECT_EQ(http::HeaderOf(sent, "x-ims-org-id"), "1@AdobeOrg");
  EXPECT_EQ(http::HeaderOf(sent, "X-Api-Key"), "app");
  EXPECT_EQ(http::HeaderOf(sent, "Authorization"), "Bearer t1");
}

TEST_F(JournalClientTest, E3_FindsTheNextLinkInAnyLine) {
  http_.Answer("GET", 204, "",
               {{"link", R"(</count?since=p1>; rel="validate")"}, {"link", R"(</j?since=p1>; rel="next")"}});
  const auto page = Read();
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->next_link, "https://events.example/j?since=p1");
}

TEST_F(JournalClientTest, E3_NothingNewSaysHowLongToWait) {
  http::Headers headers = kNext;
  headers.emplace_back("retry-after", "7");
  http_.Answer("GET", 204, "", headers);
  const auto page = Read();
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_TRUE(page->caught_up);
  EXPECT_THAT(page->entries, IsEmpty());
  EXPECT_EQ(page->retry_after, absl::Seconds(7));
}

TEST_F(JournalClientTest, E3_TellsWhatWentWrong) {
  const std::pair<int, const char*> kCases[] = {
      {400, "CW-JRN-REQUEST"},   {403, "CW-JRN-PERMISSION"},  {404, "CW-JRN-REQUEST"},     {410, "CW-JRN-GAP"},
      {429, "CW-JRN-THROTTLED"}, {500, "CW-JRN-UNAVAILABLE"}, {503, "CW-JRN-UNAVAILABLE"}, {302, "CW-JRN-ANSWER"}};
  for (const auto& [status, code] : kCases) {
    http_.Answer("GET", status, "");
    EXPECT_EQ(CodeOfRead(), code) << status;
    loop_.Advance(absl::Minutes(5));
  }
  http_.Fail("GET", absl::DeadlineExceededError("no answer"));
  EXPECT_EQ(CodeOfRead(), "CW-JRN-UNREACHABLE");
}

TEST_F(JournalClientTest, E3_ATokenThatIsRefusedIsRenewedOnce) {
  http_.Answer("GET", 401, "");
  http_.Answer("GET", 200, kPage, kNext);
  EXPECT_TRUE(Read().ok());
  http_.Answer("GET", 401, "");
  http_.Answer("GET", 401, "");
  EXPECT_EQ(CodeOfRead(), "CW-JRN-CREDENTIALS");
}

TEST_F(JournalClientTest, R2_AnAnswerThatIsNoPageIsAskedForAgain) {
  http_.Answer("GET", 200, "<html>busy</html>", kNext);
  EXPECT_EQ(CodeOfRead(), "CW-JRN-ANSWER");
  http_.Answer("GET", 200, kPage);
  EXPECT_EQ(CodeOfRead(), "CW-JRN-ANSWER") << "without a next link the reader would not know where to go on";
}

TEST_F(JournalClientTest, R2_DoesNotGoRoundInCircles) {
  http_.Answer("GET", 200, kPage, kNext);
  EXPECT_EQ(CodeOfRead(std::string(kJournal) + "?since=p1"), "CW-JRN-ANSWER");
  http_.Answer("GET", 200, R"({"events":[]})", kNext);
  const auto empty = Read();
  ASSERT_TRUE(empty.ok()) << empty.status();
  EXPECT_TRUE(empty->caught_up) << "asking again at once would be asking without end";
}

TEST_F(JournalClientTest, R2_NeverAsksAnotherHost) {
  http_.Answer("GET", 200, kPage, {{"link", R"(<https://evil.example/j>; rel="next")"}});
  EXPECT_EQ(CodeOfRead(), "CW-JRN-LINK");
  const size_t before = http_.requests().size();
  EXPECT_EQ(CodeOfRead("https://evil.example/j"), "CW-JRN-LINK");
  EXPECT_EQ(http_.requests().size(), before);
}

TEST_F(JournalClientTest, E3_BeginsWherePeopleSay) {
  EXPECT_EQ(client_->FromOldest(), kJournal);
  EXPECT_EQ(client_->FromLatest(), std::string(kJournal) + "?latest=true");
  EXPECT_EQ(client_->FromTime(loop_.WallTime() - absl::Hours(2)), std::string(kJournal) + "?seek=-PT7200S");
  EXPECT_EQ(client_->FromTime(loop_.WallTime() - absl::Milliseconds(7'200'001)),
            std::string(kJournal) + "?seek=-PT7201S")
      << "the second's beginning is wanted too";
}

}  // namespace
}  // namespace causeway::journal
