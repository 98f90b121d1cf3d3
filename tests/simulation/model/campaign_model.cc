#include "tests/simulation/model/campaign_model.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
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

std::string RowUrl(absl::string_view place, const CampaignRow& row) {
  const std::pair<absl::string_view, absl::string_view> sides = absl::StrSplit(place, absl::MaxSplits('/', 1));
  return absl::StrCat(kCampaignOrigin, "/", sides.first, "/campaign/profileAndServicesExt/", sides.second, "/", row.pkey);
}

constexpr const char* kTexts[] = {kNameField, kNickField, kTitleField, kMarkField, kNoteField};

std::string RowJson(absl::string_view place, const CampaignRow& row) {
  const auto value = [&row](const char* field, const char* if_unset) {
    const auto found = row.fields.find(field);
    return found == row.fields.end() ? std::string(if_unset) : found->second;
  };
  std::string json = absl::StrCat(R"({"PKey":")", row.pkey, R"(","href":")", RowUrl(place, row), R"(","externalId":")",
                                  row.key, "\"");
  for (const char* field : kTexts) absl::StrAppend(&json, ",\"", field, "\":\"", value(field, ""), "\"");
  return absl::StrCat(json, ",\"", kRevisionField, "\":", value(kRevisionField, "0"), "}");
}

// What a body says; nullopt: it is no object.
std::optional<CampaignFields> FieldsOf(absl::string_view body) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse({body.data(), body.size()}, error);
  if (error || !value.is_object()) return std::nullopt;
  CampaignFields fields;
  for (const auto& [name, field] : value.as_object()) {
    fields[std::string(name)] = field.is_string() ? std::string(field.as_string()) : boost::json::serialize(field);
  }
  return fields;
}

bool Refusable(const CampaignFields& fields) {
  return std::any_of(fields.begin(), fields.end(),
                     [](const auto& field) { return absl::StartsWith(field.second, kRefusedMark); });
}

http::Response RefusedValue() { return Rst(500, "RST-360011 An error has occurred: invalid value for field 'lastName'."); }

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
  for (const std::string& resource : resources) {
    for (const char* tenant : {kCampaignTenant, kOtherTenant}) places_[PlaceOf(tenant, resource)];
  }
}

void CampaignModel::AddByHand(const std::string& place, const std::string& key) {
  CampaignRow row{NewPkey(), key, {{kNameField, "by hand"}}, true};
  keys_[row.pkey] = key;
  places_.at(place).emplace(row.pkey, row);
}

CampaignRow* CampaignModel::Any(const std::string& place, Dice& dice) {
  std::vector<CampaignRow*> rows;
  for (auto& [pkey, row] : places_.at(place)) {
    if (!row.key.empty() && !row.by_hand) rows.push_back(&row);
  }
  return rows.empty() ? nullptr : rows[dice.Below(rows.size())];
}

std::string CampaignModel::ChangeByHand(const std::string& place, Dice& dice) {
  CampaignRow* row = Any(place, dice);
  if (row == nullptr) return "";
  row->fields[kNameField] = "by hand";
  return row->key;
}

std::string CampaignModel::NoteByHand(const std::string& place, Dice& dice) {
  CampaignRow* row = Any(place, dice);
  if (row == nullptr) return "";
  row->fields[kNoteField] = "note";
  return row->key;
}

std::string CampaignModel::DeleteByHand(const std::string& place, Dice& dice) {
  CampaignRow* row = Any(place, dice);
  if (row == nullptr) return "";
  const std::string key = row->key;
  Remove(place, std::string(row->pkey));
  return key;
}

std::string CampaignModel::MoveByHand(const std::string& place, Dice& dice) {
  CampaignRow* row = Any(place, dice);
  if (row == nullptr) return "";
  CampaignRow moved = *row;
  Remove(place, std::string(row->pkey));
  moved.pkey = NewPkey();
  keys_[moved.pkey] = moved.key;
  places_.at(place).emplace(moved.pkey, moved);
  return moved.key;
}

std::vector<const CampaignRow*> CampaignModel::FindByKey(const std::string& place, absl::string_view key) const {
  std::vector<const CampaignRow*> found;
  for (const auto& [pkey, row] : places_.at(place)) {
    if (row.key == key) found.push_back(&row);
  }
  return found;
}

CampaignModel::Aim CampaignModel::AimOf(const http::Request& request) const {
  if (request.method == "GET") return {};
  const std::vector<std::string> parts = absl::StrSplit(ParseUrl(request.url).path, '/', absl::SkipEmpty());
  if (parts.size() < 4 || parts[1] != "campaign") return {};
  Aim aim{PlaceOf(parts[0], parts[3]), ""};
  if (parts.size() == 4) {
    const std::optional<CampaignFields> fields = FieldsOf(request.body);
    if (fields.has_value() && fields->contains(kKeyField)) aim.key = fields->at(kKeyField);
  } else if (const auto found = keys_.find(parts[4]); found != keys_.end()) {
    aim.key = found->second;
  }
  return aim;
}

std::string CampaignModel::NewPkey() {
  return absl::StrCat("@", absl::Hex(simulation_.dice().Next(), absl::kZeroPad16));
}

