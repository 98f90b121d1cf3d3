#include "common/json/path.h"

#include <boost/json.hpp>
#include <utility>

namespace causeway::json {
namespace {

// As deep as common parsers of senders go (Jackson's limit); each level takes some of the stack.
constexpr size_t kMaxDepth = 1000;

boost::json::value ParseWith(absl::string_view text, bool any_bytes) {
  boost::json::parse_options options;
  options.max_depth = kMaxDepth;
  options.allow_invalid_utf8 = any_bytes;
  boost::system::error_code error;
  // What is only read needs no memory that can be given back piece by piece; a value takes about twice its text.
  boost::json::storage_ptr memory = boost::json::make_shared_resource<boost::json::monotonic_resource>(2 * text.size() + 1024);
  boost::json::value value = boost::json::parse({text.data(), text.size()}, error, std::move(memory), options);
  return error ? boost::json::value() : value;
}

}  // namespace

boost::json::value Parse(absl::string_view text) { return ParseWith(text, false); }
boost::json::value ParseLoosely(absl::string_view text) { return ParseWith(text, true); }

const boost::json::value* At(const boost::json::value& value, std::initializer_list<absl::string_view> path) {
  const boost::json::value* at = &value;
  for (absl::string_view name : path) {
    const auto* object = at->if_object();
    at = object == nullptr ? nullptr : object->if_contains({name.data(), name.size()});
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::string TextAt(const boost::json::value& value, std::initializer_list<absl::string_view> path) {
  const auto* at = At(value, path);
  if (at == nullptr) return "";
  if (at->is_string()) return std::string(at->as_string().data(), at->as_string().size());
  return at->is_number() ? boost::json::serialize(*at) : "";
}

bool TrueAt(const boost::json::value& value, std::initializer_list<absl::string_view> path) {
  const auto* at = At(value, path);
  return at != nullptr && at->is_bool() && at->as_bool();
}

int64_t IntegerAt(const boost::json::value& value, std::initializer_list<absl::string_view> path, int64_t otherwise) {
  const auto* at = At(value, path);
  return at != nullptr && at->is_int64() ? at->as_int64() : otherwise;
}

const boost::json::array* ArrayAt(const boost::json::value& value, std::initializer_list<absl::string_view> path) {
  const auto* at = At(value, path);
  return at == nullptr ? nullptr : at->if_array();
}

}  // namespace causeway::json
