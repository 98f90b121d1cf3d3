#include "services/sandbox/journal/write_log.h"

namespace causeway::sandbox {

std::string_view NameOf(campaign::WriteKind kind) {
  switch (kind) {
    case campaign::WriteKind::kInsert:
      return "insert";
    case campaign::WriteKind::kUpdate:
      return "update";
    case campaign::WriteKind::kDelete:
      return "delete";
  }
  return "";
}

void WriteLog::Append(LoggedWrite write) {
  if (writes_.size() == kKept) writes_.pop_front();
  writes_.push_back(std::move(write));
  ++end_;
}

const LoggedWrite* WriteLog::LastOf(std::string_view resource, std::string_view key) const {
  for (auto write = writes_.rbegin(); write != writes_.rend(); ++write) {
    if (write->key == key && write->resource == resource) return &*write;
  }
  return nullptr;
}

}  // namespace causeway::sandbox
