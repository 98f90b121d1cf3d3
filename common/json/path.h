// Reading foreign JSON where speed doesn't matter (metadata, error bodies): members by path, with a harmless answer for
// whatever isn't there or is of another type. Pure. Rows and entities are read with simdjson by whoever needs them.
#pragma once

#include <boost/json/fwd.hpp>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "boost/json/value.hpp"

namespace causeway::json {

// Null for text that isn't one whole JSON value (and for the text null), or is nested deeper than 1,000.
boost::json::value Parse(absl::string_view text);
// The same, but strings may hold what isn't UTF-8: for taking apart what holds values of others.
boost::json::value ParseLoosely(absl::string_view text);

// The member at the end of the path; nullptr when there is none.
const boost::json::value* At(const boost::json::value& value, std::initializer_list<absl::string_view> path);

// A string, or a number's digits, as text; empty otherwise.
std::string TextAt(const boost::json::value& value, std::initializer_list<absl::string_view> path);
bool TrueAt(const boost::json::value& value, std::initializer_list<absl::string_view> path);
// `otherwise` when there is no integer.
int64_t IntegerAt(const boost::json::value& value, std::initializer_list<absl::string_view> path,
                  int64_t otherwise = 0);
// nullptr when there is no array.
const boost::json::array* ArrayAt(const boost::json::value& value, std::initializer_list<absl::string_view> path);

}  // namespace causeway::json
