#include "services/controller/log_scan.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace causeway::controller {

async::Task<absl::Status> Scan(backlog::Broker& broker, std::string topic, int32_t partition, int64_t offset,
                               Visit visit) {
  auto log = co_await broker.OpenLog(std::move(topic), partition, offset);
  if (!log.ok()) co_return log.status();
  for (;;) {
    auto batch = co_await (*log)->Next();
    if (!batch.ok()) co_return batch.status();
    for (const backlog::Message& message : batch->messages) {
      if (!visit(message)) co_return absl::OkStatus();
    }
    if (batch->reached_end) co_return absl::OkStatus();
  }
}

absl::Status Unreadable(const absl::Status& status) {
  return errors::Make(errors::kBrokerAway, absl::StrCat("Kafka can't be read: ", status.message()));
}

}  // namespace causeway::controller
