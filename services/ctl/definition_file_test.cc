#include "services/ctl/definition_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "common/mapping/default_mapping.h"
#include "services/ctl/exit_code.h"
#include "services/ctl/message_diff.h"

namespace causeway::ctl {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Surroundings Test() {
  return {[](const std::string& name) -> std::optional<std::string> {
            if (name == "HOST") return "http://127.0.0.1:9";
            return name.rfind("SANDBOX_", 0) == 0 ? std::optional<std::string>("value of " + name) : std::nullopt;
          },
          [](const std::string& path) -> absl::StatusOr<std::string> {
            if (path == "/tenant") return "contoso-mkt";
            return absl::NotFoundError("The file can't be read.");
          }};
}

absl::StatusOr<Definitions> Parse(const std::string& yaml) { return ParseDefinitions(yaml, "f.yaml", Test()); }

constexpr char kFile[] = R"(
organizations:
  contoso:
    display_name: Contoso
    instances:
      stage:
        connections:
          campaign:
            url: ${env:HOST}/campaign
            tenant: ${file:/tenant}
            client_secret: ${env:CAMPAIGN_SECRET}
            scopes: [openid, AdobeID]
            request_timeout: 1m30s
        workflows:
          ingress:
            settings: {poll_interval: 500ms, page_size: 1000}
            table_mappings:
              contact:
                source_table: contact
                deletes: ignore
                fields:
                - {source_column: firstname, target_field: firstName, target_type: string, insert_only: true}
                - source_column: gendercode
                  target_field: gender
                  replacements: [{from: 1, to: male}, {from: "", to: "$${x}"}]
)";

const google::protobuf::Message& MessageOf(const Definitions& definitions, const std::string& name) {
  const Definition* found = Find(definitions, name);
  if (found == nullptr) ADD_FAILURE() << "no " << name;
  return *found->message;
}

TEST(DefinitionFile, C11_ReadsResourcesAsTheyNest) {
  auto parsed = Parse(kFile);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  ASSERT_EQ(parsed->size(), 5u);
  const auto& connection = static_cast<const v1::Connection&>(
      MessageOf(*parsed, "organizations/contoso/instances/stage/connections/campaign"));
  EXPECT_EQ(connection.campaign().url(), "http://127.0.0.1:9/campaign");
  EXPECT_EQ(connection.campaign().tenant(), "contoso-mkt");
  EXPECT_EQ(connection.campaign().client_secret(), "${env:CAMPAIGN_SECRET}");
  EXPECT_EQ(connection.campaign().scopes_size(), 2);
  EXPECT_EQ(connection.campaign().request_timeout().seconds(), 90);
  const auto& workflow =
      static_cast<const v1::Workflow&>(MessageOf(*parsed, "organizations/contoso/instances/stage/workflows/ingress"));
  EXPECT_EQ(workflow.settings().poll_interval().nanos(), 500'000'000);
  EXPECT_EQ(workflow.settings().page_size(), 1000);
  const auto& mapping = static_cast<const v1::TableMapping&>(
      MessageOf(*parsed, "organizations/contoso/instances/stage/workflows/ingress/tableMappings/contact"));
  EXPECT_EQ(mapping.deletes(), v1::TableMapping::DELETES_IGNORE);
  EXPECT_EQ(mapping.fields(0).target_type(), v1::FIELD_TYPE_STRING);
  EXPECT_TRUE(mapping.fields(0).insert_only());
  EXPECT_EQ(mapping.fields(1).replacements(0).from(), "1");
  EXPECT_EQ(mapping.fields(1).replacements(1).to(), "${x}");
}

TEST(DefinitionFile, C11_WhatIsWrittenReadsBackTheSame) {
  auto parsed = Parse(kFile);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  auto again = Parse(WriteDefinitions(*parsed));
  ASSERT_TRUE(again.ok()) << again.status() << WriteDefinitions(*parsed);
  ASSERT_EQ(again->size(), parsed->size());
  for (const Definition& definition : *parsed) {
    EXPECT_THAT(DiffMessages(*definition.message, MessageOf(*again, definition.name)), IsEmpty()) << definition.name;
  }
}

