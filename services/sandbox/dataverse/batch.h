// POST $batch: up to 1,000 operations in one request, change sets among them (spec/dynamics365.md "Writing rows").
#pragma once

#include <functional>
#include <string>

#include "services/sandbox/dataverse/database.h"
#include "services/sandbox/http/message.h"

namespace causeway::sandbox::dataverse {

// Carries out an operation like a request of its own.
using CarryOut = std::function<http::Response(const http::Request&)>;

http::Response AnswerBatch(Database& database, const http::Request& request, const CarryOut& carry_out);

}  // namespace causeway::sandbox::dataverse
