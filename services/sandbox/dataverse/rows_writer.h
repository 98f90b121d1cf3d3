// Creates, changes and deletes rows, for the Web API and for the control API alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "services/sandbox/dataverse/database.h"
#include "services/sandbox/dataverse/odata_error.h"
#include "services/sandbox/dataverse/row_values.h"

namespace causeway::sandbox::dataverse {

// If-Match and If-None-Match of a write.
struct Precondition {
  bool must_exist = false;               // If-Match: *
  bool must_not_exist = false;           // If-None-Match: *
  std::optional<std::string> etag = {};  // If-Match: W/"…"
};

class RowsWriter {
 public:
  // Outlived by the database. `seed`: of the ids that the server chooses.
  RowsWriter(Database& database, uint64_t seed) : database_(database), seed_(seed) {}

  std::variant<Guid, ODataError> Create(Table& table, const RowValues& values);
  // Creates the row where it doesn't exist and may be created. Returns whether it was created.
  std::variant<bool, ODataError> Upsert(Table& table, const Guid& id, const RowValues& values,
                                        const Precondition& precondition);
  std::optional<ODataError> Delete(Table& table, const Guid& id, const Precondition& precondition);

 private:
  std::optional<ODataError> Write(Table& table, const Row* old, const Guid& id, const RowValues& values);
  Guid NewId() const;
  std::string Now() const;

  Database& database_;
  const uint64_t seed_;
};

}  // namespace causeway::sandbox::dataverse
