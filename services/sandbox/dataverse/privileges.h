// What the application user may do with tables: the privileges as metadata and the functions of a user describe them.
#pragma once

#include <string>
#include <string_view>

#include "services/sandbox/base/guid.h"
#include "services/sandbox/dataverse/schema.h"

namespace causeway::sandbox::dataverse {

enum class Privilege { kCreate, kRead, kWrite, kDelete, kAppend, kAppendTo };
constexpr Privilege kPrivileges[] = {Privilege::kCreate, Privilege::kRead,   Privilege::kWrite,
                                     Privilege::kDelete, Privilege::kAppend, Privilege::kAppendTo};

// PrivilegeType of metadata: Create, Read …
std::string_view NameOf(Privilege privilege);

// How far a privilege goes: the user's own rows, those of its business unit, of the units below too, of the organization.
enum class Depth { kBasic, kLocal, kDeep, kGlobal };
constexpr Depth kDepths[] = {Depth::kBasic, Depth::kLocal, Depth::kDeep, Depth::kGlobal};
// PrivilegeDepth of the Web API: Basic, Local …
std::string_view NameOf(Depth depth);

// prvCreateContact. Activities share those of the table "activity", as in Dataverse.
std::string PrivilegeName(Privilege privilege, const TableSchema& table);
// The same for the same name, in every process.
Guid PrivilegeId(std::string_view privilege_name);

// The member "Privileges" of a table's definition.
std::string DescribePrivileges(const TableSchema& table);

}  // namespace causeway::sandbox::dataverse
