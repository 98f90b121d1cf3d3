#include "common/fuzz/mutator.h"

#include <algorithm>
#include <utility>

namespace causeway::fuzz {
namespace {

constexpr int kMostMutations = 8;
constexpr size_t kLongest = 1 << 16;

const std::vector<std::string>& Tokens() {
  static const auto* tokens = new std::vector<std::string>{"{",
                                                           "}",
                                                           "[",
                                                           "]",
                                                           ",",
                                                           ":",
                                                           "\"",
                                                           "\\",
                                                           "\\u0000",
                                                           "\\ud800",
                                                           "\\\"",
                                                           "null",
                                                           "true",
                                                           "-",
                                                           "1e999",
                                                           "0x",
                                                           "\r\n",
                                                           "--",
                                                           std::string(1, '\0'),
                                                           "\xff",
                                                           "\xc3",
                                                           "\xed\xa0\x80",
                                                           "\xef\xbb\xbf",
                                                           "99999999999999999999",
                                                           "<html>",
                                                           std::string(300, '['),
                                                           std::string(300, '{'),
                                                           std::string(4000, 'x')};
  return *tokens;
}

}  // namespace

Mutator::Mutator(std::vector<std::string> corpus, uint64_t seed) : corpus_(std::move(corpus)), random_(seed) {
  if (corpus_.empty()) corpus_.emplace_back();
}

size_t Mutator::Below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }

std::string Mutator::Next() {
  std::string input = corpus_[Below(corpus_.size())];
  for (size_t i = Below(kMostMutations) + 1; i > 0; --i) Mutate(input);
  input.resize(std::min(input.size(), kLongest));
  return input;
}

void Mutator::Mutate(std::string& input) {
  const size_t at = Below(input.size() + 1);
  const size_t length = std::min(Below(32) + 1, input.size() - at);
  switch (Below(8)) {
    case 0:
      if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << Below(8)));
      break;
    case 1:
      if (at < input.size()) input[at] = static_cast<char>(random_());
      break;
    case 2:
      input.insert(at, 1, static_cast<char>(random_()));
      break;
    case 3:
      input.erase(at, length);
      break;
    case 4:
      input.insert(at, input.substr(at, length));
      break;
    case 5:
      input.insert(at, Tokens()[Below(Tokens().size())]);
      break;
    case 6:
      input.resize(at);
      break;
    case 7: {
      const std::string& other = corpus_[Below(corpus_.size())];
      input = input.substr(0, at) + other.substr(Below(other.size() + 1));
      break;
    }
  }
}

}  // namespace causeway::fuzz
