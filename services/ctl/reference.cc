#include "services/ctl/reference.h"

#include <cstdlib>
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

std::optional<std::string> FileContent(const std::string& path) {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  std::ostringstream content;
  content << file.rdbuf();
  return std::string(absl::StripSuffix(content.str(), "\n"));
}

// The content of one reference, given what stands between its braces.
absl::StatusOr<std::string> Content(const std::string& inside, const Surroundings& surroundings) {
  std::optional<std::string> content;
  std::string what;
  if (absl::StartsWith(inside, "env:")) {
    what = absl::StrCat("The environment variable ", inside.substr(4), " is not set.");
    content = surroundings.variable(inside.substr(4));
  } else if (absl::StartsWith(inside, "file:")) {
    what = absl::StrCat("The file ", inside.substr(5), " can't be read.");
    content = surroundings.file(inside.substr(5));
  } else {
    what = absl::StrCat("${", inside, "} is no reference: write ${env:NAME} or ${file:PATH}; $${ stands for ${.");
  }
  if (!content) return absl::NotFoundError(what);
  return *std::move(content);
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
