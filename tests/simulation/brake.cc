#include "tests/simulation/brake.h"

#include <algorithm>

namespace causeway::simulation {

bool Brake::Allows() {
  if (!hidden_) return false;
  if (confirmed_ || plan_.max_deletion_percent == 100) return true;
  const int64_t known = static_cast<int64_t>(dataverse_.rows_ever());
  const int64_t a_pass = std::max<int64_t>(plan_.max_deletions, known * plan_.max_deletion_percent / 100);
  return ++deleted_ <= a_pass * dataverse_.passes();
}

}  // namespace causeway::simulation
