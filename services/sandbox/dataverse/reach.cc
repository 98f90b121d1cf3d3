#include "services/sandbox/dataverse/reach.h"

#include <algorithm>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/dataverse/default_schema.h"

namespace causeway::sandbox::dataverse {
namespace {

std::string_view UnitOf(const Row& user, const TableSchema& users) {
  return user.values.Get(users.Find("businessunitid"));
}

// Whether `unit` is the application user's, or below it.
bool IsWithin(std::string_view unit, const Database& database) {
  const Table* units = database.FindTable("businessunit");
  const int parent = units == nullptr ? -1 : units->schema().Find("parentbusinessunitid");
  std::string scratch;
  while (true) {
    const std::optional<Guid> id = Guid::Parse(TextOfToken(unit, scratch));
    if (id == kBusinessUnit) return true;
    const Row* row = id && parent >= 0 ? units->Find(*id) : nullptr;
    if (row == nullptr) return false;
    unit = row->values.Get(parent);
  }
}

bool Reaches(Depth depth, const Row& user, const TableSchema& users, const Database& database) {
  const std::string_view unit = UnitOf(user, users);
  switch (depth) {
    case Depth::kBasic:
      return false;
    case Depth::kLocal:
      return unit == JsonString(kBusinessUnit.ToString());
    case Depth::kDeep:
      return IsWithin(unit, database);
    case Depth::kGlobal:
      break;
  }
  return true;
}

}  // namespace

Reach::Reach(const Database& database, const Table& table)
    : everything_(database.ReadDepth(table) == Depth::kGlobal), owner_column_(table.schema().Find(kOwnerColumn)) {
  if (everything_) return;
  owners_.push_back(JsonString(kApplicationUser.ToString()));
  const Table* users = database.FindTable("systemuser");
  for (size_t slot = 0; users != nullptr && slot < users->slots(); ++slot) {
    const Row* user = users->At(slot);
    if (user != nullptr && Reaches(database.ReadDepth(table), *user, users->schema(), database))
      owners_.push_back(JsonString(user->id.ToString()));
  }
}

bool Reach::Includes(const Row& row) const {
  return everything_ || std::find(owners_.begin(), owners_.end(), row.values.Get(owner_column_)) != owners_.end();
}

}  // namespace causeway::sandbox::dataverse
