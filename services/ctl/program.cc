#include "services/ctl/program.h"

#include <CLI/CLI.hpp>
#include <simdjson.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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
      ->capture_default_str()
      ->check(AboveZero());
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

// gRPC takes UTF-8 only and would say so in words of its own.
absl::Status CheckArguments(const std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (simdjson::validate_utf8(arguments[i])) continue;
    return Fail(ExitCode::kUsage, absl::StrCat("Argument ", i + 1, " is not valid UTF-8: ", absl::CHexEscape(arguments[i])));
  }
  return absl::OkStatus();
}

// " Did you mean list?": the first word that is no command where one is expected.
std::string DidYouMean(const CLI::App& app, const std::vector<std::string>& arguments) {
  const CLI::App* at = &app;
  for (const std::string& word : arguments) {
    const auto commands = at->get_subcommands([](const CLI::App*) { return true; });
    if (commands.empty() || absl::StartsWith(word, "-")) return "";
    std::vector<std::string> names;
    const CLI::App* next = nullptr;
    for (const CLI::App* command : commands) {
      names.push_back(command->get_name());
      if (command->get_name() == word) next = command;
    }
    if (next == nullptr) {
      const std::string nearest = Nearest(word, names);
      return nearest.empty() ? absl::StrCat("  ", word, " is no command here; there are: ", absl::StrJoin(names, ", "), "\n")
                             : absl::StrCat("  did you mean ", nearest, "?\n");
    }
    at = next;
  }
  return "";
}

// What was printed has to have arrived: a full disk, a closed file.
absl::Status CheckPrinted(std::ostream& out) {
  errno = 0;
  out.flush();
  if (out.good()) return absl::OkStatus();
  const std::string why = errno == 0 ? "" : absl::StrCat(" (", std::strerror(errno), ")");
  return Fail(ExitCode::kServer, absl::StrCat("What was to be printed can't be written to standard output", why, "."));
}

// Prints what went wrong, if anything, and gives the exit code.
int End(const absl::Status& status, std::ostream& err) {
  if (!status.ok() && !status.message().empty()) err << "causewayctl: " << status.message() << "\n";
  return static_cast<int>(ExitCodeOf(status));
}

}  // namespace

int RunProgram(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  if (const absl::Status readable = CheckArguments(arguments); !readable.ok()) return End(readable, err);
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
    if (app.exit(e, out, err) == 0) return End(CheckPrinted(out), err);
    err << DidYouMean(app, arguments);
    return static_cast<int>(ExitCode::kUsage);
  }
  const absl::Status status = session.command();
  const absl::Status printed = CheckPrinted(out);
  return End(status.ok() ? printed : status, err);
}

}  // namespace causeway::ctl
