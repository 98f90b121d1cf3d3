#include "common/mapping/conversion.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/mapping/absl_view.h"
#include "common/mapping/decimal.h"
#include "common/mapping/timestamp.h"

namespace causeway::mapping {
namespace {

Converted Refused(absl::string_view why) { return {{}, why}; }

Converted Text(std::string_view text, std::string&, const absl::TimeZone&) {
  if (text.find('\0') != std::string_view::npos) return Refused("contains a NUL character");
  return {text, {}};
}

Converted Guid(std::string_view text, std::string& scratch, const absl::TimeZone&) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  bool valid = text.size() == kShape.size();
  for (size_t i = 0; valid && i < text.size(); ++i) {
    valid = kShape[i] == '-' ? text[i] == '-' : absl::ascii_isxdigit(static_cast<unsigned char>(text[i]));
  }
  if (!valid) return Refused("is not a GUID");
  scratch.assign(text);
  absl::AsciiStrToLower(&scratch);
  return {scratch, {}};
}

Converted BooleanToNumber(std::string_view text, std::string&, const absl::TimeZone&) { return {text == "true" ? "1" : "0", {}}; }

// Numbers, and text that holds one. `fits` says whether the target can hold it.
template <bool (Decimal::*fits)() const>
Converted Number(std::string_view text, std::string& scratch, absl::string_view refusal) {
  auto number = Decimal::Parse(text);
  if (!number) return Refused("is not a decimal number of at most 400 digits");
  if (!(*number.*fits)()) return Refused(refusal);
  scratch.clear();
  number->AppendTo(scratch);
  return {scratch, {}};
}

Converted Integer(std::string_view text, std::string& scratch, const absl::TimeZone&) {
  return Number<&Decimal::FitsInt64>(text, scratch, "is not a whole number of 64 bits");
}

Converted Float(std::string_view text, std::string& scratch, const absl::TimeZone&) {
  return Number<&Decimal::FitsFloat>(text, scratch, "is beyond single precision");
}

Converted Double(std::string_view text, std::string& scratch, const absl::TimeZone&) {
  return Number<&Decimal::FitsDouble>(text, scratch, "is beyond double precision");
}

Converted Digits(std::string_view text, std::string& scratch, const absl::TimeZone&) {
  auto number = Decimal::Parse(text);
  if (!number) return Refused("has more than 400 digits");
  scratch.clear();
  number->AppendTo(scratch);
  return {scratch, {}};
}

Converted Boolean(std::string_view text, std::string&, const absl::TimeZone&) {
  if (text == "1" || absl::EqualsIgnoreCase(AbslView(text), "true")) return {"true", {}};
  if (text == "0" || absl::EqualsIgnoreCase(AbslView(text), "false")) return {"false", {}};
  return Refused("is none of true, false, 1 and 0");
}

Converted Date(std::string_view text, std::string& scratch, const absl::TimeZone&) {
  auto time = Timestamp::Parse(text);
  if (!time) return Refused("is not an ISO 8601 date, or no day that exists");
  scratch.clear();
  time->AppendDate(scratch);
  return {scratch, {}};
}

// Of a point in time the day that it is in the zone.
Converted DateInZone(std::string_view text, std::string& scratch, const absl::TimeZone& zone) {
  auto time = Timestamp::Parse(text);
  if (!time || !time->is_instant()) return Date(text, scratch, zone);
  scratch.clear();
  if (!time->AppendDateIn(zone, scratch)) return Refused("is a day beyond the years 1 to 9999 in the mapping's time zone");
  return {scratch, {}};
}

Converted DateTime(std::string_view text, std::string& scratch, const absl::TimeZone&) {
  auto time = Timestamp::Parse(text);
  if (!time) return Refused("is not an ISO 8601 date and time, or no day that exists");
  scratch.clear();
  time->AppendDateTime(scratch);
  return {scratch, {}};
}

Converter FromBoolean(v1::FieldType target) {
  switch (target) {
    case v1::FIELD_TYPE_STRING:
      return Text;
    case v1::FIELD_TYPE_BOOLEAN:
      return Text;
    case v1::FIELD_TYPE_INTEGER:
    case v1::FIELD_TYPE_FLOAT:
    case v1::FIELD_TYPE_DOUBLE:
      return BooleanToNumber;
    default:
      return nullptr;
  }
}

Converter FromNumber(v1::FieldType target, bool whole) {
  switch (target) {
    case v1::FIELD_TYPE_STRING:
      return Digits;
    case v1::FIELD_TYPE_INTEGER:
      return Integer;
    case v1::FIELD_TYPE_FLOAT:
      return Float;
    case v1::FIELD_TYPE_DOUBLE:
      return Double;
    case v1::FIELD_TYPE_BOOLEAN:
      return whole ? Boolean : nullptr;
    default:
      return nullptr;
  }
}

Converter FromDateTime(v1::FieldType target, DateTimeBehavior behavior) {
  switch (target) {
    case v1::FIELD_TYPE_STRING:
      return behavior == DateTimeBehavior::kDateOnly ? Date : DateTime;
    case v1::FIELD_TYPE_DATE:
      return behavior == DateTimeBehavior::kUserLocal ? DateInZone : Date;
    case v1::FIELD_TYPE_DATETIME:
      return DateTime;
    default:
      return nullptr;
  }
}

}  // namespace

