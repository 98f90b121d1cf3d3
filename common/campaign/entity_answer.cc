#include "common/campaign/entity_answer.h"

#include <simdjson.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "common/json/mend.h"

namespace causeway::campaign {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

constexpr size_t kMaxPKey = 256;

std::string_view WithoutTrailingBlanks(std::string_view token) {
  return token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
}

error_code ReadText(ondemand::value value, std::string& text) {
  std::string_view view;
  if (auto error = value.get_string().get(view)) return error;
  text = std::string(view);
  return simdjson::SUCCESS;
}

error_code ReadPKeyValue(ondemand::value value, std::string& pkey) {
  if (!pkey.empty()) return simdjson::TAPE_ERROR;  // There twice.
  if (auto error = ReadText(value, pkey)) return error;
  const auto plain = [](unsigned char c) { return c > 0x20 && c != 0x7f; };
  const bool usable = !pkey.empty() && pkey.size() <= kMaxPKey && std::all_of(pkey.begin(), pkey.end(), plain) &&
                      !json::IsDamaged(pkey);
  return usable ? simdjson::SUCCESS : simdjson::INCORRECT_TYPE;
}

// A key is text or a number; null and anything else is none.
error_code ReadKeyValue(ondemand::value value, std::string& key) {
  ondemand::json_type type;
  if (auto error = value.type().get(type)) return error;
  if (type == ondemand::json_type::string) return ReadText(value, key);
  if (type == ondemand::json_type::number) key = WithoutTrailingBlanks(value.raw_json_token());
  return simdjson::SUCCESS;
}

error_code ReadMembers(ondemand::object object, const std::string& key_field, Entity& entity) {
  for (auto member : object) {
    ondemand::field field;
    ondemand::raw_json_string name;
    if (auto error = std::move(member).get(field)) return error;
    name = field.key();
    if (name.unsafe_is_equal("PKey")) {
      if (auto error = ReadPKeyValue(field.value(), entity.pkey)) return error;
    } else if (!key_field.empty() && name.unsafe_is_equal(std::string_view(key_field))) {
      if (auto error = ReadKeyValue(field.value(), entity.key)) return error;
    }
  }
  return entity.pkey.empty() ? simdjson::NO_SUCH_FIELD : simdjson::SUCCESS;
}

error_code ReadElement(ondemand::value value, const std::string& key_field, Entity& entity) {
  ondemand::object object;
  std::string_view raw;
  if (auto error = value.get_object().get(object)) return error;
  if (auto error = object.raw_json().get(raw)) return error;
  if (auto error = object.reset().error()) return error;
  if (auto error = ReadMembers(object, key_field, entity)) return error;
  entity.json = WithoutTrailingBlanks(raw);
  // simdjson counts brackets of both kinds alike.
  return entity.json.back() == '}' ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

error_code ReadContent(ondemand::value value, const std::string& key_field, EntityPage& page) {
  ondemand::array list;
  if (auto error = value.get_array().get(list)) return error;
  for (auto element : list) {
    ondemand::value item;
    if (auto error = element.get(item)) return error;
    if (auto error = ReadElement(item, key_field, page.entities.emplace_back())) return error;
  }
  return simdjson::SUCCESS;
}

// {"href":"…"}; null is none.
error_code ReadNext(ondemand::value value, std::string& link) {
  ondemand::json_type type;
  if (auto error = value.type().get(type)) return error;
  if (type == ondemand::json_type::null) return simdjson::SUCCESS;
  ondemand::value href;
  if (auto error = value.find_field_unordered("href").get(href)) return error;
  if (auto error = ReadText(href, link)) return error;
  return link.empty() || json::IsDamaged(link) ? simdjson::NO_SUCH_FIELD : simdjson::SUCCESS;
}

error_code ReadPageMembers(ondemand::object object, const std::string& key_field, EntityPage& page) {
  bool content = false, next = false;
  for (auto member : object) {
    ondemand::field field;
    if (auto error = std::move(member).get(field)) return error;
    const ondemand::raw_json_string name = field.key();
    if (name.unsafe_is_equal("content")) {
      if (std::exchange(content, true)) return simdjson::TAPE_ERROR;
      if (auto error = ReadContent(field.value(), key_field, page)) return error;
    } else if (name.unsafe_is_equal("next")) {
      if (std::exchange(next, true)) return simdjson::TAPE_ERROR;
      if (auto error = ReadNext(field.value(), page.next_link)) return error;
    }
  }
  return content ? simdjson::SUCCESS : simdjson::NO_SUCH_FIELD;
}

}  // namespace

struct EntityReader::State {
  // What `read` fills a T with; where it fails and the strings of the body can be mended, from the mended one.
  template <typename T, typename Read>
  std::optional<T> Fill(std::string body, Read read) {
    const size_t size = body.size();
    if (std::optional<T> whole = FillFrom<T>(body, read)) return whole;
    body.resize(size);
    std::optional<std::string> mended = json::Mended(body);
    return mended ? FillFrom<T>(*mended, read) : std::nullopt;
  }

  template <typename T, typename Read>
  std::optional<T> FillFrom(std::string& body, Read read) {
    const size_t size = body.size();
    std::optional<T> filled(std::in_place);
    const auto fill = [&](ondemand::object object) {
      return read(object, std::string_view(body).substr(0, size), *filled);
    };
    return ReadObject(body, fill) ? std::move(filled) : std::nullopt;
  }

  // The document is one object, and nothing follows it.
  template <typename Read>
  bool ReadObject(std::string& body, Read read) {
    const size_t size = body.size();
    body.append(simdjson::SIMDJSON_PADDING, '\0');  // simdjson reads a little beyond the end.
    ondemand::object object;
    if (parser.iterate(simdjson::padded_string_view(body.data(), size, body.size())).get(document)) return false;
    if (document.get_object().get(object)) return false;
    return !read(object) && document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  }

  ondemand::parser parser;
  ondemand::document document;
};

EntityReader::EntityReader() : state_(std::make_unique<State>()) {}
EntityReader::~EntityReader() = default;

std::optional<std::string> EntityReader::ReadPKey(std::string body) {
  const auto read = [](ondemand::object object, std::string_view, Entity& entity) { return ReadMembers(object, "", entity); };
  std::optional<Entity> entity = state_->Fill<Entity>(std::move(body), read);
  if (!entity) return std::nullopt;
  return std::move(entity->pkey);
}

std::optional<Entity> EntityReader::ReadEntity(std::string body, const std::string& key_field) {
  const auto read = [&](ondemand::object object, std::string_view text, Entity& entity) {
    entity.json = text;
    return ReadMembers(object, key_field, entity);
  };
  return state_->Fill<Entity>(std::move(body), read);
}

std::optional<EntityPage> EntityReader::ReadPage(std::string body, const std::string& key_field) {
  const auto read = [&](ondemand::object object, std::string_view, EntityPage& page) {
    return ReadPageMembers(object, key_field, page);
  };
  return state_->Fill<EntityPage>(std::move(body), read);
}

}  // namespace causeway::campaign
