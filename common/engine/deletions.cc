#include "common/engine/deletions.h"

#include "absl/strings/str_cat.h"

namespace causeway::engine {

std::optional<PassCount> CountOf(const std::map<int32_t, v1::GoneCheckpoint>& counted, int64_t pass, int32_t partitions) {
  PassCount sum;
  for (int32_t partition = 0; partition < partitions; ++partition) {
    const auto found = counted.find(partition);
    if (found == counted.end() || found->second.pass() != pass) return std::nullopt;
    sum.gone += found->second.gone();
    sum.known += found->second.known();
  }
  return sum;
}

std::string WhyHeld(absl::string_view table, const PassCount& count, const DeletionLimits& limits) {
  if (count.gone == 0) return "";
  const std::string found = absl::StrCat("A pass over table ", table, " did not find ", count.gone, " of ", count.known,
                                         " records that are known in the destination");
  if (count.unidentified) {
    return absl::StrCat(found, ", and read a row whose id can't be told, which may be one of them.");
  }
  if (count.gone <= limits.max_records || limits.max_percent >= 100) return "";
  // Counts of records times 100 are far from the end of 64 bits.
  if (count.gone * 100 <= count.known * limits.max_percent) return "";
  return absl::StrCat(found, ", more than ", limits.max_records, " and more than ", limits.max_percent, " % of them.");
}

}  // namespace causeway::engine
