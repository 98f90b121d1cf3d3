#include "services/sandbox/dataverse/row_values.h"

#include <algorithm>
#include <cmath>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"

namespace causeway::sandbox::dataverse {
namespace {

using simdjson::dom::element;
using Token = std::variant<std::string, ODataError>;
using Problem = std::optional<ODataError>;

std::string_view EdmType(const Column& column) {
  switch (column.type) {
    case ColumnType::kUniqueidentifier:
      return "Edm.Guid";
    case ColumnType::kBoolean:
      return "Edm.Boolean";
    case ColumnType::kInteger:
    case ColumnType::kPicklist:
    case ColumnType::kState:
    case ColumnType::kStatus:
      return "Edm.Int32";
    case ColumnType::kBigInt:
      return "Edm.Int64";
    case ColumnType::kDecimal:
    case ColumnType::kMoney:
      return "Edm.Decimal";
    case ColumnType::kDouble:
      return "Edm.Double";
    case ColumnType::kDateTime:
      return column.behavior == DateTimeBehavior::kDateOnly ? "Edm.Date" : "Edm.DateTimeOffset";
    default:
      return "Edm.String";
  }
}

Token Text(const TableSchema& schema, const Column& column, std::string_view text) {
  if (CodePoints(text) > static_cast<size_t>(column.max_length)) return TooLong(column, schema);
  return text.empty() ? std::string() : JsonString(text);
}

Token Whole(const TableSchema& schema, const Column& column, int64_t number) {
  const bool in_range = column.type == ColumnType::kBigInt ||
                        (static_cast<double>(number) >= column.min && static_cast<double>(number) <= column.max);
  if (!in_range) return OutOfRange(column, schema);
  return Cat(number);
}

Token Fraction(const TableSchema& schema, const Column& column, double number) {
  if (!(number >= column.min && number <= column.max)) return OutOfRange(column, schema);
  if (column.type == ColumnType::kDouble) return Cat(number);
  char digits[64];
  return std::string(
      digits, std::to_chars(digits, digits + sizeof(digits), number, std::chars_format::fixed, column.precision).ptr);
}

bool IsOption(const Column& column, int64_t value) {
  return std::any_of(column.options.begin(), column.options.end(),
                     [&](const Option& option) { return option.value == value; });
}

Token Choice(const TableSchema& schema, const Column& column, int64_t value) {
  if (!IsOption(column, value)) return NoSuchOption(column, Cat(value), schema);
  return Cat(value);
}

Token Choices(const TableSchema& schema, const Column& column, std::string_view list) {
  std::vector<int64_t> values;
  for (std::string_view part : Split(list, ',')) {
    const std::optional<int64_t> value = ParseNumber(part);
    if (!value || !IsOption(column, *value)) return NoSuchOption(column, part, schema);
    values.push_back(*value);
  }
  std::sort(values.begin(), values.end());
  std::string sorted;
  for (int64_t value : values) Append(sorted, sorted.empty() ? "" : ",", value);
  return JsonString(sorted);
}

// 1753-01-01: the database knows no day before it.
constexpr int64_t kEarliest = -6'847'804'800'000;
// 9999-12-31: nor this day, nor one after it.
constexpr int64_t kTooLate = 253'402'214'400'000;

Token Time(const TableSchema& schema, const Column& column, std::string_view text) {
  const bool date_only = column.behavior == DateTimeBehavior::kDateOnly;
  const std::optional<int64_t> millis = date_only ? ParseDate(text) : ParseDateTime(text);
  if (!millis) return WrongType(column.name, EdmType(column), schema);
  if (*millis < kEarliest) return TooEarly(text);
  if (*millis >= kTooLate) return TooLate(text);
  std::string token = "\"";
  date_only ? AppendDate(*millis, token) : AppendODataTime(*millis, token);
  return token + '"';
}

Token FromText(const TableSchema& schema, const Column& column, std::string_view text) {
  switch (column.type) {
    case ColumnType::kString:
    case ColumnType::kMemo:
      return Text(schema, column, text);
    case ColumnType::kMultiSelect:
      return Choices(schema, column, text);
    case ColumnType::kDateTime:
      return Time(schema, column, text);
    case ColumnType::kUniqueidentifier:
      if (const auto guid = Guid::Parse(text)) return JsonString(guid->ToString());
      [[fallthrough]];
    default:
      return WrongType(column.name, EdmType(column), schema);
  }
}

Token FromNumber(const TableSchema& schema, const Column& column, element value) {
  int64_t whole = 0;
  double fraction = 0;
  const bool is_whole = !value.get_int64().get(whole);
  switch (column.type) {
    case ColumnType::kInteger:
    case ColumnType::kBigInt:
      if (is_whole) return Whole(schema, column, whole);
      break;
    case ColumnType::kPicklist:
    case ColumnType::kState:
    case ColumnType::kStatus:
      if (is_whole) return Choice(schema, column, whole);
      break;
    case ColumnType::kDecimal:
    case ColumnType::kMoney:
    case ColumnType::kDouble:
      if (!value.get_double().get(fraction)) return Fraction(schema, column, fraction);
      break;
    default:
      break;
  }
  return WrongType(column.name, EdmType(column), schema);
}

// /contacts(<guid>), with or without the first slash, or as a whole URL.
struct Reference {
  std::string_view entity_set;
  Guid id;
};
std::optional<Reference> ReadReference(std::string_view text) {
  if (!text.ends_with(')')) return std::nullopt;
  text.remove_suffix(1);
  text.remove_prefix(text.rfind('/') + 1);
  const size_t open = text.find('(');
  if (open == std::string_view::npos) return std::nullopt;
  const std::optional<Guid> id = Guid::Parse(text.substr(open + 1));
  if (!id) return std::nullopt;
  return Reference{text.substr(0, open), *id};
}

// Collects the values of one body.
class Collector {
 public:
  Collector(const Database& database, const TableSchema& schema, bool creating)
      : database_(database), schema_(schema), creating_(creating), seen_(schema.columns.size()) {}

