#include "common/json/path.h"

#include <boost/json.hpp>
#include <cmath>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/json/mend.h"

namespace causeway::json {
namespace {

// As deep as common parsers of senders go (Jackson's limit); each level takes some of the stack.
constexpr size_t kMaxDepth = 1000;

boost::json::value ParseOnce(absl::string_view text, boost::system::error_code& error) {
  boost::json::parse_options options;
  options.max_depth = kMaxDepth;
  // What is only read needs no memory that can be given back piece by piece; a value takes about twice its text.
  boost::json::storage_ptr memory = boost::json::make_shared_resource<boost::json::monotonic_resource>(2 * text.size() + 1024);
  return boost::json::parse({text.data(), text.size()}, error, std::move(memory), options);
}

}  // namespace

boost::json::value Parse(absl::string_view text) {
  boost::system::error_code error;
  boost::json::value value = ParseOnce(text, error);
  if (!error) return value;
  const std::optional<std::string> mended = Mended(text);
  if (!mended) return nullptr;
  boost::json::value second = ParseOnce(*mended, error);
  if (error) return nullptr;
  return second;
}

const boost::json::value* At(const boost::json::value& value, std::initializer_list<absl::string_view> path) {
  const boost::json::value* at = &value;
  for (absl::string_view name : path) {
    const auto* object = at->if_object();
    at = object == nullptr ? nullptr : object->if_contains({name.data(), name.size()});
    if (at == nullptr) return nullptr;
  }
  return at;
}

const boost::json::value* AtPointer(const boost::json::value& value, absl::string_view pointer) {
  boost::system::error_code error;
  return value.find_pointer(absl::StrCat("/", pointer), error);
}

std::string TextOf(const boost::json::value* value) {
  if (value == nullptr) return "";
  if (value->is_string()) return std::string(value->as_string().data(), value->as_string().size());
  return value->is_number() ? boost::json::serialize(*value) : "";
}

std::string TextAt(const boost::json::value& value, std::initializer_list<absl::string_view> path) {
  return TextOf(At(value, path));
}

bool TrueAt(const boost::json::value& value, std::initializer_list<absl::string_view> path) {
  const auto* at = At(value, path);
  return at != nullptr && at->is_bool() && at->as_bool();
}

int64_t IntegerAt(const boost::json::value& value, std::initializer_list<absl::string_view> path, int64_t otherwise) {
  const auto* at = At(value, path);
  return at != nullptr && at->is_int64() ? at->as_int64() : otherwise;
}

std::optional<double> NumberAt(const boost::json::value& value, std::initializer_list<absl::string_view> path) {
  const auto* at = At(value, path);
  double number = 0;
  if (at == nullptr) return std::nullopt;
  if (at->is_number()) return at->to_number<double>();
  const bool read = at->is_string() && absl::SimpleAtod(TextAt(value, path), &number) && std::isfinite(number);
  return read ? std::optional(number) : std::nullopt;
}

const boost::json::array* ArrayAt(const boost::json::value& value, std::initializer_list<absl::string_view> path) {
  const auto* at = At(value, path);
  return at == nullptr ? nullptr : at->if_array();
}

}  // namespace causeway::json
