#include "services/ctl/definition_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/ctl/definition_file.h"
#include "services/ctl/exit_code.h"
#include "services/ctl/fake_api.h"

namespace causeway::ctl {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kCampaign[] = "organizations/contoso/instances/stage/connections/campaign";
constexpr char kFile[] = R"(
organizations:
  contoso:
    display_name: Contoso
    instances:
      stage:
        connections:
          campaign: {tenant: contoso-mkt, client_secret: "${env:SECRET}"}
        workflows:
          ingress:
            settings: {page_size: 1000}
            table_mappings:
              contact:
                source_table: contact
                fields:
                - {source_column: firstname, target_field: firstName}
                - {source_column: lastname, target_field: lastName}
)";

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

class DefinitionChanges : public testing::Test {
 protected:
  Surroundings surroundings() {
    return {[this](const std::string&) { return secret_; }, [](const std::string&) { return absl::NotFoundError("The file can't be read."); }};
  }

  Definitions Parse(const std::string& yaml) {
    auto parsed = ParseDefinitions(yaml, "f.yaml", surroundings());
    EXPECT_TRUE(parsed.ok()) << parsed.status();
    return *std::move(parsed);
  }

  // Applies the file as `definitions apply` does; gives what was said, and in done_ what it came to.
  std::string ApplyFile(const std::string& yaml, bool prune = false) {
    const Definitions desired = Parse(yaml);
    const Definitions present = *FetchDefinitions(api_, "organizations/contoso");
    const auto changes = Compare(present, desired, prune);
    done_.clear();
    const absl::Status secrets = CheckSecrets(changes, surroundings());
    if (!secrets.ok()) return std::string(secrets.message());
    for (const ResourceChange& change : changes) {
      auto applied = Apply(api_, change, surroundings());
      if (!applied.ok()) return std::string(applied.status().message());
      done_.push_back(PastTense(*applied));
    }
    return RenderDifferences(changes);
  }

  FakeApi api_;
  std::vector<std::string> done_;
  std::optional<std::string> secret_ = "hunter2";
};

TEST_F(DefinitionChanges, C11_ApplyCreatesParentsFirstAndTheSecondTimeNothing) {
  ApplyFile(kFile);
  EXPECT_THAT(api_.edits(),
              ElementsAre("CreateOrganization contoso", "CreateInstance contoso/stage",
                          "UpdateConnection contoso/stage/campaign", "UpdateWorkflow contoso/stage/ingress",
                          "CreateTableMapping contoso/stage/ingress/contact"));
  EXPECT_EQ(api_.secrets().at(kCampaign), "hunter2");
  EXPECT_THAT(done_, ElementsAre("created", "created", "created", "updated", "created"));
  EXPECT_EQ(ApplyFile(kFile), "");
  EXPECT_THAT(done_, Each("unchanged"));
}

TEST_F(DefinitionChanges, C11_OneChangedFieldIsOneDifference) {
  ApplyFile(kFile);
  EXPECT_EQ(ApplyFile(Replaced(kFile, "target_field: lastName}", "target_field: lastName, insert_only: true}")),
            "~ organizations/contoso/instances/stage/workflows/ingress/tableMappings/contact\n"
            "    + fields[lastName].insert_only: true\n");
  EXPECT_EQ(api_.edits().back(), "UpdateTableMapping contoso/stage/ingress/contact");
  EXPECT_EQ(ApplyFile(kFile),
            "~ organizations/contoso/instances/stage/workflows/ingress/tableMappings/contact\n"
            "    - fields[lastName].insert_only: true\n");
  EXPECT_EQ(ApplyFile(Replaced(kFile, "page_size: 1000", "page_size: 500")),
            "~ organizations/contoso/instances/stage/workflows/ingress\n    ~ settings.page_size: 1000 → 500\n");
}

TEST_F(DefinitionChanges, C11_TheOrderOfFieldsIsNoDifference) {
  ApplyFile(kFile);
  std::string other = Replaced(kFile, "firstname, target_field: firstName", "X");
  other = Replaced(other, "lastname, target_field: lastName", "firstname, target_field: firstName");
  EXPECT_EQ(ApplyFile(Replaced(other, "X", "lastname, target_field: lastName")), "");
}

TEST_F(DefinitionChanges, R5_ANewSecretArrivesAndAMissingOneIsKept) {
  ApplyFile(kFile);
  secret_ = "new";
  EXPECT_EQ(ApplyFile(kFile), "");
  EXPECT_THAT(done_, ElementsAre("unchanged", "unchanged", "updated", "unchanged", "unchanged"));
  EXPECT_EQ(api_.secrets().at(kCampaign), "new");
  // A file that is applied again needs no secrets.
  secret_ = std::nullopt;
  EXPECT_THAT(ApplyFile(Replaced(kFile, "tenant: contoso-mkt", "tenant: other")),
              HasSubstr("campaign.tenant: contoso-mkt → other"));
  EXPECT_EQ(api_.secrets().at(kCampaign), "new");
}

TEST_F(DefinitionChanges, R5_AnEmptySecretIsRefusedThoughTheControllerHasOne) {
  ApplyFile(kFile);
  secret_ = "";
  EXPECT_EQ(ApplyFile(kFile), std::string(kCampaign) + ": campaign.client_secret: ${env:SECRET} is empty; a secret isn't.");
  EXPECT_EQ(api_.secrets().at(kCampaign), "hunter2");
}

TEST_F(DefinitionChanges, C11_AFileThatAddsAMappingLeavesWhatIsAboveItAsItIs) {
  ApplyFile(kFile);
  EXPECT_EQ(ApplyFile(R"(
organizations:
  contoso:
    instances:
      stage:
        workflows:
          ingress:
            table_mappings:
              account: {source_table: account}
)"),
            "+ organizations/contoso/instances/stage/workflows/ingress/tableMappings/account\n    + source_table: account\n");
  EXPECT_THAT(done_, ElementsAre("unchanged", "unchanged", "unchanged", "created"));
}

TEST_F(DefinitionChanges, R5_AMissingSecretIsSaidBeforeAnythingIsSent) {
  secret_ = std::nullopt;
  EXPECT_EQ(ApplyFile(kFile), std::string(kCampaign) + ": campaign.client_secret: The environment variable SECRET is not set.");
  EXPECT_EQ(api_.Stored(kCampaign), nullptr);
  EXPECT_EQ(api_.Stored("organizations/contoso"), nullptr);
}

TEST_F(DefinitionChanges, C11_PruneDeletesMappingsOfTheFilesWorkflowsOnly) {
  ApplyFile(kFile);
  auto account = std::make_unique<v1::TableMapping>();
  account->set_name("organizations/contoso/instances/stage/workflows/ingress/tableMappings/account");
  api_.Put(std::move(account));
  auto other = std::make_unique<v1::Instance>();
  other->set_name("organizations/contoso/instances/prod");
  api_.Put(std::move(other));
  EXPECT_EQ(ApplyFile(kFile), "");
  EXPECT_EQ(ApplyFile(kFile, /*prune=*/true),
            "- organizations/contoso/instances/stage/workflows/ingress/tableMappings/account\n");
  EXPECT_EQ(api_.edits().back(), "DeleteTableMapping contoso/stage/ingress/account");
  EXPECT_NE(api_.Stored("organizations/contoso/instances/prod"), nullptr);
}

}  // namespace
}  // namespace causeway::ctl
