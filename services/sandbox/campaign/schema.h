// Campaign's resources and their fields (spec/campaign.md "REST API", "Profile fields used out of the box"). Plain
// values.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace causeway::sandbox::campaign {

enum class FieldType { kString, kNumber, kBoolean, kDate, kDateTime, kEnumeration, kLink };
std::string_view NameOf(FieldType type);

// How Campaign checks or changes a value.
enum class DataPolicy { kNone, kEmail, kSmartCase, kPhone, kCountry, kState };
std::string_view NameOf(DataPolicy policy);

struct Field {
  std::string name;  // As it travels; location/city is city within location.
  FieldType type = FieldType::kString;
  std::string label;
  std::string res_type;  // string, long, double, byte, date, datetime
  int max_length = 255;  // Of strings, in characters.
  DataPolicy policy = DataPolicy::kNone;
  std::vector<std::pair<std::string, std::string>> values = {};  // Of enumerations: value, label.
  bool unpublished = false;                                      // Schema drift: it is gone, its values stay.

  std::string nothing = {};                                      // What it shows where it is empty, as "none".
  // Nobody may write it: it is made of other fields, or tells when one of them last changed.
  enum class Computed { kNo, kTitle, kPostalAddress, kChangeOf };
  Computed computed = Computed::kNo;
  std::vector<std::string> made_of = {};  // Names of these fields.
  std::vector<size_t> parts = {};         // Their numbers; FindParts sets them.

  // Of location/city: location and city. Of city: nothing and city.
  std::string_view outer() const;
  std::string_view inner() const;

  // Of links; links.h says how they work.
  std::string target = {};    // The parent's resource.
  std::string join = {};      // The field that holds the parent's key where the link itself is empty; may be empty.
  bool needs_parent = false;  // Cardinality "1 simple link"; else "0 or 1".
};

// Where only what Campaign comes with is to be seen: no custom fields and resources.
inline constexpr std::string_view kStandardEndpoint = "profileAndServices";
inline constexpr std::string_view kExtendedEndpoint = "profileAndServicesExt";
inline constexpr std::string_view kCustomEndpoint = "customResources";
bool IsEndpoint(std::string_view name);

struct Resource {
  std::string endpoint;  // kExtendedEndpoint or kCustomEndpoint.
  std::string name;      // profile
  std::string label;
  std::vector<Field> fields;  // At most 255.
  std::string key;            // Name of the field whose filter finds a record, and that is unique.
  std::string key_filter;     // byExternalId
  std::string key_parameter;  // externalId_parameter
  bool unpublished = false;
  bool read_only = false;  // Campaign itself fills it.

  // Of those that are published; -1: none.
  int Find(std::string_view field) const;
  // Whether the resource, or the field, is to be seen at the endpoint.
  bool IsAt(std::string_view endpoint_asked) const;
  static bool Shows(const Field& field, std::string_view endpoint_asked);
};

// profile; cusContract, linked to it; cusProduct, not linked; service; history and orgUnit, which can only be read.
std::vector<Resource> DefaultResources();

// Sets the parts of every field that is made of others.
void FindParts(Resource& resource);

// What the policy makes of a valid text.
std::string ApplyPolicy(DataPolicy policy, std::string text);

}  // namespace causeway::sandbox::campaign
