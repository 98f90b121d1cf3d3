// What a table's rows depend on from their reading to their writing, as one text: another text means that unchanged rows have to be read
// and judged again (engine::Source::Fingerprint). Pure.
#pragma once

#include <string>
#include <vector>

#include "causeway/v1/resources.pb.h"

namespace causeway::ingress {

// Covers everything of the mapping that changes what is written: fields, types, replacements, picklist values, deletes, time zone, target.
// Not what is only shown, nor the order of fields, or of replacements of different values. A mapping that was deleted and made anew is another one: while it was
// gone, its queued rows went nowhere.
std::string FingerprintOf(const v1::TableMapping& mapping, std::vector<std::string> columns, bool annotations);

}  // namespace causeway::ingress
