#include "services/ctl/program.h"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <map>

#include "services/ctl/commands/commands.h"
#include "services/ctl/completion.h"
#include "services/ctl/exit_code.h"
#include "services/ctl/session.h"

namespace causeway::ctl {
namespace {

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
  app.add_option("--connect-timeout", session.connect_timeout_seconds,
                 "Seconds to wait until a controller answers at all")
      ->capture_default_str();
  const std::map<std::string, Format> formats = {
      {"table", Format::kTable}, {"json", Format::kJson}, {"yaml", Format::kYaml}};
  const auto choose = [&session, formats](const std::string& name) { session.format = formats.at(name); };
  app.add_option_function<std::string>("-o,--output", choose, "How results are printed")
      ->check(CLI::IsMember({"table", "json", "yaml"}))
      ->default_str("table");
}

void AddCommands(CLI::App& app, Session& session) {
  AddStatusCommand(app, session);
  AddWorkflowCommands(app, session);
  AddDefinitionCommands(app, session);
  AddMappingCommands(app, session);
  AddRecordCommands(app, session);
  AddTenantCommands(app, session);
  AddCallCommand(app, session);
  AddShellCommands(app, session);
}

int CompleteWords(const CLI::App& app, Session& session, const std::vector<std::string>& words) {
  if (const char* server = std::getenv("CAUSEWAY_SERVER")) session.server = server;
  const auto names = [&](const ResourceKind& kind) { return NamesOf(session, kind); };
  for (const std::string& candidate : Complete(app, session, words, names)) session.out << candidate << "\n";
  return 0;
}

}  // namespace

int RunProgram(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  CLI::App app("Looks after Causeway: workflows, definitions, records.", "causewayctl");
  Session session(out);
  app.require_subcommand(1)->fallthrough()->footer(kFooter);
  AddGlobalOptions(app, session);
  AddCommands(app, session);
  if (!arguments.empty() && arguments[0] == "__complete") {
    return CompleteWords(app, session, {arguments.begin() + 1, arguments.end()});
  }
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // CLI11 takes them from the back.
  } catch (const CLI::ParseError& e) {
    return app.exit(e, out, err) == 0 ? 0 : static_cast<int>(ExitCode::kUsage);
  }
  const absl::Status status = session.command();
  if (!status.ok() && !status.message().empty()) err << "causewayctl: " << status.message() << "\n";
  return static_cast<int>(ExitCodeOf(status));
}

}  // namespace causeway::ctl
