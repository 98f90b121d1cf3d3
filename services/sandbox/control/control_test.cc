#include "services/sandbox/control/control.h"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

#include "absl/container/flat_hash_map.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/control/expected_record.h"
#include "services/sandbox/control/state_file.h"
#include "services/sandbox/router.h"

namespace causeway::sandbox {
namespace {

using boost::json::value;
using ::testing::HasSubstr;

class ControlTest : public ::testing::Test {
 protected:
  value Do(const std::string& verb, const std::string& arguments = "{}") {
    const http::Response response = Post(verb, arguments);
    EXPECT_EQ(response.status, 200) << verb << ": " << response.body;
    return boost::json::parse(response.body);
  }
  http::Response Post(const std::string& verb, const std::string& arguments) {
    const std::string target = "/control/" + verb;
    http::Request request;
    request.method = "POST";
    request.target = target;
    request.body = arguments;
    return router_->Answer(request);
  }
  // Makes every contact's profile as it should be.
  void CopyAll() {
    const TableMapping mapping = DefaultMapping();
    const ExpectedRecord expected(mapping, world_->contacts(), world_->profiles().resource());
    for (size_t slot = 0; slot < world_->contacts().slots(); ++slot) {
      const dataverse::Row* contact = world_->contacts().At(slot);
      if (contact == nullptr) continue;
      const auto values = expected.Of(*contact);
      std::vector<std::string_view> tokens(world_->profiles().resource().fields.size());
      for (const auto& field : values) tokens[field.field] = field.token;
      world_->profiles().Insert({1, 1, PackedRow(tokens)});
    }
  }
  int64_t Different() { return Do("compare").at("different").as_int64(); }
  void Restart() {
    const std::string path = TemporaryFile();
    ASSERT_EQ(SaveState(*world_, path), "");
    Begin();
    ASSERT_EQ(LoadState(path, *world_), "");
    std::remove(path.c_str());
  }
  static std::string TemporaryFile() { return Cat(::testing::TempDir(), "/sandbox-state-", getpid()); }
  std::string StateText() {
    const std::string path = TemporaryFile();
    EXPECT_EQ(SaveState(*world_, path), "");
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    std::remove(path.c_str());
    return text.str();
  }
  void Begin() {
    control_.reset();
    world_ = std::make_unique<World>(clock_, 1);
    control_ = std::make_unique<Control>(io_, *world_);
    router_ = std::make_unique<Router>(*world_, *control_);
  }

  ControlTest() { Begin(); }

