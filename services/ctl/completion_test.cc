#include "services/ctl/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "services/ctl/commands/commands.h"

namespace causeway::ctl {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Candidates(const std::vector<std::string>& words) {
  CLI::App app;
  std::ostringstream out;
  Session session(out);
  AddWorkflowCommands(app, session);
  AddDefinitionCommands(app, session);
  return Complete(app, session, words, [](const ResourceKind& kind) {
    return &kind == &kWorkflows ? std::vector<std::string>{"contoso/prod/ingress", "contoso/stage/ingress"}
                                : std::vector<std::string>{};
  });
}

TEST(Completion, C10_CommandsOptionsAndNames) {
  EXPECT_THAT(Candidates({"def"}), ElementsAre("definitions"));
  EXPECT_THAT(Candidates({"workflows", "st"}), ElementsAre("start", "stop"));
  EXPECT_THAT(Candidates({"workflows", "start", "--w"}), ElementsAre("--wait"));
  EXPECT_THAT(Candidates({"workflows", "start", "contoso/s"}), ElementsAre("contoso/stage/ingress"));
  EXPECT_THAT(Candidates({"workflows", "start", "fabrikam"}), IsEmpty());
}

TEST(Completion, C10_EveryShellHasAScript) {
  for (const char* shell : {"bash", "zsh", "fish"})
    EXPECT_THAT(CompletionScript(shell), testing::HasSubstr("__complete")) << shell;
}

}  // namespace
}  // namespace causeway::ctl
