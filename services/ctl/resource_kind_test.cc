#include "services/ctl/resource_kind.h"

#include <gtest/gtest.h>

#include "services/ctl/exit_code.h"

namespace causeway::ctl {
namespace {

constexpr char kIngress[] = "organizations/contoso/instances/stage/workflows/ingress";

TEST(ExpandName, C10_FullAndShortNamesMeanTheSame) {
  EXPECT_EQ(ExpandName(kWorkflows, "contoso/stage/ingress").value(), kIngress);
  EXPECT_EQ(ExpandName(kWorkflows, kIngress).value(), kIngress);
  EXPECT_EQ(ExpandName(kOrganizations, "contoso").value(), "organizations/contoso");
  EXPECT_EQ(ExpandName(kTableMappings, "contoso/stage/contact").value(),
            std::string(kIngress) + "/tableMappings/contact");
  EXPECT_EQ(ExpandName(kTableMappings, "contoso/stage/ingress/contact").value(),
            std::string(kIngress) + "/tableMappings/contact");
  EXPECT_EQ(ExpandName(kDeadLetters, "contoso/stage/ingress/3-17").value(),
            std::string(kIngress) + "/deadLetters/3-17");
  EXPECT_EQ(ShortName(kIngress), "contoso/stage/ingress");
}

TEST(ExpandName, C10_WhatCanBeNoNameIsAUsageError) {
  for (const char* text :
       {"", "contoso", "contoso/stage", "contoso//ingress", "a/b/c/d", "organizations/contoso/instances/stage",
        "organizations/contoso/instances/stage/connections/campaign"}) {
    EXPECT_EQ(ExitCodeOf(ExpandName(kWorkflows, text).status()), ExitCode::kUsage) << text;
  }
}

TEST(ParentOf, CutsTheLastPair) {
  EXPECT_EQ(ParentOf(kIngress), "organizations/contoso/instances/stage");
  EXPECT_EQ(ParentOf("organizations/contoso"), "");
  EXPECT_EQ(ParentOf(""), "");
}

TEST(Nearest, FindsTyposAndNothingElse) {
  const std::vector<std::string> names = {"source_column", "target_field", "insert_only"};
  EXPECT_EQ(Nearest("souce_column", names), "source_column");
  EXPECT_EQ(Nearest("colour", names), "");
}

}  // namespace
}  // namespace causeway::ctl
