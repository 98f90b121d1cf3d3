// The conversions of I4: one function a kind of value and target. The table is in README.md.
#pragma once

#include <string>
#include <string_view>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "causeway/v1/resources.pb.h"
#include "common/mapping/schema.h"

namespace causeway::mapping {

struct Converted {
  std::string_view text;      // Of the input or of `scratch`.
  absl::string_view refusal;  // Empty: converted. Else why not, to follow "the value"; never the value itself.
};

// `text` is the value as Scalar::text has it. `scratch` is free to use. `zone`: where a day is taken from a point in time.
using Converter = Converted (*)(std::string_view text, std::string& scratch, const absl::TimeZone& zone);

// Null: such columns can't be converted to that type.
Converter FindConverter(const SourceColumn& column, v1::FieldType target);

// For text that a person wrote (a replacement) in place of a value.
Converter FindTextConverter(v1::FieldType target);

// Whether what it makes depends on the zone.
bool TakesDays(Converter converter);

// Whether the converted text is a JSON string (string, date, datetime) rather than a number or boolean.
bool IsQuoted(v1::FieldType target);

// "string", "datetime", …
absl::string_view Name(v1::FieldType type);

}  // namespace causeway::mapping
