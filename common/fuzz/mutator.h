// Mutator: makes hostile inputs out of good ones: bits flipped, bytes put in, cut out, doubled, parts of two inputs
// joined, tokens that parsers stumble over. A seed gives the same inputs always.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace causeway::fuzz {

class Mutator {
 public:
  Mutator(std::vector<std::string> corpus, uint64_t seed);

  std::string Next();

 private:
  size_t Below(size_t limit);
  void Mutate(std::string& input);

  std::vector<std::string> corpus_;
  std::mt19937_64 random_;
};

}  // namespace causeway::fuzz
