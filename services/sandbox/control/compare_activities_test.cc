#include "services/sandbox/control/compare_activities.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"
#include "services/sandbox/control/control.h"

namespace causeway::sandbox {
namespace {

using boost::json::object;
using boost::json::value;
using events::EmailEvent;
using events::EmailEventType;
using ::testing::HasSubstr;

class CompareActivitiesTest : public ::testing::Test {
 protected:
  CompareActivitiesTest() { Do("seed", {{"contacts", 10}}); }

  http::Response Post(const std::string& verb, const object& arguments) {
    const std::string target = "/control/" + verb, body = serialize(arguments);
    http::Request request;
    request.method = "POST";
    request.target = target;
    request.body = body;
    return control_.Answer(request);
  }
  value Do(const std::string& verb, const object& arguments) {
    const http::Response response = Post(verb, arguments);
    EXPECT_EQ(response.status, 200) << verb << ": " << response.body;
    return boost::json::parse(response.body);
  }
  int64_t Compared(const char* member, const object& arguments = {}) {
    return Do("compare-events", arguments).at(member).as_int64();
  }

  static std::string DateColumnOf(const std::string& table) {
    if (table == "adobe_emailopen") return "adobe_openedon";
    if (table == "adobe_emailclick") return "adobe_clickedon";
    return table == "adobe_emailbounce" ? "adobe_bouncedon" : "adobe_senton";
  }
  // What a client of the Web API sends for it.
  static object RowOf(const EmailEvent& event, const std::string& table) {
    std::string time;
    AppendODataTime(event.time_ms, time);
    object row = {{"subject", Cat("Campaign Name: ", event.campaign, "; Delivery Name: ", event.delivery)},
                  {"adobe_campaignname", event.campaign},
                  {"adobe_deliveryname", event.delivery},
                  {DateColumnOf(table), time},
                  {"adobe_mirrorpageurl", Cat("https://mirror.example/", event.id)},
                  {Cat("regardingobjectid_contact_", table, "@odata.bind"), Cat("/contacts(", event.contact_id, ")")},
                  {"statecode", 1},
                  {"statuscode", 2}};
    if (event.type == EmailEventType::kClick) row["adobe_trackingurl"] = Cat("https://shop.example/?e=", event.id);
    return row;
  }
  std::string TableOf(const EmailEvent& event) { return std::string(ActivityNames().TableOf(event.type)); }
  std::string Write(const EmailEvent& event) {
    const value put = Do("put", {{"table", TableOf(event)}, {"values", RowOf(event, TableOf(event))}});
    return std::string(put.at("id").as_string());
  }
  void WriteAll() {
    for (const EmailEvent& event : world_.emitted) {
      if (!TableOf(event).empty() && !event.contact_id.empty()) Write(event);
    }
  }
  const EmailEvent& FirstOf(EmailEventType type) {
    return *std::find_if(world_.emitted.begin(), world_.emitted.end(),
                         [&](const EmailEvent& event) { return event.type == type && !event.contact_id.empty(); });
  }

