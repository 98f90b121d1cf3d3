// Edits: what the API's Create, Update and Delete make of the definitions. Pure: a request and the present definitions
// give the records to be written and the audit entry, or an error that names everything that is wrong.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "causeway/v1/definition_services.pb.h"
#include "causeway/v1/record.pb.h"
#include "causeway/v1/record_services.pb.h"
#include "common/backlog/topics.h"
#include "common/secrets/keyring.h"
#include "services/controller/definitions.h"
#include "services/controller/validation.h"

namespace causeway::controller {

// A record of causeway.checkpoints: what a workflow's replicas learn from Kafka itself, whether or not the controller reaches them.
struct CheckpointRecord {
  backlog::WorkflowTopics topics;
  std::string key;
  std::optional<std::string> value;  // nullopt: a tombstone.
};

// What one mutation writes, in one transaction. Without records it changes nothing: nothing is written, and no revision made.
struct Edit {
  Records records;
  std::vector<CheckpointRecord> checkpoints;
  // action, resource, changes and note; the journal adds number, time and actor.
  v1::AuditEntry audit;
};

class Editor {
 public:
  // All outlive the editor, which is made anew for every mutation. `number`: of the mutation.
  Editor(const Definitions& definitions, const secrets::Keyring& keyring, const Limits& limits, int64_t number,
         absl::Time now)
      : definitions_(definitions), keyring_(keyring), limits_(limits), number_(number), now_(now) {}

  absl::StatusOr<Edit> Create(const v1::CreateOrganizationRequest& request) const;
  absl::StatusOr<Edit> Update(const v1::UpdateOrganizationRequest& request) const;
  absl::StatusOr<Edit> Delete(const v1::DeleteOrganizationRequest& request) const;

  // `partitions` of its workflows' topics.
  absl::StatusOr<Edit> Create(const v1::CreateInstanceRequest& request, int partitions) const;
  absl::StatusOr<Edit> Update(const v1::UpdateInstanceRequest& request) const;
  // Whether its workflows run is the caller's to check.
  absl::StatusOr<Edit> Delete(const v1::DeleteInstanceRequest& request) const;

  absl::StatusOr<Edit> Update(const v1::UpdateConnectionRequest& request) const;
  absl::StatusOr<Edit> Delete(const v1::DeleteConnectionRequest& request) const;

  absl::StatusOr<Edit> Create(const v1::CreateTableMappingRequest& request) const;
  absl::StatusOr<Edit> Update(const v1::UpdateTableMappingRequest& request) const;
  absl::StatusOr<Edit> Delete(const v1::DeleteTableMappingRequest& request) const;
  // `queued`: records of its workflow; `rows`: of its table, as far as known.
  absl::StatusOr<Edit> Replay(const v1::ReplayTableMappingRequest& request, int64_t queued, int64_t rows) const;

  // `held`: the deletions of its workflow that wait, by source table.
  absl::StatusOr<Edit> Confirm(const v1::ConfirmDeletionsRequest& request, const std::map<std::string, v1::HeldDeletions>& held) const;

  absl::StatusOr<Edit> Update(const v1::UpdateWorkflowRequest& request) const;

 private:
  std::string NewEtag() const;
  std::string NewUid() const;
  Edit NewEdit(const char* action, const std::string& resource) const;
  // Its definition was edited: a new revision.
  void Revise(const std::string& workflow, Edit& edit) const;
  absl::Status SealSecret(const std::string& name, std::string secret, v1::StoredConnection& stored, Edit& edit) const;
  absl::Status CheckMapping(const v1::TableMapping& mapping, const std::string& workflow,
                            std::vector<Violation> violations) const;

  const Definitions& definitions_;
  const secrets::Keyring& keyring_;
  const Limits& limits_;
  const int64_t number_;
  const absl::Time now_;
};

// Name of the only secret there is so far: the place that it is sealed for, and its path in the audit trail.
inline constexpr char kClientSecret[] = "client_secret";

}  // namespace causeway::controller
