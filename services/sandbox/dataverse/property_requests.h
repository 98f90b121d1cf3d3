// One property of a row by itself: GET, PUT and DELETE {set}({id})/{property}, GET …/$value, and the references of
// lookups, {set}({id})/{navigation}/$ref.
#pragma once

#include <span>

#include "services/sandbox/dataverse/resource_path.h"
#include "services/sandbox/dataverse/row_requests.h"

namespace causeway::sandbox::dataverse {

// `path`: behind the row, one or two segments. `reads`: what is read; writes go to the context's database.
http::Response AnswerProperty(const WriteContext& context, const Database& reads, Table& table, const Guid& id,
                              std::span<const Segment> path, const http::Request& request);

}  // namespace causeway::sandbox::dataverse
