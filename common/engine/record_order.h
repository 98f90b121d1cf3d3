// RecordOrder: which of two states of a record is the newer one, and what a pass over its table says of it. Pure.
//
// Order is (pass, version). Versions of a source may go back (an environment restored from a backup or copied, a replica that
// lags), but what a later pass reads is what the source holds. Within a pass the version decides; 0 has no opinion.
#pragma once

#include <cstdint>

#include "causeway/v1/record.pb.h"

namespace causeway::engine {

// Whether what is known is newer than the record, which then must not be written.
inline bool IsOlder(const v1::QueuedRecord& record, const v1::IndexEntry& known) {
  if (record.pass() != known.pass()) return record.pass() < known.pass();
  return record.version() > 0 && record.version() < known.version();
}

// Whether the record is surely newer than what is known: an attempt to write it that got no answer may have changed what is known.
inline bool IsNewer(const v1::QueuedRecord& record, const v1::IndexEntry& known) {
  if (record.pass() != known.pass()) return record.pass() > known.pass();
  return record.version() == 0 || record.version() > known.version();
}

// A pass has seen the record, and what it saw isn't written (refused, or not fit to be queued). Whatever version the pass brings
// next is newer than what is known, so of an entry's version only that it is ours is kept. In a replay the record has yet to be
// written, whatever it holds: its hashes go.
inline void MarkSeen(const v1::QueuedRecord& seen, v1::IndexEntry& known) {
  if (seen.pass() <= known.pass()) return;
  if (known.pass() < seen.replay_pass()) {
    known.clear_update_hash();
    known.clear_insert_hash();
  }
  known.set_pass(seen.pass());
  if (known.version() > 0) known.set_version(1);
}

// Whether it was written by us to this target, and the pass over the table did not see it.
inline bool IsGone(const v1::IndexEntry& known, int64_t pass, uint64_t target) {
  return known.target() == target && known.version() > 0 && known.pass() < pass;
}

}  // namespace causeway::engine
