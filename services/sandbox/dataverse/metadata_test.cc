// spec/dynamics365.md "Metadata".
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/default_schema.h"
#include "services/sandbox/dataverse/testing/world.h"

namespace causeway::sandbox::dataverse {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr char kTables[] =
    "EntityDefinitions?$select=LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,ChangeTrackingEnabled,"
    "IsCustomEntity,DisplayName,IsActivity";
constexpr char kAttributes[] = "EntityDefinitions(LogicalName='contact')/Attributes";

std::string Options(std::string_view column, std::string_view type) {
  return Cat(kAttributes, "(LogicalName='", column, "')/Microsoft.Dynamics.CRM.", type,
             "AttributeMetadata?$select=LogicalName&$expand=OptionSet");
}

TEST(Metadata, Tables) {
  World world;
  const http::Response response = world.Get(kTables);
  EXPECT_THAT(Values(response, "LogicalName"), IsSupersetOf({"contact", "account", "systemuser", "adobe_emailsend"}));
  const auto contact = Rows(response).at(0).as_object();
  EXPECT_EQ(contact.at("EntitySetName").as_string(), "contacts");
  EXPECT_EQ(contact.at("PrimaryIdAttribute").as_string(), "contactid");
  EXPECT_TRUE(contact.at("ChangeTrackingEnabled").as_bool());
  EXPECT_EQ(contact.at("DisplayName").at("UserLocalizedLabel").at("Label").as_string(), "Contact");
  EXPECT_FALSE(contact.contains("SchemaName")) << "not selected";
}

TEST(Metadata, OneTableAndUnknownOnes) {
  World world;
  EXPECT_EQ(Link(world.Get("EntityDefinitions(LogicalName='contoso_contract')"), "EntitySetName"), "contoso_contracts");
  EXPECT_EQ(world.Get("EntityDefinitions(LogicalName='lead')").status, 404);
  EXPECT_EQ(world.Get("EntityDefinitions(contact)").status, 400);
  EXPECT_EQ(world.Get("EntityDefinitions(LogicalName='contact')/Keys").status, 404);
  EXPECT_EQ(world.Get("EntityDefinitions?$select=Colour").status, 400);
}

// Metadata names the privileges of a table, RetrieveUserPrivileges those that the user has; ids join them.
TEST(Metadata, PrivilegesOfTablesAndOfTheUser) {
  World world;
  const std::string user(Link(world.Get("WhoAmI"), "UserId"));
  const std::string own = Cat("systemusers(", user, ")/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()");
  const auto privileges =
      Body(world.Get("EntityDefinitions(LogicalName='adobe_emailsend')?$select=Privileges")).at("Privileges").as_array();
  const auto create = std::find_if(privileges.begin(), privileges.end(), [](const auto& privilege) {
    return privilege.at("PrivilegeType").as_string() == "Create";
  });
  ASSERT_NE(create, privileges.end());
  EXPECT_EQ(create->at("Name").as_string(), "prvCreateActivity");
  const std::string id(create->at("PrivilegeId").as_string());
  EXPECT_THAT(world.Get(own).body, ::testing::HasSubstr(id));
  world.database.Set(Privilege::kCreate, *world.database.FindTable("adobe_emailsend"), false);
  EXPECT_THAT(world.Get(own).body, Not(::testing::HasSubstr(id)));
  EXPECT_EQ(world.Get("systemusers(00000000-0000-4000-8000-000000000009)/"
                      "Microsoft.Dynamics.CRM.RetrieveUserPrivileges()").status, 404);
  EXPECT_EQ(world.Get(Cat("contacts(", user, ")/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()")).status, 404);
  EXPECT_EQ(world.Post(own, "{}").status, 405);
}

TEST(Metadata, OnePrivilegeOfTheUserByItsName) {
  World world;
  const auto ask = [&](std::string_view function) {
    return world.Get(Cat("systemusers(", kApplicationUser.ToString(), ")/Microsoft.Dynamics.CRM.", function));
  };
  const auto read = Body(ask("RetrieveUserPrivilegeByPrivilegeName(PrivilegeName='prvReadContact')")).at("RolePrivileges").as_array();
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read.at(0).at("PrivilegeName").as_string(), "prvReadContact");
  EXPECT_EQ(read.at(0).at("Depth").as_string(), "Global");
  EXPECT_EQ(ask("RetrieveUserPrivilegeByPrivilegeName(PrivilegeName=@p)?@p='prvReadContact'").status, 200);
  EXPECT_EQ(ask("RetrieveUserPrivilegeByPrivilegeName(PrivilegeName='prvReadLead')").status, 404);
  EXPECT_EQ(ask("RetrieveUserPrivilegeByPrivilegeName(PrivilegeName=prvReadContact)").status, 400);
  EXPECT_EQ(ask("RetrieveUserPrivilegeByPrivilegeName()").status, 400);
  EXPECT_EQ(ask("RetrieveUserPrivilegeByPrivilegeName").status, 404);
  world.database.Set(Privilege::kRead, *world.database.FindTable("contact"), false);
  EXPECT_THAT(Body(ask("RetrieveUserPrivilegeByPrivilegeName(PrivilegeName='prvReadContact')")).at("RolePrivileges").as_array(), IsEmpty());
}

