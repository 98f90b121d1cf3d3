#include "services/sandbox/dataverse/formatted_value.h"

#include <cstdlib>

#include "absl/strings/str_format.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"

namespace causeway::sandbox::dataverse {
namespace {

std::string LabelOf(const Column& column, int64_t value) {
  for (const Option& option : column.options) {
    if (option.value == value) return option.label;
  }
  return Cat(value);
}

std::string LabelsOf(const Column& column, std::string_view values) {
  std::string labels;
  for (std::string_view value : Split(values, ',')) {
    if (const auto number = ParseNumber(value)) Append(labels, labels.empty() ? "" : "; ", LabelOf(column, *number));
  }
  return labels;
}

// 1234567.5 → 1,234,567.50
std::string Grouped(std::string_view number, int decimals) {
  std::string text = absl::StrFormat("%.*f", decimals, std::strtod(std::string(number).c_str(), nullptr));
  const size_t point = std::min(text.find('.'), text.size());
  const size_t first = text[0] == '-' ? 1 : 0;
  for (size_t at = point; at > first + 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

// 11/23/2026, or 11/23/2026 10:20 AM
std::string FormatTime(const Column& column, std::string_view text) {
  const bool date_only = column.behavior == DateTimeBehavior::kDateOnly;
  const std::optional<int64_t> millis = date_only ? ParseDate(text) : ParseDateTime(text);
  if (!millis) return "";
  std::string iso;
  AppendODataTime(*millis, iso);
  const auto number = [&](size_t at, size_t width) { return std::atoi(iso.substr(at, width).c_str()); };
  std::string formatted = Cat(number(5, 2), "/", number(8, 2), "/", number(0, 4));
  if (date_only) return formatted;
  const int hour = number(11, 2);
  absl::StrAppendFormat(&formatted, " %d:%02d %s", hour % 12 == 0 ? 12 : hour % 12, number(14, 2),
                        hour < 12 ? "AM" : "PM");
  return formatted;
}

}  // namespace

std::string Format(const Column& column, std::string_view text) {
  switch (column.type) {
    case ColumnType::kBoolean:
      return LabelOf(column, text == "true" ? 1 : 0);
    case ColumnType::kPicklist:
    case ColumnType::kState:
    case ColumnType::kStatus:
    case ColumnType::kMultiSelect:
      return LabelsOf(column, text);
    case ColumnType::kDateTime:
      return FormatTime(column, text);
    case ColumnType::kInteger:
    case ColumnType::kBigInt:
      return Grouped(text, 0);
    case ColumnType::kMoney:
      return Cat("$", Grouped(text, 2));
    case ColumnType::kDecimal:
    case ColumnType::kDouble:
      return Grouped(text, column.precision);
    default:
      return "";
  }
}

}  // namespace causeway::sandbox::dataverse
