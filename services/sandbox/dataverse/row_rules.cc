#include "services/sandbox/dataverse/row_rules.h"

#include <string>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/filter.h"

namespace causeway::sandbox::dataverse {
namespace {

std::string TextOf(std::string_view token) {
  std::string scratch;
  return std::string(TextOfToken(token, scratch));
}

std::string_view TokenOf(const TableSchema& schema, std::span<const std::string_view> tokens, std::string_view column) {
  const int number = schema.Find(column);
  return number < 0 ? std::string_view() : tokens[static_cast<size_t>(number)];
}

bool Refuses(const PlugIn& plug_in, const TableSchema& schema, std::span<const std::string_view> tokens) {
  return plug_in.column.empty() || TextOf(TokenOf(schema, tokens, plug_in.column)) == plug_in.value;
}

// Text compares as the database does: without case.
bool Same(const UniqueRule& rule, const TableSchema& schema, std::span<const std::string_view> tokens, const Row& row) {
  for (const std::string& name : rule.columns) {
    const int number = schema.Find(name);
    if (number < 0) return false;
    const std::string mine = TextOf(tokens[static_cast<size_t>(number)]);
    if (mine.empty()) return false;
    if (Compare(schema.columns[number], mine, TextOf(row.values.Get(static_cast<size_t>(number)))) != 0) return false;
  }
  return true;
}

bool IsTaken(const UniqueRule& rule, const Table& table, const Guid& id, std::span<const std::string_view> tokens) {
  for (size_t slot = 0; slot < table.slots(); ++slot) {
    const Row* row = table.At(slot);
    if (row != nullptr && row->id != id && Same(rule, table.schema(), tokens, *row)) return true;
  }
  return false;
}

std::string ValuesOf(const UniqueRule& rule, const TableSchema& schema, std::span<const std::string_view> tokens) {
  std::string values;
  for (const std::string& name : rule.columns)
    Append(values, values.empty() ? "" : ",", TextOf(TokenOf(schema, tokens, name)));
  return values;
}

}  // namespace

std::optional<ODataError> CheckRules(const Table& table, const Guid& id, std::span<const std::string_view> tokens,
                                     bool detect_duplicates) {
  const TableSchema& schema = table.schema();
  for (const PlugIn& plug_in : schema.plug_ins) {
    if (Refuses(plug_in, schema, tokens)) return PlugInRefusal(plug_in.text);
  }
  for (const UniqueRule& rule : schema.unique_rules) {
    const bool is_key = rule.kind == UniqueRule::Kind::kAlternateKey;
    if ((!is_key && !detect_duplicates) || !IsTaken(rule, table, id, tokens)) continue;
    return is_key ? KeyIsTaken(rule, ValuesOf(rule, schema, tokens)) : DuplicateFound();
  }
  return std::nullopt;
}

}  // namespace causeway::sandbox::dataverse
