// What public clients of the Web API use beside whole rows: single properties, references, $expand, FetchXML.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/testing/world.h"
#include "services/sandbox/http/url.h"

namespace causeway::sandbox::dataverse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr char kAccount[] = "0d5c0c9e-9b7b-4c0e-8a52-6f5a0c1d2e3f";

class Reaching : public ::testing::Test {
 protected:
  Reaching() : id_(world_.AddContact(R"({"firstname":"Ada","jobtitle":"Countess"})")), row_(Cat("contacts(", id_, ")")) {
    world_.Post("accounts", Cat(R"({"accountid":")", kAccount, R"(","name":"Contoso","telephone1":"1"})"));
  }
  http::Response Fetch(std::string_view xml) { return world_.Get(Cat("contacts?fetchXml=", http::Escape(xml))); }

  World world_;
  const std::string id_, row_;
};

TEST_F(Reaching, OnePropertyIsReadWrittenAndCleared) {
  EXPECT_EQ(Body(world_.Get(row_ + "/firstname")).at("value"), "Ada");
  EXPECT_EQ(world_.Get(row_ + "/firstname/$value").body, "Ada");
  EXPECT_EQ(world_.Ask("PUT", row_ + "/firstname", {}, R"({"value":"Eva"})").status, 204);
  EXPECT_EQ(Body(world_.Get(row_)).at("firstname"), "Eva");
  EXPECT_EQ(Body(world_.Get(row_)).at("jobtitle"), "Countess");
  EXPECT_EQ(world_.Delete(row_ + "/firstname").status, 204);
  EXPECT_EQ(world_.Get(row_ + "/firstname").status, 204) << "nothing to show";
}

TEST_F(Reaching, WrongPropertiesAreRefused) {
  EXPECT_EQ(world_.Get(row_ + "/shoesize").status, 404);
  EXPECT_EQ(world_.Ask("PUT", row_ + "/firstname", {}, R"({"value":7})").status, 400);
  EXPECT_EQ(world_.Ask("PUT", row_ + "/firstname", {}, R"({"values":"x"})").status, 400);
  EXPECT_EQ(world_.Ask("PUT", row_ + "/createdon", {}, R"({"value":"2020-01-01T00:00:00Z"})").status, 400);
  EXPECT_EQ(world_.Ask("PUT", Cat("contacts(", kAccount, ")/firstname"), {}, R"({"value":"x"})").status, 404);
  EXPECT_EQ(world_.Get(row_ + "/firstname?$select=x").status, 400);
}

TEST_F(Reaching, ReferencesAreSetExpandedAndTakenAway) {
  const std::string reference = Cat(R"x({"@odata.id":"accounts()x", kAccount, R"x()"})x");
  EXPECT_EQ(world_.Ask("PUT", row_ + "/parentcustomerid_account/$ref", {}, reference).status, 204);
  const auto row = Body(world_.Get(row_ + "?$select=firstname&$expand=parentcustomerid_account($select=name),"
                                          "parentcustomerid_contact($select=firstname)"));
  EXPECT_EQ(row.at("parentcustomerid_account").at("name"), "Contoso");
  EXPECT_FALSE(row.at("parentcustomerid_account").as_object().contains("telephone1"));
  EXPECT_TRUE(row.at("parentcustomerid_contact").is_null()) << "it points to an account";
  const auto rows = Rows(world_.Get("contacts?$expand=parentcustomerid_account"));
  EXPECT_EQ(rows.at(0).at("parentcustomerid_account").at("telephone1"), "1");
  EXPECT_EQ(world_.Delete(row_ + "/parentcustomerid_account/$ref").status, 204);
  EXPECT_TRUE(Body(world_.Get(row_ + "?$expand=parentcustomerid_account")).at("parentcustomerid_account").is_null());
}

TEST_F(Reaching, ExpansionsThatArentServedAreRefused) {
  EXPECT_EQ(world_.Get("contacts?$expand=account_primary_contact").status, 400);
  EXPECT_EQ(world_.Get("contacts?$expand=parentcustomerid_account($expand=ownerid)").status, 501);
  EXPECT_EQ(world_.Get("contacts?$expand=parentcustomerid_account($select=shoesize)").status, 400);
  EXPECT_EQ(world_.Get("contacts?$expand=parentcustomerid_account($select=name").status, 400);
  world_.database.Set(Privilege::kRead, *world_.database.FindTable("account"), false);
  EXPECT_EQ(world_.Get("contacts?$expand=parentcustomerid_account").status, 403);
}

