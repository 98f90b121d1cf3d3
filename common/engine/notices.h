// What a table's checkpoint keeps for people to be told, until the controller has written it down: data that the source dropped, a source
// that was restored. Pure.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "causeway/v1/record.pb.h"
#include "common/errors/error.h"

namespace causeway::engine {

// The latest ones are kept: more than are found while no controller is there.
void AddNotice(const std::string& table, const errors::Detail& what, absl::Time now, v1::TableCheckpoint& checkpoint);

// Of the condition that shows it.
const char* TypeOf(const v1::SourceGap& notice);

}  // namespace causeway::engine
