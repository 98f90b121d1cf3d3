// Children and their parents (spec/campaign.md "Links"). A contract's cusProfile needs its profile ("1 simple link"),
// its cusReferrer doesn't ("0 or 1").
#include "services/sandbox/campaign/links.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/campaign/testing/world.h"

namespace causeway::sandbox::campaign {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LinksTest : public ::testing::Test {
 protected:
  std::vector<std::string> Visible() { return Column(world_.Get("cusContract"), "cusContractId"); }

  World world_;
};

TEST_F(LinksTest, TakesAPKeyOrAnHref) {
  const http::Response profile = world_.Get(world_.Add("profile", R"({"externalId":"c-1"})"));
  for (const char* name : {"PKey", "href"}) {
    const std::string href = world_.Add("cusContract", Cat(R"({"cusProfile":")", TextAt(profile, name), "\"}"));
    const http::Response contract = world_.Get(href);
    EXPECT_EQ(TextAt(contract, "cusProfile/PKey"), TextAt(profile, "PKey"));
    EXPECT_EQ(TextAt(contract, "cusProfile/href"), TextAt(profile, "href"));
    EXPECT_EQ(TextAt(contract, "cusReferrer"), "null");
  }
}

TEST_F(LinksTest, RefusesWhatIsNoRecordOfTheTarget) {
  const std::string product = world_.Add("/contoso/campaign/customResources/cusProduct", "{}");
  const std::string deleted = world_.Add("profile", "{}");
  world_.Delete(deleted);
  const auto said = [&](const std::string& link) {
    const http::Response response = world_.Post("cusContract", Cat(R"({"cusReferrer":")", link, "\"}"));
    EXPECT_EQ(response.status, 500);
    return Message(response);
  };
  for (const std::string& gone : {deleted, std::string("c-1")}) EXPECT_THAT(said(gone), HasSubstr("Invalid link for field 'cusReferrer'"));
  EXPECT_THAT(said("@x"), HasSubstr("XTK-170036 Unable to parse expression '@id = @x'"));
  EXPECT_THAT(said(product), HasSubstr("XTK-170036"));
  EXPECT_THAT(Message(world_.Post("cusContract", R"({"cusReferrer":7})")), HasSubstr("Invalid value"));
  EXPECT_EQ(world_.Find("cusContract").size(), 0u);
}

TEST_F(LinksTest, I13_ChildIsHiddenUntilItsParentExists) {
  const std::string href = world_.Add("cusContract", R"({"cusContractId":"k","cusContactId":"c-1"})");
  EXPECT_THAT(Visible(), IsEmpty());
  EXPECT_EQ(world_.Get(href).status, 404);
  EXPECT_THAT(Column(world_.Get("cusContract/byCusContractId?cusContractId_parameter=k"), "PKey"), IsEmpty());
  for (const char* method : {"PATCH", "DELETE"}) {
    const http::Response response = world_.Ask(method, href, R"({"cusName":"n"})");
    EXPECT_EQ(response.status, 500);
    EXPECT_THAT(Message(response), HasSubstr("linked record of field 'cusProfile'"));
  }
  EXPECT_THAT(Message(world_.Post("cusContract", R"({"cusContractId":"k"})")), HasSubstr("duplicate key value"));

  const std::string profile = world_.Add("profile", R"({"externalId":"c-1"})");
  EXPECT_THAT(Visible(), ElementsAre("k"));
  EXPECT_EQ(TextAt(world_.Get(href), "cusProfile/href"), profile);
  EXPECT_EQ(world_.Patch(href, R"({"cusName":"n"})").status, 200);

  world_.Delete(profile);
  EXPECT_THAT(Visible(), IsEmpty());
}

TEST_F(LinksTest, ChildThatMayBeWithoutParentIsShown) {
  world_.Add("profile", R"({"externalId":"c-1"})");
  const std::string referrer = world_.Add("profile", "{}");
  world_.Add("cusContract", Cat(R"({"cusContractId":"k","cusContactId":"c-1","cusReferrer":")", referrer, "\"}"));
  world_.Delete(referrer);
  EXPECT_THAT(Visible(), ElementsAre("k"));
  EXPECT_EQ(TextAt(world_.Get("cusContract"), "content/0/cusReferrer"), "null");
}

TEST_F(LinksTest, HiddenChildrenLeaveNoHolesInPages) {
  world_.Add("profile", R"({"externalId":"c-1"})");
  for (int i = 0; i < 6; ++i)
    world_.Add("cusContract", Cat(R"({"cusContractId":"k)", i, R"(","cusContactId":"c-)", i % 2, "\"}"));
  const http::Response page = world_.Get("cusContract?_lineCount=2");
  EXPECT_THAT(Column(page, "cusContractId"), ElementsAre("k1", "k3"));
  EXPECT_THAT(Column(world_.Get(NextLink(page)), "cusContractId"), ElementsAre("k5"));
}

}  // namespace
}  // namespace causeway::sandbox::campaign
