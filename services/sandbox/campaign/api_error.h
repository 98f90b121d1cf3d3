// Answers in JSON, and the errors that the gateway and Campaign itself answer with (spec/campaign.md "Errors").
#pragma once

#include <string>
#include <string_view>

#include "services/sandbox/http/message.h"

namespace causeway::sandbox::campaign {

http::Response JsonAnswer(int status, std::string body);

// The gateway's: {"error_code":"401013","message":"Oauth token is not valid"}.
http::Response GatewayError(int status, std::string_view error_code, std::string_view message);
http::Response MethodNotAllowedError();
// Campaign's own 500: RST-360011 with details.
http::Response RefusedError(std::string_view details);
// A property that nobody may write: in Campaign's general form, or without a number of its own.
http::Response ReadOnlyError(std::string_view property, bool general);
// A key that another record has, as Campaign's database says it.
http::Response DuplicateKeyError(std::string_view resource, std::string_view field, std::string_view value);
// Where the gateway finds no instance under the address: 500 for an unknown tenant, 502 for one without CNAME.
http::Response OopsError(int status);
// 404 RST-360000: an unknown resource, filter or PKey.
http::Response NotFoundError(std::string_view what);
// A PKey that this instance never made, or not for this resource: Campaign takes it for a name in an expression.
http::Response ForeignPKeyError(std::string_view resource, std::string_view pkey);
// 400 RST-360010: the request itself can't be understood.
http::Response BadRequestError(std::string_view details);

}  // namespace causeway::sandbox::campaign
