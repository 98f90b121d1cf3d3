// Control: the verbs that people and tests steer the sandbox with, POST /control/{verb} with a JSON object (README.md
// "Control").
//
// One thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <string>

#include "services/sandbox/control/activity.h"
#include "services/sandbox/control/arguments.h"
#include "services/sandbox/http/message.h"
#include "services/sandbox/world.h"

namespace causeway::sandbox {

class Control {
 public:
  Control(boost::asio::io_context& io, World& world) : world_(world), activity_(io, world) {}

  http::Response Answer(const http::Request& request);

 private:
  using Verb = boost::json::object (Control::*)(Arguments&);
  static Verb Find(std::string_view name);

  boost::json::object Counts(Arguments& arguments);
  boost::json::object Seed(Arguments& arguments);
  boost::json::object Change(Arguments& arguments);
  boost::json::object Delete(Arguments& arguments);
  boost::json::object Put(Arguments& arguments);
  boost::json::object Get(Arguments& arguments);
  boost::json::object Profile(Arguments& arguments);
  boost::json::object Journal(Arguments& arguments);
  boost::json::object LastWrite(Arguments& arguments);
  boost::json::object Emit(Arguments& arguments);
  boost::json::object Throttle(Arguments& arguments);
  boost::json::object Fail(Arguments& arguments);
  boost::json::object Delay(Arguments& arguments);
  boost::json::object Break(Arguments& arguments);
  boost::json::object Heal(Arguments& arguments);
  boost::json::object ExpireTokens(Arguments& arguments);
  boost::json::object ExpireDeltaTokens(Arguments& arguments);
  boost::json::object ExpireEvents(Arguments& arguments);
  boost::json::object Secret(Arguments& arguments);
  boost::json::object Schema(Arguments& arguments);
  boost::json::object Privilege(Arguments& arguments);
  boost::json::object ReadDepth(Arguments& arguments);
  boost::json::object Limits(Arguments& arguments);
  boost::json::object Calls(Arguments& arguments);
  boost::json::object Compare(Arguments& arguments);
  boost::json::object CompareEvents(Arguments& arguments);
  boost::json::object Stats(Arguments& arguments);
  boost::json::object AnswerWith(Arguments& arguments);
  boost::json::object Unique(Arguments& arguments);
  boost::json::object PlugIn(Arguments& arguments);
  boost::json::object Spoil(Arguments& arguments);
  boost::json::object PutRecord(Arguments& arguments);
  boost::json::object MoveRecord(Arguments& arguments);
  boost::json::object Save(Arguments& arguments);
  boost::json::object Load(Arguments& arguments);
  boost::json::object ReplicaLag(Arguments& arguments);
  boost::json::object Rename(Arguments& arguments);

  http::Response AskWebApi(std::string_view method, const std::string& table, const std::string& id,
                           const std::string& body);
  http::Response AskCampaign(std::string_view method, const std::string& resource, const std::string& pkey,
                             const std::string& body);
  dataverse::Table& TableNamed(const std::string& name);
  campaign::Entities& ResourceNamed(const std::string& name);
  size_t SlotOf(const campaign::Entities& entities, const std::string& key);
  Fault NewFault(Arguments& arguments, FaultKind kind);
  boost::json::object Add(Fault fault, const Arguments& arguments);

  static constexpr double kMany = 100'000'000;
  static constexpr double kLongest = 24 * 3600;  // Seconds.
  static constexpr int64_t kLargestNotes = 1'048'576;
  static constexpr int64_t kLargestEvent = 10'000'000;

  World& world_;
  Activity activity_;
};

}  // namespace causeway::sandbox
