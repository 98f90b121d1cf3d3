#include "services/ctl/reference.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace causeway::ctl {
namespace {

std::optional<std::string> Variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

absl::StatusOr<std::string> FileContent(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return absl::InvalidArgumentError(absl::StrCat("The file ", path, " is a directory."));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("The file ", path, " can't be read."));
  std::ostringstream read;
  read << file.rdbuf();
  const std::string content = read.str();
  if (absl::StartsWith(content, "\xEF\xBB\xBF") || absl::StartsWith(content, "\xFF\xFE") || absl::StartsWith(content, "\xFE\xFF")) {
    return absl::InvalidArgumentError(
        absl::StrCat("The file ", path, " begins with a byte order mark, which would become part of the text: save it without one."));
  }
  absl::string_view text = content;
  if (absl::ConsumeSuffix(&text, "\n")) absl::ConsumeSuffix(&text, "\r");
  if (text.empty()) return absl::InvalidArgumentError(absl::StrCat("The file ", path, " is empty."));
  return std::string(text);
}

// The content of one reference, given what stands between its braces.
absl::StatusOr<std::string> Content(const std::string& inside, const Surroundings& surroundings) {
  if (absl::StartsWith(inside, "file:")) return surroundings.file(inside.substr(5));
  if (!absl::StartsWith(inside, "env:")) {
    return absl::InvalidArgumentError(
        absl::StrCat("${", inside, "} is no reference: write ${env:NAME} or ${file:PATH}; $${ stands for ${."));
  }
  auto variable = surroundings.variable(inside.substr(4));
  if (!variable) return absl::NotFoundError(absl::StrCat("The environment variable ", inside.substr(4), " is not set."));
  return *std::move(variable);
}

}  // namespace

Surroundings ProcessSurroundings() { return {Variable, FileContent}; }

absl::StatusOr<std::string> Resolve(const std::string& text, const Surroundings& surroundings) {
  std::string out;
  size_t at = 0;
  while (at < text.size()) {
    const size_t begin = text.find("${", at);
    if (begin == std::string::npos) break;
    if (begin > at && text[begin - 1] == '$') {
      out.append(text, at, begin - 1 - at).append("${");
      at = begin + 2;
      continue;
    }
    const size_t end = text.find('}', begin);
    if (end == std::string::npos) return absl::InvalidArgumentError("A reference that begins with ${ is not closed.");
    auto content = Content(text.substr(begin + 2, end - begin - 2), surroundings);
    if (!content.ok()) return content.status();
    out.append(text, at, begin - at).append(*content);
    at = end + 1;
  }
  return out.append(text, std::min(at, text.size()));
}

bool IsReference(const std::string& text) {
  return (absl::StartsWith(text, "${env:") || absl::StartsWith(text, "${file:")) && text.find('}') == text.size() - 1;
}

}  // namespace causeway::ctl