TEST(DefinitionFile, C11_ExportHoldsReferencesInPlaceOfSecrets) {
  auto parsed = Parse(kFile);
  ASSERT_TRUE(parsed.ok());
  for (Definition& definition : *parsed) {
    if (definition.kind != &kConnections) continue;
    auto& campaign = *static_cast<v1::Connection&>(*definition.message).mutable_campaign();
    campaign.set_client_secret("hunter2");
    campaign.set_client_secret_set(true);
  }
  const std::string yaml = WriteDefinitions(*parsed);
  EXPECT_THAT(yaml, HasSubstr("client_secret: ${env:CAUSEWAY_STAGE_CAMPAIGN_CLIENT_SECRET}"));
  EXPECT_THAT(yaml, Not(HasSubstr("hunter2")));
  EXPECT_TRUE(Parse(yaml).ok()) << Parse(yaml).status();
}

std::string Exported(const std::string& display_name) {
  Definitions definitions;
  auto organization = std::make_unique<v1::Organization>();
  organization->set_name("organizations/contoso");
  organization->set_display_name(display_name);
  definitions.push_back({&kOrganizations, "organizations/contoso", std::move(organization)});
  return WriteDefinitions(definitions);
}

TEST(DefinitionFile, C11_TextThatLooksLikeSomethingElseIsQuoted) {
  for (const char* text : {"007", "y", "N", "On", "~", "=", "<<", "1_000", "0x1F", "0o17", "0b101", "1:30:00", "6.0e2", ".5", "-.inf", ".NaN",
                           "2026-11-23", "2026-11-23 08:15:30Z", "+31"}) {
    EXPECT_THAT(Exported(text), HasSubstr(absl::StrCat("display_name: \"", text, "\""))) << text;
  }
  for (const char* text : {"Contoso", "yes, please", "x1", "no-reply", "a=b", "3 Musketeers"}) {
    EXPECT_THAT(Exported(text), HasSubstr(absl::StrCat("display_name: ", text, "\n"))) << text;
  }
}

TEST(DefinitionFile, C11_AKeyThatOnlyLeadsToResourcesBelowItSaysNothingOfItself) {
  auto parsed = Parse("organizations: {c: {instances: {s: {display_name: S, workflows: {ingress: {table_mappings: {t: {deletes: apply}}}}}}}}");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  std::map<std::string, bool> path_only;
  for (const Definition& definition : *parsed) path_only[IdOf(definition.name)] = definition.path_only;
  EXPECT_EQ(path_only, (std::map<std::string, bool>{{"c", true}, {"s", false}, {"ingress", true}, {"t", false}}));
}

struct Wrong {
  const char* yaml;
  const char* problem;
};

