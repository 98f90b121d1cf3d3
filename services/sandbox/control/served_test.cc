// The whole sandbox over HTTP: control verbs, and what they do to the requests of others.
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/http/server.h"
#include "services/sandbox/router.h"

namespace causeway::sandbox {
namespace {

namespace asio = boost::asio;
using boost::json::value;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kProfiles[] = "/contoso/campaign/profileAndServicesExt/profile";

class ServedTest : public ::testing::Test {
 protected:
  ServedTest() : thread_([this] { io_.run(); }) {}
  ~ServedTest() override {
    asio::post(io_, [this] {
      server_.Stop();
      io_.stop();
    });
    thread_.join();
  }

  // The answer as it came, headers and all; cut or empty where the connection broke.
  std::string Send(const std::string& method, const std::string& target, const std::string& headers,
                   const std::string& body) {
    asio::io_context io;
    asio::ip::tcp::socket socket(io);
    socket.connect({asio::ip::make_address("127.0.0.1"), server_.port()});
    boost::system::error_code ignored;
    asio::write(socket,
                asio::buffer(Cat(method, " ", target, " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", headers,
                                 "Content-Length: ", body.size(), "\r\n\r\n", body)),
                ignored);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), ignored);
    return answer;
  }
  static std::string BodyOf(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
  value Do(const std::string& verb, const std::string& arguments = "{}") {
    const std::string answer = Send("POST", Cat("/control/", verb), "Content-Type: application/json\r\n", arguments);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200")) << verb;
    return boost::json::parse(BodyOf(answer));
  }

  std::string CampaignHeaders() {
    const std::string answer = Send(
        "POST", "/ims/token/v3", "Content-Type: application/x-www-form-urlencoded\r\n",
        "grant_type=client_credentials&client_id=sandbox-campaign&client_secret=sandbox-campaign-secret&scope=openid");
    const std::string token(boost::json::parse(BodyOf(answer)).at("access_token").as_string());
    return Cat("Authorization: Bearer ", token,
               "\r\nX-Api-Key: sandbox-campaign\r\nContent-Type: application/json\r\n");
  }
  int64_t Version() {
    std::promise<int64_t> version;
    asio::post(io_, [&] { version.set_value(world_.database.last_version()); });
    return version.get_future().get();
  }
  template <typename Condition>
  static bool Eventually(Condition condition) {
    for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
         std::chrono::steady_clock::now() < end;) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

  SystemClock clock_;
  asio::io_context io_{1};
  World world_{clock_, 1};
  Control control_{io_, world_};
  Router router_{world_, control_};
  http::Server server_{io_, "127.0.0.1", 0, router_};
  std::thread thread_;
};

TEST_F(ServedTest, K7_IsHealthyAndKnowsItsPaths) {
  EXPECT_THAT(Send("GET", "/health", "", ""), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Send("GET", "/elsewhere", "", ""), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Send("GET", "/control/counts", "", ""), StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(Send("POST", "/control/seed", "", R"({"contacts":-1})"), HasSubstr(R"("field":"contacts")"));
}

TEST_F(ServedTest, K7_ChangesGoOnByThemselves) {
  EXPECT_EQ(Do("seed", R"({"contacts":50})").at("added"), 50);
  const int64_t version = Version();
  EXPECT_EQ(Do("change", R"({"rate":1000,"seconds":0.05})").at("changing"), 50);
  EXPECT_TRUE(Eventually([&] { return Do("counts").at("running") == 0; }));
  EXPECT_EQ(Version(), version + 50);
}

TEST_F(ServedTest, K7_PutsGetsAndDeletesOneRow) {
  const std::string id(Do("put", R"({"values":{"lastname":"A"}})").at("id").as_string());
  const std::string named = Cat(R"({"id":")", id, R"("})");
  EXPECT_EQ(Do("get", named).at("row").at("lastname"), "A");
  Do("put", Cat(R"({"id":")", id, R"(","values":{"lastname":"B"}})"));
  EXPECT_EQ(Do("get", named).at("row").at("lastname"), "B");
  Do("delete", named);
  EXPECT_EQ(Do("get", named).at("found"), false);
}

TEST_F(ServedTest, K7_AnAnswerThatIsLostWasCarriedOut) {
  const std::string headers = CampaignHeaders();
  const std::string body = R"({"lastName":"X","externalId":"e1"})";
  Do("break", R"({"system":"campaign","how":"lose-request","method":"POST","count":1})");
  EXPECT_EQ(Send("POST", kProfiles, headers, body), "");
  EXPECT_EQ(Do("counts").at("profiles"), 0);
  Do("break", R"({"system":"campaign","how":"lose-answer","method":"POST","count":1})");
  EXPECT_EQ(Send("POST", kProfiles, headers, body), "");
  EXPECT_EQ(Do("counts").at("profiles"), 1);
  Do("fail", R"({"system":"campaign","status":503,"count":1})");
  EXPECT_THAT(Send("GET", kProfiles, headers, ""), StartsWith("HTTP/1.1 503"));
  Do("throttle", R"({"system":"campaign","retry_after":3,"count":1})");
  EXPECT_THAT(Send("GET", kProfiles, headers, ""), HasSubstr("Retry-After: 3"));
  EXPECT_THAT(Send("GET", kProfiles, headers, ""), StartsWith("HTTP/1.1 200")) << "each was to strike once";
}

TEST_F(ServedTest, K7_TellsWritesInTheirOrder) {
  const std::string headers = CampaignHeaders();
  const value created = boost::json::parse(BodyOf(Send("POST", kProfiles, headers, R"({"externalId":"e1"})")));
  const std::string href = Cat(kProfiles, "/", std::string(created.at("PKey").as_string()));
  EXPECT_THAT(Send("POST", kProfiles, headers, R"({"externalId":"e2"})"), StartsWith("HTTP/1.1 201"));
  EXPECT_THAT(Send("POST", kProfiles, headers, R"({"externalId":"e2"})"), StartsWith("HTTP/1.1 500"));
  EXPECT_THAT(Send("PATCH", href, headers, R"({"lastName":"X"})"), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(Do("last-write", R"({"key":"e1"})").at("kind"), "update");
  EXPECT_THAT(Send("DELETE", href, headers, ""), StartsWith("HTTP/1.1 2"));
  EXPECT_EQ(Do("last-write", R"({"key":"e1"})").at("kind"), "delete");
  EXPECT_EQ(Do("last-write", R"({"key":"e3"})").at("found"), false);

  const value all = Do("journal");
  std::string order;
  for (const value& write : all.at("writes").as_array())
    order += Cat(std::string(write.at("kind").as_string()), " ", std::string(write.at("key").as_string()), "; ");
  EXPECT_EQ(order, "insert e1; insert e2; update e1; delete e1; ") << "what was refused is no write";
  const value rest = Do("journal", R"({"since":1,"limit":2})");
  EXPECT_EQ(rest.at("writes").as_array().size(), 2u);
  EXPECT_EQ(rest.at("next"), 3);
  EXPECT_EQ(rest.at("end"), 4);
  EXPECT_EQ(Do("journal", R"({"limit":1})").at("writes").at(0).at("kind"), "delete") << "the newest";
  const value calls = Do("calls", R"({"reset":1})");
  EXPECT_EQ(calls.at("inserts"), 3);
  EXPECT_EQ(calls.at("updates"), 1);
  EXPECT_EQ(calls.at("deletes"), 1);
  EXPECT_EQ(calls.at("duplicates"), 1);
  EXPECT_EQ(Do("calls").at("inserts"), 0);
}

TEST_F(ServedTest, K7_ExpiredTokensAreRefused) {
  const std::string headers = CampaignHeaders();
  EXPECT_THAT(Send("GET", kProfiles, headers, ""), StartsWith("HTTP/1.1 200"));
  Do("expire-tokens", R"({"system":"dynamics365"})");
  EXPECT_THAT(Send("GET", kProfiles, headers, ""), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(Do("expire-tokens", R"({"system":"identity"})").at("expired"), 1);
  EXPECT_THAT(Send("GET", kProfiles, headers, ""), StartsWith("HTTP/1.1 401"));
}

}  // namespace
}  // namespace causeway::sandbox
