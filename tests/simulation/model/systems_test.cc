// The models of Dynamics 365 and Campaign, and what can happen to a request on its way to them.
#include <boost/json.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/async/scope.h"
#include "gtest/gtest.h"
#include "tests/simulation/model/campaign_model.h"
#include "tests/simulation/model/dataverse_model.h"
#include "tests/simulation/model/http_model.h"

namespace causeway::simulation {
namespace {

namespace json = boost::json;

constexpr char kProfiles[] = "contoso/profile";

class SystemsTest : public testing::Test {
 protected:
  json::object Get(HttpServer& server, const std::string& url, int expected = 200) {
    const http::Response response = Call(server, "GET", url, "");
    EXPECT_EQ(response.status, expected) << response.body;
    return json::parse(response.body).as_object();
  }
  http::Response Call(HttpServer& server, std::string method, const std::string& url, std::string body) {
    http::Request request{std::move(method), url, {}, std::move(body)};
    request.headers.emplace_back("Authorization", absl::StrCat("Bearer ", TokenOf(server)));
    request.headers.emplace_back("Prefer", "odata.maxpagesize=3, odata.track-changes");
    return server.Handle({request, 0, simulation_.Now()});
  }
  std::string TokenOf(HttpServer& server) {
    http::Request request;
    request.method = "POST";
    request.url =
        &server == &dataverse_ ? "https://login.example/tenant/oauth2/v2.0/token" : "https://ims.example/ims/token/v3";
    return std::string(json::parse(server.Handle({request, 0, simulation_.Now()}).body).at("access_token").as_string());
  }
  static std::string Link(const json::object& page, const char* name) {
    return page.contains(name) ? std::string(page.at(name).as_string()) : "";
  }
  // Follows the next links; `seen` gets the ids, with a minus for deletions. Returns the delta link.
  std::string Pass(std::string url, std::multiset<std::string>& seen) {
    for (;;) {
      const json::object page = Get(dataverse_, url);
      for (const json::value& row : page.at("value").as_array()) {
        seen.insert(row.as_object().contains("reason") ? absl::StrCat("-", row.at("id").as_string().c_str())
                                                       : std::string(row.at("contactid").as_string()));
      }
      url = Link(page, "@odata.nextLink");
      if (url.empty()) return Link(page, "@odata.deltaLink");
    }
  }

