#include "services/sandbox/control/compare_activities.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/default_schema.h"

namespace causeway::sandbox {
namespace {

using events::EmailEvent;

class ActivityComparison {
 public:
  ActivityComparison(World& world, const ActivityChoice& choice)
      : world_(world), choice_(choice), expected_(choice.names, dataverse::kApplicationUser.ToString()) {
    for (const dataverse::Tombstone& tombstone : world.contacts().tombstones()) deleted_.insert(tombstone.id);
  }

  Comparison Compare() {
    for (const EmailEvent& event : world_.emitted) sought_[events::MirrorPageOf(event)] = {&event};
    std::set<std::string_view> tables;
    for (const events::EmailEventType type : ActivityChoice().types) tables.insert(choice_.names.TableOf(type));
    for (const std::string_view name : tables) {
      const dataverse::Table* table = world_.database.FindTable(name);
      if (table != nullptr) LookThrough(*table);
    }
    for (const auto& [page, sought] : sought_) Count(page, sought);
    return std::move(comparison_);
  }

 private:
  struct Sought {
    const EmailEvent* event = nullptr;
    int64_t found = 0;
  };

  bool IsLookedAt(const EmailEvent& event) const { return &event - world_.emitted.data() >= choice_.since; }

  // Whether the event may have an activity in the table; whether it must depends on its contact.
  bool BelongsTo(const EmailEvent& event, const std::string& table) const {
    const auto contact = Guid::Parse(event.contact_id);
    return !event.seed && choice_.names.TableOf(event.type) == table &&
           std::find(choice_.types.begin(), choice_.types.end(), event.type) != choice_.types.end() && contact &&
           (IsThere(*contact) || deleted_.contains(*contact));
  }
  bool IsThere(const Guid& contact) const { return world_.contacts().Find(contact) != nullptr; }

  void LookThrough(const dataverse::Table& table) {
    const std::string& name = table.schema().logical_name;
    const int column = table.schema().Find(choice_.names["mirror_page_url_column"]);
    std::string scratch;
    for (size_t slot = 0; slot < table.slots() && column >= 0; ++slot) {
      const dataverse::Row* row = table.At(slot);
      if (row == nullptr) continue;
      const std::string page(TextOfToken(row->values.Get(column), scratch));
      const auto sought = sought_.find(page);
      if (sought != sought_.end() && !IsLookedAt(*sought->second.event)) continue;
      if (sought == sought_.end() || !BelongsTo(*sought->second.event, name)) {
        comparison_.Note(&Comparison::extra, Cat(name, ": one for ", page));
        continue;
      }
      if (++sought->second.found == 1) CompareColumns(*sought->second.event, table.schema(), *row);
    }
  }

  void CompareColumns(const EmailEvent& event, const dataverse::TableSchema& schema, const dataverse::Row& row) {
    for (const ExpectedActivity::Value& value : expected_.Of(event)) {
      const int column = schema.Find(value.column);
      const std::string_view present = column < 0 ? "" : row.values.Get(column);
      if (present == value.token) continue;
      comparison_.Note(&Comparison::changed, Cat(schema.logical_name, ": ", value.column, " is ", present,
                                                 " instead of ", value.token, " for ", event.id));
      return;
    }
  }

  void Count(const std::string& page, const Sought& sought) {
    const std::string table(choice_.names.TableOf(sought.event->type));
    if (!IsLookedAt(*sought.event) || !BelongsTo(*sought.event, table)) return;
    const bool wanted = IsThere(*Guid::Parse(sought.event->contact_id));
    comparison_.compared += wanted ? 1 : 0;
    if (wanted && sought.found == 0) comparison_.Note(&Comparison::missing, Cat(table, ": none for ", page));
    if (sought.found > 1) comparison_.Note(&Comparison::doubled, Cat(table, ": ", sought.found, " for ", page));
  }

  World& world_;
  const ActivityChoice& choice_;
  const ExpectedActivity expected_;
  absl::flat_hash_set<Guid> deleted_;
  absl::flat_hash_map<std::string, Sought> sought_;  // By mirror page.
  Comparison comparison_;
};

}  // namespace

Comparison CompareActivities(World& world, const ActivityChoice& choice) {
  return ActivityComparison(world, choice).Compare();
}

}  // namespace causeway::sandbox
