// MappingShape: what the mapping of a number looks like and what it writes of a row: the fields' order is left to whoever
// makes the mapping, everything else follows from the number. Pure.
//
// Every mapping writes its own number as a mark, so that whatever lands in Campaign says under which mapping it was made.
#pragma once

#include <optional>
#include <string>

#include "causeway/v1/resources.pb.h"
#include "tests/simulation/model/campaign_model.h"
#include "tests/simulation/model/dataverse_table.h"
#include "tests/simulation/table_pairs.h"

namespace causeway::simulation {

class MappingShape {
 public:
  // `names_repeat`: contents come again, so nothing that makes each state another one is mapped.
  MappingShape(int number, bool names_repeat) : number_(number), names_repeat_(names_repeat) {}

  v1::TableMapping Mapping(const TablePair& pair, bool name_first) const;
  bool ignores_deletions() const { return number_ % 5 == 3; }

  // What an update writes of a row in that state.
  CampaignFields Updates(const RowState& state) const;
  // Whether a body says of a row in that state what it should, with or without the fields that only inserts write.
  bool Says(const CampaignFields& sent, const RowState& state) const;

  // Of the mapping that made a body, or a row; nullopt: none.
  static std::optional<int> NumberIn(const CampaignFields& fields);
  // Of a mapping as it stands in the definitions.
  static std::optional<int> NumberOf(const v1::TableMapping& mapping);

 private:
  // Column for column the same rows are read; only what is made of them differs.
  const char* name_field() const { return number_ % 3 == 1 ? kNickField : kNameField; }
  bool capitalises() const { return number_ % 3 == 2; }
  bool writes_title() const { return number_ % 4 != 1; }

  const int number_;
  const bool names_repeat_;
};

}  // namespace causeway::simulation
