// What Campaign must hold of a contact, by the rules of the default mapping (product.md I1). Written down here a second
// time, on purpose: a comparison that used the product's own mapping would find nothing wrong with it.
#pragma once

#include <string>
#include <vector>

#include "services/sandbox/campaign/schema.h"
#include "services/sandbox/dataverse/table.h"

namespace causeway::sandbox {

class ExpectedProfile {
 public:
  ExpectedProfile(const dataverse::TableSchema& contact, const campaign::Resource& profile);

  // A token for each mapped field; empty: none.
  struct Value {
    size_t field;
    std::string token;
  };
  std::vector<Value> Of(const dataverse::Row& contact) const;

 private:
  struct Mapping {
    size_t column;
    size_t field;
  };

  const campaign::Resource& profile_;
  size_t external_id_;
  size_t gender_column_, gender_;
  std::vector<Mapping> same_;
};

}  // namespace causeway::sandbox
