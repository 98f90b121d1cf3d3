// CurlMulti: libcurl's multi handle on an IoLoop, with its sockets, its timer, and easy handles that are used again.
// Internal to CurlClient.
//
// Loop's thread only. Outlives its transfers.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <vector>

#include "common/async/io_loop.h"
#include "common/http/curl_client.h"
#include "common/http/socket_set.h"

namespace causeway::http {

class CurlMulti {
 public:
  // Whose easy handle it is, as CURLOPT_PRIVATE: told once, outside of curl's call stack but not of the multi's.
  class Listener {
   public:
    virtual void OnDone(CURLcode code) = 0;

   protected:
    ~Listener() = default;
  };

  CurlMulti(async::IoLoop& loop, const CurlOptions& options);
  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  // An easy handle on which all that is the same for every request is set.
  CURL* TakeEasy();
  void GiveBack(CURL* easy);

  bool Start(CURL* easy);
  // Ends the transfer if it is under way.
  void Remove(CURL* easy);

  async::IoLoop& loop() { return loop_; }

 private:
  CURL* NewEasy();
  void SetTimer(long milliseconds);
  void Act(curl_socket_t fd, int events);

  async::IoLoop& loop_;
  const CurlOptions options_;
  SocketSet sockets_;
  CURLM* const handle_;
  std::vector<CURL*> spare_;
  async::Loop::TimerId timer_ = 0;
  async::Instant timer_due_;
  bool turn_posted_ = false;
  // False when this object is gone: what it posted must not find it.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace causeway::http
