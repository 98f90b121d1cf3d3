#include "tests/simulation/model/activity_model.h"

#include <boost/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/simulation/model/url.h"

namespace causeway::simulation {
namespace {

namespace json = boost::json;

constexpr char kBase[] = "/api/data/v9.2/";
constexpr char kCreateMultiple[] = "/Microsoft.Dynamics.CRM.CreateMultiple";

http::Response Json(int status, std::string body) {
  return {status, {{"content-type", "application/json"}}, std::move(body)};
}

http::Response Error(int status) {
  const char* code = status == 412 ? "0x80040237" : status == 404 ? "0x80040217" : "0x80060891";
  return Json(status, absl::StrCat(R"({"error":{"code":")", code, R"(","message":"refused with )", status, "\"}}"));
}

// What became of a write of `row`.
http::Response Written(int status, const ActivityRow& row) {
  if (status == 204) return {204, {}, ""};
  if (status != 404) return Error(status);
  return Json(404, absl::StrCat(R"({"error":{"code":"0x80040217","message":"contact With Id = )", row.contact,
                                R"( Does Not Exist"}})"));
}

// What stands between two marks; empty without them.
std::string Between(absl::string_view text, absl::string_view open, absl::string_view close) {
  const size_t begin = text.find(open);
  if (begin == absl::string_view::npos) return "";
  text.remove_prefix(begin + open.size());
  return std::string(text.substr(0, text.find(close)));
}

std::string Text(const json::object& object, absl::string_view member) {
  const json::value* value = object.if_contains({member.data(), member.size()});
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

ActivityRow RowOf(std::string table, const json::object& body) {
  const std::string bind = absl::StrCat("regardingobjectid_contact_", table, "@odata.bind");
  return {std::move(table), Text(body, "adobe_campaignname"), Between(Text(body, bind), "(", ")")};
}

std::string ColumnsJson() {
  std::string list;
  for (const char* name : {"subject", "adobe_campaignname", "adobe_deliveryname", "adobe_senton", "adobe_openedon",
                           "adobe_clickedon", "adobe_bouncedon", "adobe_mirrorpageurl", "adobe_trackingurl"}) {
    const bool date = absl::EndsWith(name, "on");
    absl::StrAppend(&list, list.empty() ? "" : ",", R"({"LogicalName":")", name, R"(","AttributeType":")",
                    date ? "DateTime" : "String",
                    R"(","IsValidForRead":true,"IsValidForCreate":true,"IsValidForUpdate":true})");
  }
  return absl::StrCat(R"({"value":[)", list, "]}");
}

}  // namespace

http::Response ActivityModel::Refuse(int status) { return Error(status); }

http::Response ActivityModel::Handle(const Delivery& delivery) {
  const http::Request& request = delivery.request;
  const Url url = ParseUrl(request.url);
  if (absl::EndsWith(url.path, "/oauth2/v2.0/token")) return tokens_.Issue();
  if (!tokens_.Accept(request)) return Error(401);
  absl::string_view path = url.path;
  if (!absl::ConsumePrefix(&path, kBase)) return Error(404);
  if (request.method == "GET") return Metadata(path);
  if (path == "$batch") return Batch(request);
  if (absl::ConsumeSuffix(&path, kCreateMultiple)) return CreateMultiple(path, request.body);
  return request.method == "PATCH" ? WriteOne(path, request.body) : Error(405);
}

http::Response ActivityModel::Metadata(absl::string_view path) const {
  constexpr char kPrivileges[] = R"("Privileges":[{"PrivilegeType":"Create","Name":"prvCreate","PrivilegeId":"c"}])";
  if (path == "WhoAmI") return Json(200, R"({"UserId":"u"})");
  if (absl::StartsWith(path, "systemusers(")) return Json(200, R"({"RolePrivileges":[{"PrivilegeId":"c"}]})");
  if (!absl::StartsWith(path, "EntityDefinitions(")) return Error(404);
  if (absl::EndsWith(path, "/Attributes")) return Json(200, ColumnsJson());
  if (absl::StrContains(path, "DateTimeAttributeMetadata")) return Json(200, R"({"value":[]})");
  const std::string table = Between(path, "'", "'");
  return Json(200, absl::StrCat(R"({"LogicalName":")", table, R"(","EntitySetName":")", table,
                                R"(s","PrimaryIdAttribute":"activityid","IsActivity":true,)", kPrivileges, "}"));
}

int ActivityModel::Check(const std::string& id, const ActivityRow& row) const {
  if (rows_.contains(id)) return 412;
  return contacts_.contains(row.contact) ? 204 : 404;
}

void ActivityModel::Make(const std::string& id, const ActivityRow& row) {
  rows_.emplace(id, row);
  if (observer_) observer_(row);
}

http::Response ActivityModel::WriteOne(absl::string_view path, absl::string_view body) {
  boost::system::error_code error;
  const json::value parsed = json::parse({body.data(), body.size()}, error);
  if (error || !parsed.is_object()) return Error(400);
  const std::string id = Between(path, "(", ")");
  const ActivityRow row = RowOf(std::string(path.substr(0, path.find("s("))), parsed.as_object());
  const int status = Check(id, row);
  if (status == 204) Make(id, row);
  return Written(status, row);
}

http::Response ActivityModel::CreateMultiple(absl::string_view set, absl::string_view body) {
  boost::system::error_code error;
  const json::value parsed = json::parse({body.data(), body.size()}, error);
  if (error || !parsed.is_object()) return Error(400);
  std::map<std::string, ActivityRow> made;
  std::string ids;
  for (const json::value& target : parsed.at("Targets").as_array()) {
    const std::string id = Text(target.as_object(), "activityid");
    const ActivityRow row = RowOf(std::string(set.substr(0, set.size() - 1)), target.as_object());
    const int status = made.contains(id) ? 412 : Check(id, row);
    if (status != 204) return Written(status, row);
    made.emplace(id, row);
    absl::StrAppend(&ids, ids.empty() ? "\"" : ",\"", id, "\"");
  }
  for (const auto& [id, row] : made) Make(id, row);
  return Json(200, absl::StrCat(R"({"Ids":[)", ids, "]}"));
}

http::Response ActivityModel::Batch(const http::Request& request) {
  const std::string boundary(
      absl::StripPrefix(Between(absl::StrCat(HeaderOf(request, "content-type"), ";"), "boundary=", ";"), "\""));
  const std::string delimiter = absl::StrCat("--", absl::StripSuffix(boundary, "\""));
  std::string answers;
  for (absl::string_view part : absl::StrSplit(request.body, delimiter)) {
    const std::string path = Between(part, absl::StrCat("PATCH ", kBase), " HTTP/1.1");
    if (path.empty()) continue;
    const http::Response response = WriteOne(path, part.substr(part.find('{')));
    absl::StrAppend(&answers, "--answers\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 ", response.status,
                    " X\r\nContent-Type: application/json\r\n\r\n", response.body, "\r\n");
  }
  return {200, {{"content-type", "multipart/mixed; boundary=answers"}}, answers + "--answers--\r\n"};
}

}  // namespace causeway::simulation
