#include "tests/simulation/model/campaign_model.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/simulation/model/dataverse_model.h"

namespace causeway::simulation {
namespace {

http::Response Json(int status, std::string body) {
  return {status, {{"content-type", "application/json"}}, std::move(body)};
}

http::Response Rst(int status, absl::string_view message) {
  return Json(status, absl::StrCat(R"({"error_code":)", status, R"(,"message":")", message, "\"}"));
}

http::Response NotThere() { return Rst(404, "RST-360000 The requested resource does not exist."); }

std::string Href(absl::string_view resource, const CampaignRow& row) {
  return absl::StrCat(kCampaignOrigin, "/", kCampaignTenant, "/campaign/profileAndServicesExt/", resource, "/",
                      row.pkey);
}

std::string RowJson(absl::string_view resource, const CampaignRow& row) {
  return absl::StrCat(R"({"PKey":")", row.pkey, R"(","href":")", Href(resource, row), R"(","externalId":")", row.key,
                      R"(","lastName":")", row.name, R"(","cusRevision":)", row.revision, "}");
}

// Few, so that even a small resource is listed in several pages.
constexpr size_t kMaxPage = 5;

std::string FieldJson(absl::string_view name, absl::string_view type, absl::string_view res_type) {
  return absl::StrCat("\"", name, R"(":{"apiName":")", name, R"(","type":")", type, R"(","resType":")", res_type,
                      R"(","label":")", name, R"(","category":"field"})");
}

}  // namespace

CampaignModel::CampaignModel(Simulation& simulation, Faults& faults, std::vector<std::string> resources,
                             absl::Duration token_life)
    : simulation_(simulation), tokens_(simulation, faults, token_life) {
  for (std::string& resource : resources) resources_[resource];
}

void CampaignModel::AddByHand(const std::string& resource, const std::string& key) {
  CampaignRow row{NewPkey(), key, "by hand", 0, true};
  resources_.at(resource).emplace(row.pkey, row);
}

void CampaignModel::ChangeByHand(const std::string& resource, Dice& dice) {
  std::vector<CampaignRow*> rows;
  for (auto& [pkey, row] : resources_.at(resource)) {
    if (!row.key.empty() && !row.by_hand) rows.push_back(&row);
  }
  if (!rows.empty()) rows[dice.Below(rows.size())]->name = "by hand";
}

std::vector<const CampaignRow*> CampaignModel::FindByKey(const std::string& resource, absl::string_view key) const {
  std::vector<const CampaignRow*> found;
  for (const auto& [pkey, row] : resources_.at(resource)) {
    if (row.key == key) found.push_back(&row);
  }
  return found;
}

std::string CampaignModel::NewPkey() {
  return absl::StrCat("@", absl::Hex(simulation_.dice().Next(), absl::kZeroPad16));
}

http::Response CampaignModel::Refuse(int status) {
  if (status == 429) return Json(429, R"({"error_code":"429050","message":"Too many requests"})");
  return Json(status, absl::StrCat(R"({"code":)", status,
                                   R"(,"message":"Oops. Something went wrong. Check your URI and try again."})"));
}

// A create that is handled twice makes two rows, whatever the client does.
bool CampaignModel::Repeatable(const http::Request& request) const {
  return request.method != "POST" || absl::StartsWith(request.url, kImsOrigin);
}

http::Response CampaignModel::Handle(const Delivery& delivery) {
  const Url url = ParseUrl(delivery.request.url);
  if (absl::StartsWith(url.path, "/ims/")) return tokens_.Issue();
  ++engine_calls_;
  if (!tokens_.Accept(delivery.request))
    return Json(401, R"({"error_code":"401013","message":"Oauth token is not valid"})");
  // /{tenant}/campaign/{endpoint}/{resource}[/{PKey or filter}]
  const std::vector<std::string> parts = absl::StrSplit(url.path, '/', absl::SkipEmpty());
  if (parts.size() < 4) return NotThere();
  if (parts[3] == "resourceType") return parts.size() == 5 ? Metadata(parts[4]) : NotThere();
  const std::string& resource = parts[3];
  const auto rows = resources_.find(resource);
  if (rows == resources_.end()) return NotThere();
  const std::string& method = delivery.request.method;
  if (parts.size() == 4) return method == "POST" ? Create(delivery, resource) : ListRows(url, rows->second);
  if (absl::StartsWith(parts[4], "by")) return LookUp(url, resource);
  const auto row = rows->second.find(parts[4]);
  if (row == rows->second.end()) return NotThere();
  if (method == "PATCH") return Patch(delivery, resource, row->second);
  if (method == "DELETE") return Delete(delivery, resource, row->second);
  return Json(200, RowJson(resource, row->second));
}

