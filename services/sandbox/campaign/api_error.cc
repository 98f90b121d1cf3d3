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

http::Response NotFoundError(std::string_view what) {
  return Own(404, Cat("RST-360000 The requested resource does not exist: ", what, "."), "");
}

http::Response BadRequestError(std::string_view details) {
  return Own(400, "RST-360010 The request is invalid.", details);
}

}  // namespace causeway::sandbox::campaign
