// Every stable error code of Causeway, with its kind (design.md "Errors") and what a person can do. One table, so that
// docs/errors.md, the console and the logs say the same. Codes are never reused or renamed.
//
// Debian's Abseil has a string_view of its own (it is built as C++14); what meets Abseil's functions uses that one.
#pragma once

#include "absl/strings/string_view.h"

namespace causeway::errors {

enum class Kind {
  kTransient,  // Retried for ever with backoff; the workflow shows a "Degraded" condition.
  kRecord,     // The record becomes a dead letter; the rest goes on.
  kWorkflow,   // The workflow becomes FAILED; backlog and position are kept.
  kRequest,    // A caller of our own API sent something wrong; nothing changed.
  kBug,        // Unexpected; logged and counted.
};

struct Code {
  absl::string_view id;
  Kind kind;
  absl::string_view remedy;
};

// Dynamics 365 (Dataverse Web API, Entra ID).
inline constexpr Code kDynamicsUnreachable{"CW-DYN-UNREACHABLE", Kind::kTransient,
    "Nothing to do if it passes; otherwise check the URL of the dynamics365 connection and the network."};
inline constexpr Code kDynamicsThrottled{"CW-DYN-THROTTLED", Kind::kTransient,
    "Nothing to do: Causeway waits as Dynamics 365 asks. If it lasts, see who else uses the application user's request limits."};
inline constexpr Code kDynamicsUnavailable{"CW-DYN-UNAVAILABLE", Kind::kTransient,
    "Nothing to do if it passes; otherwise look at the service health of Dynamics 365."};
inline constexpr Code kDynamicsAnswer{"CW-DYN-ANSWER", Kind::kTransient,
    "Dynamics 365 sent something that is not a valid answer; it is asked again. If it lasts, check what stands between (proxy, gateway)."};
inline constexpr Code kDynamicsCredentials{"CW-DYN-CREDENTIALS", Kind::kWorkflow,
    "Set the client secret that is valid now for the client id of the dynamics365 connection (the message has Entra ID's own words), then start the workflow."};
inline constexpr Code kDynamicsToken{"CW-DYN-TOKEN", Kind::kWorkflow,
    "Correct what the message names in the dynamics365 connection (URL, tenant, client id, authority) or in Entra ID, then start the workflow."};
inline constexpr Code kDynamicsUser{"CW-DYN-USER", Kind::kWorkflow,
    "Make an application user for the client id in this environment and give it its role, or correct the URL of the dynamics365 connection, then start the workflow."};
inline constexpr Code kDynamicsPrivilege{"CW-DYN-PRIVILEGE", Kind::kWorkflow,
    "Give the application user organization-level privileges on the table, then start the workflow."};
inline constexpr Code kDynamicsTableGone{"CW-DYN-TABLE", Kind::kWorkflow,
    "Restore the table in Dynamics 365 or take it out of the workflow's configuration, then start the workflow."};
inline constexpr Code kDynamicsColumnGone{"CW-DYN-COLUMN", Kind::kWorkflow,
    "Restore the column in Dynamics 365 or change the configuration that names it, then start the workflow."};
inline constexpr Code kDynamicsTrackingOff{"CW-DYN-TRACKING", Kind::kWorkflow,
    "Switch change tracking on for the table in Dynamics 365, then start the workflow."};
inline constexpr Code kDynamicsRequest{"CW-DYN-REQUEST", Kind::kWorkflow,
    "Dynamics 365 refused a request that should be valid: compare the definition with the table, and report it if they agree."};
inline constexpr Code kDynamicsForeignLink{"CW-DYN-LINK", Kind::kWorkflow,
    "A next link points to a host that is not configured: check the URL of the dynamics365 connection and what stands between."};
inline constexpr Code kDynamicsDeltaExpired{"CW-DYN-DELTA-EXPIRED", Kind::kTransient,
    "Nothing to do: the table is read again from the start; what is unchanged costs no engine call."};
inline constexpr Code kDynamicsRestored{"CW-DYN-RESTORED", Kind::kTransient,
    "Nothing to do: the table is read again from the start. If nobody restored or copied the environment, find out which one the URL of the dynamics365 connection leads to."};
inline constexpr Code kDynamicsPageTooLarge{"CW-DYN-PAGE", Kind::kTransient,
    "Nothing to do: fewer rows are asked for at once. If it lasts, set a smaller page_size in the workflow's settings."};
inline constexpr Code kDynamicsRow{"CW-DYN-ROW", Kind::kRecord,
    "Look at the row in Dynamics 365; it is read again when it changes."};
inline constexpr Code kDynamicsNotFound{"CW-DYN-NOT-FOUND", Kind::kRecord,
    "The row was deleted in Dynamics 365; nothing is left to write."};
inline constexpr Code kDynamicsExists{"CW-DYN-EXISTS", Kind::kRecord,
    "A row with this id is there already: nothing is left to write."};
inline constexpr Code kDynamicsPrecondition{"CW-DYN-PRECONDITION", Kind::kRecord,
    "The row was changed or made meanwhile: retry, so that it is read and written again."};
inline constexpr Code kDynamicsRefused{"CW-DYN-REFUSED", Kind::kRecord,
    "Correct the value that Dynamics 365 refuses, or the configuration that leads to it, then retry."};
inline constexpr Code kDynamicsKeepsFailing{"CW-DYN-KEEPS-FAILING", Kind::kRecord,
    "Dynamics 365 fails at this record while it takes others: look at the record and at the plug-ins and flows that run on its table, then retry."};

// Campaign (REST, IMS).
inline constexpr Code kCampaignUnreachable{"CW-CAM-UNREACHABLE", Kind::kTransient,
    "Nothing to do if it passes; otherwise check the URL of the campaign connection and the network."};
inline constexpr Code kCampaignThrottled{"CW-CAM-THROTTLED", Kind::kTransient,
    "Nothing to do: Causeway waits as Campaign asks and writes less at once."};
inline constexpr Code kCampaignUnavailable{"CW-CAM-UNAVAILABLE", Kind::kTransient,
    "Nothing to do if it passes; otherwise look at Campaign's status page."};
inline constexpr Code kCampaignAnswer{"CW-CAM-ANSWER", Kind::kTransient,
    "Campaign sent something that is not a valid answer; the record is looked up and tried again. If it lasts, check what stands between."};
inline constexpr Code kCampaignCredentials{"CW-CAM-CREDENTIALS", Kind::kWorkflow,
    "Set credentials that are valid now in the campaign connection (the message has Adobe's own words), then start the workflow."};
inline constexpr Code kCampaignToken{"CW-CAM-TOKEN", Kind::kWorkflow,
    "Correct what the message names in the campaign connection (scopes, client id, ims_url) or in the Adobe Developer Console, then start the workflow."};
inline constexpr Code kCampaignPermission{"CW-CAM-PERMISSION", Kind::kWorkflow,
    "Give the technical account's product profile access to this Campaign instance, then start the workflow."};
inline constexpr Code kCampaignResourceGone{"CW-CAM-RESOURCE", Kind::kWorkflow,
    "Publish the resource in Campaign or delete its table mapping, then start the workflow."};
inline constexpr Code kCampaignFieldGone{"CW-CAM-FIELD", Kind::kWorkflow,
    "Publish the field in Campaign or change the field mapping, then start the workflow."};
inline constexpr Code kCampaignRefused{"CW-CAM-REFUSED", Kind::kRecord,
    "Correct the value in Dynamics 365 (the record is written again when it changes) or the mapping."};
inline constexpr Code kCampaignLinkMissing{"CW-CAM-LINK", Kind::kRecord,
    "Make sure that the linked record is mapped and exists in Campaign, then retry."};
inline constexpr Code kCampaignNotFound{"CW-CAM-NOT-FOUND", Kind::kRecord,
    "The record was deleted in Campaign: retry, so that it is created again."};
inline constexpr Code kCampaignExists{"CW-CAM-EXISTS", Kind::kRecord,
    "A record with this key was made in Campaign meanwhile: retry, so that it is found and updated."};
inline constexpr Code kCampaignKeepsFailing{"CW-CAM-KEEPS-FAILING", Kind::kRecord,
    "Campaign fails at this record while it takes others: look at the record there, ask Adobe with the excerpt of its answer, then retry."};
inline constexpr Code kCampaignUri{"CW-CAM-URI", Kind::kWorkflow,
    "Check the tenant of the campaign connection; if it is right, ask Adobe whether the instance is reachable by its API (CNAME)."};
inline constexpr Code kCampaignRequest{"CW-CAM-REQUEST", Kind::kWorkflow,
    "Campaign refused a request that should be valid: check the URL and tenant of the campaign connection, and report it if they are right."};
inline constexpr Code kCampaignForeignLink{"CW-CAM-FOREIGN-LINK", Kind::kWorkflow,
    "A next link points to a host that is not configured: check the URL of the campaign connection and what stands between."};

// The I/O Events journal, which egress reads.
inline constexpr Code kJournalUnreachable{"CW-JRN-UNREACHABLE", Kind::kTransient,
    "Nothing to do if it passes; otherwise check the journal's URL in the egress settings and the network."};
inline constexpr Code kJournalThrottled{"CW-JRN-THROTTLED", Kind::kTransient,
    "Nothing to do: Causeway waits as the journal asks."};
inline constexpr Code kJournalUnavailable{"CW-JRN-UNAVAILABLE", Kind::kTransient,
    "Nothing to do if it passes; otherwise look at Adobe's status page."};
inline constexpr Code kJournalAnswer{"CW-JRN-ANSWER", Kind::kTransient,
    "The journal sent something that is not a valid answer; it is asked again. If it lasts, check what stands between (proxy, gateway)."};
inline constexpr Code kJournalCredentials{"CW-JRN-CREDENTIALS", Kind::kWorkflow,
    "Set valid credentials and the organization id in the campaign connection, then start the workflow."};
inline constexpr Code kJournalPermission{"CW-JRN-PERMISSION", Kind::kWorkflow,
    "Subscribe the integration to I/O Events in the Adobe Developer Console, then start the workflow."};
inline constexpr Code kJournalRequest{"CW-JRN-REQUEST", Kind::kWorkflow,
    "The journal refused a request that should be valid: check its URL in the egress settings, and report it if it is right."};
inline constexpr Code kJournalForeignLink{"CW-JRN-LINK", Kind::kWorkflow,
    "A next link points to a host that is not configured: check the journal's URL in the egress settings and what stands between."};
inline constexpr Code kJournalGap{"CW-JRN-GAP", Kind::kTransient,
    "Events were dropped from the journal before they were read: nothing can bring them back. Keep egress started, or start it again within seven days."};
inline constexpr Code kJournalEvent{"CW-JRN-EVENT", Kind::kRecord,
    "Look at the event: it isn't an e-mail event as Campaign documents them."};

// Activities, which egress writes.
inline constexpr Code kActivityTable{"CW-EGR-TABLE", Kind::kWorkflow,
    "Install the activity tables in Dynamics 365, or name the ones that are there in the egress settings, then start the workflow."};
inline constexpr Code kActivityColumn{"CW-EGR-COLUMN", Kind::kWorkflow,
    "Install the activity tables' columns in Dynamics 365, or name the ones that are there in the egress settings, then start the workflow."};

// The engine and its backlog.
inline constexpr Code kMappingValue{"CW-MAP-VALUE", Kind::kRecord,
    "Correct the value in Dynamics 365 (the record is written again when it changes), or the field mapping."};
inline constexpr Code kMappingRow{"CW-MAP-ROW", Kind::kRecord,
    "Look at the row in the source system; report it if it looks right."};
inline constexpr Code kMappingInvalid{"CW-MAP-INVALID", Kind::kWorkflow,
    "Correct the table mapping, then start the workflow."};
inline constexpr Code kBacklogGap{"CW-LOG-GAP", Kind::kWorkflow,
    "Records of the backlog are missing: find out who deleted them. The way on, which says what it costs: causewayctl workflows reset NAME; then start the workflow."};
inline constexpr Code kBacklogTopic{"CW-LOG-TOPIC", Kind::kWorkflow,
    "Correct the topic's settings as the message says, then start the workflow."};
inline constexpr Code kBacklogRecord{"CW-LOG-RECORD", Kind::kWorkflow,
    "A queued record can't be read: check who else writes to the topic, and report it."};
inline constexpr Code kBrokerAway{"CW-LOG-UNREACHABLE", Kind::kTransient,
    "Nothing to do if it passes; otherwise check the Kafka broker and the address given with --kafka."};
inline constexpr Code kRereading{"CW-LOG-REREAD", Kind::kTransient,
    "Nothing to do: the table is read again from the start, which the message explains; the condition ends with the pass."};
inline constexpr Code kReaderPaused{"CW-LOG-FULL", Kind::kTransient,
    "Nothing to do while the backlog drains; otherwise find out why writing is slow, or raise max_queued_bytes."};
inline constexpr Code kRecordTooLarge{"CW-LOG-SIZE", Kind::kRecord,
    "Make the row smaller in the source, or map fewer of its columns; it is read again when it changes."};
inline constexpr Code kTooManyDeadLetters{"CW-WRK-DEAD-LETTERS", Kind::kWorkflow,
    "Look at the dead letters' reasons, correct the mapping or the data, then start the workflow."};
inline constexpr Code kStalled{"CW-WRK-STALLED", Kind::kTransient,
    "Nothing to do: the loops are restarted. If it comes again, report it with the log of that time."};
inline constexpr Code kPartitionLost{"CW-WRK-LOST", Kind::kTransient,
    "Nothing to do: another replica writes these records now."};
inline constexpr Code kTakingOver{"CW-WRK-TAKEOVER", Kind::kTransient,
    "Nothing to do: requests of the writer that died may still land; writing begins when they can't any more."};
inline constexpr Code kRunEnded{"CW-WRK-RUN", Kind::kTransient,
    "Nothing to do: the workflow was stopped, or started anew, while this replica could not hear the controller."};
inline constexpr Code kReplicaTaken{"CW-WRK-REPLICA", Kind::kRequest,
    "Two processes bear one replica name: give each a name of its own (--replica), or end the one that is too many."};
inline constexpr Code kDeletionsHeld{"CW-WRK-DELETIONS", Kind::kTransient,
    "Find out why the pass found fewer rows (privileges, another environment, a restored copy). If the records are gone on purpose: causewayctl mappings confirm-deletions."};
inline constexpr Code kStoreFull{"CW-STO-FULL", Kind::kTransient,
    "Free space on the disk of the data directory (--state-dir): writing goes on by itself."};
inline constexpr Code kStoreFailed{"CW-STO-FAILED", Kind::kTransient,
    "Look at the disk of the data directory (--state-dir): the copy of the index is made anew from Kafka; if it lasts, start the replica with an empty directory."};
inline constexpr Code kNothingToDo{"CW-WRK-NOTHING", Kind::kRequest,
    "Complete the workflow's configuration, then start it."};
inline constexpr Code kConfiguration{"CW-CONFIG", Kind::kRequest,
    "Correct the flag, the file or the permission that the message names."};
inline constexpr Code kBug{"CW-BUG", Kind::kBug, "Report it with the log line that carries this code."};

// Our own API.
inline constexpr Code kApiInvalid{"CW-API-INVALID", Kind::kRequest, "Correct the named fields."};
inline constexpr Code kApiNotFound{"CW-API-NOT-FOUND", Kind::kRequest, "List the parent's resources to see the names that exist."};
inline constexpr Code kApiExists{"CW-API-EXISTS", Kind::kRequest, "Choose another id, or update what is there."};
inline constexpr Code kApiEtag{"CW-API-ETAG", Kind::kRequest, "Get the resource again, apply the change to that, and send its etag."};
inline constexpr Code kApiState{"CW-API-STATE", Kind::kRequest, "Bring it into the state that the message names, then try again."};
inline constexpr Code kApiNotReady{"CW-API-NOT-READY", Kind::kTransient, "Try again in a moment; look at the controller's log if it lasts."};

// Secrets at rest.
inline constexpr Code kSecretKeyFile{"CW-SEC-KEY-FILE", Kind::kRequest,
    "Give files of 32 random bytes (raw, hex or base64) that only their owner can read."};
inline constexpr Code kSecretKey{"CW-SEC-KEY", Kind::kWorkflow,
    "Give the controller the master key with that id too, or set the secret again."};
inline constexpr Code kSecretSealed{"CW-SEC-SEALED", Kind::kWorkflow,
    "Set the secret of the connection again."};

}  // namespace causeway::errors
