// The path of a request behind the Web API's base: contacts(…)/Microsoft.Dynamics.CRM.CreateMultiple.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/sandbox/base/guid.h"

namespace causeway::sandbox::dataverse {

constexpr std::string_view kApiPath = "/api/data/";
constexpr std::string_view kVersionPath = "/api/data/v9.2/";

struct Segment {
  std::string text;                     // Whole.
  std::string name;                     // Before the parenthesis.
  std::optional<std::string> argument;  // Between the parentheses.
};

// nullopt: a broken escape. Without segments: the base itself.
std::optional<std::vector<Segment>> ReadResourcePath(std::string_view path);

// <guid>, or contactid=<guid> for the primary key `primary_id`.
std::optional<Guid> ReadKey(std::string_view argument, std::string_view primary_id);
// LogicalName='contact' → contact; nullopt: it is something else.
std::optional<std::string> ReadNameKey(std::string_view argument);
// The content of a string literal of OData: 'O''Hara' → O'Hara.
std::optional<std::string> ReadLiteral(std::string_view text);

}  // namespace causeway::sandbox::dataverse
