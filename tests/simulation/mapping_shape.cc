#include "tests/simulation/mapping_shape.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/simulation/model/dataverse_model.h"
#include "tests/simulation/setup.h"

namespace causeway::simulation {
namespace {

constexpr char kPlain[] = "name1", kCapital[] = "NAME1";

v1::FieldMapping Field(std::string column, std::string field, v1::FieldType type) {
  v1::FieldMapping mapping;
  mapping.set_source_column(std::move(column));
  mapping.set_target_field(std::move(field));
  mapping.set_target_type(type);
  return mapping;
}

void Replace(const std::string& from, std::string to, v1::FieldMapping& field) {
  v1::Replacement& replacement = *field.add_replacements();
  replacement.set_from(from);
  replacement.set_to(std::move(to));
}

std::optional<int> NumberFrom(absl::string_view mark) {
  int number = 0;
  if (!absl::StartsWith(mark, "m") || !absl::SimpleAtoi(mark.substr(1), &number)) return std::nullopt;
  return number;
}

}  // namespace

v1::TableMapping MappingShape::Mapping(const TablePair& pair, bool name_first) const {
  v1::FieldMapping name = Field(kNameColumn, name_field(), v1::FIELD_TYPE_STRING);
  if (capitalises()) Replace(kPlain, kCapital, name);
  v1::FieldMapping mark = Field(kMarkColumn, kMarkField, v1::FIELD_TYPE_STRING);
  Replace(kMark, absl::StrCat("m", number_), mark);

  v1::TableMapping mapping;
  mapping.set_source_table(pair.table);
  mapping.set_target_resource(pair.resource);
  mapping.set_target_key(kKeyField);
  if (ignores_deletions()) mapping.set_deletes(v1::TableMapping::DELETES_IGNORE);
  *mapping.add_fields() = Field(absl::StrCat(pair.table, "id"), kKeyField, v1::FIELD_TYPE_STRING);
  *mapping.add_fields() = name_first ? name : mark;
  *mapping.add_fields() = name_first ? mark : name;
  if (!names_repeat_) *mapping.add_fields() = Field(kRevisionColumn, kRevisionField, v1::FIELD_TYPE_INTEGER);
  if (!names_repeat_ && writes_title()) {
    v1::FieldMapping title = Field(kTitleColumn, kTitleField, v1::FIELD_TYPE_STRING);
    title.set_insert_only(true);
    *mapping.add_fields() = std::move(title);
  }
  return mapping;
}

CampaignFields MappingShape::Updates(const RowState& state) const {
  CampaignFields fields;
  fields[name_field()] = capitalises() && state.name == kPlain ? kCapital : state.name;
  fields[kMarkField] = absl::StrCat("m", number_);
  if (!names_repeat_) fields[kRevisionField] = absl::StrCat(state.revision);
  return fields;
}

bool MappingShape::Says(const CampaignFields& sent, const RowState& state) const {
  CampaignFields updates = sent;
  updates.erase(kKeyField);
  const auto title = updates.extract(kTitleField);
  if (!title.empty() && (!writes_title() || title.mapped() != absl::StrCat("t", state.revision))) return false;
  return updates == Updates(state);
}

std::optional<int> MappingShape::NumberIn(const CampaignFields& fields) {
  const auto mark = fields.find(kMarkField);
  return mark == fields.end() ? std::nullopt : NumberFrom(mark->second);
}

std::optional<int> MappingShape::NumberOf(const v1::TableMapping& mapping) {
  for (const v1::FieldMapping& field : mapping.fields()) {
    if (field.target_field() == kMarkField && field.replacements_size() == 1) return NumberFrom(field.replacements(0).to());
  }
  return std::nullopt;
}

}  // namespace causeway::simulation
