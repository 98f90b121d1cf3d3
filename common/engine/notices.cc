#include "common/engine/notices.h"

#include "common/engine/run_state.h"
#include "common/engine/timestamps.h"

namespace causeway::engine {
namespace {

constexpr int kKept = 20;

}  // namespace

void AddNotice(const std::string& table, const errors::Detail& what, absl::Time now, v1::TableCheckpoint& checkpoint) {
  auto& notices = *checkpoint.mutable_gaps();
  const int64_t number = notices.empty() ? 1 : notices.rbegin()->number() + 1;
  v1::SourceGap& notice = *notices.Add();
  notice.set_number(number);
  notice.set_table(table);
  *notice.mutable_time() = ToProto(now);
  notice.set_code(what.code);
  notice.set_message(what.message);
  if (notices.size() > kKept) notices.erase(notices.begin());
}

const char* TypeOf(const v1::SourceGap& notice) {
  return notice.code() == errors::kDynamicsRestored.id ? kSourceRestored : kSourceGap;
}

}  // namespace causeway::engine
