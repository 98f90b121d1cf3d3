#include "common/http/curl_transfer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace causeway::http {
namespace {

constexpr size_t kMaxHeaderBytes = 256 << 10;

long Milliseconds(absl::Duration duration) {
  return static_cast<long>(
      std::clamp<int64_t>(absl::ToInt64Milliseconds(duration), 1, std::numeric_limits<int32_t>::max()));
}

}  // namespace

CurlTransfer::CurlTransfer(CurlMulti& multi, Request request)
    : multi_(multi), request_(std::move(request)), easy_(multi.TakeEasy()) {
  error_text_[0] = '\0';
}

CurlTransfer::~CurlTransfer() {
  *alive_ = false;
  multi_.Remove(easy_);
  // What it points to ends here.
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, nullptr);
  multi_.GiveBack(easy_);
  curl_slist_free_all(headers_);
}

bool CurlTransfer::await_ready() {
  SetUp();
  if (multi_.Start(easy_)) return false;
  code_ = CURLE_FAILED_INIT;
  return true;
}

void CurlTransfer::SetUp() {
  curl_easy_setopt(easy_, CURLOPT_PRIVATE, static_cast<CurlMulti::Listener*>(this));
  curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, Milliseconds(request_.deadline));
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_text_.data());
  // With HTTP/2, wait for the first connection to say whether it bears many requests, rather than open one for each.
  curl_easy_setopt(easy_, CURLOPT_PIPEWAIT, absl::StartsWith(request_.url, "https:") ? 1L : 0L);

  // The handle may come from a request of another kind.
  curl_easy_setopt(easy_, CURLOPT_HTTPGET, 1L);
  const bool has_body =
      !request_.body.empty() || request_.method == "POST" || request_.method == "PATCH" || request_.method == "PUT";
  if (has_body) {
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.body.data());
  } else if (request_.method == "HEAD") {
    curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
  }
  curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  AddHeaders();

  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &CurlTransfer::OnBody);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &CurlTransfer::OnHeader);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, &CurlTransfer::OnSend);
  curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
}

void CurlTransfer::AddHeaders() {
  // No "Expect: 100-continue": it would cost a round trip, and with servers that ignore it a second.
  headers_ = curl_slist_append(headers_, "Expect:");
  bool has_type = false;
  for (const auto& [name, value] : request_.headers) {
    has_type |= absl::EqualsIgnoreCase(name, "content-type");
    // "Name;" is how curl is told to send a header without a value.
    headers_ = curl_slist_append(headers_, (value.empty() ? name + ";" : absl::StrCat(name, ": ", value)).c_str());
  }
  // Otherwise curl calls a body a form.
  if (!has_type) headers_ = curl_slist_append(headers_, "Content-Type:");
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
}

// Called whenever a request is about to be written to a connection. libcurl sends a request again, whatever its method,
// when a kept connection ends before the first byte of an answer, or when an HTTP/2 server refuses the stream. The
// server may have carried it out all the same, so that only the caller can decide whether it may be repeated.
int CurlTransfer::OnSend(void* self, char*, char*, int, int) {
  CurlTransfer& transfer = *static_cast<CurlTransfer*>(self);
  if (transfer.times_sent_ > 0 && !transfer.MaySendAgain()) return CURL_PREREQFUNC_ABORT;
  if (transfer.request_.last_check) transfer.refused_ = transfer.request_.last_check();
  if (!transfer.refused_.ok()) return CURL_PREREQFUNC_ABORT;
  ++transfer.times_sent_;
  return CURL_PREREQFUNC_OK;
}

size_t CurlTransfer::OnBody(char* data, size_t size, size_t count, void* self) {
  CurlTransfer& transfer = *static_cast<CurlTransfer*>(self);
  const size_t bytes = size * count;
  if (transfer.response_.body.size() + bytes > transfer.request_.max_response_bytes) {
    transfer.too_long_ = true;
    return 0;
  }
  transfer.response_.body.append(data, bytes);
  return bytes;
}

size_t CurlTransfer::OnHeader(char* data, size_t size, size_t count, void* self) {
  CurlTransfer& transfer = *static_cast<CurlTransfer*>(self);
  const absl::string_view line(data, size * count);
  transfer.header_bytes_ += line.size();
  if (transfer.header_bytes_ > kMaxHeaderBytes) {
    transfer.too_long_ = true;
    return 0;
  }
  const size_t colon = line.find(':');
  if (absl::StartsWith(line, "HTTP/")) {
    transfer.response_.headers.clear();  // Those of an informational answer, or of the proxy's.
  } else if (colon != absl::string_view::npos) {
    transfer.response_.headers.emplace_back(absl::AsciiStrToLower(line.substr(0, colon)),
                                            std::string(absl::StripAsciiWhitespace(line.substr(colon + 1))));
  }
  return line.size();
}

// The waiter resumes in a turn of its own: it may destroy other transfers, and this client.
void CurlTransfer::OnDone(CURLcode code) {
  code_ = code;
  multi_.Remove(easy_);
  multi_.loop().Post([this, alive = alive_] {
    if (*alive) std::exchange(waiter_, nullptr).resume();
  });
}

absl::StatusOr<Response> CurlTransfer::await_resume() {
  if (code_ == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    return std::move(response_);
  }
  const absl::string_view what = error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(code_);
  if (times_sent_ == 0 && !refused_.ok()) return std::move(refused_);
  if (times_sent_ == 0) {
    const bool url = code_ == CURLE_URL_MALFORMAT || code_ == CURLE_UNSUPPORTED_PROTOCOL;
    return url ? absl::InvalidArgumentError(what) : absl::UnavailableError(what);
  }
  if (too_long_)
    return absl::ResourceExhaustedError(
        absl::StrCat("the answer is longer than ", request_.max_response_bytes, " bytes"));
  if (code_ == CURLE_OPERATION_TIMEDOUT) return absl::DeadlineExceededError(what);
  if (code_ == CURLE_ABORTED_BY_CALLBACK) return absl::UnknownError("the kept connection ended before an answer came");
  return absl::UnknownError(what);
}

}  // namespace causeway::http
