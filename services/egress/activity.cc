#include "services/egress/activity.h"

#include <openssl/evp.h>

#include <array>
#include <boost/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "common/errors/error.h"

namespace causeway::egress {
namespace {

// Of Causeway's activities; never changed, or events would become activities twice.
constexpr std::array<unsigned char, 16> kNamespace = {0x6c, 0x1d, 0x0e, 0x5a, 0x2b, 0x8f, 0x4e, 0x0b,
                                                      0x9a, 0x37, 0x51, 0xc4, 0xd2, 0x70, 0x8e, 0x13};
constexpr size_t kMaxSubject = 200;  // Of an activity's subject in Dynamics 365, in UTF-16 units.
// An activity's state and status when it is done.
constexpr int kCompleted = 1;
constexpr int kCompletedStatus = 2;

std::array<unsigned char, 20> Sha1(const std::string& text) {
  std::array<unsigned char, 20> digest{};
  unsigned int length = digest.size();
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr);
  return digest;
}

// At most `units` of UTF-16, without half a character at its end. `text` is valid UTF-8.
std::string Cut(std::string text, size_t units) {
  size_t end = 0;
  while (end < text.size()) {
    const auto first = static_cast<unsigned char>(text[end]);
    const size_t bytes = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    const size_t taken = bytes == 4 ? 2 : 1;
    if (taken > units) break;
    units -= taken;
    end += bytes;
  }
  text.resize(end);
  return text;
}

std::string SubjectOf(const Event& event) {
  return Cut(absl::StrCat("Campaign Name: ", event.campaign_name, "; Delivery Name: ", event.delivery_name),
             kMaxSubject);
}

std::string Utc(absl::Time time) { return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone()); }

// What Dynamics 365 can hold: 1753-01-01 to 9999-12-30.
const absl::Time kFirstTime = absl::FromCivil(absl::CivilDay(1753, 1, 1), absl::UTCTimeZone());
const absl::Time kEndOfTime = absl::FromCivil(absl::CivilDay(9999, 12, 31), absl::UTCTimeZone());

}  // namespace

absl::Status CheckTime(const Event& event, const ActivityTable& table) {
  if (event.time >= kFirstTime && event.time < kEndOfTime) return absl::OkStatus();
  return errors::Make(errors::kDynamicsRefused,
                      absl::StrCat("The time of the event is ", event.time < kFirstTime ? "before 1753-01-01" : "after 9999-12-30",
                                   ", which Dynamics 365 can't hold (column ", table.columns.date, " of ", table.logical_name, ")."),
                      table.logical_name);
}

std::string ActivityId(const Event& event) {
  std::string name(reinterpret_cast<const char*>(kNamespace.data()), kNamespace.size());
  absl::StrAppend(&name, NameOf(event.type), ":", event.id);
  std::array<unsigned char, 20> hash = Sha1(name);
  hash[6] = (hash[6] & 0x0F) | 0x50;  // Version 5
  hash[8] = (hash[8] & 0x3F) | 0x80;  // Variant
  std::string id;
  for (size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) id += '-';
    absl::StrAppendFormat(&id, "%02x", hash[i]);
  }
  return id;
}

Activity ActivityOf(const Event& event, const ActivityTable& table) {
  boost::json::object body;
  const auto set = [&body](const std::string& column, const std::string& value) {
    if (!column.empty() && !value.empty()) body[column] = value;
  };
  set("subject", SubjectOf(event));
  set(table.columns.campaign_name, event.campaign_name);
  set(table.columns.delivery_name, event.delivery_name);
  set(table.columns.date, Utc(event.time));
  set(table.columns.mirror_page_url, event.mirror_page_url);
  set(table.columns.tracking_url, event.tracking_url);
  body[absl::StrCat("regardingobjectid_contact_", table.logical_name, "@odata.bind")] =
      absl::StrCat("/contacts(", event.contact_id, ")");
  body["statecode"] = kCompleted;
  body["statuscode"] = kCompletedStatus;

  return {&table, ActivityId(event), event.contact_id, boost::json::serialize(body)};
}

dataverse::RowWrite WriteOf(const Activity& activity) {
  dataverse::RowWrite write;
  write.kind = dataverse::RowWrite::Kind::kUpsert;
  write.entity_set = activity.table->entity_set;
  write.id = activity.id;
  write.body = activity.body;
  write.precondition.kind = dataverse::Precondition::Kind::kMustNotExist;
  return write;
}

std::string RowOf(const Activity& activity) {
  return absl::StrCat("{\"", activity.table->primary_id, "\":\"", activity.id, "\",",
                      absl::string_view(activity.body).substr(1));
}

}  // namespace causeway::egress
