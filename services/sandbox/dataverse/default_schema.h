// The tables of the sandbox's Dynamics 365: contact, account, two custom tables (one that points to contact, one by
// itself), the activity tables of the egress workflow, and what every environment has (system_tables.h). README.md lists
// their columns.
#pragma once

#include <string>
#include <vector>

#include "services/sandbox/base/guid.h"
#include "services/sandbox/dataverse/schema.h"

namespace causeway::sandbox::dataverse {

// The user that the application acts as; it owns what it creates.
constexpr Guid kApplicationUser{{0x5a4db0c0'0000'4000ull, 0x8000'000000000001ull}};
constexpr Guid kOrganization{{0x5a4db0c0'0000'4000ull, 0x8000'000000000002ull}};
constexpr Guid kBusinessUnit{{0x5a4db0c0'0000'4000ull, 0x8000'000000000003ull}};
// Another user of the same business unit; one below it, and a user there.
constexpr Guid kColleague{{0x5a4db0c0'0000'4000ull, 0x8000'000000000004ull}};
constexpr Guid kUnitBelow{{0x5a4db0c0'0000'4000ull, 0x8000'000000000005ull}};
constexpr Guid kSeller{{0x5a4db0c0'0000'4000ull, 0x8000'000000000006ull}};

// `activity_date`: the date column of the four activity tables; empty: each has its own (adobe_senton, adobe_openedon,
// adobe_clickedon, adobe_bouncedon).
std::vector<TableSchema> DefaultTables(const std::string& activity_date = "");

}  // namespace causeway::sandbox::dataverse
