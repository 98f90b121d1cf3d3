// What a replica is handed to run: the pinned definition with its secrets in clear (control.proto).
#pragma once

#include "causeway/v1/control.pb.h"
#include "causeway/v1/stored.pb.h"
#include "common/secrets/keyring.h"

namespace causeway::controller {

// `instance`: the workflow's. A secret that can't be opened is left empty, and the workflow fails with its system's
// credentials code; `problem` says why.
v1::Definition PinnedDefinitionOf(const v1::StoredWorkflow& workflow, const v1::StoredInstance& instance,
                                  const secrets::Keyring& keyring, absl::Status& problem);

}  // namespace causeway::controller
