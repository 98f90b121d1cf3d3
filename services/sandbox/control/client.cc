#include "services/sandbox/control/client.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>
#include <thread>

#include "services/sandbox/base/text.h"

namespace causeway::sandbox {
namespace {

namespace asio = boost::asio;

constexpr timeval kPatience{60, 0};  // Comparing a million contacts takes seconds.
constexpr std::chrono::milliseconds kPause{500};

Answer Ask(const Call& call) {
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  boost::system::error_code error;
  const auto places = asio::ip::tcp::resolver(io).resolve(call.host, std::to_string(call.port), error);
  if (!error) asio::connect(socket, places, error);
  if (error) return {false, Cat(call.host, ":", call.port, " can't be reached: ", error.message())};
  for (const int what : {SO_RCVTIMEO, SO_SNDTIMEO})
    setsockopt(socket.native_handle(), SOL_SOCKET, what, &kPatience, sizeof(kPatience));

  const std::string request =
      Cat("POST /control/", call.verb, " HTTP/1.1\r\nHost: ", call.host,
          "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ", call.options.size(), "\r\n\r\n",
          call.options);
  asio::write(socket, asio::buffer(request), error);
  std::string answer;
  if (!error) asio::read(socket, asio::dynamic_buffer(answer), error);
  const size_t body = answer.find("\r\n\r\n");
  if (error != asio::error::eof || body == std::string::npos) {
    return {false, Cat(call.host, ":", call.port, " gave no answer: ", error.message())};
  }
  return {answer.starts_with("HTTP/1.1 200 "), answer.substr(body + 4)};
}

bool IsEqual(const Answer& answer) {
  boost::system::error_code error;
  const boost::json::value json = boost::json::parse(answer.text, error);
  const boost::json::value* different = json.is_object() ? json.as_object().if_contains("different") : nullptr;
  return answer.ok && different != nullptr && *different == 0;
}

}  // namespace

Answer CallSandbox(const Call& call) {
  const auto deadline = std::chrono::steady_clock::now() + call.until_equal;
  Answer answer = Ask(call);
  if (call.until_equal.count() == 0) return answer;
  while (!IsEqual(answer) && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kPause);
    answer = Ask(call);
  }
  answer.ok = IsEqual(answer);
  return answer;
}

}  // namespace causeway::sandbox
