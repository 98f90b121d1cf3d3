// Shell completion. The shells' scripts are one line: they ask `causewayctl __complete WORD…`, so that new commands
// complete by themselves, and names come from the controller.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

#include "services/ctl/resource_kind.h"
#include "services/ctl/session.h"

namespace causeway::ctl {

// The script for bash, zsh or fish; empty for another shell.
std::string CompletionScript(const std::string& shell);

// What may stand for the last of `words`, which begins with it. `names` gives the resources' short names.
std::vector<std::string> Complete(const CLI::App& app, const Session& session, const std::vector<std::string>& words,
                                  const std::function<std::vector<std::string>(const ResourceKind&)>& names);

// Short names of all resources of a kind; none when the controller doesn't answer at once.
std::vector<std::string> NamesOf(Session& session, const ResourceKind& kind);

}  // namespace causeway::ctl
