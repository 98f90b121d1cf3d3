// causewayctl: Causeway's command line (C10). docs/causewayctl.md describes it.
#include <CLI/CLI.hpp>

#include <iostream>

#include "services/ctl/commands/commands.h"
#include "services/ctl/completion.h"
#include "services/ctl/exit_code.h"
#include "services/ctl/session.h"

namespace {

using causeway::ctl::ExitCode;
using causeway::ctl::Format;
using causeway::ctl::Session;

constexpr char kFooter[] =
    "Names: contoso/stage/ingress, or in full organizations/contoso/instances/stage/workflows/ingress.\n"
    "Exit codes: 0 done, 1 the controller refused or failed, 2 wrong command line or file, 3 not found,\n"
    "4 not in that state or changed meanwhile, 5 no controller answers, 6 timed out waiting, 7 differences found.";

void AddGlobalOptions(CLI::App& app, Session& session) {
  app.add_option("--server", session.server, "Address of the controller")
      ->envname("CAUSEWAY_SERVER")
      ->capture_default_str();
  app.add_option("--request-timeout", session.request_timeout_seconds, "Seconds to wait for an answer")
      ->capture_default_str();
  const std::map<std::string, Format> formats = {
      {"table", Format::kTable}, {"json", Format::kJson}, {"yaml", Format::kYaml}};
  const auto choose = [&session, formats](const std::string& name) { session.format = formats.at(name); };
  app.add_option_function<std::string>("-o,--output", choose, "How results are printed")
      ->check(CLI::IsMember({"table", "json", "yaml"}))
      ->default_str("table");
}

void AddCommands(CLI::App& app, Session& session) {
  using namespace causeway::ctl;
  AddStatusCommand(app, session);
  AddWorkflowCommands(app, session);
  AddDefinitionCommands(app, session);
  AddMappingCommands(app, session);
  AddRecordCommands(app, session);
  AddTenantCommands(app, session);
  AddCallCommand(app, session);
  AddShellCommands(app, session);
}

int CompleteWords(CLI::App& app, Session& session, std::vector<std::string> words) {
  if (const char* server = std::getenv("CAUSEWAY_SERVER")) session.server = server;
  const auto names = [&](const causeway::ctl::ResourceKind& kind) { return causeway::ctl::NamesOf(session, kind); };
  for (const std::string& candidate : causeway::ctl::Complete(app, session, words, names))
    std::cout << candidate << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Looks after Causeway: workflows, definitions, records.", "causewayctl");
  Session session;
  app.require_subcommand(1)->fallthrough()->footer(kFooter);
  AddGlobalOptions(app, session);
  AddCommands(app, session);
  if (argc > 1 && std::string(argv[1]) == "__complete") return CompleteWords(app, session, {argv + 2, argv + argc});

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : static_cast<int>(ExitCode::kUsage);
  }
  const absl::Status status = session.command();
  if (!status.ok() && !status.message().empty()) std::cerr << "causewayctl: " << status.message() << "\n";
  return static_cast<int>(causeway::ctl::ExitCodeOf(status));
}
