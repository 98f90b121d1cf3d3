// What a definition's connections mean for the clients, defaults filled in. Pure.
#pragma once

#include "causeway/v1/control.pb.h"
#include "common/campaign/client.h"
#include "common/dataverse/client.h"
#include "common/journal/client.h"
#include "common/oauth/observer.h"

namespace causeway::connections {

// Told of every request, by the system that it goes to; for metrics. Each may be empty.
struct Observers {
  oauth::Observer dynamics;
  oauth::Observer entra;
  oauth::Observer campaign;
  oauth::Observer ims;
  oauth::Observer journal;
};

// A connection that the definition lacks gives options without an address: the client's first call fails with the
// system's code. The controller does not start such a definition (W4).
dataverse::ClientOptions DynamicsOptions(const v1::Definition& definition, const Observers& observers);
campaign::ClientOptions CampaignOptions(const v1::Definition& definition, const Observers& observers);
// Of the journal that the workflow's settings name, with the credentials and the time-out of the campaign connection.
journal::ClientOptions JournalOptions(const v1::Definition& definition, const Observers& observers);

}  // namespace causeway::connections
