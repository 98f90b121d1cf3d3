// Reads a page of rows (spec/dynamics365.md "Reading rows", "Change tracking"). Pure. The hot path of reading: one pass
// over the bytes, each row's bytes copied once.
//
// What is checked here is what a page is made of: that it is one whole JSON document in valid UTF-8, its members'
// types, each row's id and version. What a row's columns hold is checked by whoever maps them. Strings that would make the
// page unreadable are mended (common/json/mend.h): one row's trouble is no other's.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/dataverse/rows.h"

namespace causeway::dataverse {

// CW-DYN-ANSWER when the page as a whole can't be read; a row that can't be used is among `unusable`.
absl::StatusOr<RowPage> ReadRowPage(std::string body, const RowQuery& query);

// The answer of a single row's GET.
absl::StatusOr<Row> ReadSingleRow(std::string body, const RowQuery& query);

}  // namespace causeway::dataverse
