#include "services/ingress/campaign_keys.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::ingress {
namespace {

using ::testing::ElementsAre;

constexpr char kOurs[] = "0a1b2c3d-0000-4000-8000-00000000000a";
constexpr char kCapitals[] = "0A1B2C3D-0000-4000-8000-00000000000A";

TEST(CampaignKeys, I15_GuidsAreOneInEverySpelling) {
  for (const std::string& key : {std::string(kOurs), std::string(kCapitals), "{" + std::string(kCapitals) + "}"}) {
    EXPECT_EQ(NormalKey(key), kOurs) << key;
  }
}

TEST(CampaignKeys, I15_OtherKeysStayAsTheyAre) {
  for (const char* key : {"ABC", "{ABC}", "{}", "{", "", "0A1B2C3D-0000-4000-8000-00000000000", "0A1B2C3D-0000-4000-8000-00000000000AB",
                          "0A1B2C3D_0000-4000-8000-00000000000A", "GA1B2C3D-0000-4000-8000-00000000000A"}) {
    EXPECT_EQ(NormalKey(key), key);
  }
}

TEST(CampaignKeys, I15_FormsBeginWithOurs) {
  EXPECT_THAT(FormsOf(kOurs), ElementsAre(kOurs, kCapitals));
  EXPECT_THAT(FormsOf("12345678-0000-4000-8000-000000000000"), ElementsAre("12345678-0000-4000-8000-000000000000"));
  EXPECT_THAT(FormsOf("abc"), ElementsAre("abc"));
}

TEST(CampaignKeys, I15_TheIndexKeepsAnotherSpelling) {
  EXPECT_EQ((DestinationKey{"@1", kOurs}.Keep(kOurs)), "@1");
  const std::string kept = DestinationKey{"@1", kCapitals}.Keep(kOurs);
  EXPECT_EQ(DestinationKey::Parse(kept, kOurs).pkey, "@1");
  EXPECT_EQ(DestinationKey::Parse(kept, kOurs).key, kCapitals);
  EXPECT_EQ(DestinationKey::Parse("@1", kOurs).key, kOurs);
}

}  // namespace
}  // namespace causeway::ingress
