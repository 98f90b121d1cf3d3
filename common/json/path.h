// Reading foreign JSON where speed doesn't matter (metadata, error bodies): members by path, with a harmless answer for
// whatever isn't there or is of another type. Pure. Rows and entities are read with simdjson by whoever needs them.
#pragma once

#include <boost/json/fwd.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "boost/json/value.hpp"

namespace causeway::json {

// Null for text that isn't one whole JSON value (and for the text null), or is nested deeper than 1,000. Strings that no
// parser would take are mended (mend.h), so that the rest can be read.
boost::json::value Parse(absl::string_view text);

// The member at the end of the path; nullptr when there is none.
const boost::json::value* At(const boost::json::value& value, std::initializer_list<absl::string_view> path);

// The same with a path as text: member names joined by "/", in each "~1" for "/" and "~0" for "~" (RFC 6901, without its
// first "/").
const boost::json::value* AtPointer(const boost::json::value& value, absl::string_view pointer);

// A string, or a number's digits, as text; empty otherwise.
std::string TextOf(const boost::json::value* value);
std::string TextAt(const boost::json::value& value, std::initializer_list<absl::string_view> path);
bool TrueAt(const boost::json::value& value, std::initializer_list<absl::string_view> path);
// `otherwise` when there is no integer.
int64_t IntegerAt(const boost::json::value& value, std::initializer_list<absl::string_view> path,
                  int64_t otherwise = 0);
// A number however it is written: 1, 1.0, 1e0, "1".
std::optional<double> NumberAt(const boost::json::value& value, std::initializer_list<absl::string_view> path);
// nullptr when there is no array.
const boost::json::array* ArrayAt(const boost::json::value& value, std::initializer_list<absl::string_view> path);

}  // namespace causeway::json
