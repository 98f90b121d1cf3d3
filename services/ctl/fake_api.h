// FakeApi: the definitions' standard methods on a map in memory, for tests of what is done with them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "services/ctl/api.h"

namespace causeway::ctl {

class FakeApi : public Api {
 public:
  FakeApi() : Api("127.0.0.1:1", {absl::Seconds(1), absl::ZeroDuration()}) {}

  absl::Status Call(const std::string& method, const Message& request, Message& response) override;

  void Put(std::unique_ptr<Message> resource);
  // Names of the calls that changed something: "CreateOrganization contoso".
  const std::vector<std::string>& edits() const { return edits_; }
  const Message* Stored(const std::string& name) const;
  // Secrets as they arrived, by the resource's name.
  const std::map<std::string, std::string>& secrets() const { return secrets_; }

 private:
  // Like the controller: what changes nothing keeps its etag.
  void Store(const std::string& name, const Message& resource);
  void List(const std::string& prefix, const std::string& collection, Message& response);

  std::map<std::string, std::unique_ptr<Message>> resources_;
  std::map<std::string, std::string> secrets_;
  std::vector<std::string> edits_;
};

}  // namespace causeway::ctl
