// References in definition files: ${env:NAME} and ${file:PATH} stand for an environment variable's or a file's content.
// $${ stands for ${.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace causeway::ctl {

// Gives the content that a reference stands for. NOT_FOUND: there is none; INVALID_ARGUMENT: it can't be meant (a directory, a file with a
// byte order mark, an empty one).
struct Surroundings {
  std::function<std::optional<std::string>(const std::string& name)> variable;
  std::function<absl::StatusOr<std::string>(const std::string& path)> file;
};

// Of this process. Files lose one line end, LF or CRLF, at their end.
Surroundings ProcessSurroundings();

// The text with every reference replaced. An error says which one stands for nothing or isn't closed.
absl::StatusOr<std::string> Resolve(const std::string& text, const Surroundings& surroundings);

// Whether the text is one reference and nothing else: the only form that a secret may have in a file.
bool IsReference(const std::string& text);

}  // namespace causeway::ctl
