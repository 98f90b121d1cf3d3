// The two ways to write many rows with one request (spec/dynamics365.md "Writing rows"). Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/dataverse/requests.h"
#include "common/dataverse/rows.h"
#include "common/http/client.h"

namespace causeway::dataverse {

// The multipart/mixed body of a $batch. The boundary occurs in none of the writes.
std::string BatchBody(const std::vector<RowWrite>& writes, const Requests& requests, absl::string_view boundary);

// The answers inside a $batch's answer, in order; nullopt when it isn't one.
std::optional<std::vector<http::Response>> ReadBatchAnswer(const http::Response& response);

// {"Targets":[…]} of JSON objects.
std::string TargetsBody(absl::string_view logical_name, const std::vector<std::string>& rows);

// {"Ids":[…]}; nullopt when it isn't one of `count` ids.
std::optional<std::vector<std::string>> ReadIds(absl::string_view body, size_t count);

// The id in an OData-EntityId header: https://…/contacts(00000000-…); empty when there is none.
std::string IdIn(absl::string_view entity_id);

}  // namespace causeway::dataverse
