#include "services/ingress/mapped_tables.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"

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

// What lies inside a field (location/city) is not described by itself; the field around it is.
std::vector<mapping::DestinationField> DestinationFields(const std::vector<campaign::Field>& fields,
                                                         const v1::TableMapping& mapping) {
  std::vector<mapping::DestinationField> destination;
  for (const campaign::Field& field : fields) destination.push_back({field.name, FieldTypeOf(field), 0});
  for (const v1::FieldMapping& mapped : mapping.fields()) {
    const std::vector<std::string> path = absl::StrSplit(mapped.target_field(), '/');
    auto described = [&](const std::string& name) {
      return std::any_of(fields.begin(), fields.end(), [&](const campaign::Field& field) { return field.name == name; });
    };
    if (path.size() > 1 && described(path[0]) && !described(mapped.target_field())) {
      destination.push_back({mapped.target_field(), v1::FIELD_TYPE_STRING, 0});
    }
  }
  return destination;
}

// The same in every release and on every machine: it is kept in the index.
uint64_t TargetOf(const std::string& campaign_instance, const v1::TableMapping& mapping) {
  const std::string text = absl::StrCat(campaign_instance, " ", mapping.target_resource(), " ", mapping.target_key());
  return XXH3_64bits(text.data(), text.size());
}

}  // namespace

MappedTables::MappedTables(const v1::Definition& definition, Connections& connections)
    : definition_(definition), connections_(connections) {}

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
  all.message = absl::StrJoin(problems, " ", [](std::string* out, const absl::Status& problem) {
    absl::StrAppend(out, problem.message());
  });
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

  const std::vector<mapping::SourceColumn> source = SourceColumns(*columns);
  const std::vector<mapping::DestinationField> destination = DestinationFields(resource->fields, mapping);
  auto mapper = mapping::Mapper::Build(mapping, source, destination);
  if (!mapper.ok()) co_return mapper.status();

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
                                                      TargetOf(connections_.campaign_instance(), mapping)});
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

std::vector<std::string> MappedTables::names() const {
  std::vector<std::string> names;
  for (const v1::TableMapping& mapping : definition_.table_mappings()) names.push_back(mapping.source_table());
  return names;
}

MappedTable* MappedTables::Find(const std::string& table) {
  auto found = tables_.find(table);
  return found == tables_.end() ? nullptr : &found->second;
}

}  // namespace causeway::ingress