http::Response CampaignModel::Refuse(int status) {
  if (status == 429) return Json(429, R"({"error_code":"429050","message":"Too many requests"})");
  // Not "Check your URI": of a Campaign that never answered that is a wrong tenant, which ends a run.
  return Json(status, absl::StrCat(R"({"code":)", status, R"(,"message":"Oops. Something went wrong."})"));
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
  if (parts[3] == "resourceType") return parts.size() == 5 ? Metadata(PlaceOf(parts[0], parts[4])) : NotThere();
  const std::string place = PlaceOf(parts[0], parts[3]);
  const auto rows = places_.find(place);
  if (rows == places_.end()) return NotThere();
  const std::string& method = delivery.request.method;
  const std::string origin = delivery.request.url.substr(0, delivery.request.url.find('/', sizeof("https://")));
  if (parts.size() == 4) return method == "POST" ? Create(delivery, place) : ListRows(origin, url, rows->second);
  if (absl::StartsWith(parts[4], "by")) return LookUp(url, place);
  const auto row = rows->second.find(parts[4]);
  if (row == rows->second.end()) return NotThere();
  if (method == "PATCH") return Patch(delivery, place, row->second);
  if (method == "DELETE") return Delete(delivery, place, row->second);
  return Json(200, RowJson(place, row->second));
}

http::Response CampaignModel::Metadata(const std::string& place) const {
  if (!places_.contains(place)) return NotThere();
  std::string fields = FieldJson("PKey", "string", "string");
  absl::StrAppend(&fields, ",", FieldJson(kKeyField, "string", "string"));
  for (const char* field : kTexts) absl::StrAppend(&fields, ",", FieldJson(field, "string", "string"));
  absl::StrAppend(&fields, ",", FieldJson(kRevisionField, "number", "long"));
  return Json(200, absl::StrCat(R"({"content":{)", fields, "}}"));
}

http::Response CampaignModel::ListRows(const std::string& origin, const Url& url, const Rows& rows) {
  size_t max = 25;
  if (auto count = url.query.find("_lineCount"); count != url.query.end()) (void)absl::SimpleAtoi(count->second, &max);
  max = std::min(max, kMaxPage);
  auto row = rows.begin();
  if (auto start = url.query.find("_lineStart"); start != url.query.end()) row = rows.upper_bound(start->second);
  const std::vector<std::string> parts = absl::StrSplit(url.path, '/', absl::SkipEmpty());
  std::vector<std::string> lines;
  std::string last;
  for (; row != rows.end() && lines.size() < max; ++row) {
    lines.push_back(RowJson(PlaceOf(parts[0], parts[3]), row->second));
    last = row->first;
  }
  std::string body = absl::StrCat(R"({"content":[)", absl::StrJoin(lines, ","), "]");
  if (row != rows.end()) {
    absl::StrAppend(&body, R"(,"next":{"href":")", origin, url.path, "?_lineCount=", max,
                    "&_forcePagination=true&_lineStart=", last, "\"}");
  }
  return Json(200, body + "}");
}

http::Response CampaignModel::LookUp(const Url& url, const std::string& place) const {
  const auto key = url.query.find(absl::StrCat(kKeyField, "_parameter"));
  if (key == url.query.end()) return Rst(500, "RST-360011 An error has occurred - please contact your administrator.");
  std::vector<std::string> lines;
  for (const CampaignRow* row : FindByKey(place, key->second)) lines.push_back(RowJson(place, *row));
  return Json(200, absl::StrCat(R"({"content":[)", absl::StrJoin(lines, ","), "]}"));
}

http::Response CampaignModel::Create(const Delivery& delivery, const std::string& place) {
  const std::optional<CampaignFields> sent = FieldsOf(delivery.request.body);
  if (!sent.has_value() || Refusable(*sent)) return RefusedValue();
  CampaignRow row{NewPkey(), "", *sent};
  if (auto key = row.fields.extract(kKeyField); !key.empty()) row.key = key.mapped();
  for (const CampaignRow* other : FindByKey(place, row.key)) {
    if (!unique_keys_ || row.key.empty()) break;
    own_duplicates_ += other->by_hand ? 0 : 1;
    return Rst(500, "RST-360011 An error has occurred: Duplicate key: a record with this value of field 'externalId' already exists.");
  }
  keys_[row.pkey] = row.key;
  places_.at(place).emplace(row.pkey, row);
  Tell({CampaignWrite::Kind::kCreate, place, {}, row, *sent, delivery.from, delivery.sent});
  return Json(201, RowJson(place, row));
}

http::Response CampaignModel::Patch(const Delivery& delivery, const std::string& place, CampaignRow& row) {
  const std::optional<CampaignFields> sent = FieldsOf(delivery.request.body);
  if (!sent.has_value() || Refusable(*sent)) return RefusedValue();
  if (sent->contains(kKeyField) && sent->at(kKeyField) != row.key)
    return Rst(500, "RST-360011 An error has occurred: the key field can't be changed.");
  const CampaignRow before = row;
  for (const auto& [field, value] : *sent) {
    if (field != kKeyField) row.fields[field] = value;
  }
  Tell({CampaignWrite::Kind::kUpdate, place, before, row, *sent, delivery.from, delivery.sent});
  return Json(200, absl::StrCat(R"({"PKey":")", row.pkey, R"(","href":")", RowUrl(place, row), "\"}"));
}

http::Response CampaignModel::Delete(const Delivery& delivery, const std::string& place, const CampaignRow& row) {
  const CampaignRow before = row;
  Remove(place, before.pkey);
  Tell({CampaignWrite::Kind::kDelete, place, before, {}, {}, delivery.from, delivery.sent});
  return {200, {}, ""};
}

void CampaignModel::Remove(const std::string& place, const std::string& pkey) {
  places_.at(place).erase(pkey);
  last_removal_ = simulation_.Now();
}

void CampaignModel::Tell(CampaignWrite write) {
  if (observer_) observer_(write);
}

}  // namespace causeway::simulation
