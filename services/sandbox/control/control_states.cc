// The verbs that make a system another one than it was: a backup that is restored, a replica that lags, another name.
// And what was counted.
#include <string>
#include <utility>

#include "services/sandbox/base/text.h"
#include "services/sandbox/control/control.h"
#include "services/sandbox/control/state_file.h"

namespace causeway::sandbox {
namespace {

using boost::json::object;

constexpr System kSystems[] = {System::kDynamics, System::kEntra, System::kCampaign, System::kIms, System::kJournal};

std::string_view NameOf(System system) {
  switch (system) {
    case System::kDynamics:
      return "dynamics365";
    case System::kEntra:
      return "entra";
    case System::kCampaign:
      return "campaign";
    case System::kIms:
      return "ims";
    case System::kJournal:
      return "journal";
    case System::kControl:
      break;
  }
  return "control";
}

// A name with a slash is a file's.
bool IsFile(const std::string& name) { return name.find('/') != std::string::npos; }

std::string NameIn(Arguments& arguments) {
  std::string name = arguments.Text("name", "");
  if (name.empty()) throw ArgumentError("name", "name is missing: a backup's, or a file's with a slash in it");
  return name;
}

}  // namespace

// Backs Dynamics 365 up: rows with their versions, deletions.
object Control::Save(Arguments& arguments) {
  const std::string name = NameIn(arguments);
  arguments.CheckNothingElse();
  const std::string problem =
      IsFile(name) ? SaveBackup(world_.database, name) : SaveBackup(world_.database, &world_.backups[name]);
  if (!problem.empty()) throw ArgumentError("name", Cat("it can't be written: ", problem));
  return {{"version", world_.database.last_version()}};
}

// Restores a backup: versions go back too. Delta links of what was since then are expired, or answer what there is.
object Control::Load(Arguments& arguments) {
  const std::string name = NameIn(arguments), links = arguments.Text("delta_links", "rows");
  arguments.CheckNothingElse();
  if (links != "rows" && links != "expired") throw ArgumentError("delta_links", "delta_links must be rows or expired");
  const auto kept = world_.backups.find(name);
  if (!IsFile(name) && kept == world_.backups.end()) throw ArgumentError("name", Cat("there is no backup ", name));
  const std::string problem =
      IsFile(name) ? LoadBackup(name, world_.database) : LoadBackup(&kept->second, world_.database);
  if (!problem.empty()) throw ArgumentError("name", Cat("it can't be restored: ", problem));
  if (links == "expired") world_.database.ExpireDeltaTokens();
  world_.web_api.replica().Restart();
  return {{"version", world_.database.last_version()}};
}

object Control::ReplicaLag(Arguments& arguments) {
  const double seconds = arguments.Required("seconds", 0, kLongest), share = arguments.Number("share", 1, 0, 1);
  arguments.CheckNothingElse();
  world_.web_api.replica().Lag(static_cast<int64_t>(seconds * 1000), share);
  return {{"lag_seconds", seconds}};
}

// Links in answers name the new host; without `host` the system has its own name again.
object Control::Rename(Arguments& arguments) {
  const std::string name = arguments.SystemName("dynamics365"), host = arguments.Text("host", "");
  const bool old_answers = arguments.Flag("old_answers", true);
  arguments.CheckNothingElse();
  for (System system : kSystems) {
    if (!IsNamed(system, name)) continue;
    world_.names.erase(system);
    if (!host.empty()) world_.names[system] = {host, old_answers};
    if (system == System::kJournal) world_.journal_api.settings().host = host;
  }
  return {{"renamed", world_.names.size()}};
}

// What a run that is right leaves at zero.
object Control::Stats(Arguments& arguments) {
  const bool reset = arguments.Flag("reset", false);
  arguments.CheckNothingElse();
  object early;
  for (System system : kSystems) {
    const auto found = world_.patience.early().find(system);
    const Patience::Early count = found == world_.patience.early().end() ? Patience::Early() : found->second;
    early[std::string(NameOf(system))] = object{{"requests", count.requests}, {"repeated", count.repeated}};
  }
  boost::json::array examples(world_.patience.examples().begin(), world_.patience.examples().end());
  const object stats = {
      {"duplicates",
       {{"campaign", world_.campaign_api.calls().duplicates}, {"dynamics365", world_.web_api.duplicates()}}},
      {"early", std::move(early)},
      {"early_examples", std::move(examples)}};
  if (reset) {
    world_.patience.Reset();
    world_.campaign_api.calls().duplicates = world_.web_api.duplicates() = 0;
  }
  return stats;
}

}  // namespace causeway::sandbox