  SystemClock clock_;
  boost::asio::io_context io_;
  std::unique_ptr<World> world_;
  std::unique_ptr<Control> control_;
  std::unique_ptr<Router> router_;
};

TEST_F(ControlTest, K7_ComparesEveryFieldOfEveryContact) {
  Do("seed", R"({"contacts":200})");
  EXPECT_EQ(Do("compare").at("missing"), 200);
  CopyAll();
  EXPECT_EQ(Different(), 0);

  Do("change", R"({"contacts":1})");
  EXPECT_LE(Do("compare").at("changed").as_int64(), 1) << "what isn't mapped may have changed";
  const std::string id = std::string(Do("put", R"({"values":{"lastname":"New"}})").at("id").as_string());
  EXPECT_EQ(Do("compare").at("missing"), 1);
  Do("delete", Cat(R"({"id":")", id, R"("})"));
  EXPECT_EQ(Do("compare").at("missing"), 0);
  Do("delete", R"({"contacts":3})");
  EXPECT_EQ(Do("compare").at("extra"), 3);
}

TEST_F(ControlTest, K7_ComparesEachMappedField) {
  const std::string id = std::string(
      Do("put", R"({"values":{"lastname":"A","firstname":"B","gendercode":1,"birthdate":"1990-01-02","donotfax":true,)"
                R"("address1_city":"Bern","emailaddress1":"a@contoso.example"}})")
          .at("id")
          .as_string());
  CopyAll();
  ASSERT_EQ(Different(), 0);
  for (const char* values : {R"({"lastname":"X"})", R"({"gendercode":2})", R"({"birthdate":"1990-01-03"})",
                             R"({"donotfax":false})", R"({"address1_city":"Basel"})", R"({"emailaddress1":null})"}) {
    Do("put", Cat(R"({"id":")", id, R"(","values":)", values, "}"));
    EXPECT_EQ(Do("compare").at("changed"), 1) << values;
    world_->profiles().Clear();
    CopyAll();
    ASSERT_EQ(Different(), 0);
  }
}

TEST_F(ControlTest, K7_FalseUnknownAndNothingDiffer) {
  const std::string id(Do("put", R"({"values":{"lastname":"A"}})").at("id").as_string());
  CopyAll();
  ASSERT_EQ(Different(), 0);
  for (const auto& [field, token] : {std::pair{"blackListFax", ""}, {"gender", ""}, {"lastName", "\"\""}}) {
    const campaign::Resource& profile = world_->profiles().resource();
    std::vector<std::string_view> tokens(profile.fields.size());
    const size_t slot = *world_->profiles().FindKey(id);
    world_->profiles().At(slot)->values.Unpack(tokens);
    tokens[profile.Find(field)] = token;
    world_->profiles().Update(slot, PackedRow(tokens), 1);
    EXPECT_EQ(Do("compare").at("changed"), 1) << field;
    world_->profiles().Clear();
    CopyAll();
  }
}

// Any table, any mapping: what is written down here is what rows must become.
TEST_F(ControlTest, K7_ComparesAnyMapping) {
  const std::string id(Do("put", R"({"table":"contoso_product","values":{"contoso_name":"Saw","contoso_weight":1.5,)"
                                 R"("contoso_stock":3,"contoso_category":100000001,)"
                                 R"("contoso_availablefrom":"2026-03-01T23:30:00Z"}})")
                           .at("id")
                           .as_string());
  const auto compare = [&](const std::string& fields, const std::string& more = "") {
    const value found = Do("compare", Cat(R"({"mappings":[{"sourceTable":"contoso_product","target_resource":"cusProduct",)",
                                          R"("target_key":"cusProductId")", more, R"(,"fields":[)", fields, "]}]}"));
    EXPECT_EQ(found.at("compared"), 1);
    return found.at("different").as_int64();
  };
  Do("put-record", Cat(R"({"resource":"cusProduct","values":{"cusProductId":")", id,
                       R"(","cusName":"Saw","cusWeight":1.5,"cusStock":3,"cusCategory":"Software","cusCode":"1.5",)"
                       R"("cusAvailableFrom":"2026-03-01 23:30:00.000Z"}})"));
  EXPECT_EQ(compare(R"({"source_column":"contoso_name","target_field":"cusName"},)"
                    R"({"source_column":"contoso_weight","target_field":"cusWeight"},)"
                    R"({"source_column":"contoso_weight","target_field":"cusCode"},)"
                    R"({"source_column":"contoso_stock","target_field":"cusStock"},)"
                    R"({"source_column":"contoso_availablefrom","target_field":"cusAvailableFrom"})"),
            0);
  const std::string category = R"({"source_column":"contoso_category","target_field":"cusCategory")";
  EXPECT_EQ(compare(category + "}"), 1);
  EXPECT_EQ(compare(category + "}", R"(,"picklistValues":"PICKLIST_VALUES_DISPLAY")"), 0);
  EXPECT_EQ(compare(category + R"(,"replacements":[{"from":"100000001","to":"Software"}]})"), 0);
  EXPECT_EQ(compare(category + R"(,"insert_only":true})"), 0) << "what it was then is known to nobody";
  const std::string nothing = R"({"source_column":"contoso_code","target_field":"cusName")";
  EXPECT_EQ(compare(nothing + "}"), 1);
  EXPECT_EQ(compare(nothing + R"(,"replacements":[{"from":"","to":"Saw"}]})"), 0);
}

