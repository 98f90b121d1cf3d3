#include "services/ingress/mapped_tables.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "common/errors/sentences.h"
#include "common/mapping/profile_fields.h"
#include "common/mapping/zone.h"
#include "common/process/log.h"

namespace causeway::ingress {
namespace {

mapping::DateTimeBehavior BehaviorOf(const dataverse::Column& column) {
  if (column.date_time_behavior == "DateOnly") return mapping::DateTimeBehavior::kDateOnly;
  if (column.date_time_behavior == "TimeZoneIndependent") return mapping::DateTimeBehavior::kTimeZoneIndependent;
  return mapping::DateTimeBehavior::kUserLocal;
}

std::vector<mapping::SourceColumn> SourceColumns(const std::vector<dataverse::Column>& columns) {
  std::vector<mapping::SourceColumn> source;
  for (const dataverse::Column& column : columns) {
    if (!column.readable || !column.attribute_of.empty()) continue;
    mapping::SourceColumn& added = source.emplace_back();
    added.name = column.logical_name;
    added.type = mapping::ParseColumnType(column.type);
    added.behavior = BehaviorOf(column);
    added.primary_id = column.primary_id;
  }
  return source;
}

// Campaign says "number" of integers and floats alike; its resType tells them apart where it is given.
v1::FieldType FieldTypeOf(const campaign::Field& field) {
  if (field.type == "boolean") return v1::FIELD_TYPE_BOOLEAN;
  if (field.type == "date") return v1::FIELD_TYPE_DATE;
  if (field.type == "datetime") return v1::FIELD_TYPE_DATETIME;
  if (field.type != "number") return v1::FIELD_TYPE_STRING;
  const bool integer = field.res_type == "long" || field.res_type == "short" || field.res_type == "byte" || field.res_type == "int64";
  if (integer) return v1::FIELD_TYPE_INTEGER;
  return field.res_type == "float" ? v1::FIELD_TYPE_FLOAT : v1::FIELD_TYPE_DOUBLE;
}

// What an enumeration holds where there is nothing.
std::string NothingOf(const campaign::Field& field) {
  const bool none = std::any_of(field.values.begin(), field.values.end(),
                                [](const campaign::EnumerationValue& value) { return value.value == "none"; });
  return none && field.type != "boolean" ? "none" : "";
}

void AddWhatIsKnownOfProfiles(std::vector<mapping::DestinationField>& fields) {
  for (mapping::DestinationField& field : fields) {
    if (field.type != v1::FIELD_TYPE_STRING) continue;
    field.max_length = mapping::ProfileFieldLength(field.name);
    if (field.nothing.empty()) field.nothing = std::string(mapping::NothingOfProfileField(field.name));
  }
}

bool IsNumber(const std::string& text) { return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit); }

bool WantsOptions(const v1::TableMapping& mapping, const std::string& column) {
  const bool display = mapping.picklist_values() == v1::TableMapping::PICKLIST_VALUES_DISPLAY;
  return std::any_of(mapping.fields().begin(), mapping.fields().end(), [&](const v1::FieldMapping& field) {
    if (field.source_column() != column) return false;
    return display || std::any_of(field.replacements().begin(), field.replacements().end(), [](const v1::Replacement& replacement) {
             return !replacement.from().empty() && !IsNumber(replacement.from());
           });
  });
}

// What lies inside a field (location/city) is not described by itself; the field around it is.
std::vector<mapping::DestinationField> DestinationFields(const std::vector<campaign::Field>& fields,
                                                         const v1::TableMapping& mapping) {
  std::vector<mapping::DestinationField> destination;
  for (const campaign::Field& field : fields) destination.push_back({field.name, FieldTypeOf(field), 0, NothingOf(field)});
  for (const v1::FieldMapping& mapped : mapping.fields()) {
    const std::vector<std::string> path = absl::StrSplit(mapped.target_field(), '/');
    auto described = [&](const std::string& name) {
      return std::any_of(fields.begin(), fields.end(), [&](const campaign::Field& field) { return field.name == name; });
    };
    if (path.size() > 1 && described(path[0]) && !described(mapped.target_field())) {
      destination.push_back({mapped.target_field(), v1::FIELD_TYPE_STRING, 0});
    }
  }
  if (mapping.target_resource() == "profile") AddWhatIsKnownOfProfiles(destination);
  return destination;
}

// The same in every release and on every machine: it is kept in the index.
uint64_t NumberOf(const std::string& campaign, const v1::TableMapping& mapping) {
  const std::string text = absl::StrCat(campaign, " ", mapping.target_resource(), " ", mapping.target_key());
  return XXH3_64bits(text.data(), text.size());
}

uint64_t NumberIn(const std::map<std::string, uint64_t>& numbers, const std::string& table) {
  const auto found = numbers.find(table);
  return found == numbers.end() ? 0 : found->second;
}

}  // namespace

