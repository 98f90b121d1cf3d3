// RowReader: takes the wanted members out of one row's JSON object, strictly: a row that isn't one whole, valid object
// without repeated members is refused.
//
// Reused from row to row; one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace causeway::mapping {

// A member's value as text.
struct Scalar {
  enum class Kind : uint8_t { kAbsent, kNull, kBoolean, kNumber, kString, kNested };
  Kind kind = Kind::kAbsent;
  // true and false; a number's digits as they came; a string unescaped, valid UTF-8. Valid until the next Read.
  std::string_view text;
};

class RowReader {
 public:
  // The names are the slots' in their order, each once.
  explicit RowReader(const std::vector<std::string>& names);
  ~RowReader();

  // CW-MAP-ROW when the row can't be read. No value appears in the message. A string that no parser takes is mended
  // (common/json/mend.h).
  absl::Status Read(std::string_view row_json);

  const Scalar& slot(int i) const { return slots_[i]; }

 private:
  struct State;
  absl::Status ReadRow(std::string_view row_json);
  absl::Status ReadMembers();

  std::vector<Scalar> slots_;
  std::unique_ptr<State> state_;
};

}  // namespace causeway::mapping