TEST(Metadata, TimeZonesAndTheUsersSettings) {
  World world;
  const std::string own = Cat("usersettingscollection(", kApplicationUser.ToString(), ")?$select=timezonecode");
  EXPECT_EQ(Body(world.Get(own)).at("timezonecode"), 92);
  EXPECT_THAT(Values(world.Get("timezonedefinitions?$select=standardname&$filter=timezonecode%20eq%2092"), "standardname"), ElementsAre("UTC"));
  EXPECT_THAT(Rows(world.Get("timezonedefinitions?$filter=timezonecode%20eq%201")), IsEmpty());
}

TEST(Metadata, Columns) {
  World world;
  const http::Response response =
      world.Get(Cat(kAttributes,
                    "?$select=LogicalName,AttributeType,IsPrimaryId,IsValidForRead,IsValidForCreate,IsValidForUpdate,"
                    "DisplayName,AttributeOf"));
  std::map<std::string, boost::json::object> columns;
  for (const auto& row : Rows(response)) columns[std::string(row.at("LogicalName").as_string())] = row.as_object();
  EXPECT_TRUE(columns["contactid"]["IsPrimaryId"].as_bool());
  EXPECT_EQ(columns["emailaddress1"]["AttributeType"].as_string(), "String");
  EXPECT_EQ(columns["contoso_interests"]["AttributeType"].as_string(), "Virtual");
  EXPECT_EQ(columns["parentcustomerid"]["AttributeType"].as_string(), "Customer");
  EXPECT_EQ(columns["parentcustomeridname"]["AttributeOf"].as_string(), "parentcustomerid");
  EXPECT_FALSE(columns["fullname"]["IsValidForUpdate"].as_bool());
  EXPECT_TRUE(columns["fullname"]["IsValidForRead"].as_bool());
}

TEST(Metadata, DroppedColumnsAndTablesAreGone) {
  World world;
  auto& schema = world.database.FindTable("contact")->schema();
  schema.columns[schema.Find("nickname")].dropped = true;
  EXPECT_THAT(Values(world.Get(kAttributes), "LogicalName"), Not(Contains("nickname")));
  EXPECT_EQ(world.Get(Cat(kAttributes, "(LogicalName='nickname')")).status, 404);
  schema.dropped = true;
  EXPECT_THAT(Values(world.Get(kTables), "LogicalName"), Not(Contains("contact")));
  EXPECT_EQ(world.Get(kAttributes).status, 404);
}

TEST(Metadata, OptionsOfChoices) {
  World world;
  const auto gender = Body(world.Get(Options("gendercode", "Picklist") + ",GlobalOptionSet"));
  const auto& options = gender.at("OptionSet").at("Options").as_array();
  ASSERT_EQ(options.size(), 2u);
  EXPECT_EQ(options.at(1).at("Value").as_int64(), 2);
  EXPECT_EQ(options.at(1).at("Label").at("UserLocalizedLabel").at("Label").as_string(), "Female");
  const auto flag = Body(world.Get(Options("donotemail", "Boolean")));
  EXPECT_EQ(flag.at("OptionSet").at("TrueOption").at("Value").as_int64(), 1);
  EXPECT_EQ(flag.at("OptionSet").at("FalseOption").at("Label").at("UserLocalizedLabel").at("Label").as_string(),
            "Allow");
  EXPECT_EQ(Body(world.Get(Options("statuscode", "Status"))).at("OptionSet").at("Options").at(1).at("State").as_int64(),
            1);
  EXPECT_EQ(world.Get(Options("statecode", "State")).status, 200);
  EXPECT_EQ(world.Get(Options("contoso_interests", "MultiSelectPicklist")).status, 200);
}

TEST(Metadata, OptionsOfColumnsWithoutAreRefused) {
  World world;
  EXPECT_EQ(world.Get(Options("firstname", "Picklist")).status, 404) << "it is of another type";
  EXPECT_EQ(world.Get(Options("firstname", "String")).status, 400);
  EXPECT_EQ(world.Get(Options("shoesize", "Picklist")).status, 404);
}

TEST(Metadata, BehaviourOfTimes) {
  World world;
  const http::Response response = world.Get(
      Cat(kAttributes, "/Microsoft.Dynamics.CRM.DateTimeAttributeMetadata?$select=LogicalName,DateTimeBehavior"));
  std::map<std::string, std::string> behaviors;
  for (const auto& row : Rows(response))
    behaviors[std::string(row.at("LogicalName").as_string())] = row.at("DateTimeBehavior").at("Value").as_string();
  EXPECT_EQ(behaviors["birthdate"], "DateOnly");
  EXPECT_EQ(behaviors["createdon"], "UserLocal");
  EXPECT_EQ(behaviors["contoso_appointment"], "TimeZoneIndependent");
  EXPECT_EQ(behaviors.count("firstname"), 0u);
}

TEST(Metadata, ServiceDocumentListsTheSets) {
  World world;
  EXPECT_THAT(Values(world.Get("/api/data/v9.2/"), "name"), Contains("contacts"));
}

}  // namespace
}  // namespace causeway::sandbox::dataverse