TEST_F(Reaching, FetchXmlSelectsFiltersAndSorts) {
  world_.AddContact(R"({"firstname":"Bob","numberofchildren":2})");
  world_.AddContact(R"({"firstname":"O'Brien","numberofchildren":3})");
  const http::Response found = Fetch(
      R"(<fetch><entity name="contact"><attribute name="firstname"/><order attribute="firstname" descending="true"/>
         <filter type="or"><condition attribute="numberofchildren" operator="gt" value="2"/>
         <filter><condition attribute="jobtitle" operator="like" value="Count%"/>
         <condition attribute="lastname" operator="null"/></filter></filter></entity></fetch>)");
  EXPECT_THAT(Values(found, "firstname"), ElementsAre("O'Brien", "Ada")) << found.body;
  EXPECT_FALSE(Rows(found).at(0).as_object().contains("jobtitle"));
  EXPECT_THAT(Values(Fetch(R"(<fetch><entity name="contact"><filter><condition attribute="firstname" operator="in">
                <value>Bob</value><value>O'Brien</value></condition></filter></entity></fetch>)"),
                     "firstname"),
              UnorderedElementsAre("Bob", "O'Brien"));
}

TEST_F(Reaching, FetchXmlPagesByNumber) {
  for (int i = 0; i < 4; ++i) world_.AddContact(Cat(R"({"firstname":"P)", i, "\"}"));
  const auto page = [&](int number) {
    return Fetch(Cat(R"(<fetch count="2" page=")", number,
                     R"(" returntotalrecordcount="true"><entity name="contact"><order attribute="firstname"/></entity></fetch>)"));
  };
  EXPECT_THAT(Values(page(1), "firstname"), ElementsAre("Ada", "P0"));
  EXPECT_TRUE(Body(page(2)).at("@Microsoft.Dynamics.CRM.morerecords").as_bool());
  EXPECT_EQ(Body(page(2)).at("@odata.count"), 5);
  EXPECT_THAT(Values(page(3), "firstname"), ElementsAre("P3"));
  EXPECT_FALSE(Body(page(3)).as_object().contains("@Microsoft.Dynamics.CRM.morerecords"));
}

TEST_F(Reaching, FetchXmlThatIsntServedIsRefusedByName) {
  for (const auto& [xml, part] :
       {std::pair{R"(<fetch aggregate="true"><entity name="contact"/></fetch>)", "'aggregate'"},
        {R"(<fetch><entity name="contact"><link-entity name="account"/></entity></fetch>)", "<link-entity>"},
        {R"(<fetch><entity name="contact"><filter><condition attribute="firstname" operator="last-week"/></filter></entity></fetch>)",
         "'last-week'"},
        {R"(<fetch><entity name="contact"><attribute name="shoesize"/></entity></fetch>)", "'shoesize'"},
        {R"(<fetch><entity name="contact"><order attribute="shoesize"/></entity></fetch>)", "'shoesize'"},
        {R"(<fetch><entity name="contact"><filter><condition attribute="shoesize" operator="null"/></filter></entity></fetch>)",
         "'shoesize'"},
        {R"(<fetch><entity name="contact"><attribute name="gendercodename"/></entity></fetch>)", "'gendercodename'"},
        {R"(<fetch><entity name="contact"><order attribute="gendercodename"/></entity></fetch>)", "'gendercodename'"},
        {R"(<fetch><entity name="account"/></fetch>)", "'account'"},
        {"<fetch>", "XML"}}) {
    const http::Response response = Fetch(xml);
    EXPECT_GE(response.status, 400) << xml;
    EXPECT_THAT(ErrorMessage(response), HasSubstr(part)) << xml;
  }
}

std::string Part(std::string_view id, std::string_view head, std::string_view body) {
  return Cat("--c\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: ", id, "\r\n\r\n",
             head, " HTTP/1.1\r\nContent-Type: application/json\r\n\r\n", body, "\r\n");
}

TEST_F(Reaching, OperationsOfAChangeSetReferToEachOther) {
  const auto batch = [&](const std::string& parts) {
    return world_.Post("$batch", Cat("--b\r\nContent-Type: multipart/mixed;boundary=c\r\n\r\n", parts, "--c--\r\n--b--\r\n"),
                       {{"Content-Type", "multipart/mixed;boundary=b"}});
  };
  const std::string account = Part("1", "POST accounts", R"({"name":"Made"})");
  EXPECT_EQ(batch(account + Part("2", "POST contacts", R"({"firstname":"Bob","parentcustomerid_account@odata.bind":"$1"})") +
                  Part("3", "PATCH $2", R"({"lastname":"$2 is a price"})"))
                .status,
            200);
  const auto rows = Rows(world_.Get("contacts?$filter=firstname eq 'Bob'&$expand=parentcustomerid_account"));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows.at(0).at("parentcustomerid_account").at("name"), "Made");
  EXPECT_EQ(rows.at(0).at("lastname"), "$2 is a price") << "only a whole string is a reference";
  EXPECT_EQ(batch(account + Part("2", "PATCH $7", "{}")).status, 400);
  EXPECT_TRUE(Rows(world_.Get("accounts?$filter=name eq 'Made'")).size() == 1) << "a change set is all or nothing";
}

TEST_F(Reaching, MetadataIsFilteredAndItsOptionsSelected) {
  EXPECT_THAT(Values(world_.Get("EntityDefinitions?$select=LogicalName&$filter=LogicalName eq 'contact'"), "LogicalName"),
              ElementsAre("contact"));
  EXPECT_THAT(Values(world_.Get("EntityDefinitions?$filter=IsActivity eq false and IsCustomEntity eq true"), "LogicalName"),
              ElementsAre("contoso_contract", "contoso_product"));
  const std::string columns = "EntityDefinitions(LogicalName='account')/Attributes?$filter=";
  EXPECT_THAT(Values(world_.Get(columns + "AttributeType eq Microsoft.Dynamics.CRM.AttributeTypeCode'Money'"), "LogicalName"),
              ElementsAre("revenue"));
  EXPECT_EQ(world_.Get("EntityDefinitions?$filter=ShoeSize eq 1").status, 400);
  const std::string gender = "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='gendercode')/"
                             "Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&$expand=";
  const auto set = Body(world_.Get(gender + "OptionSet($select=Options)")).at("OptionSet");
  EXPECT_EQ(set.at("Options").as_array().size(), 2u);
  EXPECT_FALSE(set.as_object().contains("Name"));
  EXPECT_EQ(world_.Get(gender + "OptionSet($select=ShoeSizes)").status, 400);
  EXPECT_EQ(world_.Get(gender + "OptionSet($filter=x)").status, 501);
}

}  // namespace
}  // namespace causeway::sandbox::dataverse
