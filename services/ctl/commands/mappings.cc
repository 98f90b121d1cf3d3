#include <memory>

#include <yaml-cpp/yaml.h>

#include "absl/strings/str_cat.h"
#include "causeway/v1/definition_services.pb.h"
#include "common/mapping/default_mapping.h"
#include "services/ctl/commands/commands.h"
#include "services/ctl/exit_code.h"
#include "services/ctl/format.h"
#include "services/ctl/message_fields.h"
#include "services/ctl/print.h"
#include "services/ctl/yaml_message.h"

namespace causeway::ctl {
namespace {

// "apply", and "apply (default)" where nothing is said.
std::string DeletesText(const v1::TableMapping& mapping) {
  return mapping.deletes() == v1::TableMapping::DELETES_IGNORE ? "ignored" : "applied";
}

// What a person has to know before they say that it is right, and the command that says it.
std::string Waiting(const v1::TableMapping& mapping) {
  const v1::DeletionsAwaitingConfirmation& waiting = mapping.deletions_awaiting_confirmation();
  return absl::StrCat(waiting.reason(), " They are deleted when this is given: causewayctl mappings confirm-deletions ",
                      ShortName(mapping.name()), " --records ", waiting.records());
}

std::string NoteOf(const v1::TableMapping& mapping) {
  if (mapping.has_deletions_awaiting_confirmation()) {
    return absl::StrCat(FormatCount(mapping.deletions_awaiting_confirmation().records()), " deletions wait for confirmation");
  }
  return mapping.replay_scheduled() ? "replay scheduled" : "";
}

absl::StatusOr<std::vector<v1::TableMapping>> ListMappings(Session& session, const std::string& scope) {
  auto parent = InstanceScope(scope);
  if (!parent.ok()) return parent.status();
  auto workflows = ListAs<v1::Workflow>(session.api(), kWorkflows, *parent);
  if (!workflows.ok()) return WithNearestName(session, kInstances, *parent, workflows.status());
  std::vector<v1::TableMapping> all;
  for (const v1::Workflow& workflow : *workflows) {
    if (workflow.type() != v1::WORKFLOW_TYPE_INGRESS) continue;
    auto mappings = ListAs<v1::TableMapping>(session.api(), kTableMappings, workflow.name());
    if (!mappings.ok()) return mappings.status();
    for (v1::TableMapping& mapping : *mappings) all.push_back(std::move(mapping));
  }
  return all;
}

absl::Status List(Session& session, const std::string& scope) {
  auto mappings = ListMappings(session, scope);
  if (!mappings.ok()) return mappings.status();
  const auto row = [](const v1::TableMapping& mapping) -> std::vector<std::string> {
    return {ShortName(mapping.name()),
            mapping.source_table(),
            mapping.target_resource(),
            mapping.target_key(),
            FormatCount(mapping.fields_size()),
            DeletesText(mapping),
            mapping.has_update_time() ? FormatClock(ToTime(mapping.update_time())) : "",
            NoteOf(mapping)};
  };
  PrintList<v1::TableMapping>(
      session, *mappings, Table({"MAPPING", "TABLE", "RESOURCE", "KEY", ">FIELDS", "DELETES", "EDITED", "NOTE"}),
      "There are no table mappings; `causewayctl mappings default` prints one to begin with.", row);
  return absl::OkStatus();
}

std::string Describe(const v1::TableMapping& mapping) {
  std::string text = absl::StrCat(mapping.source_table(), " → ", mapping.target_resource(), ", key ",
                                  mapping.target_key(), ", deletes ", DeletesText(mapping),
                                  mapping.replay_scheduled() ? ", replay scheduled" : "", "\n\n");
  Table table({"COLUMN", "FIELD", "TYPE", "WRITTEN", "REPLACEMENTS"});
  for (const v1::FieldMapping& field : mapping.fields()) {
    std::string replacements;
    for (const v1::Replacement& replacement : field.replacements()) {
      absl::StrAppend(&replacements, replacements.empty() ? "" : ", ",
                      replacement.from().empty() ? "null" : replacement.from(), " → ",
                      replacement.to().empty() ? "null" : replacement.to());
    }
    const std::string type = ScalarText(field, *v1::FieldMapping::descriptor()->FindFieldByName("target_type"));
    table.Add({field.source_column(), field.target_field(), type == "unspecified" ? "as in Campaign" : type,
               field.insert_only() ? "on insert" : "always", replacements});
  }
  absl::StrAppend(&text, table.ToString());
  if (mapping.has_deletions_awaiting_confirmation()) absl::StrAppend(&text, "\n! ", Waiting(mapping), "\n");
  return text;
}

absl::Status Get(Session& session, const std::string& text) {
  auto name = ExpandName(kTableMappings, text);
  if (!name.ok()) return name.status();
  auto mapping = GetAs<v1::TableMapping>(session.api(), kTableMappings, *name);
  if (!mapping.ok()) return WithNearestName(session, kTableMappings, *name, mapping.status());
  Print(session, *mapping, Describe(*mapping));
  return absl::OkStatus();
}

absl::Status Replay(Session& session, const std::string& text) {
  auto name = ExpandName(kTableMappings, text);
  if (!name.ok()) return name.status();
  v1::ReplayTableMappingRequest request;
  request.set_name(*name);
  v1::TableMapping mapping;
  if (auto status = session.api().Call("TableMappingService.ReplayTableMapping", request, mapping); !status.ok()) {
    return WithNearestName(session, kTableMappings, *name, status);
  }
  Print(session, mapping,
        absl::StrCat(ShortName(mapping.name()), ": the next start of its workflow reads and writes the whole table again.\n"));
  return absl::OkStatus();
}

absl::Status ConfirmDeletions(Session& session, const std::string& text, int64_t records) {
  auto name = ExpandName(kTableMappings, text);
  if (!name.ok()) return name.status();
  if (records == 0) {
    auto mapping = GetAs<v1::TableMapping>(session.api(), kTableMappings, *name);
    if (!mapping.ok()) return WithNearestName(session, kTableMappings, *name, mapping.status());
    const bool none = !mapping->has_deletions_awaiting_confirmation();
    return Fail(ExitCode::kPrecondition,
                none ? absl::StrCat("No deletions of ", ShortName(*name), " wait for confirmation.") : Waiting(*mapping));
  }
  v1::ConfirmDeletionsRequest request;
  request.set_name(*name);
  request.set_records(records);
  v1::TableMapping mapping;
  if (auto status = session.api().Call("TableMappingService.ConfirmDeletions", request, mapping); !status.ok()) {
    return WithNearestName(session, kTableMappings, *name, status);
  }
  Print(session, mapping,
        absl::StrCat(ShortName(mapping.name()), ": ", FormatCount(records),
                     " records are deleted now, or at the next start of the workflow; what is found again meanwhile stays.\n"));
  return absl::OkStatus();
}

// As it goes under table_mappings of a definition file.
absl::Status Default(Session& session) {
  const v1::TableMapping mapping = mapping::DefaultContactMapping();
  YAML::Emitter out;
  out << YAML::BeginMap << YAML::Key << mapping.source_table() << YAML::Value << YAML::BeginMap;
  WriteYaml(mapping, "", out);
  out << YAML::EndMap << YAML::EndMap;
  Print(session, mapping, absl::StrCat(out.c_str(), "\n"));
  return absl::OkStatus();
}

}  // namespace

void AddMappingCommands(CLI::App& app, Session& session) {
  CLI::App& group = *app.add_subcommand("mappings", "Table mappings of ingress")->require_subcommand(1);
  auto name = std::make_shared<std::string>();
  CLI::App* list =
      AddCommand(group, session, "list", "Every table mapping", [&session, name] { return List(session, *name); });
  list->add_option("scope", *name, "An organization or instance; all when left out");
  session.completes[list] = &kInstances;
  CLI::App* get = AddCommand(group, session, "get", "One table mapping with its fields",
                             [&session, name] { return Get(session, *name); });
  AddName(*get, session, kTableMappings, *name);
  CLI::App* replay = AddCommand(group, session, "replay", "Have the whole table read and written again at the next start",
                                [&session, name] { return Replay(session, *name); });
  AddName(*replay, session, kTableMappings, *name);
  auto records = std::make_shared<int64_t>(0);
  CLI::App* confirm = AddCommand(
      group, session, "confirm-deletions", "Say that the deletions that wait are right; without --records show them",
      [&session, name, records] { return ConfirmDeletions(session, *name, *records); });
  AddName(*confirm, session, kTableMappings, *name);
  confirm->add_option("--records", *records, "How many records are to be deleted: the number that was shown")
      ->check(CLI::PositiveNumber);
  AddCommand(group, session, "default",
             "The contact → profile mapping that comes out of the box, for a definition file",
             [&session] { return Default(session); });
}

}  // namespace causeway::ctl
