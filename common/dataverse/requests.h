// Makes the requests of the Web API (spec/dynamics365.md "Requests"). Pure.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "common/dataverse/metadata.h"
#include "common/dataverse/rows.h"
#include "common/http/client.h"

namespace causeway::dataverse {

class Requests {
 public:
  Requests(std::string org_url, absl::Duration deadline);

  http::Request Tables() const;
  http::Request Table(const std::string& logical_name) const;
  http::Request Columns(const std::string& logical_name) const;
  http::Request DateTimeColumns(const std::string& logical_name) const;
  // The column is one that HasOptions.
  http::Request Options(const std::string& logical_name, const Column& column) const;
  http::Request TablePrivileges(const std::string& logical_name) const;
  http::Request WhoAmI() const;
  http::Request UserPrivileges(const std::string& user_id) const;
  http::Request UserPrivilege(const std::string& user_id, const std::string& privilege_name) const;
  http::Request UserSettings(const std::string& user_id) const;
  http::Request TimeZoneDefinition(int64_t code) const;
  http::Request RowCount(const std::string& logical_name) const;

  // A query's page: the first with an empty link.
  http::Request Rows(const RowQuery& query, const std::string& link) const;
  http::Request Row(const RowQuery& query, const std::string& id) const;

  http::Request Write(const RowWrite& write) const;
  // Of a write, below the organization's URL: what a part of a batch names.
  std::string PathOf(const RowWrite& write) const;
  http::Request Batch(std::string body, const std::string& boundary) const;
  http::Request CreateMultiple(const dataverse::Table& table, std::string body) const;

  const std::string& org_url() const { return org_url_; }

 private:
  http::Request Get(const std::string& path) const;
  http::Request Post(const std::string& path, std::string body, const std::string& content_type) const;

  std::string org_url_;
  absl::Duration deadline_;
};

// Whether the column's values are among options that metadata lists.
bool HasOptions(const Column& column);

// POST, PATCH or DELETE.
const char* MethodOf(const RowWrite& write);

// The headers that make a write conditional.
http::Headers ConditionOf(const RowWrite& write);

}  // namespace causeway::dataverse
