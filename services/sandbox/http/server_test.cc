#include "services/sandbox/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <future>
#include <thread>

#include "services/sandbox/http/url.h"

namespace causeway::sandbox::http {
namespace {

namespace asio = boost::asio;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

// Echoes the method, the target and the body; each request meets the fate that the test gave.
class Echo : public Handler {
 public:
  Fate Receive(const Request&) override { return fate ? fate() : Fate(); }
  Response Answer(const Request& request) override {
    ++answered;
    Response response{200, {{"X-Test", "1"}}, "text/plain", ""};
    response.body = std::string(request.method) + " " + std::string(request.target) + " " + std::string(request.body);
    return response;
  }
  void Answered(const Request&, const Fate&, Response&) override {}

  std::function<Fate()> fate;
  int answered = 0;
};

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() : server_(io_, "127.0.0.1", 0, echo_), thread_([this] { io_.run(); }) {}
  ~ServerTest() override {
    io_.stop();
    thread_.join();
  }

  void Meet(std::function<Fate()> fate) {
    std::promise<void> done;
    asio::post(io_, [&] {
      echo_.fate = std::move(fate);
      done.set_value();
    });
    done.get_future().wait();
  }
  int Answered() {
    std::promise<int> answered;
    asio::post(io_, [&] { answered.set_value(echo_.answered); });
    return answered.get_future().get();
  }

  // Sends bytes and reads until the server closes.
  std::string Talk(const std::string& bytes) {
    asio::io_context io;
    asio::ip::tcp::socket socket(io);
    socket.connect({asio::ip::make_address("127.0.0.1"), server_.port()});
    boost::system::error_code ignored;
    asio::write(socket, asio::buffer(bytes), ignored);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), ignored);
    return answer;
  }

  Echo echo_;
  asio::io_context io_{1};
  Server server_;
  std::thread thread_;
};

constexpr char kGet[] = "GET /a?b=1 HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr char kLast[] = "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

TEST_F(ServerTest, AnswersOneRequestAfterTheOtherOnAConnection) {
  const std::string answer =
      Talk(std::string(kGet) + "POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi" + kLast);
  EXPECT_THAT(
      answer,
      StartsWith("HTTP/1.1 200 OK\r\nX-Test: 1\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\nGET /a?b=1 "));
  EXPECT_THAT(answer, HasSubstr("POST /c hi"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n\r\nGET /last "));
}

TEST_F(ServerTest, TakesChunkedBodies) {
  EXPECT_THAT(Talk("POST /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: "
                   "chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n"),
              HasSubstr("POST /c abcde"));
}

TEST_F(ServerTest, RefusesWhatIsNoHttp) {
  EXPECT_THAT(Talk("hello\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Talk("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(Talk("GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(Answered(), 0);
}

TEST_F(ServerTest, LostRequestIsNotCarriedOut) {
  Meet([] { return Fate{.lose_request = true}; });
  EXPECT_EQ(Talk(kGet), "");
  EXPECT_EQ(Answered(), 0);
}

TEST_F(ServerTest, LostAnswerWasCarriedOut) {
  Meet([] { return Fate{.lose_answer = true}; });
  EXPECT_EQ(Talk(kGet), "");
  EXPECT_EQ(Answered(), 1);
}

TEST_F(ServerTest, CutAnswerEndsEarly) {
  Meet([] { return Fate{.cut_at = 0.5}; });
  EXPECT_THAT(Talk(kGet), ::testing::EndsWith("Content-Length: 11\r\n\r\nGET /"));
}

TEST_F(ServerTest, AnswersSomethingElseInstead) {
  Meet([] {
    Fate fate;
    fate.instead = Response{503, {{"Retry-After", "1"}}, "", ""};
    return fate;
  });
  EXPECT_THAT(Talk(kLast), StartsWith("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"));
  EXPECT_EQ(Answered(), 0);
}

TEST_F(ServerTest, HoldsWhatIsInFlightUntilTheAnswerIsSent) {
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = token;
  Meet([token = std::move(token)]() mutable {
    Fate fate;
    fate.in_flight = std::move(token);
    fate.wait_before_ms = 20;
    fate.wait_after_ms = 20;
    return fate;
  });
  EXPECT_FALSE(watched.expired());
  EXPECT_THAT(Talk(kLast), StartsWith("HTTP/1.1 200"));
  Meet(nullptr);
  EXPECT_TRUE(watched.expired());
}

TEST_F(ServerTest, HangsWithoutAnAnswer) {
  std::promise<void> received;
  Meet([&] {
    received.set_value();
    return Fate{.hang = true};
  });
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  socket.connect({asio::ip::make_address("127.0.0.1"), server_.port()});
  asio::write(socket, asio::buffer(std::string_view(kGet)));
  received.get_future().wait();
  Meet(nullptr);
  EXPECT_THAT(Talk(kLast), StartsWith("HTTP/1.1 200")) << "others are served meanwhile";
  EXPECT_EQ(socket.available(), 0u);
}

TEST(Url, DecodesAndRefusesBrokenEscapes) {
  EXPECT_EQ(Unescape("a%20b+c", true), "a b c");
  EXPECT_EQ(Unescape("a+b", false), "a+b");
  for (const char* text : {"%", "%2", "%zz"}) EXPECT_FALSE(Unescape(text, false)) << text;
  EXPECT_EQ(Escape("a b/é~"), "a%20b%2F%C3%A9~");
  EXPECT_THAT(*ParsePairs("a=1&b=x%26y&c&&d="),
              ElementsAre(Pair("a", "1"), Pair("b", "x&y"), Pair("c", ""), Pair("d", "")));
  EXPECT_THAT(*Segments("/a//b%2Fc/"), ElementsAre("a", "b/c"));
}

}  // namespace
}  // namespace causeway::sandbox::http
