#include "services/sandbox/dataverse/metadata.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/expand_items.h"
#include "services/sandbox/dataverse/metadata_filter.h"
#include "services/sandbox/dataverse/metadata_object.h"
#include "services/sandbox/dataverse/odata_error.h"
#include "services/sandbox/http/url.h"

namespace causeway::sandbox::dataverse {
namespace {

constexpr std::string_view kTypePrefix = "Microsoft.Dynamics.CRM.";

// $select, $filter and $expand of a request for metadata.
struct Wanted {
  std::vector<std::string> selected;  // Empty: all.
  std::vector<ExpandItem> expanded;
  std::string filter;
};

std::vector<std::string> ReadNames(std::string_view list) {
  std::vector<std::string> names;
  for (std::string_view name : Split(list, ',')) names.emplace_back(http::Trim(name));
  return names;
}

std::variant<Wanted, ODataError> ReadOptions(const http::Request& request) {
  const std::optional<http::Pairs> options = http::ParsePairs(request.query());
  if (!options) return BadRequest("The query can't be decoded.");
  Wanted wanted;
  for (const auto& [name, value] : *options) {
    if (name == "$select") {
      wanted.selected = ReadNames(value);
    } else if (name == "$expand") {
      std::optional<std::vector<ExpandItem>> items = ReadExpandItems(value);
      if (!items) return BadRequest("Syntax error in $expand.");
      wanted.expanded = *std::move(items);
    } else if (name == "$filter") {
      wanted.filter = value;
    } else {
      return UnknownOption(name);
    }
  }
  return wanted;
}

ODataError NoSuchMember(std::string_view name, std::string_view type) {
  return BadRequest(Cat("Could not find a property named '", name, "' on type 'Microsoft.Dynamics.CRM.", type, "'."));
}

// The selected members, without braces; MetadataId comes always, as from Dataverse.
std::variant<std::string, ODataError> Render(const MetadataObject& object, const std::vector<std::string>& selected,
                                             std::string_view type) {
  for (const std::string& name : selected) {
    const auto is_name = [&](const auto& member) { return member.first == name; };
    if (std::none_of(object.begin(), object.end(), is_name)) return NoSuchMember(name, type);
  }
  std::string text;
  for (const auto& [name, value] : object) {
    const bool is_wanted = selected.empty() || name == "MetadataId" ||
                           std::find(selected.begin(), selected.end(), name) != selected.end();
    if (is_wanted) Append(text, text.empty() ? "" : ",", "\"", name, "\":", value);
  }
  return text;
}

http::Response Answer(std::string body) {
  return {200, {{"OData-Version", "4.0"}}, "application/json; odata.metadata=minimal", std::move(body)};
}

// Answers one request, of which table and options are known.
class Reader {
 public:
  Reader(const Database& database, Wanted wanted, std::string base)
      : database_(database), wanted_(std::move(wanted)), context_(Cat(base, "$metadata#EntityDefinitions")) {}

  http::Response Tables() {
    if (!wanted_.expanded.empty()) return NotImplemented("$expand of tables").ToResponse();
    const auto filter = MetadataFilter::Parse(wanted_.filter);
    if (const auto* error = std::get_if<ODataError>(&filter)) return error->ToResponse();
    std::string list;
    for (const Table& table : database_.tables()) {
      const MetadataObject object = DescribeTable(table.schema());
      if (table.schema().dropped || !std::get<MetadataFilter>(filter).Matches(object)) continue;
      const auto text = Render(object, wanted_.selected, "EntityMetadata");
      if (const auto* error = std::get_if<ODataError>(&text)) return error->ToResponse();
      Append(list, list.empty() ? "{" : ",{", std::get<std::string>(text), "}");
    }
    return Collection(context_, list);
  }

  http::Response OneTable(const TableSchema& table) {
    if (!wanted_.expanded.empty()) return NotImplemented("$expand of a table").ToResponse();
    if (!wanted_.filter.empty()) return UnknownOption("$filter").ToResponse();
    const auto text = Render(DescribeTable(table), wanted_.selected, "EntityMetadata");
    if (const auto* error = std::get_if<ODataError>(&text)) return error->ToResponse();
    return Single(Cat(context_, "/$entity"), "", std::get<std::string>(text));
  }

  // `type`: only columns of this metadata type, with what that type has; empty: all.
  http::Response Columns(const TableSchema& table, std::string_view type) {
    const auto filter = MetadataFilter::Parse(wanted_.filter);
    if (const auto* error = std::get_if<ODataError>(&filter)) return error->ToResponse();
    std::string list;
    for (const Column& column : table.columns) {
      if (column.dropped || (!type.empty() && MetadataTypeOf(column) != type)) continue;
      if (!std::get<MetadataFilter>(filter).Matches(DescribeColumn(table, column, !type.empty()))) continue;
      const auto text = OneColumnText(table, column, type);
      if (const auto* error = std::get_if<ODataError>(&text)) return error->ToResponse();
      Append(list, list.empty() ? "{" : ",{", TypeMember(column), ",", std::get<std::string>(text), "}");
    }
    return Collection(ContextOf(table, type), list);
  }

