// Outside: what lies around the replicas of an engine's test, as plain maps: a table with a change log, and rows by key.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace causeway::engine {

inline constexpr char kTable[] = "contact";

// Outlives the processes.
struct Outside {
  struct Row {
    int64_t version;
    bool deleted;
    std::string value;
  };
  std::map<std::string, Row> source;
  int64_t last_version = 0;
  int64_t oldest_kept = 0;  // Positions below are expired.
  std::string gap;          // What the source says once that it dropped.
  int64_t leaves_out = 0;   // As many rows the source says once that its rules leave out.
  int64_t last_replay = 0;  // That people asked for.
  std::vector<std::string> tables = {kTable};        // The others are empty.
  std::map<std::string, absl::Status> table_errors;  // Reading them fails.
  std::set<std::string> unusable;                    // Ids of rows that the source can't use,
  bool nameless = false;                             // or can't even tell apart.
  int64_t versions_back = 0;  // Rows come with versions as much lower: another time, or another copy.

  // Not a map by key: a create that is repeated makes a second row.
  struct Written {
    std::string key;
    std::string value;
    int64_t version;
  };
  std::map<std::string, Written> destination;  // By destination key.
  int created = 0, updated = 0, deleted = 0, looked_up = 0;
  std::vector<std::string> log;

  uint64_t address = 1;  // Which destination it is,
  uint64_t kin = 0;      // and what its other addresses have in common with this one.
  int listed = 0;        // How often its keys were.
  int asked_for = 0;     // Records that were looked up to tell whether it is the same one.
  std::optional<absl::Status> lookup_error;

  // Switches.
  std::optional<absl::Status> prepare_error;
  std::optional<absl::Status> outage;  // What the destination says to Prepare, and what may be one.
  std::optional<absl::Status> read_error;
  std::set<std::string> refused;
  std::map<std::string, bool> uncertain;  // Whether the last attempt was.
  int fail_writes = 0;   // The next ones aren't done.
  int lose_answers = 0;  // The next ones are done and not answered.
  bool hang = false;     // Writes never end.
  std::set<std::string> failing;  // Answered with an error that passes, and not done.
  bool deletes = true;            // Whether deletions are carried out at all.
  absl::Status store_error;       // What the replicas' local stores say to whoever writes.
  absl::Duration read_takes = absl::Milliseconds(10);
  absl::Duration write_takes = absl::Milliseconds(5);
  absl::Duration request_deadline = absl::Seconds(4);
  int requests_per_write = 1;
  int batch_limit = 1;
  std::set<std::string> stuck;  // A batch with one of them is not answered, and not done.
  size_t largest_batch = 0;
  bool uses_index = true;  // false: what is there already is found to be there.
  int concurrency = 8;  // That the destination says it bears.
  int bears = 1'000;  // That it does bear: others wait in line.
  int in_flight = 0, most_in_flight = 0;
  std::map<std::string, int> in_flight_by_key;
  bool same_key_twice = false;

  void Put(const std::string& id, const std::string& value) { source[id] = {++last_version, false, value}; }
  void Remove(const std::string& id) { source[id] = {++last_version, true, ""}; }

  std::vector<std::string> Find(const std::string& key) const {
    std::vector<std::string> found;
    for (const auto& [pkey, row] : destination) {
      if (row.key == key) found.push_back(pkey);
    }
    return found;
  }
  bool InStep() const {
    std::map<std::string, std::string> values;
    for (const auto& [pkey, row] : destination) {
      if (!values.emplace(row.key, row.value).second) return false;
    }
    size_t live = 0;
    for (const auto& [id, row] : source) {
      if (row.deleted) continue;
      ++live;
      auto found = values.find(id);
      if (found == values.end() || found->second != row.value) return false;
    }
    return live == values.size();
  }
};

}  // namespace causeway::engine
