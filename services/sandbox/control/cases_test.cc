// Each case that people met in the field is a command.
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/control/control.h"
#include "services/sandbox/router.h"

namespace causeway::sandbox {
namespace {

using boost::json::object;
using boost::json::value;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kProfiles[] = "/contoso/campaign/profileAndServicesExt/profile";
constexpr char kContacts[] = "/api/data/v9.2/contacts";

class ManualClock : public Clock {
 public:
  int64_t NowMillis() const override { return now_ms; }
  int64_t now_ms = 1'764'000'000'000;
};

class CasesTest : public ::testing::Test {
 protected:
  value Do(const std::string& verb, const object& arguments) {
    const http::Response response = Post(verb, arguments);
    EXPECT_EQ(response.status, 200) << verb << ": " << response.body;
    return boost::json::parse(response.body);
  }
  http::Response Post(const std::string& verb, const object& arguments) {
    const std::string target = "/control/" + verb, body = serialize(arguments);
    http::Request request;
    request.method = "POST";
    request.target = target;
    request.body = body;
    return router_.Answer(request);
  }

  // As the server does it: what becomes of the request, and its answer. Status 0: the connection was closed.
  http::Response Ask(std::string_view method, const std::string& target, const std::string& body = "",
                     const std::string& host = "sandbox.test") {
    const bool dynamics = target.starts_with("/api/");
    const std::string authorization = Cat("Bearer ", dynamics ? dynamics_token_ : campaign_token_);
    http::Request request{method,
                          target,
                          {{"Host", host},
                           {"Authorization", authorization},
                           {"X-Api-Key", "sandbox-campaign"},
                           {"x-ims-org-id", "sandbox@AdobeOrg"},
                           {"Content-Type", dynamics && target.ends_with("$batch") ? "multipart/mixed;boundary=b"
                                                                                    : "application/json"},
                           {"OData-Version", "4.0"},
                           {"OData-MaxVersion", "4.0"},
                           {"Prefer", "odata.track-changes"}},
                          body};
    if (method != "GET" || !dynamics) request.headers.pop_back();
    http::Fate fate = router_.Receive(request);
    if (fate.lose_request) return {0, {}, "", ""};
    http::Response response = fate.instead ? *fate.instead : router_.Answer(request);
    router_.Answered(request, fate, response);
    return response;
  }
  std::string NewContact(const std::string& name) {
    return std::string(Do("put", {{"values", {{"firstname", name}}}}).at("id").as_string());
  }
  static std::string LinkIn(const http::Response& response, const char* name) {
    return std::string(boost::json::parse(response.body).at(name).as_string());
  }
  static std::string PathOf(const std::string& link) { return link.substr(link.find('/', 8)); }
  size_t Rows(const std::string& link) {
    return boost::json::parse(Ask("GET", PathOf(link)).body).at("value").as_array().size();
  }
  int64_t Early(const char* system, const char* what) {
    return Do("stats", {}).at("early").at(system).at(what).as_int64();
  }

