// Why a record is left out by rule: what people are shown beside the number (TableProgress, TableTotals), and a label of
// causeway_records_skipped_total. A small, fixed set.
#pragma once

namespace causeway::engine::skip {

inline constexpr char kOlder[] = "older";                        // What is written is newer.
inline constexpr char kSuperseded[] = "superseded";              // A newer version of it waits in the queue.
inline constexpr char kNeverWritten[] = "never-written";         // A deletion of what isn't there.
inline constexpr char kDeletesIgnored[] = "deletes-ignored";     // A deletion that the mapping leaves out.
inline constexpr char kNotMapped[] = "not-mapped";               // Its table's mapping was deleted since it was queued.
// Events.
inline constexpr char kNotEnabled[] = "not-enabled";             // Nothing is to become of its type.
inline constexpr char kOtherType[] = "other-type";               // No send, open, click or hard bounce.
inline constexpr char kBeforeStart[] = "before-start";           // It happened before the time to begin at.
inline constexpr char kSeedOrProof[] = "seed-or-proof";          // It went to no customer.
inline constexpr char kNoContactId[] = "no-contact-id";          // The profile isn't of Dynamics 365.
inline constexpr char kContactGone[] = "contact-gone";           // Dynamics 365 doesn't have the contact.

}  // namespace causeway::engine::skip
