#include "services/sandbox/control/compare.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/control/expected_record.h"

namespace causeway::sandbox {
namespace {

constexpr size_t kExamples = 10;

void CompareOne(const ExpectedRecord& expected, const dataverse::Row& row, const campaign::Resource& resource,
                const campaign::Entity& record, Comparison& comparison) {
  for (const ExpectedRecord::Value& value : expected.Of(row)) {
    const std::string_view present = record.values.Get(value.field);
    if (present == value.token) continue;
    comparison.Note(&Comparison::changed, Cat(row.id.ToString(), ": ", resource.fields[value.field].name, " is ",
                                              present, " instead of ", value.token));
    return;
  }
}

}  // namespace

void Comparison::Note(int64_t Comparison::*kind, std::string example) {
  ++(this->*kind);
  ++different;
  if (examples.size() < kExamples) examples.push_back(std::move(example));
}

void CompareTable(const TableMapping& mapping, const dataverse::Table& table, const campaign::Entities& records,
                  Comparison& comparison) {
  const ExpectedRecord expected(mapping, table, records.resource());
  for (size_t slot = 0; slot < table.slots(); ++slot) {
    const dataverse::Row* row = table.At(slot);
    if (row == nullptr) continue;
    ++comparison.compared;
    const auto record = records.FindKey(row->id.ToString());
    if (!record) {
      comparison.Note(&Comparison::missing, Cat(row->id.ToString(), ": it has no ", records.resource().name));
    } else {
      CompareOne(expected, *row, records.resource(), *records.At(*record), comparison);
    }
  }
  std::string scratch;
  absl::flat_hash_map<std::string, int64_t> seen;
  for (size_t slot = 0; slot < records.slots(); ++slot) {
    const campaign::Entity* record = records.At(slot);
    if (record == nullptr) continue;
    const std::string key(records.KeyOf(*record, scratch));
    if (key.empty()) continue;  // I14: not the integration's.
    const std::string& name = records.resource().name;
    if (++seen[key] > 1) comparison.Note(&Comparison::doubled, Cat(key, ": several have the key of this ", name));
    const auto id = Guid::Parse(key);
    if (!id || table.Find(*id) == nullptr)
      comparison.Note(&Comparison::extra, Cat(key, ": a ", name, " without a row of ", mapping.table));
  }
}

}  // namespace causeway::sandbox