  http::Response OneColumn(const TableSchema& table, const Column& column, std::string_view type) {
    if (!type.empty() && MetadataTypeOf(column) != type) return UnknownSegment(Cat(kTypePrefix, type)).ToResponse();
    if (!wanted_.filter.empty()) return UnknownOption("$filter").ToResponse();
    const auto text = OneColumnText(table, column, type);
    if (const auto* error = std::get_if<ODataError>(&text)) return error->ToResponse();
    return Single(Cat(ContextOf(table, type), "/$entity"), TypeMember(column), std::get<std::string>(text));
  }

 private:
  std::variant<std::string, ODataError> OneColumnText(const TableSchema& table, const Column& column,
                                                      std::string_view type) {
    const std::string_view known = type.empty() ? std::string_view("AttributeMetadata") : type;
    auto text = Render(DescribeColumn(table, column, !type.empty()), wanted_.selected, known);
    if (std::holds_alternative<ODataError>(text)) return text;
    for (const ExpandItem& item : wanted_.expanded) {
      const std::string& member = item.name;
      const bool is_set = member == "OptionSet" || (member == "GlobalOptionSet" && MayShareOptions(column));
      if (!is_set || type.empty() || !HasOptions(column.type)) return NoSuchMember(member, known);
      const auto options = OptionsText(table, column, item);
      if (const auto* error = std::get_if<ODataError>(&options)) return *error;
      // Every column here has a set of its own.
      Append(std::get<std::string>(text), ",\"", member,
             "\":", member == "OptionSet" ? std::get<std::string>(options) : std::string("null"));
    }
    return text;
  }

  // The set of options, with what its $select names.
  static std::variant<std::string, ODataError> OptionsText(const TableSchema& table, const Column& column,
                                                           const ExpandItem& item) {
    std::vector<std::string> selected;
    for (const auto& [name, value] : item.options) {
      if (name != "$select") return NotImplemented(Cat(name, " within $expand"));
      selected = ReadNames(value);
    }
    const bool is_flag = column.type == ColumnType::kBoolean;
    auto text = Render(DescribeOptions(table, column), selected,
                       is_flag ? "BooleanOptionSetMetadata" : "OptionSetMetadata");
    if (auto* members = std::get_if<std::string>(&text)) return Cat("{", *members, "}");
    return text;
  }

  static bool MayShareOptions(const Column& column) {
    return column.type == ColumnType::kPicklist || column.type == ColumnType::kMultiSelect ||
           column.type == ColumnType::kBoolean;
  }
  static std::string TypeMember(const Column& column) {
    return Cat(R"("@odata.type":"#)", kTypePrefix, MetadataTypeOf(column), "\"");
  }
  std::string ContextOf(const TableSchema& table, std::string_view type) const {
    const std::string context = Cat(context_, "('", table.logical_name, "')/Attributes");
    return type.empty() ? context : Cat(context, "/", kTypePrefix, type);
  }
  static http::Response Collection(std::string_view context, std::string_view list) {
    return Answer(Cat("{\"@odata.context\":", JsonString(context), ",\"value\":[", list, "]}"));
  }
  static http::Response Single(std::string_view context, std::string_view type, std::string_view members) {
    return Answer(Cat("{\"@odata.context\":", JsonString(context), ",", type, type.empty() ? "" : ",", members, "}"));
  }

  const Database& database_;
  const Wanted wanted_;
  const std::string context_;
};

// The metadata type that a cast segment names; nullopt: it is none.
std::optional<std::string> ReadCast(const Segment& segment) {
  const bool is_cast =
      segment.name.starts_with(kTypePrefix) && segment.name.ends_with("AttributeMetadata") && !segment.argument;
  return is_cast ? std::optional(segment.name.substr(kTypePrefix.size())) : std::nullopt;
}

http::Response ReadColumns(Reader& reader, const TableSchema& table, std::span<const Segment> segments) {
  const Segment& attributes = segments[0];
  if (attributes.name != "Attributes" || segments.size() > 2) return UnknownSegment(segments.back().text).ToResponse();
  std::string type;
  if (segments.size() == 2) {
    const std::optional<std::string> cast = ReadCast(segments[1]);
    if (!cast) return UnknownSegment(segments[1].text).ToResponse();
    type = *cast;
  }
  if (!attributes.argument) return reader.Columns(table, type);
  const std::optional<std::string> name = ReadNameKey(*attributes.argument);
  if (!name) return BadKey(*attributes.argument).ToResponse();
  const int column = table.Find(*name);
  if (column < 0) return NoSuchColumn(*name, table).ToResponse();
  return reader.OneColumn(table, table.columns[column], type);
}

}  // namespace

http::Response ReadMetadata(const Database& database, std::span<const Segment> segments, const http::Request& request,
                            const std::string& base) {
  auto wanted = ReadOptions(request);
  if (const auto* error = std::get_if<ODataError>(&wanted)) return error->ToResponse();
  Reader reader(database, std::get<Wanted>(std::move(wanted)), base);
  if (!segments[0].argument) {
    return segments.size() == 1 ? reader.Tables() : UnknownSegment(segments[1].text).ToResponse();
  }
  const std::optional<std::string> name = ReadNameKey(*segments[0].argument);
  if (!name) return BadKey(*segments[0].argument).ToResponse();
  const Table* table = database.FindTable(*name);
  if (table == nullptr) return NoSuchTable(*name).ToResponse();
  if (segments.size() == 1) return reader.OneTable(table->schema());
  return ReadColumns(reader, table->schema(), segments.subspan(1));
}

}  // namespace causeway::sandbox::dataverse
