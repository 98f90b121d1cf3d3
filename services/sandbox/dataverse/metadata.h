// GET EntityDefinitions…: what the tables, columns and options are (spec/dynamics365.md "Metadata").
#pragma once

#include <span>
#include <string>

#include "services/sandbox/dataverse/database.h"
#include "services/sandbox/dataverse/resource_path.h"
#include "services/sandbox/http/message.h"

namespace causeway::sandbox::dataverse {

// `segments`: of the path; the first one is EntityDefinitions. `base`: URL of the Web API.
http::Response ReadMetadata(const Database& database, std::span<const Segment> segments, const http::Request& request,
                            const std::string& base);

}  // namespace causeway::sandbox::dataverse
