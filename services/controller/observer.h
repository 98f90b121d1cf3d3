// Observer: what happens in the controller that a log should say. The core calls it and knows nothing of logs.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "causeway/v1/record_services.pb.h"
#include "causeway/v1/workflow_service.pb.h"

namespace causeway::controller {

class Observer {
 public:
  virtual ~Observer() = default;

  // Definitions are read, calls are answered.
  virtual void Rebuilt(size_t workflows, int64_t mutations) {}
  virtual void CantOpen(const absl::Status& why) {}
  // A mutation was committed.
  virtual void Changed(const v1::AuditEntry& entry) {}
  // `workflow` as it is now.
  virtual void StatusChanged(v1::Workflow::Status from, const v1::Workflow& workflow) {}
  virtual void ReplicaConnected(const std::string& replica, const std::string& workflow_type,
                                const std::string& version) {}
  virtual void ReplicaDisconnected(const std::string& replica, const std::string& workflow_type) {}
  // Another process bears its name.
  virtual void ReplicaRefused(const std::string& replica, const std::string& workflow_type, const absl::Status& why) {}
  virtual void ReaderChosen(const std::string& workflow, const std::string& replica) {}
  virtual void LoopStalled(const std::string& workflow, const std::string& replica, const std::string& loop) {}
  // A workflow's topics aren't as they must be, or can't be made.
  virtual void TopicProblem(const std::string& workflow, const absl::Status& why) {}
  // What a deleted instance or a reset left can't be removed; tried again.
  virtual void CantRemove(const std::string& what, const absl::Status& why) {}
  // A secret of the pinned definition can't be opened.
  virtual void SecretProblem(const std::string& workflow, const absl::Status& why) {}
};

}  // namespace causeway::controller
