#include "services/sandbox/control/expected_record.h"

#include <stdexcept>
#include <string_view>
#include <utility>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"
#include "services/sandbox/dataverse/row_renderer.h"

namespace causeway::sandbox {
namespace {

using campaign::FieldType;
using dataverse::Column;
using dataverse::ColumnType;

bool IsText(ColumnType type) { return type == ColumnType::kString || type == ColumnType::kMemo; }

bool IsNumber(ColumnType type) {
  return type == ColumnType::kInteger || type == ColumnType::kBigInt || type == ColumnType::kDecimal ||
         type == ColumnType::kDouble || type == ColumnType::kMoney || type == ColumnType::kPicklist ||
         type == ColumnType::kState || type == ColumnType::kStatus;
}

bool HasLabels(ColumnType type) {
  return type == ColumnType::kPicklist || type == ColumnType::kState || type == ColumnType::kStatus ||
         type == ColumnType::kMultiSelect;
}

// 12.500 is 12.5, 3.000 is 3.
std::string WithoutZeros(std::string text) {
  if (text.find('.') == std::string::npos || text.find_first_of("eE") != std::string::npos) return text;
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string LabelsOf(const Column& column, std::string_view values) {
  std::string labels;
  for (std::string_view value : Split(values, ',')) {
    for (const dataverse::Option& option : column.options) {
      if (Cat(option.value) == value) Append(labels, labels.empty() ? "" : "; ", option.label);
    }
  }
  return labels;
}

// Which type a value is converted to before Campaign takes it.
std::string TypeOf(const FieldMapping& mapping, const campaign::Field& field) {
  if (!mapping.type.empty()) return mapping.type;
  switch (field.type) {
    case FieldType::kNumber:
      return field.res_type == "long" ? "integer" : "double";
    case FieldType::kBoolean:
      return "boolean";
    case FieldType::kDate:
      return "date";
    case FieldType::kDateTime:
      return "datetime";
    default:
      return "string";
  }
}

// The day of a point in time, where the zone is; of a date, itself.
std::string DayOf(std::string_view text, absl::TimeZone zone, bool instant) {
  const std::optional<int64_t> millis = text.size() == 10 ? ParseDate(text) : ParseDateTime(text);
  if (!millis) return std::string(text);
  const absl::CivilDay day =
      absl::ToCivilDay(absl::FromUnixMillis(*millis), instant && text.size() > 10 ? zone : absl::UTCTimeZone());
  std::string out;
  AppendDate((day - absl::CivilDay(1970, 1, 1)) * int64_t{86'400'000}, out);
  return out;
}

// As Campaign keeps it.
std::string Kept(const campaign::Field& field, const std::string& text) {
  switch (field.type) {
    case FieldType::kBoolean:
      return text == "1" || text == "true" || text == "True" ? "true" : "false";
    case FieldType::kNumber: {
      const std::optional<double> number = ParseNumber<double>(text == "true" ? "1" : text == "false" ? "0" : text);
      if (!number) return text;
      return field.res_type == "long" ? Cat(static_cast<int64_t>(*number)) : Cat(*number);
    }
    case FieldType::kDateTime: {
      const std::optional<int64_t> millis = text.size() == 10 ? ParseDate(text) : ParseDateTime(text);
      std::string out;
      if (millis) AppendCampaignTime(*millis, out);
      return JsonString(out);
    }
    default:
      return JsonString(campaign::ApplyPolicy(field.policy, text));
  }
}

}  // namespace

ExpectedRecord::ExpectedRecord(const TableMapping& mapping, const dataverse::Table& table,
                               const campaign::Resource& resource)
    : table_(table), resource_(resource), display_values_(mapping.display_values) {
  if (!absl::LoadTimeZone(mapping.time_zone, &zone_))
    throw std::invalid_argument(Cat("there is no time zone ", mapping.time_zone));
  for (const FieldMapping& field_mapping : mapping.fields) {
    const int column = table.schema().Find(field_mapping.column), field = resource.Find(field_mapping.field);
    if (column < 0 || field < 0 || field_mapping.insert_only) continue;
    const campaign::Field& target = resource.fields[field];
    const bool same = field_mapping.replacements.empty() && field_mapping.type.empty() &&
                      IsText(table.schema().columns[column].type) && target.type == FieldType::kString &&
                      campaign::ApplyPolicy(target.policy, "a-") == "a-";
    mapped_.push_back({&field_mapping, static_cast<size_t>(column), static_cast<size_t>(field), same});
  }
}

std::vector<ExpectedRecord::Value> ExpectedRecord::Of(const dataverse::Row& row) const {
  std::vector<Value> values;
  values.reserve(mapped_.size());
  for (const Mapped& mapped : mapped_) {
    values.push_back(
        {mapped.field, mapped.same ? std::string(row.values.Get(mapped.column)) : TokenOf(row, mapped)});
  }
  return values;
}

std::string ExpectedRecord::TokenOf(const dataverse::Row& row, const Mapped& mapped) const {
  const Column& column = table_.schema().columns[mapped.column];
  const campaign::Field& field = resource_.fields[mapped.field];
  std::string scratch, value;
  std::string text(TextOfToken(ValueOf(table_, row, mapped.column, value), scratch));
  if (IsNumber(column.type)) text = WithoutZeros(std::move(text));
  for (const auto& [from, to] : mapped.mapping->replacements) {
    if (from == text) return to.empty() ? std::string() : Kept(field, to);
  }
  return text.empty() ? std::string() : Kept(field, Shown(column, *mapped.mapping, std::move(text)));
}

// The value as the type of the mapping writes it.
std::string ExpectedRecord::Shown(const Column& column, const FieldMapping& mapping, std::string text) const {
  if (display_values_ && HasLabels(column.type)) return LabelsOf(column, text);
  const std::string type = TypeOf(mapping, resource_.fields[resource_.Find(mapping.field)]);
  const bool is_time = column.type == ColumnType::kDateTime;
  if (type == "date") return DayOf(text, zone_, !is_time || column.behavior == dataverse::DateTimeBehavior::kUserLocal);
  if (type == "boolean" && text != "true" && text != "1") return "false";
  return text;
}

}  // namespace causeway::sandbox
