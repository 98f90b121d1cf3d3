// Writing JSON strings.
#pragma once

#include <string>
#include <string_view>

namespace causeway::mapping {

// Appends the text in quotes, escaped by RFC 8259. `text` is valid UTF-8.
void AppendJsonString(std::string_view text, std::string& out);

}  // namespace causeway::mapping
