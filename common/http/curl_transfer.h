// CurlTransfer: one request under way. Internal to CurlClient.
//
//   CurlTransfer transfer(multi, std::move(request));
//   absl::StatusOr<Response> response = co_await transfer;
//
// Awaited once. Destroying it ends the request, whatever has become of it.
#pragma once

#include <array>
#include <coroutine>
#include <memory>

#include "common/http/curl_multi.h"

namespace causeway::http {

class CurlTransfer final : private CurlMulti::Listener {
 public:
  CurlTransfer(CurlMulti& multi, Request request);
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiter) { waiter_ = waiter; }
  absl::StatusOr<Response> await_resume();

 private:
  static size_t OnBody(char* data, size_t size, size_t count, void* self);
  static size_t OnHeader(char* data, size_t size, size_t count, void* self);
  static int OnSend(void* self, char*, char*, int, int);

  void SetUp();
  void AddHeaders();
  void OnDone(CURLcode code) override;
  bool MaySendAgain() const { return request_.method == "GET" || request_.method == "HEAD"; }

  CurlMulti& multi_;
  Request request_;
  CURL* const easy_;
  curl_slist* headers_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_text_;
  Response response_;
  size_t header_bytes_ = 0;
  bool too_long_ = false;
  int times_sent_ = 0;  // Or begun to be.
  absl::Status refused_;  // By the request's last check.
  CURLcode code_ = CURLE_OK;
  std::coroutine_handle<> waiter_;
  // False when this object is gone: what it posted must not find it.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace causeway::http
