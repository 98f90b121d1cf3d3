// POST {set}, PATCH and DELETE {set}({id}), CreateMultiple and UpsertMultiple (spec/dynamics365.md "Writing rows").
#pragma once

#include <string>

#include "services/sandbox/dataverse/database.h"
#include "services/sandbox/dataverse/rows_writer.h"
#include "services/sandbox/http/message.h"

namespace causeway::sandbox::dataverse {

// What a write takes to be carried out.
struct WriteContext {
  Database& database;
  RowsWriter& writer;
  std::string base;  // URL of the Web API.
};

http::Response CreateRow(const WriteContext& context, Table& table, const http::Request& request);
http::Response UpsertRow(const WriteContext& context, Table& table, const Guid& id, const http::Request& request);
http::Response DeleteRow(const WriteContext& context, Table& table, const Guid& id, const http::Request& request);

// All rows or none.
http::Response CreateMultiple(const WriteContext& context, Table& table, const http::Request& request);
http::Response UpsertMultiple(const WriteContext& context, Table& table, const http::Request& request);

}  // namespace causeway::sandbox::dataverse
