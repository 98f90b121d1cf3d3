// Seeded randomness: the same seed gives the same throws, on every machine (splitmix64).
#pragma once

#include <cstddef>
#include <cstdint>

namespace causeway::sandbox {

inline uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(Mix(seed)) {}

  uint64_t Bits() { return Mix(state_ += 0x9E3779B97F4A7C15ull); }
  // 0 ≤ n < bound; bound ≥ 1.
  uint64_t Below(uint64_t bound) {
    return static_cast<uint64_t>((static_cast<unsigned __int128>(Bits()) * bound) >> 64);
  }
  bool Chance(double probability) { return static_cast<double>(Bits() >> 11) * 0x1p-53 < probability; }
  template <typename T, size_t n>
  const T& Pick(const T (&choices)[n]) {
    return choices[Below(n)];
  }

 private:
  uint64_t state_;
};

}  // namespace causeway::sandbox
