// Reads a master key from a file (keyring.h), or makes one.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace causeway::secrets {

// kKeyBytes bytes. CW-SEC-KEY-FILE for a file that isn't there, holds anything else than a key, or is open to others:
// nobody but its owner may read it, except that a file of root's may be readable by a group, which is how Kubernetes
// hands a Secret to a process that isn't root (fsGroup).
absl::StatusOr<std::string> ReadKeyFile(const std::string& path);

// Writes a new key into the file, for its owner only. One that is there is left alone.
absl::Status MakeKeyFile(const std::string& path);

// The key that a file's contents hold: raw, hex or base64; nullopt for anything else.
std::optional<std::string> ParseKey(absl::string_view contents);

}  // namespace causeway::secrets
