// The value of $expand: names, each with options of its own in parentheses, such as OptionSet($select=Options).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace causeway::sandbox::dataverse {

struct ExpandItem {
  std::string name;
  std::vector<std::pair<std::string, std::string>> options;  // $select and its value.
};

// nullopt: parentheses that don't match, an option without a value.
std::optional<std::vector<ExpandItem>> ReadExpandItems(std::string_view list);

}  // namespace causeway::sandbox::dataverse
