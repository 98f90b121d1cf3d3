#include "services/sandbox/campaign/api_error.h"

#include <utility>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"

namespace causeway::sandbox::campaign {
namespace {

constexpr char kJson[] = "application/json;charset=utf-8";

http::Response Own(int status, std::string_view message, std::string_view details) {
  return JsonAnswer(status, Cat(R"({"error_code":)", status, R"(,"message":)", JsonString(message), R"(,"details":)",
                                JsonString(details), "}"));
}

}  // namespace

http::Response JsonAnswer(int status, std::string body) { return {status, {}, kJson, std::move(body)}; }

http::Response GatewayError(int status, std::string_view error_code, std::string_view message) {
  return JsonAnswer(status,
                    Cat(R"({"error_code":)", JsonString(error_code), R"(,"message":)", JsonString(message), "}"));
}

http::Response MethodNotAllowedError() { return GatewayError(405, "405000", "Method not allowed"); }

http::Response RefusedError(std::string_view details) {
  return Own(500, "RST-360011 An error has occurred - please contact your administrator.", details);
}

http::Response ReadOnlyError(std::string_view property, bool general) {
  const std::string text = Cat("The property '", property, "' is read-only.");
  return general ? RefusedError(Cat("XTK-170041 ", text)) : Own(500, text, "");
}

http::Response DuplicateKeyError(std::string_view resource, std::string_view field, std::string_view value) {
  return RefusedError(Cat("PGS-220000 PostgreSQL error: ERROR: duplicate key value violates unique constraint \"",
                          resource, "_", field, "\" DETAIL: Key (s", field, ")=(", value,
                          ") already exists. SOP-330011 Error while executing the method 'Write' of service "
                          "'xtk:persist'."));
}

http::Response OopsError(int status) {
  constexpr std::string_view kText = "Oops. Something went wrong. Check your URI and try again.";
  if (status == 500) return GatewayError(500, "500000", kText);
  return JsonAnswer(status, Cat(R"({"code":)", status, R"(,"message":)", JsonString(kText), "}"));
}

http::Response NotFoundError(std::string_view what) {
  return Own(404, Cat("RST-360000 The requested resource does not exist: ", what, "."), "");
}

http::Response ForeignPKeyError(std::string_view resource, std::string_view pkey) {
  return RefusedError(Cat("'", pkey.substr(1), "' attribute unknown (see definition of '", resource,
                          "' schema). XTK-170036 Unable to parse expression '@id = ", pkey, "'."));
}

http::Response BadRequestError(std::string_view details) {
  return Own(400, "RST-360010 The request is invalid.", details);
}

}  // namespace causeway::sandbox::campaign
