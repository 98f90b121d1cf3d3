// What the sandbox holds, in a file, so that it goes on where it was (rows with their versions, deletions, records with
// their PKeys, events, engine calls). Faults, tokens and limits are not kept.
#pragma once

#include <string>

#include "services/sandbox/world.h"

namespace causeway::sandbox {

// Written under another name first, then renamed. Returns what went wrong; empty: nothing.
std::string SaveState(World& world, const std::string& path);
// Into a new world. A file that isn't there is none; one that can't be read is an error.
std::string LoadState(const std::string& path, World& world);

}  // namespace causeway::sandbox
