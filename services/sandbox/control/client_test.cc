#include "services/sandbox/control/client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/sandbox/http/server.h"

namespace causeway::sandbox {
namespace {

using ::testing::HasSubstr;

// Both sides differ until they were compared so often.
class ComparedSides final : public http::Handler {
 public:
  explicit ComparedSides(int equal_after) : left_(equal_after) {}

  http::Fate Receive(const http::Request&) override { return {}; }
  http::Response Answer(const http::Request& request) override {
    if (request.target != "/control/compare") return {404, {}, "application/json", R"({"error":"no such verb"})"};
    return {200, {}, "application/json", left_-- > 0 ? R"({"different":1})" : R"({"different":0})"};
  }
  void Answered(const http::Request&, const http::Fate&, http::Response&) override {}

 private:
  int left_;
};

class CallSandboxTest : public ::testing::Test {
 protected:
  CallSandboxTest() : thread_([this] { io_.run(); }) {}
  ~CallSandboxTest() override {
    boost::asio::post(io_, [this] {
      server_.Stop();
      io_.stop();
    });
    thread_.join();
  }

  Call To(const std::string& verb) const { return {.port = server_.port(), .verb = verb}; }

  boost::asio::io_context io_{1};
  ComparedSides sides_{2};
  http::Server server_{io_, "127.0.0.1", 0, sides_};
  std::thread thread_;
};

TEST_F(CallSandboxTest, SaysWhatTheSandboxAnswers) {
  const auto [ok, text] = CallSandbox(To("compare"));
  EXPECT_TRUE(ok);
  EXPECT_EQ(text, R"({"different":1})");
}

TEST_F(CallSandboxTest, FailsWhenTheSandboxRefuses) {
  const auto [ok, text] = CallSandbox(To("nonsense"));
  EXPECT_FALSE(ok);
  EXPECT_THAT(text, HasSubstr("no such verb"));
}

TEST_F(CallSandboxTest, FailsWhenNobodyIsThere) {
  EXPECT_THAT(CallSandbox({.host = "nobody.invalid", .verb = "compare"}).text, HasSubstr("can't be reached"));
}

TEST_F(CallSandboxTest, K2_WaitsUntilBothSidesAreEqual) {
  Call call = To("compare");
  call.until_equal = std::chrono::milliseconds(1);
  EXPECT_FALSE(CallSandbox(call).ok);
  call.until_equal = std::chrono::minutes(1);
  EXPECT_TRUE(CallSandbox(call).ok);
}

}  // namespace
}  // namespace causeway::sandbox
