// What happens in the controller, as lines of the log.
#pragma once

#include <string>

#include "services/controller/observer.h"

namespace causeway::controller {

class LogObserver final : public Observer {
 public:
  void Rebuilt(size_t workflows, int64_t mutations) override;
  void CantOpen(const absl::Status& why) override;
  void Changed(const v1::AuditEntry& entry) override;
  void StatusChanged(v1::Workflow::Status from, const v1::Workflow& workflow) override;
  void ReplicaConnected(const std::string& replica, const std::string& workflow_type,
                        const std::string& version) override;
  void ReplicaDisconnected(const std::string& replica, const std::string& workflow_type) override;
  void ReplicaRefused(const std::string& replica, const std::string& workflow_type, const absl::Status& why) override;
  void ReaderChosen(const std::string& workflow, const std::string& replica) override;
  void LoopStalled(const std::string& workflow, const std::string& replica, const std::string& loop) override;
  void TopicProblem(const std::string& workflow, const absl::Status& why) override;
  void CantRemove(const std::string& what, const absl::Status& why) override;
  void SecretProblem(const std::string& workflow, const absl::Status& why) override;
};

}  // namespace causeway::controller