MappedTables::MappedTables(const v1::Definition& definition, Connections& connections)
    : definition_(definition), connections_(connections) {
  for (const v1::TableMapping& mapping : definition.table_mappings()) {
    addresses_[mapping.source_table()] = NumberOf(connections.campaign_instance(), mapping);
    kin_[mapping.source_table()] = NumberOf(connections.campaign_tenant(), mapping);
  }
}

async::Task<absl::Status> MappedTables::Load() {
  if (loaded_) co_return absl::OkStatus();
  tables_.clear();
  std::vector<absl::Status> problems;
  for (const v1::TableMapping& mapping : definition_.table_mappings()) {
    absl::Status loaded = co_await LoadTable(mapping);
    if (loaded.ok()) continue;
    if (errors::KindOf(loaded) != errors::Kind::kWorkflow) co_return loaded;
    problems.push_back(std::move(loaded));
  }
  if (problems.empty()) {
    loaded_ = true;
    co_return absl::OkStatus();
  }
  errors::Detail all = errors::Describe(problems.front());
  std::vector<errors::Sentence> sentences;
  for (const absl::Status& problem : problems)
    sentences.push_back({std::string(problem.message()), errors::Describe(problem).subject});
  all.message = errors::Together(sentences);
  co_return errors::Make(std::move(all));
}

async::Task<absl::Status> MappedTables::LoadTable(const v1::TableMapping& mapping) {
  auto table = co_await connections_.dynamics().DescribeTable(mapping.source_table());
  if (!table.ok()) co_return table.status();
  if (!table->change_tracking) {
    co_return errors::Make(errors::kDynamicsTrackingOff,
                           absl::StrCat("Change tracking is off for table ", mapping.source_table(), "."), mapping.source_table());
  }
  auto columns = co_await connections_.dynamics().ListColumns(mapping.source_table());
  if (!columns.ok()) co_return columns.status();
  auto resource = co_await connections_.campaign().Describe(mapping.target_resource());
  if (!resource.ok()) co_return resource.status();

  std::vector<mapping::SourceColumn> source = SourceColumns(*columns);
  absl::Status labels = co_await AddOptions(mapping, *columns, source);
  if (!labels.ok()) co_return labels;
  const std::vector<mapping::DestinationField> destination = DestinationFields(resource->fields, mapping);
  auto mapper = mapping::Mapper::Build(mapping, source, destination);
  if (!mapper.ok()) co_return mapper.status();
  std::string zone_name = mapper->takes_days() ? mapping.time_zone() : "";
  if (mapper->takes_days() && zone_name.empty()) {
    auto zone = co_await UserZone();
    if (!zone.ok()) co_return zone.status();
    zone_name = zone->name();
    mapper = mapping::Mapper::Build(mapping, source, destination, *zone);
    if (!mapper.ok()) co_return mapper.status();
  }

  dataverse::RowQuery query;
  query.table = table->logical_name;
  query.entity_set = table->entity_set;
  query.primary_id = table->primary_id;
  query.columns = mapper->required_columns();
  if (definition_.settings().page_size() > 0) query.page_size = definition_.settings().page_size();
  query.annotations = mapper->needs_annotations();

  // Privilege and tracking are seen by reading.
  dataverse::RowQuery probe = query;
  probe.page_size = 1;
  auto read = co_await connections_.dynamics().Read(std::move(probe), "");
  if (!read.ok()) co_return read.status();
  absl::Status reach = co_await CheckReach(mapping.source_table());
  if (!reach.ok()) co_return reach;
  tables_.emplace(mapping.source_table(), MappedTable{&mapping, std::move(query), resource->resource, *std::move(mapper),
                                                      std::move(zone_name)});
  co_return absl::OkStatus();
}

