#include "services/sandbox/dataverse/reach.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/default_schema.h"
#include "services/sandbox/dataverse/testing/world.h"
#include "services/sandbox/http/url.h"

namespace causeway::sandbox::dataverse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReachTest : public ::testing::Test {
 protected:
  ReachTest() : own_(Owned("Own", kApplicationUser)), colleagues_(Owned("Colleague's", kColleague)), sellers_(Owned("Seller's", kSeller)) {}

  std::string Owned(std::string_view name, const Guid& owner) {
    return world_.AddContact(Cat("{\"firstname\":\"", name, "\",\"ownerid@odata.bind\":\"/systemusers(", owner.ToString(), ")\"}"));
  }
  void Reduce(Depth depth) { world_.database.SetReadDepth(*world_.database.FindTable("contact"), depth); }
  std::vector<std::string> Names(std::string_view target) { return Values(world_.Get(target), "firstname"); }

  World world_;
  const std::string own_, colleagues_, sellers_;
};

TEST_F(ReachTest, I15_ListsEndWhereTheDepthEnds) {
  EXPECT_THAT(Names("contacts"), ElementsAre("Own", "Colleague's", "Seller's"));
  Reduce(Depth::kDeep);
  EXPECT_THAT(Names("contacts"), ElementsAre("Own", "Colleague's", "Seller's")) << "the user's unit is the root";
  Reduce(Depth::kLocal);
  EXPECT_THAT(Names("contacts"), ElementsAre("Own", "Colleague's"));
  Reduce(Depth::kBasic);
  EXPECT_THAT(Names("contacts"), ElementsAre("Own"));
  EXPECT_THAT(Names("contacts?$orderby=firstname"), ElementsAre("Own"));
  EXPECT_THAT(Names(Cat("contacts?fetchXml=", http::Escape(R"(<fetch><entity name="contact"/></fetch>)"))), ElementsAre("Own"));
  EXPECT_EQ(world_.Get("contacts/$count").body, "1");
  EXPECT_EQ(Body(world_.Get("contacts?$count=true")).at("@odata.count"), 1);
}

TEST_F(ReachTest, I15_SoDoDeltas) {
  Reduce(Depth::kBasic);
  const http::Response pass = world_.Get("contacts", {{"Prefer", "odata.track-changes"}});
  EXPECT_THAT(Values(pass, "firstname"), ElementsAre("Own"));
  world_.Patch(Cat("contacts(", sellers_, ")"), R"({"firstname":"Changed"})");
  const http::Response delta = world_.Get(Link(pass, "@odata.deltaLink"));
  EXPECT_THAT(Rows(delta), IsEmpty());
  Reduce(Depth::kGlobal);
  EXPECT_THAT(Names(Link(pass, "@odata.deltaLink")), ElementsAre("Changed")) << "the older link still tells";
  EXPECT_THAT(Rows(world_.Get(Link(delta, "@odata.deltaLink"))), IsEmpty()) << "what was out of reach then is past";
}

TEST_F(ReachTest, RowsThatOthersOwnAreRefusedByTheirIds) {
  world_.Post("accounts", Cat("{\"name\":\"Contoso\",\"primarycontactid@odata.bind\":\"/contacts(", sellers_, ")\"}"));
  Reduce(Depth::kLocal);
  EXPECT_EQ(world_.Get(Cat("contacts(", colleagues_, ")")).status, 200);
  EXPECT_EQ(world_.Get(Cat("contacts(", sellers_, ")")).status, 403);
  EXPECT_EQ(ErrorCode(world_.Get(Cat("contacts(", sellers_, ")/firstname"))), "0x80040220");
  EXPECT_THAT(Values(world_.Get("accounts?$expand=primarycontactid"), "primarycontactid"), ElementsAre("null"));
}

}  // namespace
}  // namespace causeway::sandbox::dataverse
