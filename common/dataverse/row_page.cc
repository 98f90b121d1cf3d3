#include "common/dataverse/row_page.h"

#include <simdjson.h>

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/errors/excerpt.h"
#include "common/json/mend.h"

namespace causeway::dataverse {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

constexpr size_t kMaxIdLength = 64;
constexpr std::string_view kDeletedMark = "/$deletedEntity";

// The members of a row that the page's reader looks at, as far as they are there, and whether one of them is there
// twice.
struct RowHead {
  std::string_view etag, id, deleted_id, context;
  bool repeated = false;
  bool id_repeated = false;
};

absl::Status UnreadablePage(const RowQuery& query, absl::string_view why) {
  return errors::Make(errors::kDynamicsAnswer,
                      absl::StrCat("A page of rows of ", query.table, " can't be read: ", why, "."), query.table);
}

absl::Status UnreadablePage(const RowQuery& query, error_code error) {
  return UnreadablePage(query, simdjson::error_message(error));
}

// Strings are used as they travel: neither ids nor versions hold escapes, but for the quotes around the version.
error_code RawString(ondemand::value value, std::string_view& raw) {
  ondemand::json_type type;
  if (auto error = value.type().get(type)) return error;
  if (type != ondemand::json_type::string) return simdjson::SUCCESS;
  raw = value.raw_json_token();
  raw = raw.substr(1, raw.rfind('"') - 1);
  return simdjson::SUCCESS;
}

error_code ReadHead(ondemand::object object, std::string_view primary_id, RowHead& head) {
  for (auto field : object) {
    ondemand::raw_json_string key;
    if (auto error = field.key().get(key)) return error;
    std::string_view* slot = nullptr;
    if (key.unsafe_is_equal(primary_id)) slot = &head.id;
    if (key.unsafe_is_equal("@odata.etag")) slot = &head.etag;
    if (key.unsafe_is_equal("@odata.context")) slot = &head.context;
    if (key.unsafe_is_equal("id")) slot = &head.deleted_id;
    if (slot == nullptr) continue;
    if (slot->data() != nullptr) head.repeated = true;
    if (slot->data() != nullptr && slot != &head.etag) head.id_repeated = true;
    ondemand::value value;
    if (auto error = field.value().get(value)) return error;
    if (auto error = RawString(value, *slot)) return error;
  }
  return simdjson::SUCCESS;
}

// Ids are GUIDs (or look like them); they go into URLs and keys. One spelling for all.
bool ReadId(std::string_view raw, std::string& id) {
  if (raw.empty() || raw.size() > kMaxIdLength) return false;
  for (char c : raw) {
    if (!absl::ascii_isalnum(c) && c != '-') return false;
  }
  id.assign(raw);
  absl::AsciiStrToLower(&id);
  return true;
}

// W/"1234", its quotes escaped.
bool ReadVersion(std::string_view etag, int64_t& version) {
  constexpr std::string_view kPrefix = R"(W/\")", kSuffix = R"(\")";
  if (!etag.starts_with(kPrefix) || !etag.ends_with(kSuffix) || etag.size() <= kPrefix.size() + kSuffix.size())
    return false;
  etag = etag.substr(kPrefix.size(), etag.size() - kPrefix.size() - kSuffix.size());
  const auto [end, error] = std::from_chars(etag.data(), etag.data() + etag.size(), version);
  return error == std::errc() && end == etag.data() + etag.size() && version > 0;
}

// Empty: the row can be used.
absl::string_view FillRow(const RowHead& head, Row& row) {
  row.deleted = head.context.ends_with(kDeletedMark);
  if (!ReadId(row.deleted ? head.deleted_id : head.id, row.id)) return "it has no usable id";
  if (head.repeated) return "it has an id or version twice";
  if (!row.deleted && !ReadVersion(head.etag, row.version)) return "it has no usable version";
  return "";
}

std::string_view WithoutTrailingBlanks(std::string_view token) {
  return token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
}

void Reject(const RowQuery& query, absl::string_view why, Row row, bool id_known, RowPage& page) {
  const std::string message = absl::StrCat("A row of ", query.table, " can't be used: ", why, ".");
  errors::Detail detail = errors::NewDetail(errors::kDynamicsRow, message, query.table);
  detail.excerpt = errors::Excerpt(row.json);
  page.unusable.push_back({std::move(row.id), std::move(row.json), errors::Make(std::move(detail)), id_known});
}

error_code ReadRow(ondemand::value value, const RowQuery& query, RowPage& page) {
  ondemand::json_type type;
  if (auto error = value.type().get(type)) return error;
  Row row;
  if (type != ondemand::json_type::object) {
    std::string_view raw;
    if (auto error = simdjson::to_json_string(value).get(raw)) return error;
    row.json = WithoutTrailingBlanks(raw);
    Reject(query, "it is no JSON object", std::move(row), false, page);
    return simdjson::SUCCESS;
  }
  ondemand::object object;
  std::string_view raw;
  RowHead head;
  if (auto error = value.get_object().get(object)) return error;
  if (auto error = object.raw_json().get(raw)) return error;
  if (auto error = object.reset().error()) return error;
  if (auto error = ReadHead(object, query.primary_id, head)) return error;
  row.json = WithoutTrailingBlanks(raw);
  if (row.json.back() != '}') return simdjson::TAPE_ERROR;  // simdjson counts brackets of both kinds alike.
  const absl::string_view why = FillRow(head, row);
  if (why.empty()) {
    page.rows.push_back(std::move(row));
  } else {
    const bool id_known = !row.id.empty() && !head.id_repeated;
    Reject(query, why, std::move(row), id_known, page);
  }
  return simdjson::SUCCESS;
}

// The parts of a page, each at most once.
struct PageMembers {
  bool value = false, next = false, delta = false;
};

error_code ReadMember(ondemand::field& field, const RowQuery& query, PageMembers& seen, RowPage& page) {
  const ondemand::raw_json_string key = field.key();
  const auto link = [&](bool& seen_before, std::string& link) -> error_code {
    std::string_view text;
    if (std::exchange(seen_before, true)) return simdjson::TAPE_ERROR;
    if (auto error = field.value().get_string().get(text)) return error;
    link = std::string(text);
    // It would lead elsewhere.
    return json::IsDamaged(link) ? simdjson::STRING_ERROR : simdjson::SUCCESS;
  };
  if (key.unsafe_is_equal("@odata.nextLink")) return link(seen.next, page.next_link);
  if (key.unsafe_is_equal("@odata.deltaLink")) return link(seen.delta, page.delta_link);
  if (!key.unsafe_is_equal("value")) return simdjson::SUCCESS;
  if (std::exchange(seen.value, true)) return simdjson::TAPE_ERROR;
  ondemand::array rows;
  if (auto error = field.value().get_array().get(rows)) return error;
  for (auto element : rows) {
    ondemand::value row;
    if (auto error = element.get(row)) return error;
    if (auto error = ReadRow(row, query, page)) return error;
  }
  return simdjson::SUCCESS;
}

// simdjson reads a little beyond the end.
simdjson::padded_string_view Padded(std::string& body) {
  const size_t size = body.size();
  body.append(simdjson::SIMDJSON_PADDING, '\0');
  return simdjson::padded_string_view(body.data(), size, body.size());
}

// What `read` makes of the body; where that fails and its strings can be mended, what it makes of the mended one.
template <typename T>
absl::StatusOr<T> ReadMended(std::string body, const RowQuery& query,
                             absl::StatusOr<T> (*read)(std::string& body, const RowQuery& query)) {
  const size_t size = body.size();
  absl::StatusOr<T> whole = read(body, query);
  if (whole.ok()) return whole;
  std::optional<std::string> mended = json::Mended(absl::string_view(body).substr(0, size));
  if (!mended) return whole;
  return read(*mended, query);
}

// Whether nothing follows the document.
error_code EndOf(ondemand::document& document) {
  const bool at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return at_end ? simdjson::SUCCESS : simdjson::TRAILING_CONTENT;
}

error_code ReadDocument(ondemand::document& document, const RowQuery& query, PageMembers& seen, RowPage& page) {
  ondemand::object object;
  if (auto error = document.get_object().get(object)) return error;
  for (auto member : object) {
    ondemand::field field;
    if (auto error = std::move(member).get(field)) return error;
    if (auto error = ReadMember(field, query, seen, page)) return error;
  }
  return EndOf(document);
}

absl::StatusOr<RowPage> ReadPage(std::string& body, const RowQuery& query) {
  ondemand::parser parser;
  ondemand::document document;
  RowPage page;
  PageMembers seen;
  if (auto error = parser.iterate(Padded(body)).get(document)) return UnreadablePage(query, error);
  page.rows.reserve(query.page_size);
  if (auto error = ReadDocument(document, query, seen, page)) return UnreadablePage(query, error);
  if (!seen.value) return UnreadablePage(query, "it holds no list of rows");
  if (!page.next_link.empty() && !page.delta_link.empty())
    return UnreadablePage(query, "it says that more follows and that it is the last");
  if (query.track_changes && page.next_link.empty() && page.delta_link.empty())
    return UnreadablePage(query, "the last page carries no delta link");
  return page;
}

absl::StatusOr<Row> ReadOneRow(std::string& body, const RowQuery& query) {
  ondemand::parser parser;
  ondemand::document document;
  ondemand::object object;
  RowHead head;
  Row row;
  row.json = body;
  if (auto error = parser.iterate(Padded(body)).get(document)) return UnreadablePage(query, error);
  if (auto error = document.get_object().get(object)) return UnreadablePage(query, error);
  if (auto error = ReadHead(object, query.primary_id, head)) return UnreadablePage(query, error);
  if (auto error = EndOf(document)) return UnreadablePage(query, error);
  const absl::string_view why = FillRow(head, row);
  if (!why.empty()) return UnreadablePage(query, why);
  return row;
}

}  // namespace

absl::StatusOr<RowPage> ReadRowPage(std::string body, const RowQuery& query) {
  return ReadMended(std::move(body), query, &ReadPage);
}

absl::StatusOr<Row> ReadSingleRow(std::string body, const RowQuery& query) {
  return ReadMended(std::move(body), query, &ReadOneRow);
}

}  // namespace causeway::dataverse
