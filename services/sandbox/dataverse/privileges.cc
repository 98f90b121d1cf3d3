#include "services/sandbox/dataverse/privileges.h"

#include <cctype>

#include "services/sandbox/base/dice.h"
#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/sealed_token.h"
#include "services/sandbox/base/text.h"

namespace causeway::sandbox::dataverse {

std::string_view NameOf(Privilege privilege) {
  switch (privilege) {
    case Privilege::kCreate:
      return "Create";
    case Privilege::kRead:
      return "Read";
    case Privilege::kWrite:
      return "Write";
    case Privilege::kDelete:
      return "Delete";
    case Privilege::kAppend:
      return "Append";
    case Privilege::kAppendTo:
      return "AppendTo";
  }
  return "";
}

std::string_view NameOf(Depth depth) {
  switch (depth) {
    case Depth::kBasic:
      return "Basic";
    case Depth::kLocal:
      return "Local";
    case Depth::kDeep:
      return "Deep";
    case Depth::kGlobal:
      return "Global";
  }
  return "";
}

std::string PrivilegeName(Privilege privilege, const TableSchema& table) {
  std::string owner = table.activity ? "activity" : table.logical_name;
  owner[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(owner[0])));
  return Cat("prv", NameOf(privilege), owner);
}

Guid PrivilegeId(std::string_view privilege_name) {
  const uint64_t hash = StableHash(Cat("privilege ", privilege_name));
  return Guid::FromBits(hash, Mix(hash));
}

std::string DescribePrivileges(const TableSchema& table) {
  // Only rows that belong to somebody can be out of reach.
  const std::string_view owned = table.Find(kOwnerColumn) < 0 ? "false" : "true";
  std::string list;
  for (Privilege privilege : kPrivileges) {
    const std::string name = PrivilegeName(privilege, table);
    Append(list, list.empty() ? "" : ",",
           R"({"CanBeBasic":)", owned, R"(,"CanBeDeep":)", owned, R"(,"CanBeGlobal":true,"CanBeLocal":)", owned, R"(,"Name":)",
           JsonString(name),
           R"(,"PrivilegeId":")", PrivilegeId(name).ToString(), R"(","PrivilegeType":")", NameOf(privilege), "\"}");
  }
  return Cat("[", list, "]");
}

}  // namespace causeway::sandbox::dataverse
