#include "common/mapping/replaced_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/mapping/decimal.h"
#include "common/mapping/timestamp.h"

namespace causeway::mapping {
namespace {

std::string OfBoolean(const std::string& from) {
  if (from == "true" || from == "false") return "";
  return "a boolean is true or false, in small letters.";
}

// A label's number, where it is one of the column's.
std::string NumberOf(const SourceColumn& column, const std::string& label) {
  const auto found = std::find_if(column.options.begin(), column.options.end(),
                                  [&](const Option& option) { return absl::EqualsIgnoreCase(option.label, label); });
  return found == column.options.end() ? "" : absl::StrCat(found->value);
}

std::string OfNumber(const SourceColumn& column, const std::string& from, bool whole) {
  const auto number = Decimal::Parse(from);
  if (!number) {
    const std::string value = NumberOf(column, from);
    if (value.empty()) return "the number is compared, not what is displayed.";
    return absl::StrCat("the number is compared, not what is displayed: write ", value, ".");
  }
  std::string digits;
  number->AppendTo(digits);
  if (whole && !number->FitsInt64()) return "it holds whole numbers only.";
  return digits == from ? "" : absl::StrCat("a number is written without needless zeros, signs and exponents: write ", digits, ".");
}

std::string OfId(const std::string& from) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  bool fits = from.size() == kShape.size();
  for (size_t i = 0; fits && i < from.size(); ++i) {
    const auto c = static_cast<unsigned char>(from[i]);
    fits = kShape[i] == '-' ? c == '-' : absl::ascii_isxdigit(c) && !absl::ascii_isupper(c);
  }
  return fits ? "" : "an id is a GUID in small letters without braces.";
}

std::string OfTime(const SourceColumn& column, const std::string& from) {
  const bool day = column.behavior == DateTimeBehavior::kDateOnly;
  const bool shape = day ? from.size() == 10 : from.size() >= 20 && from[10] == 'T' && from.back() == 'Z';
  if (shape && Timestamp::Parse(from)) return "";
  return day ? "a day is written like 2026-11-23." : "a point in time is written like 2026-11-23T08:15:30Z.";
}

}  // namespace

std::string WhyNeverMatches(const SourceColumn& column, const std::string& from) {
  if (from.empty()) return "";  // Null.
  switch (column.type) {
    case ColumnType::kBoolean:
      return OfBoolean(from);
    case ColumnType::kInteger:
    case ColumnType::kBigInt:
    case ColumnType::kPicklist:
    case ColumnType::kState:
    case ColumnType::kStatus:
      return OfNumber(column, from, /*whole=*/true);
    case ColumnType::kDecimal:
    case ColumnType::kDouble:
    case ColumnType::kMoney:
      return OfNumber(column, from, /*whole=*/false);
    case ColumnType::kUniqueidentifier:
    case ColumnType::kLookup:
    case ColumnType::kCustomer:
    case ColumnType::kOwner:
      return OfId(from);
    case ColumnType::kDateTime:
      return OfTime(column, from);
    case ColumnType::kString:
    case ColumnType::kMemo:
    case ColumnType::kOther:
      return "";
  }
  return "";
}

}  // namespace causeway::mapping