  SystemClock clock_;
  boost::asio::io_context io_;
  World world_{clock_, 1};
  Control control_{io_, world_};
};

TEST_F(CompareActivitiesTest, E4_ComparesEventsWithActivities) {
  Do("emit", {{"events", 30}, {"unknown", 0.2}, {"anonymous", 0.2}, {"other", 0.2}});
  const int64_t missing = Compared("missing");
  EXPECT_GT(missing, 0);
  EXPECT_LT(missing, 30) << "unknown contacts and other types become nothing";
  Do("put", {{"table", "adobe_emailopen"}, {"values", {{"adobe_mirrorpageurl", "https://mirror.example/of-nobody"}}}});
  EXPECT_EQ(Compared("extra"), 1);
}

TEST_F(CompareActivitiesTest, E4_OneForEachIsEqualAndASecondOneIsDouble) {
  Do("emit", {{"events", 100}, {"anonymous", 0.2}, {"other", 0.2}});
  WriteAll();
  EXPECT_EQ(Compared("different"), 0) << serialize(Do("compare-events", {}));
  EXPECT_GT(Compared("compared"), 30);
  Write(FirstOf(EmailEventType::kOpen));
  EXPECT_EQ(Compared("doubled"), 1);
  EXPECT_EQ(Compared("different"), 1);
}

TEST_F(CompareActivitiesTest, E2_EachColumnThatIsWrongShows) {
  Do("emit", {{"events", 50}});
  const EmailEvent click = FirstOf(EmailEventType::kClick);
  const std::string other = world_.contacts().At(0)->id.ToString() == click.contact_id
                                ? world_.contacts().At(1)->id.ToString()
                                : world_.contacts().At(0)->id.ToString();
  const std::string user = std::string(
      Do("put", {{"table", "systemuser"}, {"values", {{"fullname", "Somebody Else"}}}}).at("id").as_string());
  const object wrong[] = {{{"subject", "Campaign Name: Spring"}},
                          {{"adobe_campaignname", "Autumn"}},
                          {{"adobe_deliveryname", nullptr}},
                          {{"adobe_clickedon", "2026-01-01T00:00:00Z"}},
                          {{"adobe_trackingurl", "https://shop.example/"}},
                          {{"regardingobjectid_contact_adobe_emailclick@odata.bind", Cat("/contacts(", other, ")")}},
                          {{"statecode", 0}, {"statuscode", 1}},
                          {{"statecode", 2}, {"statuscode", 3}},
                          {{"ownerid@odata.bind", Cat("/systemusers(", user, ")")}}};
  dataverse::Table& clicks = *world_.database.FindTable("adobe_emailclick");
  for (const object& values : wrong) {
    clicks.Clear();
    object row = RowOf(click, "adobe_emailclick");
    for (const auto& [name, wrong_value] : values) row[name] = wrong_value;
    Do("put", {{"table", "adobe_emailclick"}, {"values", row}});
    EXPECT_EQ(Compared("changed", {{"types", "click"}}), 1) << serialize(values);
  }
}

TEST_F(CompareActivitiesTest, E2_AnActivityOfAnotherTypeIsExtra) {
  Do("emit", {{"events", 30}});
  WriteAll();
  Do("put", {{"table", "adobe_emailopen"}, {"values", RowOf(FirstOf(EmailEventType::kSend), "adobe_emailopen")}});
  EXPECT_EQ(Compared("extra"), 1);
  EXPECT_EQ(Compared("different"), 1);
}

TEST_F(CompareActivitiesTest, E5_ADeletedContactsActivityMayBeThereOrNot) {
  Do("emit", {{"events", 100}});
  const EmailEvent first = world_.emitted.front();
  Write(first);
  Do("delete", {{"id", first.contact_id}});
  EXPECT_EQ(Compared("extra"), 0);
  Write(*std::find_if(world_.emitted.begin(), world_.emitted.end(),
                      [&](const EmailEvent& event) { return event.contact_id != first.contact_id; }));
  Do("delete", {{"contacts", 9}});
  EXPECT_EQ(Compared("different"), 0) << "none of the others is wanted any more";
  EXPECT_EQ(Compared("compared"), 0);
}

TEST_F(CompareActivitiesTest, E1_WhatIsNotChosenIsExtraAndWhatWasBeforeIsLeftAlone) {
  Do("emit", {{"events", 30}});
  WriteAll();
  Do("emit", {{"events", 30}});
  const object since = {{"types", "send"}, {"since", 30}};
  EXPECT_GT(Compared("missing", since), 5);
  EXPECT_EQ(Compared("extra", since), 0);
  Write(*std::find_if(world_.emitted.begin() + 30, world_.emitted.end(),
                      [](const EmailEvent& event) { return event.type == EmailEventType::kOpen; }));
  EXPECT_EQ(Compared("extra", since), 1);
}

TEST_F(CompareActivitiesTest, E6_LooksWhereTheNamesLead) {
  Do("emit", {{"events", 20}});
  const object names = {{"send", "contoso_mailing"},
                        {"open", "contoso_mailing"},
                        {"click", "contoso_mailing"},
                        {"bounce", "contoso_mailing"},
                        {"campaign_name_column", "contoso_campaign"},
                        {"delivery_name_column", "contoso_delivery"},
                        {"date_column", "contoso_when"},
                        {"mirror_page_url_column", "contoso_page"},
                        {"tracking_url_column", "contoso_link"}};
  const EmailEvent event = FirstOf(EmailEventType::kSend);
  const object usual = RowOf(event, "contoso_mailing");
  object row;
  for (const auto& [name, content] : usual) {
    const std::string own = name == "adobe_campaignname"    ? "contoso_campaign"
                            : name == "adobe_deliveryname"  ? "contoso_delivery"
                            : name == "adobe_senton"        ? "contoso_when"
                            : name == "adobe_mirrorpageurl" ? "contoso_page"
                                                            : std::string(name);
    row[own] = content;
  }
  Do("put", {{"table", "contoso_mailing"}, {"values", row}});
  EXPECT_EQ(Compared("missing", {{"tables", names}}), 19);
  EXPECT_EQ(Compared("different", {{"tables", names}}), 19);
  EXPECT_EQ(Compared("missing"), 20);
  const http::Response refused = Post("compare-events", {{"tables", {{"sent", "contoso_mailing"}}}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("sent"));
}

TEST_F(CompareActivitiesTest, E5_SeedsBecomeNothing) {
  Do("emit", {{"events", 20}, {"seeds", 1}});
  EXPECT_EQ(Compared("compared"), 0);
  Write(world_.emitted.front());
  EXPECT_EQ(Compared("extra"), 1);
}

TEST_F(CompareActivitiesTest, E2_HalfAnEmojiIsReadAsAReplacementCharacter) {
  Do("emit", {{"events", 1}, {"cut_emojis", 1}});
  EXPECT_THAT(world_.events.At(world_.events.first()).json, HasSubstr(R"( \ud83d")"));
  EXPECT_THAT(world_.emitted.front().campaign, HasSubstr("\xEF\xBF\xBD"));
}

}  // namespace
}  // namespace causeway::sandbox
