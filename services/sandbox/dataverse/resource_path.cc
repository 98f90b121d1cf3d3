#include "services/sandbox/dataverse/resource_path.h"

#include "services/sandbox/http/message.h"
#include "services/sandbox/http/url.h"

namespace causeway::sandbox::dataverse {
namespace {

Segment SegmentOf(std::string text) {
  Segment segment{text, text, std::nullopt};
  const size_t open = text.find('(');
  if (open == std::string::npos || !text.ends_with(')')) return segment;
  segment.name = text.substr(0, open);
  segment.argument = text.substr(open + 1, text.size() - open - 2);
  return segment;
}

// The value behind `name` and an equals sign.
std::optional<std::string_view> ValueOf(std::string_view text, std::string_view name) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || http::Trim(text.substr(0, equals)) != name) return std::nullopt;
  return http::Trim(text.substr(equals + 1));
}

}  // namespace

std::optional<std::vector<Segment>> ReadResourcePath(std::string_view path) {
  path.remove_prefix(std::min(path.size(), kVersionPath.size()));
  std::optional<std::vector<std::string>> texts = http::Segments(path);
  if (!texts) return std::nullopt;
  std::vector<Segment> segments;
  for (std::string& text : *texts) segments.push_back(SegmentOf(std::move(text)));
  return segments;
}

std::optional<Guid> ReadKey(std::string_view argument, std::string_view primary_id) {
  return Guid::Parse(ValueOf(argument, primary_id).value_or(http::Trim(argument)));
}

std::optional<std::string> ReadNameKey(std::string_view argument) {
  const std::optional<std::string_view> value = ValueOf(argument, "LogicalName");
  return value ? ReadLiteral(*value) : std::nullopt;
}

std::optional<std::string> ReadLiteral(std::string_view text) {
  if (text.size() < 2 || text.front() != '\'' || text.back() != '\'') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string content;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'' && (i + 1 == text.size() || text[++i] != '\'')) return std::nullopt;
    content += text[i];
  }
  return content;
}

}  // namespace causeway::sandbox::dataverse
