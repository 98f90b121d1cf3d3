// What a next link or delta link carries: where reading goes on, bound to the table and the query it was made for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace causeway::sandbox::dataverse {

struct LinkToken {
  enum class Kind : char {
    kRows = 'r',       // A plain pass: cursor is the next slot.
    kSorted = 's',     // A sorted pass: cursor is how many rows went before.
    kTracked = 't',    // The first pass with change tracking: cursor is the next slot, from the version at its start.
    kDelta = 'd',      // A delta link: from is the last version that is known.
    kDeltaPage = 'p',  // Further pages of a delta: versions in (from, to]; cursor is the last one sent.
  };
  Kind kind = Kind::kRows;
  std::string table;   // Logical name.
  uint64_t query = 0;  // Hash of the query options.
  int64_t cursor = 0;
  int64_t from = 0, to = 0;
  bool deletions = false;  // Of kDeltaPage: the changed rows are through.
  int64_t epoch = 0;       // Database::delta_epoch when it was made.
  int64_t made_ms = 0;

  std::string ToText() const;
  // nullopt: tampered with, or not from here.
  static std::optional<LinkToken> Parse(std::string_view text);
};

}  // namespace causeway::sandbox::dataverse
