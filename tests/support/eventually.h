// Eventually: waits for a condition instead of sleeping for luck.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"

namespace causeway::test_support {

// Asks `condition` every few milliseconds until it holds (true) or `timeout` has passed (false; asked once more at the
// end).
//
//   ASSERT_TRUE(Eventually(absl::Seconds(10), [&] { return Backlog() == 0; })) << Describe();
bool Eventually(absl::Duration timeout, absl::FunctionRef<bool()> condition);

}  // namespace causeway::test_support
