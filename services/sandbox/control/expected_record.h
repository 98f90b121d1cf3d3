// What Campaign must hold of a row, by the rules of mappings (product.md I1, I7, I8, I11). Written down here a second
// time, on purpose: a comparison that used the product's own mapping would find nothing wrong with it.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/sandbox/campaign/schema.h"
#include "services/sandbox/control/table_mapping.h"
#include "services/sandbox/dataverse/table.h"

namespace causeway::sandbox {

class ExpectedRecord {
 public:
  // Columns and fields that aren't there any more are left out, and so are insert-only fields: what the row held when
  // the record was made is known to nobody. std::invalid_argument: there is no such time zone. All outlive it.
  ExpectedRecord(const TableMapping& mapping, const dataverse::Table& table, const campaign::Resource& resource);

  // A token for each mapped field; empty: none. false, "unknown" and none are different things.
  struct Value {
    size_t field;
    std::string token;
  };
  std::vector<Value> Of(const dataverse::Row& row) const;

 private:
  struct Mapped {
    const FieldMapping* mapping;
    size_t column, field;
    bool same;  // The token is the same on both sides.
  };

  std::string TokenOf(const dataverse::Row& row, const Mapped& mapped) const;
  std::string Shown(const dataverse::Column& column, const FieldMapping& mapping, std::string text) const;

  const dataverse::Table& table_;
  const campaign::Resource& resource_;
  const bool display_values_;
  absl::TimeZone zone_;
  std::vector<Mapped> mapped_;
};

}  // namespace causeway::sandbox
