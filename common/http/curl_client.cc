#include "common/http/curl_client.h"

#include <algorithm>
#include <utility>

#include "common/http/curl_multi.h"
#include "common/http/curl_transfer.h"

namespace causeway::http {
namespace {

// What would end a header line early, or a C string, and make two requests of one.
bool BreaksLines(const std::string& text) {
  constexpr std::string_view kBreaks("\r\n\0", 3);
  return text.find_first_of(kBreaks) != std::string::npos;
}

bool CanBeSent(const Request& request) {
  const auto breaks = [](const auto& header) { return BreaksLines(header.first) || BreaksLines(header.second); };
  return !request.method.empty() && !BreaksLines(request.method) && !BreaksLines(request.url) &&
         std::none_of(request.headers.begin(), request.headers.end(), breaks);
}

}  // namespace

CurlClient::CurlClient(async::IoLoop& loop, const CurlOptions& options)
    : multi_(std::make_unique<CurlMulti>(loop, options)) {}

CurlClient::~CurlClient() = default;

async::Task<absl::StatusOr<Response>> CurlClient::Send(Request request) {
  if (!CanBeSent(request))
    co_return absl::InvalidArgumentError("a line break or NUL in the URL, the method or a header");
  CurlTransfer transfer(*multi_, std::move(request));
  co_return co_await transfer;
}

}  // namespace causeway::http
