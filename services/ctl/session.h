// Session: what every command shares: the options of the command line, the controller, the output.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "services/ctl/api.h"
#include "services/ctl/resource_kind.h"

namespace causeway::ctl {

enum class Format { kTable, kJson, kYaml };

struct Session {
  explicit Session(std::ostream& out) : out(out) {}

  std::string server = "127.0.0.1:17003";
  double request_timeout_seconds = 10;
  double connect_timeout_seconds = 0;
  Format format = Format::kTable;
  std::ostream& out;

  // Set by the parser: the command to run.
  std::function<absl::Status()> command;
  // Commands whose argument is the name of a resource, for completion.
  std::map<const CLI::App*, const ResourceKind*> completes;

  // Made at its first use, when the options are parsed.
  Api& api();

 private:
  std::unique_ptr<Api> api_;
};

// Adds a subcommand that runs `run`.
CLI::App* AddCommand(CLI::App& parent, Session& session, const std::string& name, const std::string& description,
                     std::function<absl::Status()> run);

// For an option that takes a number above 0.
CLI::Validator AboveZero();

// Gives the command a NAME argument of this kind.
void AddName(CLI::App& command, Session& session, const ResourceKind& kind, std::string& name, bool required = true);

// The full name of an existing workflow; "ingress" or "stage/ingress" will do when only one ends so.
absl::StatusOr<std::string> FindWorkflow(Session& session, const std::string& text);

// organizations/{o}/instances/{i} from "contoso/stage", with "-" for what is left out.
absl::StatusOr<std::string> InstanceScope(const std::string& text);

// To an error that says that there is no `name`, and which there are, adds the one that was meant.
absl::Status WithNearestName(Session& session, const ResourceKind& kind, const std::string& name, absl::Status status);

}  // namespace causeway::ctl
