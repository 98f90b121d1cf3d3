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

// What Dynamics 365 holds alone: rows with their versions, deletions. To and from a file, or a text. Restoring is all or
// nothing. Return what went wrong; empty: nothing.
std::string SaveBackup(const dataverse::Database& database, const std::string& path);
std::string SaveBackup(const dataverse::Database& database, std::string* text);
std::string LoadBackup(const std::string& path, dataverse::Database& database);
std::string LoadBackup(std::string* text, dataverse::Database& database);

}  // namespace causeway::sandbox
