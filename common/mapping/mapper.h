// Mapper: turns a row of the source table, as it was read, into what is written to the destination (I1, I4, I7, I8,
// I11).
//
// Life: Build from a definition and both schemas, once a run and table; then Map for every record. Pure: no I/O, no
// clock, the same row always gives the same bytes. Threading: one thread at a time (Map reuses buffers); use one Mapper
// a thread. The conversion table is in README.md; values of people appear in no error message.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "causeway/v1/resources.pb.h"
#include "common/mapping/mapped_record.h"
#include "common/mapping/problem.h"
#include "common/mapping/schema.h"

namespace causeway::mapping {

class RowReader;

class Mapper {
 public:
  // Everything that is wrong with the mapping given these schemas, in the order of its fields; empty: Build succeeds.
  static std::vector<Problem> Check(const v1::TableMapping& mapping, std::span<const SourceColumn> columns,
                                    std::span<const DestinationField> fields);

  // A workflow error (ToStatus of Check's problems) when the mapping doesn't fit the schemas. `zone`: where days are taken from points in
  // time when the mapping names no time zone.
  static absl::StatusOr<Mapper> Build(const v1::TableMapping& mapping, std::span<const SourceColumn> columns,
                                      std::span<const DestinationField> fields, absl::TimeZone zone = absl::UTCTimeZone());

  Mapper(Mapper&&) noexcept;
  Mapper& operator=(Mapper&&) noexcept;
  ~Mapper();

  // `row_json` is the JSON object of one row. A record error otherwise: CW-MAP-ROW when it is no such object (cut, a
  // key twice), CW-MAP-VALUE when a value can't be converted; the subject is the column, the message names column,
  // field and reason.
  absl::StatusOr<MappedRecord> Map(std::string_view row_json);

  // What to $select, sorted, each once: _x_value for lookups. The primary key's column is among them.
  const std::vector<std::string>& required_columns() const;

  // Whether rows must carry OData.Community.Display.V1.FormattedValue annotations (I11).
  bool needs_annotations() const;

  // Whether a field's day depends on the time zone.
  bool takes_days() const;

 private:
  explicit Mapper(std::shared_ptr<const Plan> plan);
  absl::Status WriteValues(MappedRecord& record);
  absl::Status SetKey(MappedRecord& record);

  std::shared_ptr<const Plan> plan_;
  std::unique_ptr<RowReader> reader_;
  std::string scratch_;
  size_t typical_size_ = 0;  // Of a record's values, to allocate them at once.
};

}  // namespace causeway::mapping