TEST_F(ControlTest, K7_DaysAreThoseOfTheMappingsTimeZone) {
  const std::string id(
      Do("put", R"({"values":{"lastname":"A","contoso_lastvisit":"2026-03-01T23:30:00Z"}})").at("id").as_string());
  Do("put-record", Cat(R"({"values":{"externalId":")", id, R"(","birthDate":"2026-03-02"}})"));
  const auto different = [&](const char* zone) {
    return Do("compare", Cat(R"({"mappings":[{"time_zone":")", zone,
                             R"(","fields":[{"source_column":"contoso_lastvisit","target_field":"birthDate"}]}]})"))
        .at("different")
        .as_int64();
  };
  EXPECT_EQ(different("Europe/Amsterdam"), 0);
  EXPECT_EQ(different(""), 1);
  EXPECT_EQ(Post("compare", R"({"mappings":[{"time_zone":"Mars/Base"}]})").status, 400);
}

TEST_F(ControlTest, K7_GoesOnWhereItWas) {
  Do("seed", R"({"contacts":100})");
  CopyAll();
  Do("delete", R"({"contacts":5})");
  Do("emit", R"({"events":20,"duplicates":0.5})");
  const value before = Do("counts");
  const std::string compared = serialize(Do("compare"));
  const int64_t version = world_->database.last_version();
  const std::string pkey = world_->profiles().PKeyOf(0);
  Restart();
  EXPECT_EQ(Do("counts"), before);
  EXPECT_EQ(serialize(Do("compare")), compared);
  EXPECT_EQ(world_->database.last_version(), version);
  EXPECT_TRUE(world_->profiles().SlotOf(pkey).has_value()) << "PKeys stay what they are";
  EXPECT_EQ(world_->contacts().tombstones().size(), 5u) << "deltas still tell deletions";
  Do("seed", R"({"contacts":10})");
  EXPECT_EQ(Do("counts").at("contacts"), 105) << "other people than those who are there";
}

TEST_F(ControlTest, K7_TheStateFileHoldsEverything) {
  Do("seed", R"({"contacts":100})");
  CopyAll();
  Do("change", R"({"contacts":20})");
  Do("delete", R"({"contacts":5})");
  Do("emit", R"({"events":20})");
  Do("put", R"({"table":"account","values":{"name":"A"}})");
  Do("expire-delta-tokens");
  world_->profiles().Erase(3);
  world_->campaign_api.calls().inserts = 7;
  const int64_t epoch = world_->database.delta_epoch();
  const value counts = Do("counts");
  const std::string before = StateText();
  Restart();
  // The files are equal even where both lack something.
  EXPECT_EQ(Do("calls").at("inserts"), 7);
  EXPECT_EQ(world_->database.delta_epoch(), epoch);
  EXPECT_EQ(Do("counts"), counts);
  EXPECT_EQ(world_->profiles().At(3), nullptr);
  EXPECT_TRUE(StateText() == before) << "written again, it is the same, byte by byte";
}

TEST_F(ControlTest, K7_IdsAreNewAfterARestart) {
  const std::string put = R"({"values":{"lastname":"A"}})";
  const value first = Do("put", put).at("id");
  Restart();
  const value second = Do("put", put).at("id");
  EXPECT_NE(first, second);
  Do("delete", Cat(R"({"id":")", std::string(second.as_string()), R"("})"));
  Restart();
  EXPECT_NE(Do("put", put).at("id"), second) << "deltas tell of it as deleted";
  EXPECT_EQ(Do("counts").at("contacts"), 2);
}

