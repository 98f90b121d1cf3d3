#include "common/errors/error.h"

#include <boost/json.hpp>

#include "absl/strings/cord.h"
#include "common/errors/excerpt.h"

namespace causeway::errors {
namespace {

constexpr absl::string_view kPayloadUrl = "type.causeway/error-detail";

absl::StatusCode StatusCodeOf(Kind kind) {
  switch (kind) {
    case Kind::kTransient: return absl::StatusCode::kUnavailable;
    case Kind::kRecord: return absl::StatusCode::kInvalidArgument;
    case Kind::kWorkflow: return absl::StatusCode::kFailedPrecondition;
    case Kind::kRequest: return absl::StatusCode::kInvalidArgument;
    case Kind::kBug: return absl::StatusCode::kInternal;
  }
  return absl::StatusCode::kInternal;
}

}  // namespace

Detail NewDetail(const Code& code, absl::string_view message, absl::string_view subject) {
  Detail detail;
  detail.code = std::string(code.id);
  detail.kind = code.kind;
  detail.message = std::string(message);
  detail.remedy = std::string(code.remedy);
  detail.subject = std::string(subject);
  return detail;
}

absl::Status Make(const Code& code, absl::string_view message, absl::string_view subject) {
  return Make(NewDetail(code, message, subject));
}

absl::Status Make(Detail detail) {
  // It may hold what another system said.
  absl::Status status(StatusCodeOf(detail.kind), Harmless(detail.message));
  boost::json::object payload{{"code", detail.code},     {"kind", static_cast<int>(detail.kind)},
                              {"remedy", detail.remedy}, {"subject", Excerpt(detail.subject)},
                              {"excerpt", Excerpt(detail.excerpt)}, {"maybe_done", detail.maybe_done}};
  if (detail.retry_after) {
    // Rounded up: who was asked to wait must not come back early.
    payload["retry_after_ms"] = absl::ToInt64Milliseconds(absl::Ceil(*detail.retry_after, absl::Milliseconds(1)));
  }
  status.SetPayload(kPayloadUrl, absl::Cord(boost::json::serialize(payload)));
  return status;
}

bool HasDetail(const absl::Status& status) { return status.GetPayload(kPayloadUrl).has_value(); }

Detail Describe(const absl::Status& status) {
  auto payload = status.GetPayload(kPayloadUrl);
  if (!payload) return NewDetail(kBug, status.ToString());
  const boost::json::object object = boost::json::parse(std::string(*payload)).as_object();
  auto text = [&](const char* name) { return std::string(object.at(name).as_string()); };
  Detail detail;
  detail.code = text("code");
  detail.kind = static_cast<Kind>(object.at("kind").as_int64());
  detail.message = std::string(status.message());
  detail.remedy = text("remedy");
  detail.subject = text("subject");
  detail.excerpt = text("excerpt");
  detail.maybe_done = object.at("maybe_done").as_bool();
  if (auto* ms = object.if_contains("retry_after_ms")) detail.retry_after = absl::Milliseconds(ms->as_int64());
  return detail;
}

Kind KindOf(const absl::Status& status) { return Describe(status).kind; }
bool IsTransient(const absl::Status& status) { return !status.ok() && KindOf(status) == Kind::kTransient; }
bool Is(const absl::Status& status, const Code& code) { return !status.ok() && Describe(status).code == code.id; }

}  // namespace causeway::errors