Converter FindConverter(const SourceColumn& column, v1::FieldType target) {
  switch (column.type) {
    case ColumnType::kString:
    case ColumnType::kMemo:
      return FindTextConverter(target);
    case ColumnType::kBoolean:
      return FromBoolean(target);
    case ColumnType::kInteger:
    case ColumnType::kBigInt:
    case ColumnType::kPicklist:
    case ColumnType::kState:
    case ColumnType::kStatus:
      return FromNumber(target, /*whole=*/true);
    case ColumnType::kDecimal:
    case ColumnType::kDouble:
    case ColumnType::kMoney:
      return FromNumber(target, /*whole=*/false);
    case ColumnType::kDateTime:
      return FromDateTime(target, column.behavior);
    case ColumnType::kUniqueidentifier:
    case ColumnType::kLookup:
    case ColumnType::kCustomer:
    case ColumnType::kOwner:
      return target == v1::FIELD_TYPE_STRING ? Guid : nullptr;
    case ColumnType::kOther:
      return target == v1::FIELD_TYPE_STRING ? Text : nullptr;
  }
  return nullptr;
}

Converter FindTextConverter(v1::FieldType target) {
  switch (target) {
    case v1::FIELD_TYPE_STRING:
      return Text;
    case v1::FIELD_TYPE_INTEGER:
      return Integer;
    case v1::FIELD_TYPE_FLOAT:
      return Float;
    case v1::FIELD_TYPE_DOUBLE:
      return Double;
    case v1::FIELD_TYPE_BOOLEAN:
      return Boolean;
    case v1::FIELD_TYPE_DATE:
      return DateInZone;
    case v1::FIELD_TYPE_DATETIME:
      return DateTime;
    default:
      return nullptr;
  }
}

bool TakesDays(Converter converter) { return converter == DateInZone; }

bool IsQuoted(v1::FieldType target) {
  return target == v1::FIELD_TYPE_STRING || target == v1::FIELD_TYPE_DATE || target == v1::FIELD_TYPE_DATETIME;
}

absl::string_view Name(v1::FieldType type) {
  switch (type) {
    case v1::FIELD_TYPE_STRING:
      return "string";
    case v1::FIELD_TYPE_INTEGER:
      return "integer";
    case v1::FIELD_TYPE_FLOAT:
      return "float";
    case v1::FIELD_TYPE_DOUBLE:
      return "double";
    case v1::FIELD_TYPE_BOOLEAN:
      return "boolean";
    case v1::FIELD_TYPE_DATE:
      return "date";
    case v1::FIELD_TYPE_DATETIME:
      return "datetime";
    default:
      return "unspecified type";
  }
}

}  // namespace causeway::mapping
