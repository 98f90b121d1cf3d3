#include "common/mapping/mapped_record.h"

#include <xxhash.h>

#include <cstring>

#include "common/mapping/plan.h"

namespace causeway::mapping {

Hash Hash::Of(std::string_view bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  Hash hash;
  static_assert(sizeof(canonical.digest) == sizeof(hash.bytes_));
  std::memcpy(hash.bytes_.data(), canonical.digest, sizeof(canonical.digest));
  return hash;
}

namespace {

// Appends the node's members that `value` has a value for; nested objects without any are left out.
template <typename ValueOf>
void AppendObject(const Node& node, const ValueOf& value_of, std::string& out) {
  out += '{';
  const size_t empty = out.size();
  for (const Node& member : node.members) {
    const size_t before = out.size();
    if (before > empty) out += ',';
    out += member.json_name;
    const size_t named = out.size();
    if (member.leaf >= 0) {
      out += value_of(member.leaf);
    } else {
      AppendObject(member, value_of, out);
    }
    const bool nothing = out.size() == named || (member.leaf < 0 && out.size() == named + 2);
    if (nothing) out.resize(before);
  }
  out += '}';
}

}  // namespace

std::string MappedRecord::CreateBody() const { return Render(kUpdateGroup | kInsertGroup | kKeyGroup); }
std::string MappedRecord::UpdateBody() const { return Render(kUpdateGroup); }
std::string MappedRecord::ReplayBody() const { return Render(kUpdateGroup | kInsertGroup); }

std::string MappedRecord::Render(unsigned groups) const {
  const auto value_of = [&](int leaf) -> std::string_view {
    if ((plan_->leaves[leaf].group & groups) == 0) return {};
    return std::string_view(values_).substr(slices_[leaf].begin, slices_[leaf].size);
  };
  std::string body;
  body.reserve(values_.size() + 2);
  AppendObject(plan_->root, value_of, body);
  return body;
}

}  // namespace causeway::mapping
