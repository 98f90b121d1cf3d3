#include "services/sandbox/dataverse/row_query.h"

#include "services/sandbox/base/sealed_token.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/expand_items.h"
#include "services/sandbox/http/url.h"

namespace causeway::sandbox::dataverse {
namespace {

using Problem = std::optional<ODataError>;

Problem ReadSelect(std::string_view list, const TableSchema& schema, std::vector<int>& columns) {
  for (std::string_view name : Split(list, ',')) {
    name = http::Trim(name);
    const int column = schema.FindWire(name);
    if (column < 0 || !schema.columns[column].readable) return UnknownProperty(name, schema);
    columns.push_back(column);
  }
  return std::nullopt;
}

// One item of $expand: the name of a lookup's navigation, with $select in parentheses or without.
Problem ReadExpansion(const ExpandItem& item, const Database& database, const TableSchema& schema, RowQuery& query) {
  const auto [column, navigation] = schema.FindNavigation(item.name);
  const Table* target = navigation == nullptr ? nullptr : database.FindTable(navigation->table);
  if (target == nullptr) return UnknownProperty(item.name, schema);
  if (!database.Has(Privilege::kRead, *target)) return MissingPrivilege(Privilege::kRead, target->schema());
  Expansion expansion{static_cast<size_t>(column), navigation, target, {}};
  for (const auto& [name, value] : item.options) {
    if (name != "$select") return NotImplemented(Cat(name, " within $expand"));
    if (Problem problem = ReadSelect(value, target->schema(), expansion.columns)) return problem;
  }
  query.expansions.push_back(std::move(expansion));
  return std::nullopt;
}

Problem ReadExpand(std::string_view list, const Database& database, const TableSchema& schema, RowQuery& query) {
  const std::optional<std::vector<ExpandItem>> items = ReadExpandItems(list);
  if (!items) return BadRequest("Syntax error in $expand.");
  for (const ExpandItem& item : *items) {
    if (Problem problem = ReadExpansion(item, database, schema, query)) return problem;
  }
  return std::nullopt;
}

Problem ReadToken(std::string_view name, const std::string& value, const TableSchema& schema, RowQuery& query) {
  const bool delta = name == "$deltatoken";
  std::optional<LinkToken> token = LinkToken::Parse(value);
  const bool fits = token && token->table == schema.logical_name && (token->kind == LinkToken::Kind::kDelta) == delta;
  if (!fits || query.token) return delta ? BadDeltaToken() : BadSkipToken();
  query.token = std::move(token);
  return std::nullopt;
}

template <typename T>
Problem Keep(std::variant<T, ODataError> parsed, T& kept) {
  if (auto* error = std::get_if<ODataError>(&parsed)) return std::move(*error);
  kept = std::get<T>(std::move(parsed));
  return std::nullopt;
}

Problem ReadOption(std::string_view name, const std::string& value, const Database& database,
                   const TableSchema& schema, RowQuery& query) {
  if (name == "$select") return ReadSelect(value, schema, query.columns);
  if (name == "$skiptoken" || name == "$deltatoken") return ReadToken(name, value, schema, query);
  if (name == "$filter") return Keep(ParseFilter(value, schema), query.filter);
  if (name == "$orderby") return Keep(ParseOrder(value, schema), query.order);
  if (name == "$expand") return ReadExpand(value, database, schema, query);
  if (name == "$top") {
    query.top = ParseNumber(value);
    return query.top && *query.top > 0 ? Problem() : BadRequest(Cat("Invalid value '", value, "' for $top."));
  }
  if (name == "$count") {
    query.count = value == "true";
    return value == "true" || value == "false" ? Problem() : BadRequest(Cat("Invalid value '", value, "' for $count."));
  }
  return UnknownOption(name);
}

bool IsToken(std::string_view option) {
  return option.starts_with("$skiptoken=") || option.starts_with("$deltatoken=") ||
         option.starts_with("%24skiptoken=") || option.starts_with("%24deltatoken=");
}

// The options in their order, without the token.
std::string WithoutToken(std::string_view query) {
  std::string options;
  for (std::string_view option : Split(query, '&')) {
    if (!option.empty() && !IsToken(option)) Append(options, options.empty() ? "" : "&", option);
  }
  return options;
}

Problem CheckTracking(const http::Pairs& options) {
  for (const auto& [name, value] : options) {
    for (std::string_view refused : {"$filter", "$orderby", "$expand", "$top"}) {
      if (name == refused) return NotWithTracking(name);
    }
  }
  return std::nullopt;
}

}  // namespace

std::variant<RowQuery, ODataError> ReadRowQuery(std::string_view text, const Database& database, const Table& table,
                                                const Preferences& preferences) {
  const std::optional<http::Pairs> options = http::ParsePairs(text);
  if (!options) return BadRequest("The query can't be decoded.");
  RowQuery query;
  if (preferences.track_changes) {
    if (Problem problem = CheckTracking(*options)) return *std::move(problem);
  }
  for (const auto& [name, value] : *options) {
    if (Problem problem = ReadOption(name, value, database, table.schema(), query)) return *std::move(problem);
  }
  query.options = WithoutToken(text);
  query.hash = StableHash(query.options);
  if (query.token && query.token->query != query.hash)
    return query.token->kind == LinkToken::Kind::kDelta ? BadDeltaToken() : BadSkipToken();
  return query;
}

std::variant<RowQuery, ODataError> ReadSingleRowQuery(std::string_view text, const Database& database,
                                                      const Table& table) {
  const std::optional<http::Pairs> options = http::ParsePairs(text);
  if (!options) return BadRequest("The query can't be decoded.");
  RowQuery query;
  for (const auto& [name, value] : *options) {
    if (name != "$select" && name != "$expand") return UnknownOption(name);
    if (Problem problem = ReadOption(name, value, database, table.schema(), query)) return *std::move(problem);
  }
  return query;
}

}  // namespace causeway::sandbox::dataverse
