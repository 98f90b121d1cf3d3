#include "services/ctl/definition_changes.h"

#include <algorithm>
#include <functional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/ctl/exit_code.h"
#include "services/ctl/message_fields.h"
#include "services/ctl/reference.h"

namespace causeway::ctl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Action = ResourceChange::Action;

// Calls `visit` for every secret field of the message and of those inside it, with its path.
void ForEachSecret(Message& message, const std::string& prefix,
                   const std::function<void(Message&, const FieldDescriptor&, const std::string&)>& visit) {
  const auto& descriptor = *message.GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    if (IsSecret(field)) {
      visit(message, field, prefix + field.name());
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field.is_repeated() &&
               message.GetReflection()->HasField(message, &field)) {
      ForEachSecret(*message.GetReflection()->MutableMessage(&message, &field), absl::StrCat(prefix, field.name(), "."),
                    visit);
    }
  }
}

// Paths of the secrets that the controller holds.
std::set<std::string> StoredSecrets(const Definition* present) {
  std::set<std::string> paths;
  if (present == nullptr) return paths;
  ForEachSecret(*present->message, "", [&](Message& message, const FieldDescriptor& field, const std::string& path) {
    if (HasStoredSecret(message, field)) paths.insert(path);
  });
  return paths;
}

void CompareSecrets(const Definition& desired, ResourceChange& change) {
  ForEachSecret(*desired.message, "", [&](Message& message, const FieldDescriptor& field, const std::string& path) {
    const std::string reference = ScalarText(message, field);
    if (!reference.empty() && change.stored_secrets.count(path) == 0) change.fields.push_back({path, "", reference});
  });
}

ResourceChange CompareOne(const Definition* present, const Definition& desired) {
  ResourceChange change;
  change.definition = &desired;
  change.stored_secrets = StoredSecrets(present);
  if (present != nullptr && desired.path_only) return change;
  const std::unique_ptr<Message> nothing(desired.message->New());
  change.fields = DiffMessages(present == nullptr ? *nothing : *present->message, *desired.message);
  CompareSecrets(desired, change);
  if (present != nullptr) change.etag = StringField(*present->message, "etag");
  // Workflows are there as soon as their instance is.
  if (present == nullptr && desired.kind != &kWorkflows) {
    change.action = Action::kCreate;
  } else if (!change.fields.empty()) {
    change.action = Action::kUpdate;
  }
  return change;
}

// Replaces the references in `message` by what they stand for, and gives the paths of those that do.
absl::StatusOr<std::set<std::string>> ResolveSecrets(Message& message, const std::set<std::string>& stored,
                                                     const Surroundings& surroundings) {
  std::set<std::string> resolved;
  absl::Status status;
  ForEachSecret(message, "", [&](Message& owner, const FieldDescriptor& field, const std::string& path) {
    const std::string reference = ScalarText(owner, field);
    owner.GetReflection()->ClearField(&owner, &field);
    if (reference.empty()) return;
    auto secret = Resolve(reference, surroundings);
    if (secret.ok() && secret->empty()) {
      status = Fail(ExitCode::kUsage, absl::StrCat(path, ": ", reference, " is empty; a secret isn't."));
    } else if (secret.ok()) {
      SetScalar(owner, field, *secret);
      resolved.insert(path);
    } else if (stored.count(path) == 0 || !absl::IsNotFound(secret.status())) {
      status = Fail(ExitCode::kUsage, absl::StrCat(path, ": ", std::string(secret.status().message())));
    }
  });
  if (!status.ok()) return status;
  return resolved;
}

// The fields of the resource itself that hold the differences (campaign.url and fields[email].target_type are of
// campaign and fields), and the secrets.
std::vector<std::string> MaskOf(const ResourceChange& change, std::set<std::string> secrets) {
  for (const FieldChange& field : change.fields) secrets.insert(field.path.substr(0, field.path.find_first_of(".[")));
  return {secrets.begin(), secrets.end()};
}

}  // namespace

std::vector<ResourceChange> Compare(const Definitions& present, const Definitions& desired, bool prune) {
  std::vector<ResourceChange> changes;
  for (const Definition& definition : desired) {
    changes.push_back(CompareOne(Find(present, definition.name), definition));
  }
  if (!prune) return changes;
  for (const Definition& definition : present) {
    const bool ours = definition.kind == &kTableMappings && Find(desired, ParentOf(definition.name)) != nullptr;
    if (!ours || Find(desired, definition.name) != nullptr) continue;
    changes.push_back({Action::kDelete, &definition, StringField(*definition.message, "etag"), {}, {}});
  }
  return changes;
}

bool HasDifferences(const std::vector<ResourceChange>& changes) {
  return std::any_of(changes.begin(), changes.end(), [](auto& change) { return change.action != Action::kNone; });
}

std::string RenderDifferences(const std::vector<ResourceChange>& changes) {
  std::string text;
  for (const ResourceChange& change : changes) {
    if (change.action == Action::kNone) continue;
    const char* mark = change.action == Action::kCreate ? "+ " : change.action == Action::kDelete ? "- " : "~ ";
    absl::StrAppend(&text, mark, change.definition->name, "\n");
    for (const FieldChange& field : change.fields) absl::StrAppend(&text, "    ", ToString(field), "\n");
  }
  return text;
}

const char* PastTense(Action action) {
  switch (action) {
    case Action::kCreate:
      return "created";
    case Action::kUpdate:
      return "updated";
    case Action::kDelete:
      return "deleted";
    case Action::kNone:
      return "unchanged";
  }
  return "";
}

absl::Status CheckSecrets(const std::vector<ResourceChange>& changes, const Surroundings& surroundings) {
  std::vector<std::string> problems;
  for (const ResourceChange& change : changes) {
    if (change.action == Action::kDelete) continue;
    const std::unique_ptr<Message> message(change.definition->message->New());
    message->CopyFrom(*change.definition->message);
    const absl::Status read = ResolveSecrets(*message, change.stored_secrets, surroundings).status();
    if (!read.ok()) problems.push_back(absl::StrCat(change.definition->name, ": ", std::string(read.message())));
  }
  return problems.empty() ? absl::OkStatus() : Fail(ExitCode::kUsage, absl::StrJoin(problems, "\n"));
}

absl::StatusOr<Action> Apply(Api& api, const ResourceChange& change, const Surroundings& surroundings) {
  const ResourceKind& kind = *change.definition->kind;
  const std::string& name = change.definition->name;
  if (change.action == Action::kDelete) {
    const absl::Status deleted = api.Delete(kind, name, change.etag);
    return deleted.ok() ? absl::StatusOr<Action>(Action::kDelete) : deleted;
  }
  const std::unique_ptr<Message> message(change.definition->message->New());
  message->CopyFrom(*change.definition->message);
  SetStringField(*message, "etag", change.etag);
  auto secrets = ResolveSecrets(*message, change.stored_secrets, surroundings);
  if (!secrets.ok()) return secrets.status();

  // A connection is created by its first update.
  if (change.action == Action::kCreate && &kind != &kConnections) {
    const absl::Status created = api.Create(kind, ParentOf(name), IdOf(name), *message);
    return created.ok() ? absl::StatusOr<Action>(Action::kCreate) : created;
  }
  const std::vector<std::string> mask = MaskOf(change, *secrets);
  if (mask.empty()) return Action::kNone;
  auto updated = api.Update(kind, *message, mask);
  if (!updated.ok()) return updated.status();
  if (change.action == Action::kCreate) return Action::kCreate;
  return StringField(**updated, "etag") == change.etag ? Action::kNone : Action::kUpdate;
}

}  // namespace causeway::ctl
