// TablePairs: the tables of the workflow and the resources that they go to, and whose a row is: its id tells. Pure.
#pragma once

#include <span>

#include "absl/strings/string_view.h"

namespace causeway::simulation {

struct TablePair {
  const char* table;
  const char* resource;
};

inline constexpr TablePair kPairs[] = {{"contact", "profile"}, {"account", "cusCompany"}};
inline constexpr const char* kTable = kPairs[0].table;
inline constexpr const char* kResource = kPairs[0].resource;

// `tables`: how many the workflow has.
inline std::span<const TablePair> PairsOf(int tables) { return std::span(kPairs).first(static_cast<size_t>(tables)); }
inline const TablePair& PairOf(int tables, absl::string_view id) {
  return kPairs[id.empty() ? 0 : static_cast<size_t>(id.back() % tables)];
}

}  // namespace causeway::simulation
