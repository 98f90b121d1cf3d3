// WhoAmI, RetrieveTotalRecordCount, and what a user may do.
#pragma once

#include <string>

#include "services/sandbox/dataverse/database.h"
#include "services/sandbox/dataverse/resource_path.h"
#include "services/sandbox/http/message.h"

namespace causeway::sandbox::dataverse {

bool IsFunction(const Segment& segment);

// `segment` is a function. `base`: URL of the Web API.
http::Response CallFunction(const Database& database, const Segment& segment, const http::Request& request,
                            const std::string& base);

// Of a user: RetrieveUserPrivileges, RetrieveUserPrivilegeByPrivilegeName.
bool IsUserFunction(const Segment& segment);
// systemusers({user})/{segment}, which is one.
http::Response CallUserFunction(const Database& database, const Guid& user, const Segment& segment, const http::Request& request,
                                const std::string& base);

}  // namespace causeway::sandbox::dataverse