async::Task<absl::Status> MappedTables::CheckReach(std::string table) {
  auto depth = co_await connections_.dynamics().ReadDepth(table);
  if (errors::IsTransient(depth.status())) co_return depth.status();
  // Whoever may not ask this may read everything all the same, and too many deletions wait for a person's word anyway.
  if (!depth.ok() || depth->empty() || *depth == "Global") co_return absl::OkStatus();
  co_return errors::Make(errors::kDynamicsPrivilege,
                         absl::StrCat("The application user may read only a part of table ", table, ": its privilege has the depth ", *depth,
                                      ", not Global (the organization)."),
                         table);
}

// The choices of a column: their labels where display values are wanted (rows queued before bring none), and what to tell whoever replaces
// a label where the number is compared.
async::Task<absl::Status> MappedTables::AddOptions(const v1::TableMapping& mapping, const std::vector<dataverse::Column>& columns,
                                                   std::vector<mapping::SourceColumn>& source) {
  for (mapping::SourceColumn& column : source) {
    if (!mapping::HasLabels(column.type) || !WantsOptions(mapping, column.name)) continue;
    const auto described = std::find_if(columns.begin(), columns.end(),
                                        [&](const dataverse::Column& one) { return one.logical_name == column.name; });
    std::string table = mapping.source_table();
    dataverse::Column asked = *described;
    auto options = co_await connections_.dynamics().ListOptions(std::move(table), std::move(asked));
    if (errors::IsTransient(options.status())) co_return options.status();
    if (!options.ok()) continue;  // A virtual column that is no picklist has none.
    for (dataverse::Option& option : *options) column.options.push_back({option.value, std::move(option.label)});
  }
  co_return absl::OkStatus();
}

// Asked for once a run.
async::Task<absl::StatusOr<absl::TimeZone>> MappedTables::UserZone() {
  if (user_zone_.has_value()) co_return *user_zone_;
  auto windows_name = co_await connections_.dynamics().UserTimeZone();
  if (errors::IsTransient(windows_name.status())) co_return windows_name.status();
  absl::TimeZone zone = absl::UTCTimeZone();
  const bool known = windows_name.ok() && mapping::LoadZone(mapping::IanaNameOf(*windows_name), zone);
  if (!known) {
    log::Warning("user_time_zone_unknown", {{"workflow", definition_.workflow()},
                                            {"assumed", "UTC"},
                                            {"name", windows_name.ok() ? *windows_name : std::string()},
                                            {"reason", std::string(windows_name.status().message())}});
  }
  user_zone_ = zone;
  co_return zone;
}

std::vector<std::string> MappedTables::names() const {
  std::vector<std::string> names;
  for (const v1::TableMapping& mapping : definition_.table_mappings()) names.push_back(mapping.source_table());
  return names;
}

uint64_t MappedTables::Address(const std::string& table) const { return NumberIn(addresses_, table); }
uint64_t MappedTables::Kin(const std::string& table) const { return NumberIn(kin_, table); }

MappedTable* MappedTables::Find(const std::string& table) {
  auto found = tables_.find(table);
  return found == tables_.end() ? nullptr : &found->second;
}

}  // namespace causeway::ingress
