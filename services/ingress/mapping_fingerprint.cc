#include "services/ingress/mapping_fingerprint.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <xxhash.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace causeway::ingress {
namespace {

std::string Serialized(const v1::TableMapping& mapping) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream out(&stream);
  out.SetSerializationDeterministic(true);
  mapping.SerializeToCodedStream(&out);
  out.Trim();
  return bytes;
}

v1::TableMapping Canonical(v1::TableMapping mapping) {
  mapping.clear_name();
  mapping.clear_etag();
  mapping.clear_update_time();
  mapping.clear_last_replay();
  mapping.clear_replay_scheduled();
  mapping.clear_deletions_awaiting_confirmation();
  // Both ways to say the default.
  if (mapping.deletes() == v1::TableMapping::DELETES_UNSPECIFIED) mapping.set_deletes(v1::TableMapping::DELETES_APPLY);
  if (mapping.picklist_values() == v1::TableMapping::PICKLIST_VALUES_UNSPECIFIED) {
    mapping.set_picklist_values(v1::TableMapping::PICKLIST_VALUES_TECHNICAL);
  }
  for (v1::FieldMapping& field : *mapping.mutable_fields()) {
    std::stable_sort(field.mutable_replacements()->begin(), field.mutable_replacements()->end(),
                     [](const v1::Replacement& a, const v1::Replacement& b) { return a.from() < b.from(); });
  }
  std::sort(mapping.mutable_fields()->begin(), mapping.mutable_fields()->end(),
            [](const v1::FieldMapping& a, const v1::FieldMapping& b) { return a.target_field() < b.target_field(); });
  return mapping;
}

}  // namespace

std::string FingerprintOf(const v1::TableMapping& mapping, std::vector<std::string> columns, bool annotations) {
  std::sort(columns.begin(), columns.end());
  const std::string bytes = Serialized(Canonical(mapping));
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return absl::StrCat(absl::StrJoin(columns, ","), annotations ? ";annotations" : "", ";", mapping.uid(), ";",
                      absl::Hex(hash.high64, absl::kZeroPad16), absl::Hex(hash.low64, absl::kZeroPad16));
}

}  // namespace causeway::ingress
