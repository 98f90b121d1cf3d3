#include "common/http/curl_client.h"

#include <atomic>
#include <condition_variable>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/http/testing/client_thread.h"
#include "common/http/testing/raw_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::http {
namespace {

using Connection = RawServer::Connection;
using ::testing::HasSubstr;
using ::testing::Not;

// Answers every request with `answer`.
RawServer::Handler Always(std::string answer) {
  return [answer](Connection& connection) {
    while (connection.Read()) connection.Write(answer);
  };
}

// Answers the first request with `answer` and closes.
RawServer::Handler OnceThenClose(std::string answer) {
  return [answer](Connection& connection) {
    if (connection.Read()) connection.Write(answer);
  };
}

// Waits until the client closes.
void Hang(Connection& connection) {
  while (connection.Read()) {
  }
}

// Answers with the request itself.
void Echo(Connection& connection) {
  while (auto request = connection.Read()) connection.Write(OkAnswer(*request));
}

// Counts to be waited for.
class Counter {
 public:
  void Add() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  bool Reaches(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return count_ >= count; });
  }
  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

bool Eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

std::string ClosedPortUrl() {
  const RawServer gone(Hang);
  return gone.url("/");
}

TEST(CurlClient, ReturnsAnyCompleteAnswer) {
  ClientThread client;
  const std::string html = "<html><body>Sign in</body></html>";
  RawServer page(Always(OkAnswer(html, "Content-Type: text/html\r\nX-Empty:\r\nX-Empty: second\r\n")));
  auto answer = client.Get(page.url("/"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, html);
  EXPECT_EQ(answer->header("content-type"), "text/html");
  EXPECT_EQ(answer->header("x-empty"), "");

  RawServer away(Always("HTTP/1.1 302 Found\r\nLocation: http://elsewhere.invalid/\r\nContent-Length: 0\r\n\r\n"));
  answer = client.Get(away.url("/"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 302) << "redirects aren't followed";
  EXPECT_EQ(answer->header("location"), "http://elsewhere.invalid/");

  RawServer broken(Always("HTTP/1.1 503 No\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nbusy"));
  answer = client.Get(broken.url("/"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->header("retry-after"), "7");

  const std::string binary("\0\xff\r\n\r\nHTTP/1.1", 14);
  RawServer bytes(Always(OkAnswer(binary)));
  answer = client.Get(bytes.url("/"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->body, binary);

  RawServer empty(Always("HTTP/1.1 204 No Content\r\n\r\n"));
  answer = client.Get(empty.url("/"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 204);

  RawServer continued(Always("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" + OkAnswer("late")));
  answer = client.Get(continued.url("/"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->header("x-early"), "") << "of another answer";
}

TEST(CurlClient, SendsWhatItIsGiven) {
  ClientThread client;
  RawServer server(Echo);
  // In an order that would show what a handle remembers of its last request.
  auto answer = client.Post(server.url("/a"), "{\"x\":1}");
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_TRUE(absl::StartsWith(answer->body, "POST /a HTTP/1.1\r\n")) << answer->body;
  EXPECT_TRUE(absl::EndsWith(answer->body, "\r\n\r\n{\"x\":1}")) << answer->body;
  EXPECT_THAT(answer->body, Not(HasSubstr("Content-Type")));
  EXPECT_THAT(answer->body, Not(HasSubstr("Expect")));

  answer = client.Get(server.url("/b/../c?q=%20#fragment"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_TRUE(absl::StartsWith(answer->body, "GET /b/../c?q=%20 HTTP/1.1\r\n")) << answer->body;
  EXPECT_THAT(answer->body, Not(HasSubstr("Content-Length")));

  Request request;
  request.method = "PATCH";
  request.url = server.url("/d");
  request.headers = {{"Content-Type", "application/json"}, {"If-Match", "W/\"7\""}, {"X-Nothing", ""}};
  request.body = std::string("\0b", 2);
  answer = client.Send(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_TRUE(absl::StartsWith(answer->body, "PATCH /d HTTP/1.1\r\n")) << answer->body;
  EXPECT_THAT(answer->body, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(answer->body, HasSubstr("\r\nIf-Match: W/\"7\"\r\n"));
  EXPECT_THAT(answer->body, HasSubstr("\r\nX-Nothing:\r\n"));
  EXPECT_TRUE(absl::EndsWith(answer->body, request.body));

  request = Request();
  request.method = "DELETE";
  request.url = server.url("/e");
  answer = client.Send(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_TRUE(absl::StartsWith(answer->body, "DELETE /e HTTP/1.1\r\n")) << answer->body;
  EXPECT_THAT(answer->body, Not(HasSubstr("If-Match"))) << "the header of another request";

  answer = client.Post(server.url("/f"), "");
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(answer->body, HasSubstr("\r\nContent-Length: 0\r\n"));
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlClient, ReadsAHeadAnswerWithoutABody) {
  ClientThread client;
  RawServer server(Always("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
  Request request;
  request.method = "HEAD";
  request.url = server.url("/");
  request.deadline = absl::Seconds(5);
  const auto answer = client.Send(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->body, "");
  EXPECT_EQ(answer->header("content-length"), "1000");
}

TEST(CurlClient, UsesAConnectionAgain) {
  ClientThread client;
  RawServer server(Always(OkAnswer("ok")));
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(client.Post(server.url("/"), "x").ok());
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlClient, UsesNoConnectionThatTheServerHasClosed) {
  ClientThread client;
  RawServer server(OnceThenClose(OkAnswer("ok")));
  for (int i = 1; i <= 5; ++i) {
    const auto answer = client.Post(server.url("/"), "x");
    EXPECT_TRUE(answer.ok()) << answer.status();
    ASSERT_TRUE(Eventually([&] { return server.closed() == i; }));
  }
}

TEST(CurlClient, TellsWhenNothingWasSent) {
  ClientThread client;
  EXPECT_TRUE(absl::IsUnavailable(client.Get(ClosedPortUrl()).status()));
  for (const char* url : {"", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://[", "http://a b/", "://x"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(client.Get(url).status())) << url;
  }
}

TEST(CurlClient, RefusesWhatWouldMakeTwoRequestsOfOne) {
  ClientThread client;
  RawServer server(Echo);
  Request good;
  good.url = server.url("/");
  Request request = good;
  request.headers = {{"X", "1\r\nY: 2"}};
  EXPECT_TRUE(absl::IsInvalidArgument(client.Send(request).status()));
  request.headers = {{"X\nY", "1"}};
  EXPECT_TRUE(absl::IsInvalidArgument(client.Send(request).status()));
  request = good;
  request.url += std::string("a\0b", 3);
  EXPECT_TRUE(absl::IsInvalidArgument(client.Send(request).status()));
  request = good;
  request.url += " HTTP/1.1\r\nHost: elsewhere\r\n\r\n";
  EXPECT_TRUE(absl::IsInvalidArgument(client.Send(request).status()));
  EXPECT_EQ(server.connections(), 0);
}

TEST(CurlClient, TellsWhenTheAnswerWasCut) {
  ClientThread client;
  const std::string cut[] = {
      "",
      "HTTP/1.1 20",
      "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain",
      "SSH-2.0-OpenSSH_9.2p1\r\n",
      "HTTP/9.9 what\r\n\r\n",
  };
  for (const std::string& bytes : cut) {
    RawServer server(OnceThenClose(bytes));
    EXPECT_TRUE(absl::IsUnknown(client.Post(server.url("/"), "x").status())) << bytes;
  }
}

TEST(CurlClient, EndsAtTheDeadline) {
  ClientThread client;
  Request request;
  request.method = "POST";
  request.deadline = absl::Milliseconds(150);
  RawServer silent(Hang);
  request.url = silent.url("/");
  EXPECT_TRUE(absl::IsDeadlineExceeded(client.Send(request).status()));

  RawServer trickling([](Connection& connection) {
    connection.Read();
    connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    while (connection.Write("x")) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  });
  request.url = trickling.url("/");
  EXPECT_TRUE(absl::IsDeadlineExceeded(client.Send(request).status()));
}

// For each request, whether its connection is new or was used before; and what it says is what the caller gets.
TEST(CurlClient, R1_AsksAtTheLastMoment) {
  ClientThread client;
  std::atomic<int> received = 0;
  RawServer server([&](Connection& connection) {
    while (connection.Read()) {
      ++received;
      connection.Write(OkAnswer("ok"));
    }
  });
  std::atomic<int> asked = 0;
  std::atomic<bool> may = false;
  Request request;
  request.method = "POST";
  request.url = server.url("/");
  request.body = "x";
  request.last_check = [&]() -> absl::Status {
    ++asked;
    return may ? absl::OkStatus() : absl::AbortedError("not any more");
  };
  EXPECT_EQ(client.Send(request).status(), absl::AbortedError("not any more"));
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(received, 0);
  may = true;
  for (int i = 1; i <= 3; ++i) {
    ASSERT_TRUE(client.Send(request).ok());
    EXPECT_EQ(asked, 1 + i);
    EXPECT_EQ(received, i);
  }
  EXPECT_LE(server.connections(), 2) << "it is asked on a connection that is used again too";
  may = false;
  EXPECT_EQ(client.Send(request).status(), absl::AbortedError("not any more"));
  EXPECT_EQ(received, 3);
  request.url = ClosedPortUrl();
  EXPECT_TRUE(absl::IsUnavailable(client.Send(request).status()));
  EXPECT_EQ(asked, 5) << "there was nothing to ask for without a connection";
}

TEST(CurlClient, R4_BoundsTheAnswer) {
  ClientThread client;
  Request request;
  request.max_response_bytes = 1000;
  RawServer exact(Always(OkAnswer(std::string(1000, 'x'))));
  request.url = exact.url("/");
  EXPECT_TRUE(client.Send(request).ok());
  RawServer longer(Always(OkAnswer(std::string(1001, 'x'))));
  request.url = longer.url("/");
  EXPECT_TRUE(absl::IsResourceExhausted(client.Send(request).status()));

  RawServer endless([](Connection& connection) {
    connection.Read();
    connection.Write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (connection.Write("5\r\nhello\r\n")) {
    }
  });
  request.url = endless.url("/");
  EXPECT_TRUE(absl::IsResourceExhausted(client.Send(request).status()));

  RawServer headers([](Connection& connection) {
    connection.Read();
    connection.Write("HTTP/1.1 200 OK\r\n");
    while (connection.Write("X-Again: and again\r\n")) {
    }
  });
  request.url = headers.url("/");
  EXPECT_TRUE(absl::IsResourceExhausted(client.Send(request).status()));
}

TEST(CurlClient, DecompressesWithinTheBound) {
  ClientThread client;
  // gzip of 1,000 "a".
  const std::string gzip(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\x4c\x1c\x05\xa3\x60\x14\x0c\x77\x00\x00\x03\xda\x38\x9a\xe8\x03\x00"
      "\x00",
      29);
  RawServer server([&](Connection& connection) {
    while (auto request = connection.Read()) {
      EXPECT_THAT(*request, HasSubstr("\r\nAccept-Encoding: deflate, gzip"));
      connection.Write(OkAnswer(gzip, "Content-Encoding: gzip\r\n"));
    }
  });
  Request request;
  request.url = server.url("/");
  auto answer = client.Send(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->body, std::string(1000, 'a'));
  request.max_response_bytes = 999;
  EXPECT_TRUE(absl::IsResourceExhausted(client.Send(request).status()));
}

// A server that answers the first request of its first connection, and closes on the second without a word.
class ClosesOnTheSecondRequest {
 public:
  ClosesOnTheSecondRequest()
      : server([this](Connection& connection) {
          while (connection.Read()) {
            requests.Add();
            if (requests.count() == 2) return;
            connection.Write(OkAnswer("ok"));
          }
        }) {}
  Counter requests;
  RawServer server;
};

TEST(CurlClient, I15_NeverSendsAPostTwice) {
  for (const char* method : {"POST", "PATCH", "DELETE", "PUT"}) {
    ClientThread client;
    ClosesOnTheSecondRequest closing;
    Request request;
    request.method = method;
    request.url = closing.server.url("/");
    ASSERT_TRUE(client.Send(request).ok());
    EXPECT_TRUE(absl::IsUnknown(client.Send(request).status()));
    EXPECT_EQ(closing.requests.count(), 2) << method;
    EXPECT_TRUE(client.Send(request).ok()) << "the client is as good as before";
  }
}

TEST(CurlClient, SendsAGetAgainWhenTheKeptConnectionWasClosed) {
  ClientThread client;
  ClosesOnTheSecondRequest closing;
  ASSERT_TRUE(client.Get(closing.server.url("/")).ok());
  EXPECT_TRUE(client.Get(closing.server.url("/")).ok());
  EXPECT_EQ(closing.requests.count(), 3);
  EXPECT_EQ(closing.server.connections(), 2);
}

TEST(CurlClient, SendsManyAtOnce) {
  constexpr int kRequests = 300;
  ClientThread client;
  Counter arrived;
  RawServer server([&](Connection& connection) {
    while (auto request = connection.Read()) {
      arrived.Add();
      if (!arrived.Reaches(kRequests)) return;
      connection.Write(OkAnswer(request->substr(request->find("\r\n\r\n") + 4)));
    }
  });
  for (int round = 0; round < 2; ++round) {
    std::vector<std::future<ClientThread::Answer>> answers;
    for (int i = 0; i < kRequests; ++i) {
      Request request;
      request.method = "POST";
      request.url = server.url("/");
      request.body = absl::StrCat("body ", i);
      answers.push_back(client.Start(request));
    }
    for (int i = 0; i < kRequests; ++i) {
      const auto answer = answers[i].get();
      ASSERT_TRUE(answer.ok()) << answer.status();
      EXPECT_EQ(answer->body, absl::StrCat("body ", i));
    }
  }
  EXPECT_LE(server.connections(), 2 * kRequests);
}

TEST(CurlClient, ADestroyedTaskEndsItsTransfer) {
  ClientThread client;
  Counter arrived, gone;
  RawServer server([&](Connection& connection) {
    connection.Read();
    arrived.Add();
    Hang(connection);
    gone.Add();
  });
  for (int i = 0; i < 20; ++i)
    (void)client.Start([&] {
      Request request;
      request.url = server.url("/");
      return request;
    }());
  ASSERT_TRUE(arrived.Reaches(20));
  client.CancelAll();
  EXPECT_TRUE(gone.Reaches(20));
  RawServer other(Always(OkAnswer("ok")));
  EXPECT_TRUE(client.Get(other.url("/")).ok());
}

TEST(CurlClient, MayBeDestroyedRightAfterAnAnswer) {
  RawServer server(Always(OkAnswer("ok")));
  for (int i = 0; i < 20; ++i) {
    ClientThread client;
    Request request;
    request.url = server.url("/");
    auto first = client.Start(request);
    (void)client.Start(request);
    EXPECT_TRUE(first.get().ok());
  }
}

}  // namespace
}  // namespace causeway::http
