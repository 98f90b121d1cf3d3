#include "services/sandbox/faults/faults.h"

#include <cmath>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"

namespace causeway::sandbox {
namespace {

// As each system says it. `code` may be a number or a text.
http::Response AnswerOf(System system, const Fault& fault) {
  http::Response response{fault.status, {}, "application/json;charset=utf-8", fault.body};
  if (fault.retry_after > 0)
    response.headers.emplace_back("Retry-After", Cat(static_cast<int64_t>(std::ceil(fault.retry_after))));
  if (!fault.body.empty()) return response;
  const std::string code = JsonString(fault.code), text = JsonString(fault.text);
  switch (system) {
    case System::kDynamics:
      response.body = Cat(R"({"error":{"code":)", code, R"(,"message":)", text, "}}");
      break;
    case System::kEntra:
    case System::kIms:
      response.body = Cat(R"({"error":)", code, R"(,"error_description":)", text, "}");
      break;
    default:
      response.body = Cat(R"({"error_code":)", ParseNumber(fault.code) ? fault.code : code, R"(,"message":)", text, "}");
  }
  return response;
}

http::Response ErrorAnswer(System system, int status) {
  http::Response response;
  response.status = status;
  response.content_type = "application/json;charset=utf-8";
  if (system == System::kDynamics) {
    // The first is one of service protection's, the other says that something unexpected happened.
    const char* code = status == 429 ? "0x80072322" : "0x80040216";
    response.body = Cat(R"({"error":{"code":")", code, R"(","message":"Status )", status, R"( on demand."}})");
  } else if (status == 429) {
    response.body = R"({"error_code":"429050","message":"Too many requests"})";
  } else {
    response.body =
        Cat(R"({"code":)", status, R"(,"message":"The service is temporarily unavailable."})");
  }
  return response;
}

}  // namespace

bool Faults::Hits(const Fault& fault, System system, const http::Request& request) {
  if (!IsNamed(system, fault.system) || fault.remaining <= 0) return false;
  if (!fault.method.empty() && request.method != fault.method) return false;
  if (request.target.find(fault.path_part) == std::string_view::npos) return false;
  const std::string line = fault.match ? Cat(request.method, request.target) : std::string();
  if (fault.match && !std::regex_search(line, *fault.match)) return false;
  if (!fault.key.empty() && !concerns_(request, fault.key)) return false;
  return dice_.Chance(fault.share);
}

void Faults::Apply(System system, const http::Request& request, http::Fate& fate) {
  const int64_t now = clock_.NowMillis();
  std::erase_if(faults_, [&](const Fault& fault) { return fault.until_ms <= now || fault.remaining <= 0; });
  for (Fault& fault : faults_) {
    if (!Hits(fault, system, request)) continue;
    --fault.remaining;
    ++hits_;
    Apply(fault, system, fate);
  }
}

std::optional<http::Response> Faults::AnswerTo(System system, const http::Request& operation) {
  for (Fault& fault : faults_) {
    if (fault.kind != FaultKind::kAnswer || !Hits(fault, system, operation)) continue;
    --fault.remaining;
    ++hits_;
    return AnswerOf(system, fault);
  }
  return std::nullopt;
}

void Faults::Apply(const Fault& fault, System system, http::Fate& fate) {
  switch (fault.kind) {
    case FaultKind::kThrottle:
      fate.instead = ErrorAnswer(system, 429);
      fate.instead->headers.emplace_back("Retry-After", Cat(static_cast<int64_t>(std::ceil(fault.retry_after))));
      break;
    case FaultKind::kFail:
      fate.instead = ErrorAnswer(system, fault.status);
      break;
    case FaultKind::kDelay:
      fate.wait_before_ms += fault.delay_ms;
      break;
    case FaultKind::kLoseRequest:
      fate.lose_request = true;
      break;
    case FaultKind::kLoseAnswer:
      fate.lose_answer = true;
      break;
    case FaultKind::kCutAnswer:
      fate.cut_at = 0.5;
      break;
    case FaultKind::kHang:
      fate.hang = true;
      break;
    case FaultKind::kAnswer:
      fate.instead = AnswerOf(system, fault);
      break;
    case FaultKind::kHtml:
      fate.instead = http::Response{200, {}, "text/html", "<html><body><h1>Please wait</h1></body></html>"};
      break;
  }
}

}  // namespace causeway::sandbox
