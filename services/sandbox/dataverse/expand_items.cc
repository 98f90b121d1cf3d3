#include "services/sandbox/dataverse/expand_items.h"

#include "services/sandbox/http/message.h"

namespace causeway::sandbox::dataverse {
namespace {

// Splits outside of parentheses; nullopt: they don't match.
std::optional<std::vector<std::string_view>> SplitOutside(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
    if (depth < 0) return std::nullopt;
    if (text[i] != separator || depth > 0) continue;
    parts.push_back(http::Trim(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  if (depth != 0) return std::nullopt;
  parts.push_back(http::Trim(text.substr(begin)));
  return parts;
}

std::optional<ExpandItem> ReadItem(std::string_view text) {
  const size_t open = text.find('(');
  ExpandItem item{std::string(http::Trim(text.substr(0, open))), {}};
  if (item.name.empty()) return std::nullopt;
  if (open == std::string_view::npos) return item;
  if (!text.ends_with(')')) return std::nullopt;
  const auto options = SplitOutside(text.substr(open + 1, text.size() - open - 2), ';');
  if (!options) return std::nullopt;
  for (std::string_view option : *options) {
    const size_t equals = option.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    item.options.emplace_back(http::Trim(option.substr(0, equals)), http::Trim(option.substr(equals + 1)));
  }
  return item;
}

}  // namespace

std::optional<std::vector<ExpandItem>> ReadExpandItems(std::string_view list) {
  const auto parts = SplitOutside(list, ',');
  if (!parts) return std::nullopt;
  std::vector<ExpandItem> items;
  for (std::string_view part : *parts) {
    std::optional<ExpandItem> item = ReadItem(part);
    if (!item) return std::nullopt;
    items.push_back(*std::move(item));
  }
  return items;
}

}  // namespace causeway::sandbox::dataverse
