// What a replacement's `from` is compared with, by type of column (I8).
#pragma once

#include <string>

#include "common/mapping/schema.h"

namespace causeway::mapping {

// Why no value of the column can ever equal this text, and what to write instead, in one sentence. Empty: one can. An opt-out whose
// replacement says "True" would stay as it is without a word.
std::string WhyNeverMatches(const SourceColumn& column, const std::string& from);

}  // namespace causeway::mapping
