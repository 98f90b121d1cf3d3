// Which rows of a table the application user may read: all, or as far as the depth of its privilege goes. What is out of
// reach is in no list, no delta and no count.
//
// Life: the database and the table outlive it. It is for one request.
#pragma once

#include <string>
#include <vector>

#include "services/sandbox/dataverse/database.h"

namespace causeway::sandbox::dataverse {

class Reach {
 public:
  Reach(const Database& database, const Table& table);

  bool everything() const { return everything_; }
  bool Includes(const Row& row) const;

 private:
  const bool everything_;
  int owner_column_ = -1;
  std::vector<std::string> owners_;  // As they are kept.
};

}  // namespace causeway::sandbox::dataverse
