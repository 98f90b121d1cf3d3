#include <memory>

#include "services/ctl/commands/commands.h"
#include "services/ctl/completion.h"

namespace causeway::ctl {

void AddShellCommands(CLI::App& app, Session& session) {
  auto shell = std::make_shared<std::string>();
  CLI::App* completion =
      AddCommand(app, session, "completion",
                 "Print a script that makes a shell complete causewayctl's commands and names", [&session, shell] {
                   session.out << CompletionScript(*shell);
                   return absl::OkStatus();
                 });
  completion->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->footer("bash: source <(causewayctl completion bash)\nfish: causewayctl completion fish | source");

  AddCommand(app, session, "version", "Print the version", [&session] {
    session.out << "causewayctl " << CAUSEWAY_VERSION << "\n";
    return absl::OkStatus();
  });
}

}  // namespace causeway::ctl
