#include "services/ctl/fake_api.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/ctl/exit_code.h"
#include "services/ctl/message_diff.h"

namespace causeway::ctl {
namespace {

using google::protobuf::FieldDescriptor;

// The resource inside a Create or Update request: its only message besides the mask.
const google::protobuf::Message& ResourceIn(const google::protobuf::Message& request) {
  for (int i = 0; i < request.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = request.GetDescriptor()->field(i);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && field->name() != "update_mask") {
      return request.GetReflection()->GetMessage(request, field);
    }
  }
  return request;
}

// The id of a Create request: the field that ends in _id.
std::string IdIn(const google::protobuf::Message& request) {
  for (int i = 0; i < request.GetDescriptor()->field_count(); ++i) {
    const std::string& field = request.GetDescriptor()->field(i)->name();
    if (absl::EndsWith(field, "_id")) return StringField(request, field);
  }
  return "";
}

}  // namespace

void FakeApi::Put(std::unique_ptr<Message> resource) {
  const std::string name = StringField(*resource, "name");
  resources_[name] = std::move(resource);
}

const google::protobuf::Message* FakeApi::Stored(const std::string& name) const {
  auto found = resources_.find(name);
  return found == resources_.end() ? nullptr : found->second.get();
}

void FakeApi::Store(const std::string& name, const Message& resource) {
  std::unique_ptr<Message> stored(resource.New());
  stored->CopyFrom(resource);
  SetStringField(*stored, "name", name);
  bool new_secret = false;
  if (auto* connection = dynamic_cast<v1::Connection*>(stored.get());
      connection != nullptr && connection->has_campaign()) {
    v1::CampaignConnection& campaign = *connection->mutable_campaign();
    new_secret = !campaign.client_secret().empty() && campaign.client_secret() != secrets_[name];
    if (new_secret) secrets_[name] = campaign.client_secret();
    campaign.clear_client_secret();
    campaign.set_client_secret_set(!secrets_[name].empty());
  }
  const Message* before = Stored(name);
  const bool same = before != nullptr && !new_secret && DiffMessages(*before, *stored).empty();
  SetStringField(*stored, "etag", same ? StringField(*before, "etag") : absl::StrCat("etag-", edits_.size()));
  resources_[name] = std::move(stored);
}

absl::Status FakeApi::Call(const std::string& method, const Message& request, Message& response) {
  const std::string verb = method.substr(method.find('.') + 1);
  const Message& resource = ResourceIn(request);
  if (absl::StartsWith(verb, "List")) {
    const std::string parent = StringField(request, "parent");
    std::string collection = response.GetDescriptor()->field(0)->name();
    if (collection == "table_mappings") collection = "tableMappings";
    List(absl::StrCat(parent, parent.empty() ? "" : "/", collection, "/"), collection, response);
    return absl::OkStatus();
  }
  std::string name = StringField(resource, "name");
  if (absl::StartsWith(verb, "Create")) {
    const std::string parent = StringField(request, "parent");
    std::string collection = absl::StrCat(verb.substr(6), "s");
    collection[0] = absl::ascii_tolower(collection[0]);
    name = absl::StrCat(parent, parent.empty() ? "" : "/", collection, "/", IdIn(request));
  }
  if (absl::StartsWith(verb, "Get")) {
    if (Stored(name) == nullptr) return Fail(ExitCode::kNotFound, "no such resource");
    response.CopyFrom(*Stored(name));
    return absl::OkStatus();
  }
  edits_.push_back(absl::StrCat(verb, " ", ShortName(name)));
  if (absl::StartsWith(verb, "Delete")) {
    resources_.erase(name);
    return absl::OkStatus();
  }
  Store(name, resource);
  response.CopyFrom(*Stored(name));
  return absl::OkStatus();
}

void FakeApi::List(const std::string& prefix, const std::string& collection, Message& response) {
  response.Clear();
  for (const auto& [name, resource] : resources_) {
    if (absl::StartsWith(name, prefix) && name.find('/', prefix.size()) == std::string::npos) {
      response.GetReflection()->AddMessage(&response, response.GetDescriptor()->field(0))->CopyFrom(*resource);
    }
  }
}

}  // namespace causeway::ctl