TEST_F(ControlTest, K7_FindsTheLastContacts) {
  Do("seed", R"({"contacts":3000})");
  EXPECT_EQ(Do("delete", R"({"contacts":2999})").at("deleted"), 2999);
  EXPECT_EQ(Do("change", R"({"contacts":5})").at("changed"), 5);
  const value last = Do("delete", R"({"contacts":9})");
  EXPECT_EQ(last.at("deleted"), 1);
  EXPECT_EQ(Do("get", Cat(R"({"id":")", std::string(last.at("ids").at(0).as_string()), R"("})")).at("found"), false);
}

TEST_F(ControlTest, K7_FindsContactsWithSeveralProfiles) {
  Do("seed", R"({"contacts":3})");
  CopyAll();
  CopyAll();
  EXPECT_EQ(Do("compare").at("doubled"), 3);
}

TEST_F(ControlTest, K7_AStateFileThatIsCutIsRefused) {
  const std::string path = TemporaryFile();
  FILE* file = std::fopen(path.c_str(), "wb");
  std::fputs("causeway-sandbox 4\nabc", file);
  std::fclose(file);
  EXPECT_THAT(LoadState(path, *world_), HasSubstr("cut"));
  std::remove(path.c_str());
}

TEST_F(ControlTest, K7_WrongOptionsAreRefusedByName) {
  for (const auto& [verb, arguments, field] : {std::tuple{"seed", "{}", "contacts"},
                                               {"seed", R"({"contacts":"many"})", "contacts"},
                                               {"fail", R"({"system":"sap"})", "system"},
                                               {"fail", R"({"status":200})", "status"},
                                               {"counts", R"({"x":1})", "x"},
                                               {"counts", "[]", "body"},
                                               {"counts", "{", "body"},
                                               {"put", R"({"values":{"nonsense":1}})", "values"},
                                               {"schema", R"({"table":"nothing"})", "table"}}) {
    const http::Response response = Post(verb, arguments);
    EXPECT_EQ(response.status, 400) << verb << arguments;
    EXPECT_THAT(response.body, HasSubstr(Cat(R"("field":")", field, "\""))) << verb << arguments;
  }
  EXPECT_EQ(Post("nonsense", "{}").status, 404);
}

TEST_F(ControlTest, K7_FaultsStrikeTheSystemTheyAreMeantFor) {
  Do("fail", R"({"system":"campaign","seconds":60,"status":502,"count":2})");
  const auto fate = [&](const std::string& target) {
    http::Request request;
    request.method = "GET";
    request.target = target;
    return router_->Receive(request);
  };
  EXPECT_FALSE(fate("/api/data/v9.2/contacts").instead.has_value());
  EXPECT_EQ(fate("/contoso/campaign/profileAndServicesExt/profile").instead->status, 502);
  EXPECT_EQ(fate("/contoso/campaign/profileAndServicesExt/profile").instead->status, 502);
  EXPECT_FALSE(fate("/contoso/campaign/profileAndServicesExt/profile").instead.has_value()) << "it was to strike twice";
}

TEST_F(ControlTest, K7_EventsComeAgainLateAndAreAsLargeAsTold) {
  Do("emit", R"({"events":50,"late":0.5,"bytes":100000})");
  EXPECT_EQ(Do("counts").at("events"), 50);
  const events::EventLog& log = world_->events;
  EXPECT_GT(log.end() - log.first(), 55);
  int64_t far = 0;  // What came again had others between.
  absl::flat_hash_map<std::string, int64_t> first;
  for (int64_t number = log.first(); number < log.end(); ++number) {
    EXPECT_GE(log.At(number).json.size(), 100'000u);
    EXPECT_TRUE(boost::json::parse(log.At(number).json).is_object());
    const auto [seen, is_new] = first.emplace(log.At(number).json, number);
    far += !is_new && number - seen->second > 5 ? 1 : 0;
  }
  EXPECT_EQ(first.size(), 50u);
  EXPECT_GT(far, 5);
}

}  // namespace
}  // namespace causeway::sandbox
