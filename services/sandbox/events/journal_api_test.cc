#include "services/sandbox/events/journal_api.h"

#include <boost/json.hpp>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/sandbox/base/text.h"

namespace causeway::sandbox::events {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class FixedClock : public Clock {
 public:
  int64_t NowMillis() const override { return now; }
  int64_t now = 1'000'000'000'000;
};

class JournalApiTest : public ::testing::Test {
 protected:
  JournalApiTest() : authorization_(Cat("Bearer ", ims_.tokens().Issue(7200))) {}

  http::Response Get(const std::string& target) {
    http::Request request;
    request.method = "GET";
    request.target = target;
    request.headers = {{"Authorization", authorization_},
                       {"X-Api-Key", ims_.settings().client_id},
                       {"x-ims-org-id", ims_.settings().organization_id}};
    return api_.Answer(request);
  }
  http::Response GetJournal(const std::string& query = "") { return Get(std::string(kJournalPath) + query); }
  void Add(int count) {
    for (int i = 0; i < count; ++i) log_.Append(clock_.now, Cat(R"({"id":"e)", log_.end(), R"("})"));
  }
  static std::string Header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (http::EqualsIgnoreCase(key, name)) return value;
    }
    return "";
  }
  static std::string NextOf(const http::Response& response) {
    for (const auto& [key, link] : response.headers) {
      if (key == "Link" && link.ends_with(R"(; rel="next")")) return link.substr(1, link.find('>') - 1);
    }
    return "";
  }
  static size_t Count(const http::Response& response) {
    return boost::json::parse(response.body).at("events").as_array().size();
  }

  FixedClock clock_;
  Ims ims_{ImsSettings(), clock_, 1};
  EventLog log_;
  JournalApi api_{log_, ims_, clock_};
  std::string authorization_;
};

TEST_F(JournalApiTest, E3_NextLinksLeadThroughAllEventsOnce) {
  Add(5);
  http::Response page = GetJournal("?limit=2");
  size_t seen = 0;
  while (page.status == 200) {
    seen += Count(page);
    page = Get(NextOf(page));
  }
  EXPECT_EQ(page.status, 204);
  EXPECT_EQ(seen, 5u);
  EXPECT_EQ(Header(page, "Retry-After"), "1");
  Add(1);
  page = Get(NextOf(page));
  ASSERT_EQ(page.status, 200) << "the link of a 204 goes on there";
  EXPECT_THAT(page.body, HasSubstr("e6"));
}

TEST_F(JournalApiTest, E3_BeginsAtTheEndOrAtATime) {
  Add(2);
  EXPECT_EQ(GetJournal("?latest=true").status, 204);
  clock_.now += 3'600'000;
  Add(1);
  EXPECT_EQ(Count(GetJournal("?seek=-PT30M")), 1u);
  EXPECT_EQ(Count(GetJournal("?seek=-PT1H30M")), 3u);
  EXPECT_EQ(GetJournal("?seek=2H").status, 400);
}

TEST_F(JournalApiTest, E3_APositionExpiresWithItsEvents) {
  Add(2);
  const std::string next = NextOf(GetJournal("?limit=1"));
  clock_.now += api_.settings().retention_ms + 1;
  authorization_ = Cat("Bearer ", ims_.tokens().Issue(3600));
  Add(1);
  EXPECT_EQ(Get(next).status, 410);
  EXPECT_EQ(Count(GetJournal()), 1u);
}

TEST_F(JournalApiTest, K7_RefusesForeignPositionsTokensKeysAndOrganizations) {
  Add(1);
  EXPECT_EQ(GetJournal("?since=mine").status, 400);
  EXPECT_EQ(Get("/events/organizations/1/integrations/1/1").status, 404);
  const auto without = [&](std::string_view name) {
    http::Request request;
    request.method = "GET";
    request.target = kJournalPath;
    for (const auto& header : {std::pair<std::string_view, std::string_view>{"Authorization", authorization_},
                               {"X-Api-Key", ims_.settings().client_id},
                               {"x-ims-org-id", ims_.settings().organization_id}}) {
      if (header.first != name) request.headers.push_back(header);
    }
    return api_.Answer(request).status;
  };
  EXPECT_EQ(without("Authorization"), 401);
  EXPECT_EQ(without("X-Api-Key"), 403);
  EXPECT_EQ(without("x-ims-org-id"), 403);
}

TEST_F(JournalApiTest, K7_RefusesWhatAJournalDoesNotHave) {
  Add(2);
  for (const char* wrong : {"?another=address", "?limit=1&sort=asc", "?latest=false", "?latest=true&seek=-PT2H", "?latest=true&latest=true",
                            "?limit=1&limit=2", "?Latest=true"})
    EXPECT_EQ(GetJournal(wrong).status, 400) << wrong;
  EXPECT_EQ(GetJournal("?limit=1&seek=-PT2H").status, 200);
}

TEST_F(JournalApiTest, K7_AnotherRegistrationHasTheSameEventsUnderPositionsOfItsOwn) {
  Add(2);
  const http::Response page = Get(Cat(kSecondJournalPath, "?limit=1"));
  ASSERT_EQ(page.status, 200);
  EXPECT_THAT(NextOf(page), StartsWith(std::string(kSecondJournalPath)));
  EXPECT_EQ(Get(NextOf(page)).status, 200);
  const std::string query = NextOf(page).substr(kSecondJournalPath.size());
  EXPECT_EQ(GetJournal(query).status, 400) << "a position of another journal";
  EXPECT_THAT(Get(std::string(kRegistrationsPath)).body, HasSubstr(kSecondJournalPath));
}

TEST_F(JournalApiTest, K7_AnAnswerHoldsAtMostOneAndAHalfMegabytes) {
  for (int i = 0; i < 20; ++i) log_.Append(clock_.now, Cat("{\"id\":\"e\",\"x\":\"", std::string(200'000, 'x'), "\"}"));
  const http::Response page = GetJournal();
  EXPECT_LE(page.body.size(), 1'500'000u);
  EXPECT_EQ(Count(page), 7u);
}

}  // namespace
}  // namespace causeway::sandbox::events