http::Response CampaignModel::Metadata(absl::string_view resource) const {
  if (resources_.count(std::string(resource)) == 0) return NotThere();
  return Json(200, absl::StrCat(R"({"content":{)", FieldJson("PKey", "string", "string"), ",", FieldJson(kKeyField, "string", "string"),
                                ",", FieldJson(kNameField, "string", "string"), ",", FieldJson(kRevisionField, "number", "long"), "}}"));
}

http::Response CampaignModel::ListRows(const Url& url, const Rows& rows) {
  size_t max = 25;
  if (auto count = url.query.find("_lineCount"); count != url.query.end()) (void)absl::SimpleAtoi(count->second, &max);
  max = std::min(max, kMaxPage);
  auto row = rows.begin();
  if (auto start = url.query.find("_lineStart"); start != url.query.end()) row = rows.upper_bound(start->second);
  const std::vector<std::string> parts = absl::StrSplit(url.path, '/', absl::SkipEmpty());
  std::vector<std::string> lines;
  std::string last;
  for (; row != rows.end() && lines.size() < max; ++row) {
    lines.push_back(RowJson(parts[3], row->second));
    last = row->first;
  }
  std::string body = absl::StrCat(R"({"content":[)", absl::StrJoin(lines, ","), "]");
  if (row != rows.end()) {
    absl::StrAppend(&body, R"(,"next":{"href":")", kCampaignOrigin, url.path, "?_lineCount=", max,
                    "&_forcePagination=true&_lineStart=", last, "\"}");
  }
  return Json(200, body + "}");
}

http::Response CampaignModel::LookUp(const Url& url, const std::string& resource) const {
  const auto key = url.query.find(absl::StrCat(kKeyField, "_parameter"));
  if (key == url.query.end()) return Rst(500, "RST-360011 An error has occurred - please contact your administrator.");
  std::vector<std::string> lines;
  for (const CampaignRow* row : FindByKey(resource, key->second)) lines.push_back(RowJson(resource, *row));
  return Json(200, absl::StrCat(R"({"content":[)", absl::StrJoin(lines, ","), "]}"));
}

bool CampaignModel::Apply(absl::string_view body, CampaignRow& row) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse({body.data(), body.size()}, error);
  if (error || !value.is_object()) return false;
  for (const auto& [name, field] : value.as_object()) {
    if (name == kKeyField && field.is_string()) row.key = std::string(field.as_string());
    if (name == kNameField && field.is_string()) row.name = std::string(field.as_string());
    if (name == kRevisionField && field.is_int64()) row.revision = field.as_int64();
    if (name == kRevisionField && field.is_uint64()) row.revision = static_cast<int64_t>(field.as_uint64());
  }
  return !absl::StartsWith(row.name, kRefusedMark);
}

http::Response CampaignModel::Create(const Delivery& delivery, const std::string& resource) {
  CampaignRow row;
  if (!Apply(delivery.request.body, row))
    return Rst(500, "RST-360011 An error has occurred: invalid value for field 'lastName'.");
  row.pkey = NewPkey();
  resources_.at(resource).emplace(row.pkey, row);
  Tell({CampaignWrite::Kind::kCreate, resource, {}, row, delivery.from, delivery.sent});
  return Json(201, RowJson(resource, row));
}

http::Response CampaignModel::Patch(const Delivery& delivery, const std::string& resource, CampaignRow& row) {
  CampaignRow changed = row;
  if (!Apply(delivery.request.body, changed))
    return Rst(500, "RST-360011 An error has occurred: invalid value for field 'lastName'.");
  if (changed.key != row.key) return Rst(500, "RST-360011 An error has occurred: the key field can't be changed.");
  Tell({CampaignWrite::Kind::kUpdate, resource, std::exchange(row, changed), changed, delivery.from, delivery.sent});
  return Json(200, absl::StrCat(R"({"PKey":")", row.pkey, R"(","href":")", Href(resource, row), "\"}"));
}

http::Response CampaignModel::Delete(const Delivery& delivery, const std::string& resource, const CampaignRow& row) {
  const CampaignRow before = row;
  resources_.at(resource).erase(before.pkey);
  Tell({CampaignWrite::Kind::kDelete, resource, before, {}, delivery.from, delivery.sent});
  return {200, {}, ""};
}

void CampaignModel::Tell(CampaignWrite write) {
  if (observer_) observer_(write);
}

}  // namespace causeway::simulation
