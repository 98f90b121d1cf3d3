// The commands, a function a group. Each adds its subcommands, which set session.command when they are chosen.
#pragma once

#include <CLI/CLI.hpp>

#include "services/ctl/session.h"

namespace causeway::ctl {

void AddWorkflowCommands(CLI::App& app, Session& session);
void AddDefinitionCommands(CLI::App& app, Session& session);
void AddMappingCommands(CLI::App& app, Session& session);
void AddRecordCommands(CLI::App& app, Session& session);  // dead-letters, audit
void AddTenantCommands(CLI::App& app, Session& session);  // organizations, instances, connections
void AddStatusCommand(CLI::App& app, Session& session);
void AddCallCommand(CLI::App& app, Session& session);
void AddShellCommands(CLI::App& app, Session& session);  // completion, version

}  // namespace causeway::ctl
