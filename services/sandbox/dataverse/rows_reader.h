// Answers GET {set} page by page: plain, filtered and sorted, or with change tracking (spec/dynamics365.md "Reading
// rows", "Change tracking").
#pragma once

#include <string>

#include "services/sandbox/dataverse/database.h"
#include "services/sandbox/dataverse/preferences.h"
#include "services/sandbox/dataverse/row_query.h"
#include "services/sandbox/http/message.h"

namespace causeway::sandbox::dataverse {

// `base`: the URL of the Web API, http://host/api/data/v9.2/.
http::Response ReadRows(const Database& database, const Table& table, const http::Request& request,
                        const std::string& base);

// GET {set}({id}): 404 without such a row, 304 when If-None-Match names its version.
http::Response ReadRow(const Database& database, const Table& table, const Guid& id, const http::Request& request,
                       const std::string& base);

// GET {set}/$count: at most 5,000.
http::Response ReadCount(const Database& database, const Table& table, const http::Request& request);

}  // namespace causeway::sandbox::dataverse