  ManualClock clock_;
  boost::asio::io_context io_;
  World world_{clock_, 1};
  Control control_{io_, world_};
  Router router_{world_, control_};
  std::string dynamics_token_ = world_.entra.tokens().Issue(100'000);
  std::string campaign_token_ = world_.ims.tokens().Issue(100'000);
};

TEST_F(CasesTest, K7_AnswersWhateverIsAskedForToChosenRequests) {
  Do("answer", {{"status", 500}, {"code", "500"}, {"text", "PGS-220000 deadlock"}, {"match", "^POST/.*profile$"}, {"times", 2}});
  EXPECT_EQ(Ask("GET", kProfiles).status, 200);
  for (int i = 0; i < 2; ++i) {
    const http::Response response = Ask("POST", kProfiles, "{}");
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body, R"({"error_code":500,"message":"PGS-220000 deadlock"})");
  }
  EXPECT_EQ(Ask("POST", kProfiles, "{}").status, 201) << "twice was asked for";
  Do("answer", {{"status", 200}, {"body", "<html>"}, {"system", "dynamics365"}, {"retry_after", 2}});
  EXPECT_EQ(Ask("GET", kContacts).body, "<html>");
  Do("heal", {});
  EXPECT_EQ(Ask("GET", kContacts).status, 200);
  EXPECT_EQ(Post("answer", {{"status", 500}, {"match", "("}}).status, 400);
  EXPECT_EQ(Post("answer", {{"status", 99}}).status, 400);
}

TEST_F(CasesTest, K7_OneRecordAlwaysGetsAnError) {
  const std::string pkey(Do("put-record", {{"values", {{"externalId", "k-1"}}}}).at("pkey").as_string());
  Do("put-record", {{"values", {{"externalId", "k-2"}}}});
  Do("answer", {{"status", 500}, {"key", "k-1"}});
  EXPECT_EQ(Ask("PATCH", Cat(kProfiles, "/", http::Escape(pkey)), "{}").status, 500) << "by its PKey";
  EXPECT_EQ(Ask("POST", kProfiles, R"({"externalId":"k-1"})").status, 500) << "by what is sent";
  EXPECT_EQ(Ask("GET", Cat(kProfiles, "/byExternalId?externalId_parameter=k-1")).status, 500);
  EXPECT_EQ(Ask("GET", Cat(kProfiles, "/byExternalId?externalId_parameter=k-2")).status, 200);
}

TEST_F(CasesTest, K7_OneOperationOfABatchGetsAnError) {
  const std::string bad = NewContact("A"), good = NewContact("B");
  Do("answer", {{"system", "dynamics365"}, {"status", 400}, {"code", "0x80040265"}, {"text", "no"}, {"key", bad}});
  std::string body;
  for (const std::string& id : {good, bad, good}) {
    Append(body, "--b\r\nContent-Type: application/http\r\n\r\nPATCH contacts(", id,
           ") HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"lastname\":\"L\"}\r\n");
  }
  const http::Response response = Ask("POST", "/api/data/v9.2/$batch", body + "--b--\r\n");
  EXPECT_EQ(response.status, 400) << "it stops there";
  EXPECT_THAT(response.body, HasSubstr("0x80040265"));
  EXPECT_EQ(Do("get", {{"id", good}}).at("row").at("lastname"), "L");
}

TEST_F(CasesTest, K7_CustomersForbid) {
  Do("unique", {{"name", "by_mail"}, {"columns", "emailaddress1"}});
  Do("plug-in", {{"column", "lastname"}, {"value", "Bad"}, {"text", "not him"}});
  Do("put", {{"values", {{"emailaddress1", "a@b.example"}}}});
  EXPECT_THAT(Post("put", {{"values", {{"emailaddress1", "a@b.example"}}}}).body, HasSubstr("0x80060892"));
  EXPECT_THAT(Post("put", {{"values", {{"lastname", "Bad"}}}}).body, HasSubstr("not him"));
  Do("unique", {{"name", "by_mail"}, {"there", false}});
  Do("plug-in", {});
  Do("put", {{"values", {{"emailaddress1", "a@b.example"}, {"lastname", "Bad"}}}});
  EXPECT_EQ(Post("unique", {{"name", "x"}, {"columns", "shoesize"}}).status, 400);
}

TEST_F(CasesTest, K7_RowsHoldWhatNoClientCanRead) {
  const std::string id = NewContact("A");
  const std::string delta = LinkIn(Ask("GET", kContacts), "@odata.deltaLink");
  Do("spoil", {{"id", id}, {"json", "7"}});
  Do("spoil", {{"id", id}, {"column", "firstname"}, {"json", R"("cut \ud83d")"}});
  const http::Response changes = Ask("GET", PathOf(delta));
  EXPECT_THAT(changes.body, HasSubstr(R"("contactid":7)"));
  EXPECT_THAT(changes.body, HasSubstr(R"("firstname":"cut \ud83d")"));
  for (const char* json : {"{", R"("open)", R"("\u12")", "[1]", ""})
    EXPECT_EQ(Post("spoil", {{"id", id}, {"json", json}}).status, 400) << json;
}

TEST_F(CasesTest, K7_OthersMakeAndMoveRecords) {
  const value made = Do("put-record", {{"values", {{"externalId", "k-1"}, {"lastName", "A"}}}});
  Do("put-record", {{"key", "k-1"}, {"values", {{"lastName", "B"}}}});
  EXPECT_EQ(Do("calls", {}).at("inserts"), 0) << "no engine calls of Causeway's";
  const value moved = Do("move-record", {{"key", "k-1"}, {"to_key", "K-1"}});
  EXPECT_NE(made.at("pkey"), moved.at("pkey"));
  const auto status = [&](const value& record) {
    return Ask("GET", Cat(kProfiles, "/", http::Escape(std::string(record.at("pkey").as_string())))).status;
  };
  EXPECT_EQ(status(made), 500) << "a PKey of another instance";
  EXPECT_EQ(status(moved), 200);
  EXPECT_EQ(Do("profile", {{"external_id", "k-1"}}).at("found"), false);
  EXPECT_EQ(Do("profile", {{"external_id", "K-1"}}).at("profile").at("lastName"), "B");
  EXPECT_EQ(Post("put-record", {{"values", {{"shoeSize", 1}}}}).status, 400);
  EXPECT_EQ(Post("move-record", {{"key", "k-9"}}).status, 400);
  EXPECT_EQ(Post("move-record", {{"key", "K-1"}, {"old_pkey", "lost"}}).status, 400);
  Do("move-record", {{"key", "K-1"}, {"old_pkey", "gone"}});
  EXPECT_EQ(status(moved), 404);
}

TEST_F(CasesTest, K7_ARestoredBackupGoesBackInTime) {
  const std::string id = NewContact("Old");
  const int64_t version = Do("save", {{"name", "before"}}).at("version").as_int64();
  Do("put", {{"id", id}, {"values", {{"firstname", "New"}}}});
  const std::string later = NewContact("Later");
  const std::string delta = LinkIn(Ask("GET", kContacts), "@odata.deltaLink");
  EXPECT_EQ(Do("load", {{"name", "before"}}).at("version"), version) << "versions go back";
  EXPECT_EQ(Do("get", {{"id", id}}).at("row").at("firstname"), "Old");
  EXPECT_EQ(Do("get", {{"id", later}}).at("found"), false);
  EXPECT_EQ(Rows(delta), 0u) << "a link of the other timeline answers what there is";
  Do("load", {{"name", "before"}, {"delta_links", "expired"}});
  EXPECT_EQ(Ask("GET", PathOf(delta)).status, 410);
  EXPECT_EQ(Post("load", {{"name", "never"}}).status, 400);
}

TEST_F(CasesTest, K7_ABackupMayBeAFile) {
  const std::string path = Cat(::testing::TempDir(), "/backup-", getpid());
  const std::string id = NewContact("Old");
  Do("save", {{"name", path}});
  Do("delete", {{"id", id}});
  Do("load", {{"name", path}});
  EXPECT_EQ(Do("get", {{"id", id}}).at("found"), true);
  FILE* file = std::fopen(path.c_str(), "wb");
  std::fputs("cut", file);
  std::fclose(file);
  EXPECT_EQ(Post("load", {{"name", path}}).status, 400);
  EXPECT_EQ(Do("get", {{"id", id}}).at("found"), true) << "nothing is lost by a file that can't be read";
  std::remove(path.c_str());
}

TEST_F(CasesTest, K7_AReplicaLags) {
  const std::string id = NewContact("Old");
  Do("replica-lag", {{"seconds", 5}});
  Do("put", {{"id", id}, {"values", {{"firstname", "New"}}}});
  EXPECT_THAT(Ask("GET", kContacts).body, HasSubstr("\"Old\""));
  clock_.now_ms += 5000;
  EXPECT_THAT(Ask("GET", kContacts).body, HasSubstr("\"New\""));
}

TEST_F(CasesTest, K7_ASystemGetsAnotherName) {
  NewContact("A");
  const std::string old_link = LinkIn(Ask("GET", kContacts), "@odata.deltaLink");
  Do("rename", {{"host", "new.test:1"}});
  EXPECT_THAT(LinkIn(Ask("GET", kContacts), "@odata.deltaLink"), HasSubstr("http://new.test:1/"));
  Do("rename", {{"host", "new.test:1"}, {"old_answers", false}});
  EXPECT_EQ(Ask("GET", PathOf(old_link)).status, 0) << "nobody answers there";
  EXPECT_EQ(Ask("GET", PathOf(old_link), "", "new.test:1").status, 200);
  EXPECT_EQ(Ask("GET", kProfiles).status, 200) << "another system";
  Do("rename", {});
  EXPECT_THAT(LinkIn(Ask("GET", kContacts), "@odata.deltaLink"), HasSubstr("http://sandbox.test/"));

  Do("emit", {{"events", 1}});
  Do("rename", {{"system", "journal"}, {"host", "new.test:1"}});
  const http::Response page = Ask("GET", std::string(events::kJournalPath));
  EXPECT_THAT(page.headers.at(1).second, HasSubstr("<http://new.test:1/events/"));
}

TEST_F(CasesTest, R3_CountsWhoComesBeforeTheTimeThatWasTold) {
  Do("throttle", {{"system", "campaign"}, {"retry_after", 3}, {"count", 1}});
  EXPECT_EQ(Ask("GET", kProfiles).status, 429);
  Ask("GET", kProfiles);
  EXPECT_EQ(Early("campaign", "requests"), 0) << "it may have been under way";
  clock_.now_ms += 1000;
  Ask("GET", kProfiles);
  Ask("POST", kProfiles, "{}");
  EXPECT_EQ(Early("campaign", "requests"), 2);
  EXPECT_EQ(Early("campaign", "repeated"), 1);
  Ask("GET", kContacts);
  EXPECT_EQ(Early("dynamics365", "requests"), 0) << "another system";
  campaign_token_ = world_.ims.tokens().Issue(1000);
  Ask("GET", kProfiles);
  EXPECT_EQ(Early("campaign", "requests"), 2) << "another client";
  Do("stats", {{"reset", true}});
  EXPECT_EQ(Early("campaign", "requests"), 0);
}

TEST_F(CasesTest, R3_WhomAnAnswerDoesNotReachIsNotTold) {
  const std::string end = "/events/organizations/1001/integrations/2002/3f0c1a52?latest=true";
  Do("break", {{"how", "lose-answer"}, {"system", "journal"}, {"count", 1}});
  EXPECT_EQ(Ask("GET", end).status, 204);
  clock_.now_ms += 500;
  Ask("GET", end);
  EXPECT_EQ(Early("journal", "repeated"), 0);
  clock_.now_ms += 500;
  Ask("GET", end);
  EXPECT_EQ(Early("journal", "repeated"), 1) << "that answer came";
}

TEST_F(CasesTest, R3_WhoWaitsIsNotCounted) {
  Do("throttle", {{"system", "campaign"}, {"retry_after", 3}, {"count", 1}});
  Ask("GET", kProfiles);
  clock_.now_ms += 3000;
  Ask("GET", kProfiles);
  EXPECT_EQ(Early("campaign", "requests"), 0);
}

TEST_F(CasesTest, I3_CountsDuplicatesThatItRefused) {
  Ask("POST", kProfiles, R"({"externalId":"k-1"})");
  Ask("POST", kProfiles, R"({"externalId":"k-1"})");
  EXPECT_EQ(Do("stats", {}).at("duplicates").at("campaign"), 1);
  EXPECT_EQ(Do("compare", {}).at("doubled"), 0) << "which is why it is counted";
}

}  // namespace
}  // namespace causeway::sandbox