  Problem Add(std::string_view name, element value) {
    constexpr std::string_view kBind = "@odata.bind";
    if (name.ends_with(kBind)) return Bind(name.substr(0, name.size() - kBind.size()), value);
    if (name.find('@') != std::string_view::npos) return std::nullopt;
    const int column = schema_.Find(name);
    if (column < 0 || schema_.columns[column].type == ColumnType::kShadow ||
        schema_.columns[column].type == ColumnType::kEntityName || IsLookup(schema_.columns[column].type))
      return UndeclaredProperty(name, schema_);
    if (schema_.columns[column].source == Column::Source::kPrimaryId) return Key(value);
    return Set(column, value);
  }
  RowValues Take() { return std::move(values_); }

 private:
  Problem Once(int column) {
    if (!seen_[column]) {
      seen_[column] = true;
      return std::nullopt;
    }
    return MalformedBody(Cat("the property '", schema_.columns[column].name, "' is there twice."));
  }

  Problem Key(element value) {
    std::string_view text;
    if (!value.get_string().get(text)) values_.id = Guid::Parse(text);
    return values_.id ? Once(schema_.Find(schema_.primary_id)) : WrongType(schema_.primary_id, "Edm.Guid", schema_);
  }

  Problem Set(int number, element value) {
    const Column& column = schema_.columns[number];
    if (!(creating_ ? column.creatable : column.updatable)) return ReadOnlyProperty(column.name, schema_);
    if (Problem problem = Once(number)) return problem;
    Token token = ReadValue(schema_, column, value);
    if (auto* error = std::get_if<ODataError>(&token)) return std::move(*error);
    values_.assignments.push_back({static_cast<size_t>(number), std::get<std::string>(std::move(token))});
    return std::nullopt;
  }

  Problem Bind(std::string_view name, element value) {
    const auto [number, navigation] = schema_.FindNavigation(name);
    if (navigation == nullptr) return UndeclaredProperty(name, schema_);
    if (Problem problem = Once(number)) return problem;
    if (value.is_null()) {
      values_.assignments.push_back({static_cast<size_t>(number), ""});
      return std::nullopt;
    }
    std::string_view text;
    const Table* target = database_.FindTable(navigation->table);
    std::optional<Reference> reference;
    if (!value.get_string().get(text)) reference = ReadReference(text);
    if (!reference || target == nullptr || reference->entity_set != target->schema().entity_set)
      return WrongType(name, Cat("Microsoft.Dynamics.CRM.", navigation->table), schema_);
    if (Problem problem = MayPointTo(*target)) return problem;
    if (target->Find(reference->id) == nullptr) return NoSuchRow(target->schema(), reference->id);
    values_.assignments.push_back({static_cast<size_t>(number), JsonString(reference->id.ToString())});
    const int type = schema_.Find(schema_.columns[number].name + "type");
    if (type >= 0) values_.assignments.push_back({static_cast<size_t>(type), JsonString(navigation->table)});
    return std::nullopt;
  }

  // A lookup takes Append on the row's table and AppendTo on the other.
  Problem MayPointTo(const Table& target) const {
    const Table* own = database_.FindTable(schema_.logical_name);
    if (own != nullptr && !database_.Has(Privilege::kAppend, *own))
      return MissingPrivilege(Privilege::kAppend, schema_);
    if (!database_.Has(Privilege::kAppendTo, target)) return MissingPrivilege(Privilege::kAppendTo, target.schema());
    return std::nullopt;
  }

  const Database& database_;
  const TableSchema& schema_;
  const bool creating_;
  std::vector<bool> seen_;
  RowValues values_;
};

}  // namespace

std::variant<std::string, ODataError> ReadValue(const TableSchema& schema, const Column& column, element value) {
  std::string_view text;
  bool flag = false;
  if (value.is_null()) return std::string();
  if (column.type == ColumnType::kBoolean) {
    if (value.get_bool().get(flag)) return WrongType(column.name, EdmType(column), schema);
    return std::string(flag ? "true" : "false");
  }
  if (!value.get_string().get(text)) return FromText(schema, column, text);
  return FromNumber(schema, column, value);
}

std::variant<RowValues, ODataError> ReadValues(const Database& database, const TableSchema& schema,
                                               simdjson::dom::object body, bool creating) {
  Collector collector(database, schema, creating);
  for (const auto& [name, value] : body) {
    if (Problem problem = collector.Add(name, value)) return *std::move(problem);
  }
  return collector.Take();
}

}  // namespace causeway::sandbox::dataverse
