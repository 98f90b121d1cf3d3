// A client of the control API, `causeway-sandbox call`: for containers, which have no curl.
//
//   causeway-sandbox call change '{"contacts": 10}'
//   causeway-sandbox call compare --host demo-sandbox --until-equal 5m
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace causeway::sandbox {

struct Call {
  std::string host = "127.0.0.1";
  uint16_t port = 17002;
  std::string verb;
  std::string options = "{}";                // A JSON object.
  std::chrono::milliseconds until_equal{0};  // Asks again for so long, until nothing is different; 0: asks once.
};

struct Answer {
  bool ok = false;
  std::string text;  // The sandbox's JSON, or why there is none.
};

// Blocks; ok when the sandbox did it, and, with until_equal, nothing is different.
Answer CallSandbox(const Call& call);

}  // namespace causeway::sandbox