  Simulation simulation_{3};
  FaultRates rates_{};
  Faults faults_{1, rates_};
  DataverseModel dataverse_{simulation_, faults_, {"contact"}};
  CampaignModel campaign_{simulation_, faults_, {"profile"}};
  const std::string contacts_ = absl::StrCat(kDataverseOrigin, "/api/data/v9.2/contacts?$select=lastname,revision");
  const std::string profiles_ = absl::StrCat(kCampaignOrigin, "/contoso/campaign/profileAndServicesExt/profile");
};

TEST_F(SystemsTest, DataverseListsEveryRowThenWhatChangedThenWhatWasDeleted) {
  for (const char* id : {"a", "b", "c", "d", "e", "f", "g"}) dataverse_.Create("contact", id);
  std::multiset<std::string> seen;
  std::string delta = Pass(contacts_, seen);
  EXPECT_EQ(seen, (std::multiset<std::string>{"a", "b", "c", "d", "e", "f", "g"}));

  dataverse_.Change("contact", "b");
  dataverse_.Delete("contact", "c");
  dataverse_.Create("contact", "short");
  dataverse_.Delete("contact", "short");
  dataverse_.Delete("contact", "d");
  dataverse_.Create("contact", "d");
  seen.clear();
  delta = Pass(delta, seen);
  EXPECT_EQ(seen, (std::multiset<std::string>{"-c", "-short", "b", "d"}));
  seen.clear();
  Pass(delta, seen);
  EXPECT_TRUE(seen.empty());
}

TEST_F(SystemsTest, DataverseRowsThatChangeDuringAPassComeInTheNext) {
  for (const char* id : {"a", "b", "c", "d", "e", "f", "g"}) dataverse_.Create("contact", id);
  const json::object first = Get(dataverse_, contacts_);
  dataverse_.Change("contact", "a");
  dataverse_.Create("contact", "late");
  std::multiset<std::string> seen;
  const std::string delta = Pass(Link(first, "@odata.nextLink"), seen);
  seen.clear();
  Pass(delta, seen);
  EXPECT_EQ(seen, (std::multiset<std::string>{"a", "late"}));
}

TEST_F(SystemsTest, DataverseRefusesExpiredDeltaLinks) {
  dataverse_.Create("contact", "a");
  std::multiset<std::string> seen;
  const std::string delta = Pass(contacts_, seen);
  dataverse_.ExpireDeltaLinks();
  const http::Response response = Call(dataverse_, "GET", delta, "");
  EXPECT_TRUE(response.status == 410 || response.status == 400);
  EXPECT_NE(response.body.find("0x80044352"), std::string::npos);
}

TEST_F(SystemsTest, DataverseGoesBackToABackupAndForgetsItsDeltaLinks) {
  for (const char* id : {"a", "b"}) dataverse_.Create("contact", id);
  dataverse_.BackUp();
  const int64_t version = dataverse_.table("contact").Find("a")->version;
  dataverse_.Change("contact", "a");
  dataverse_.Delete("contact", "b");
  dataverse_.Create("contact", "c");
  std::multiset<std::string> seen;
  const std::string delta = Pass(contacts_, seen);
  dataverse_.Restore();
  EXPECT_NE(Call(dataverse_, "GET", delta, "").status, 200);
  seen.clear();
  Pass(contacts_, seen);
  EXPECT_EQ(seen, (std::multiset<std::string>{"a", "b"}));
  EXPECT_EQ(dataverse_.table("contact").Find("a")->version, version);
  // As they became true, one after the other.
  const RowHistory& changed = dataverse_.table("contact").HistoryOf("a");
  ASSERT_EQ(changed.size(), 3u);
  EXPECT_EQ(changed[2].revision, changed[0].revision);
  EXPECT_TRUE(dataverse_.table("contact").HistoryOf("c").back().deleted);
}

TEST_F(SystemsTest, DataverseHidesRowsFromPassesAndChanges) {
  for (const char* id : {"a", "b", "c", "d", "e", "f", "g"}) dataverse_.Create("contact", id);
  dataverse_.Hide({"a", "c", "g"});
  std::multiset<std::string> seen;
  const std::string delta = Pass(contacts_, seen);
  EXPECT_EQ(seen, (std::multiset<std::string>{"b", "d", "e", "f"}));
  for (const char* id : {"a", "b", "c", "d", "e"}) dataverse_.Change("contact", id);
  seen.clear();
  Pass(delta, seen);
  EXPECT_EQ(seen, (std::multiset<std::string>{"b", "d", "e"}));
}

TEST_F(SystemsTest, ALaggingReplicaShowsTheStateBeforeAndTheDeltaTheLastOne) {
  rates_[static_cast<size_t>(Fault::kReplicaLag)] = 1;
  Faults lag(1, rates_);
  DataverseModel dataverse(simulation_, lag, {"contact"});
  dataverse.Create("contact", "a");
  const std::string before = dataverse.table("contact").Find("a")->name;
  dataverse.Change("contact", "a");
  const std::string after = dataverse.table("contact").Find("a")->name;
  http::Request token{"POST", "https://login.example/tenant/oauth2/v2.0/token", {}, ""};
  const std::string bearer(json::parse(dataverse.Handle({token, 0, simulation_.Now()}).body).at("access_token").as_string());
  http::Request request{"GET", contacts_, {{"Authorization", absl::StrCat("Bearer ", bearer)}}, ""};
  http::Response page = dataverse.Handle({request, 0, simulation_.Now()});
  EXPECT_NE(page.body.find(before), std::string::npos) << page.body;
  request.url = Link(json::parse(page.body).as_object(), "@odata.deltaLink");
  page = dataverse.Handle({request, 0, simulation_.Now()});
  EXPECT_NE(page.body.find(after), std::string::npos) << page.body;
}

TEST_F(SystemsTest, CampaignWithUniqueKeysRefusesASecondRowAndCountsThoseOfItsOwnMaker) {
  campaign_.EnforceUniqueKeys();
  const std::string body = R"({"externalId":"k","lastName":"n"})";
  EXPECT_EQ(Call(campaign_, "POST", profiles_, body).status, 201);
  const http::Response second = Call(campaign_, "POST", profiles_, body);
  EXPECT_EQ(second.status, 500);
  EXPECT_NE(second.body.find("already exists"), std::string::npos);
  EXPECT_EQ(campaign_.own_duplicates(), 1);
  campaign_.AddByHand(kProfiles, "theirs");
  EXPECT_EQ(Call(campaign_, "POST", profiles_, R"({"externalId":"theirs"})").status, 500);
  EXPECT_EQ(campaign_.own_duplicates(), 1);
}

TEST_F(SystemsTest, CampaignKnowsWhoseRecordARequestIsFor) {
  Call(campaign_, "POST", profiles_, R"({"externalId":"k"})");
  const std::string pkey = campaign_.rows(kProfiles).begin()->first;
  const http::Request create{"POST", profiles_, {}, R"({"externalId":"x"})"}, update{"PATCH", profiles_ + "/" + pkey, {}, "{}"};
  EXPECT_EQ(campaign_.AimOf(create).key, "x");
  EXPECT_EQ(campaign_.AimOf(update).key, "k");
  EXPECT_EQ(campaign_.AimOf(update).place, kProfiles);
  // Its old address is known even when it lives under another one.
  Dice dice(1);
  EXPECT_EQ(campaign_.MoveByHand(kProfiles, dice), "k");
  EXPECT_EQ(Call(campaign_, "PATCH", profiles_ + "/" + pkey, "{}").status, 404);
  EXPECT_EQ(campaign_.AimOf(update).key, "k");
}

TEST_F(SystemsTest, CampaignMakesASecondRowOfARepeatedCreate) {
  const std::string body = R"({"externalId":"k","lastName":"n","cusRevision":5})";
  EXPECT_EQ(Call(campaign_, "POST", profiles_, body).status, 201);
  EXPECT_EQ(Call(campaign_, "POST", profiles_, body).status, 201);
  EXPECT_EQ(campaign_.FindByKey(kProfiles, "k").size(), 2u);
  const json::object found = Get(campaign_, profiles_ + "/byExternalId?externalId_parameter=k");
  EXPECT_EQ(found.at("content").as_array().size(), 2u);
}

TEST_F(SystemsTest, CampaignPatchesAndDeletesByPkeyAndTellsItsObserver) {
  std::vector<CampaignWrite> writes;
  campaign_.Observe([&](const CampaignWrite& write) { writes.push_back(write); });
  Call(campaign_, "POST", profiles_, R"({"externalId":"k","lastName":"n","cusRevision":5})");
  const std::string row = profiles_ + "/" + campaign_.rows(kProfiles).begin()->first;
  EXPECT_EQ(Call(campaign_, "PATCH", row, R"({"cusRevision":7})").status, 200);
  EXPECT_EQ(campaign_.rows(kProfiles).begin()->second.fields.at(kNameField), "n");
  EXPECT_EQ(Call(campaign_, "DELETE", row, "").status, 200);
  EXPECT_EQ(Call(campaign_, "PATCH", row, R"({"cusRevision":8})").status, 404);
  ASSERT_EQ(writes.size(), 3u);
  EXPECT_EQ(writes[1].before.fields.at(kRevisionField), "5");
  EXPECT_EQ(writes[1].after.fields.at(kRevisionField), "7");
  EXPECT_EQ(writes[1].sent, (CampaignFields{{kRevisionField, "7"}}));
  EXPECT_EQ(writes[2].before.fields.at(kRevisionField), "7");
}

TEST_F(SystemsTest, CampaignListsPageByPage) {
  for (int i = 0; i < 7; ++i) campaign_.AddByHand(kProfiles, absl::StrCat("k", i));
  size_t rows = 0;
  std::string url = profiles_ + "?_lineCount=3";
  while (!url.empty()) {
    const json::object page = Get(campaign_, url);
    rows += page.at("content").as_array().size();
    url = page.contains("next") ? std::string(page.at("next").at("href").as_string()) : "";
  }
  EXPECT_EQ(rows, 7u);
}

// Sends one create in a process and says what the sender was told and how many rows there are in the end.
class HttpModelTest : public testing::TestWithParam<Fault> {
 protected:
  struct Program {
    std::unique_ptr<http::Client> client;
    std::unique_ptr<async::Scope> scope;
  };
  static async::Task<void> SendOne(http::Client& client, std::optional<absl::StatusOr<http::Response>>& told) {
    http::Request request{"POST",
                          absl::StrCat(kCampaignOrigin, "/contoso/campaign/profileAndServicesExt/profile"),
                          {},
                          R"({"externalId":"k"})"};
    request.headers.emplace_back("Authorization", "Bearer none");
    request.deadline = absl::Seconds(10);
    told = co_await client.Send(std::move(request));
  }
};

TEST_P(HttpModelTest, TellsTheSenderSomethingWithinTheDeadlineWhateverHappens) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    Simulation simulation(seed);
    FaultRates rates{};
    rates[static_cast<size_t>(GetParam())] = 1;
    Faults faults(seed, rates);
    Network network(simulation, faults);
    HttpModel http(simulation, network, faults);
    FaultRates none{};
    Faults no_faults(seed, none);
    CampaignModel campaign(simulation, no_faults, {"profile"});
    http.Serve(kCampaignOrigin, campaign);
    std::optional<absl::StatusOr<http::Response>> told;
    Process process(simulation, network.AddParty("sender"), "sender", [&](Process& process) {
      auto program = std::make_shared<Program>();
      program->client = http.Connect(process);
      program->scope = std::make_unique<async::Scope>(process.loop());
      program->scope->Spawn(SendOne(*program->client, told));
      return program;
    });
    process.Start();
    simulation.RunUntil(absl::Seconds(10) + absl::Milliseconds(1));
    ASSERT_TRUE(told.has_value());
    const int64_t landed = campaign.engine_calls();
    simulation.RunUntil(absl::Minutes(2));
    EXPECT_EQ(campaign.engine_calls(), landed) << "landed after its deadline";
    if (told->ok()) continue;
    EXPECT_TRUE(absl::IsUnknown(told->status()) || absl::IsDeadlineExceeded(told->status())) << told->status();
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, HttpModelTest,
                         testing::Values(Fault::kDelay, Fault::kLostRequest, Fault::kLostAnswer, Fault::kLateRequest,
                                         Fault::kThrottle, Fault::kUnavailable, Fault::kFailedAfterwards,
                                         Fault::kHtmlPage, Fault::kCutBody));

TEST(LateRequestTest, ALateRequestLandsAfterItsSenderDied) {
  int landed_after_death = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Simulation simulation(seed);
    FaultRates rates{};
    rates[static_cast<size_t>(Fault::kLateRequest)] = 1;
    Faults faults(seed, rates);
    Network network(simulation, faults);
    HttpModel http(simulation, network, faults);
    CampaignModel campaign(simulation, faults, {"profile"});
    http.Serve(kCampaignOrigin, campaign);
    Process process(simulation, network.AddParty("sender"), "sender", [&](Process& process) {
      http.Dispatch(process.party(), {"GET", absl::StrCat(kCampaignOrigin, "/x"), {}, "", absl::Seconds(10)},
                    [](auto) {});
      return std::make_shared<int>();
    });
    process.Start();
    process.Kill();
    simulation.RunUntil(absl::Seconds(11));
    landed_after_death += static_cast<int>(campaign.engine_calls());
  }
  EXPECT_EQ(landed_after_death, 20);
}

}  // namespace
}  // namespace causeway::simulation