TEST(DefinitionFile, C11_ProblemsNameTheirLine) {
  const Wrong wrongs[] = {
      {"organisations: {}", "f.yaml:1:1: unknown key \"organisations\""},
      {"organizations:\n  contoso:\n    displayname: X",
       "f.yaml:3:5: unknown key \"displayname\"; did you mean display_name?"},
      {"organizations:\n  contoso:\n    etag: X", "unknown key \"etag\""},
      {"organizations:\n  contoso:\n    display_name: A\n    display_name: B",
       "f.yaml:4:5: \"display_name\" stands here twice"},
      {"organizations:\n  contoso: [1]", "f.yaml:2:12: Organization must be a map"},
      {"organizations: {c: {instances: {s: {connections: {salesforce: {}}}}}}", "no connection is called salesforce"},
      {"organizations: {c: {instances: {s: {connections: {campaign: {client_secret: hunter2}}}}}}",
       "is a secret and must not stand in a file"},
      {"organizations: {c: {instances: {s: {connections: {campaign: {client_secret: 'x${env:HOST}'}}}}}}",
       "is a secret and must not"},
      {"organizations: {c: {instances: {s: {connections: {campaign: {url: '${env:NONE}'}}}}}}",
       "variable NONE is not set"},
      {"organizations: {c: {instances: {s: {connections: {campaign: {url: '${NONE}'}}}}}}", "${NONE} is no reference"},
      {"organizations: {c: {instances: {s: {connections: {campaign: {url: '${env:X'}}}}}}", "is not closed"},
      {"organizations: {c: {instances: {s: {connections: {campaign: {max_concurrency: many}}}}}}",
       "max_concurrency must be a whole number"},
      {"organizations: {c: {instances: {s: {workflows: {ingress: {status: STATUS_RUNNING}}}}}}",
       "unknown key \"status\""},
      {"organizations: {c: {instances: {s: {workflows: {ingress: {settings: {poll_interval: 5}}}}}}}",
       "poll_interval must be a duration"},
      {"organizations: {c: {instances: {s: {workflows: {ingress: {table_mappings: {t: {deletes: never}}}}}}}}",
       "deletes must be one of apply, ignore"},
      {"organizations: {c: {instances: {s: {workflows: {ingress: {table_mappings: {t: {fields: {}}}}}}}}}",
       "fields must be a list"},
      {"organizations: [", "f.yaml:"},
      {"", "f.yaml is empty"},
      {"# only a comment\n", "f.yaml is empty"},
      {"---\n---\n", "f.yaml is empty"},
      {"organizations: {}", "f.yaml defines nothing"},
      {"organizations:\n  a: {}\n---\norganizations:\n  b: {}", "f.yaml:4:1: a second document begins here"},
      {"organizations:\n  a: {}\n...\norganizations:\n  b: {}", "f.yaml:4:1: a second document begins here"},
      {"{\"organizations\": {\"a\": {}}}\n{\"organizations\": {\"b\": {}}}", "f.yaml:2:1: "},
      {"organizations:\n\ta: {}", "line 2 is indented with a tab"},
      {"organizations:\n  a:\n    display_name: \"A\n  b: {}\n", "f.yaml:3:19: the quote (\") that is opened here isn't closed on this line"},
      {"organizations:\n  a: {display_name: 'it''s}", "f.yaml:"},
      {"organizations:\n  a:\n    display_name: 'A\n", "f.yaml:"},
  };
  for (const Wrong& wrong : wrongs) {
    auto parsed = Parse(wrong.yaml);
    EXPECT_EQ(ExitCodeOf(parsed.status()), ExitCode::kUsage) << wrong.yaml;
    EXPECT_THAT(std::string(parsed.status().message()), HasSubstr(wrong.problem)) << wrong.yaml;
    EXPECT_THAT(std::string(parsed.status().message()), Not(HasSubstr("hunter2")));
  }
}

// As programs write it. Many large mappings in one line take no longer than in many.
TEST(DefinitionFile, C11_AFileOfOneLongLineIsReadAsFast) {
  const auto seconds = [](const std::string& between) {
    std::string file = R"({"organizations":{"contoso":{"instances":{"stage":{"workflows":{"ingress":{"table_mappings":{)";
    for (int table = 0; table < 10; ++table) {
      absl::StrAppend(&file, table == 0 ? "" : ",", R"("t)", table, R"(":{"source_table":"t","fields":[{"source_column":"c","replacements":[)");
      for (int i = 0; i < 1000; ++i)
        absl::StrAppend(&file, i == 0 ? "" : ",", between, R"({"from":"a value as long as those of people )", i, R"(","to":"another one"})");
      absl::StrAppend(&file, "]}]}");
    }
    const std::clock_t begin = std::clock();
    const auto read = Parse(absl::StrCat(file, "}}}}}}}}"));
    EXPECT_TRUE(read.ok()) << read.status();
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  };
  EXPECT_LT(seconds(""), 3 * seconds("\n")) << "of the processor";
}

TEST(DefinitionFile, C11_AllProblemsComeAtOnce) {
  auto parsed = Parse("organizations:\n  a: {x: 1}\n  b: {y: 1}");
  EXPECT_THAT(std::string(parsed.status().message()), testing::AllOf(HasSubstr("f.yaml:2:"), HasSubstr("f.yaml:3:")));
}

TEST(DefinitionFile, I1_TheExampleIsTheMappingOutOfTheBox) {
  std::ifstream in(CAUSEWAY_SOURCE_DIR "/deploy/local/example.yaml");
  std::ostringstream text;
  text << in.rdbuf();
  auto parsed = Parse(text.str());
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  v1::TableMapping expected = mapping::DefaultContactMapping();
  expected.set_deletes(v1::TableMapping::DELETES_APPLY);
  expected.set_picklist_values(v1::TableMapping::PICKLIST_VALUES_TECHNICAL);
  EXPECT_THAT(
      DiffMessages(expected,
                   MessageOf(*parsed, "organizations/contoso/instances/stage/workflows/ingress/tableMappings/contact")),
      IsEmpty());
}

}  // namespace
}  // namespace causeway::ctl
