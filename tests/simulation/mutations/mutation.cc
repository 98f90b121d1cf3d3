#include "tests/simulation/mutations/mutation.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace causeway::simulation {
namespace {

// A request whose outcome isn't known counts as one that was never sent.
class TrustingClient final : public http::Client {
 public:
  explicit TrustingClient(std::unique_ptr<http::Client> client) : client_(std::move(client)) {}

  async::Task<absl::StatusOr<http::Response>> Send(http::Request request) override {
    absl::StatusOr<http::Response> response = co_await client_->Send(std::move(request));
    if (!response.ok()) co_return absl::UnavailableError("taken for not sent");
    co_return response;
  }

 private:
  std::unique_ptr<http::Client> client_;
};

// Every attempt to make an activity gives it another id. Ids are told by their version digit, 5.
class ForgetfulClient final : public http::Client {
 public:
  explicit ForgetfulClient(std::unique_ptr<http::Client> client) : client_(std::move(client)) {}
  async::Task<absl::StatusOr<http::Response>> Send(http::Request request) override {
    ++attempts_;
    Change(request.url);
    Change(request.body);
    return client_->Send(std::move(request));
  }

 private:
  void Change(std::string& text) const {
    for (size_t at = text.find("-5"); at != std::string::npos; at = text.find("-5", at + 1)) {
      const bool is_id = at >= 13 && at + 22 <= text.size() && text[at - 5] == '-' && text[at + 5] == '-';
      if (is_id) text.replace(at - 4, 4, absl::StrCat(absl::Hex(attempts_ & 0xFFFF, absl::kZeroPad4)));
    }
  }

  std::unique_ptr<http::Client> client_;
  int attempts_ = 0;
};

// Whatever comes with a status of success is one.
class CredulousClient final : public http::Client {
 public:
  explicit CredulousClient(std::unique_ptr<http::Client> client) : client_(std::move(client)) {}
  async::Task<absl::StatusOr<http::Response>> Send(http::Request request) override {
    const bool single = request.method == "PATCH";
    absl::StatusOr<http::Response> response = co_await client_->Send(std::move(request));
    if (single && response.ok() && response->status == 200 && absl::StartsWith(response->body, "<"))
      response->status = 204;
    co_return response;
  }

 private:
  std::unique_ptr<http::Client> client_;
};

// Every report says that the loops have turned, whatever they do.
class ReassuringLink final : public engine::ControlLink {
 public:
  explicit ReassuringLink(std::unique_ptr<engine::ControlLink> link) : link_(std::move(link)) {}

  void Send(v1::ConnectRequest report) override {
    ++reports_;
    for (v1::WorkflowReport& workflow : *report.mutable_workflows()) {
      workflow.set_read_turns(workflow.read_turns() + reports_);
      workflow.set_write_turns(workflow.write_turns() + reports_);
    }
    link_->Send(std::move(report));
  }
  void OnAssignments(std::function<void(v1::ConnectResponse)> handler) override {
    link_->OnAssignments(std::move(handler));
  }

 private:
  std::unique_ptr<engine::ControlLink> link_;
  int64_t reports_ = 0;
};

}  // namespace

const std::vector<Mutation::Named>& Mutation::All() {
  static const auto& all = *new std::vector<Named>{
      {"no fencing", Mistake::kNoFencing, {"ordinal"}},
      {"index written outside the transaction", Mistake::kIndexOutsideTransaction, {"rows of key", "a second create"}},
      {"checkpoint written outside the transaction", Mistake::kCheckpointOutsideTransaction, {"ordinal", "a backlog of", "don't balance"}},
      {"owner of a partition not said", Mistake::kOwnerNotSaid, {"rows of key", "an older state", "a second create", "still on its way"}},
      {"lost commit taken for done", Mistake::kLostCommitTakenForDone, {"it does not drain", "the systems differ", "is trimmed beyond"}},
      {"done commit taken for lost", Mistake::kDoneCommitTakenForLost, {"ordinal"}},
      {"what is finished not told", Mistake::kFinishedNotTold, {"a backlog of"}},
      {"dead letters lost", Mistake::kDeadLetterLost, {"is no dead letter"}},
      {"commit before write", Mistake::kCommitBeforeWrite, {"is not gone from the source", "an older state", "rows of key", "the systems differ"}},
      {"no wait after an unclean takeover", Mistake::kNoWaitAfterUncleanTakeover, {"rows of key", "an older state", "a second create", "still on its way"}},
      {"no look-up after an unclean takeover", Mistake::kNoLookupAfterTakeover, {"rows of key", "a second create", "Campaign still holds"}},
      {"dispatch without the right", Mistake::kDispatchWithoutRight, {"rows of key", "an older state", "a second create", "still on its way", "which no run has that may write"}},
      {"look-ups always", Mistake::kLookUpAlways, {"look-ups"}},
      {"a replay trusts the index", Mistake::kReplayTrustsIndex, {"the systems differ"}},
      {"lost answer taken for not sent", Mistake::kLostAnswerTakenForNotSent, {"rows of key", "a second create", "still on its way"}},
      {"an activity's id by chance", Mistake::kIdsByChance, {"activities"}},
      {"a gateway's page taken for success", Mistake::kPageTakenForSuccess, {"the systems differ"}},
      {"lease renewed by a timer", Mistake::kLeaseRenewedByTimer, {"the systems differ", "it does not drain", "does not come back to RUNNING"}},
  };
  return all;
}

const Mutation::Named* Mutation::Find(absl::string_view name) {
  for (const Named& named : All()) {
    if (named.name == name) return &named;
  }
  return nullptr;
}

std::unique_ptr<http::Client> Mutation::Wrap(std::unique_ptr<http::Client> client) const {
  switch (mistake_) {
    case Mistake::kLostAnswerTakenForNotSent:
      return std::make_unique<TrustingClient>(std::move(client));
    case Mistake::kIdsByChance:
      return std::make_unique<ForgetfulClient>(std::move(client));
    case Mistake::kPageTakenForSuccess:
      return std::make_unique<CredulousClient>(std::move(client));
    default:
      return client;
  }
}

std::unique_ptr<engine::ControlLink> Mutation::Wrap(std::unique_ptr<engine::ControlLink> link) const {
  if (mistake_ != Mistake::kLeaseRenewedByTimer) return link;
  return std::make_unique<ReassuringLink>(std::move(link));
}

}  // namespace causeway::simulation
