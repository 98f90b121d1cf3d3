// What Campaign's API and its metadata say of resources and their entities (spec/campaign.md "REST API"). Plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace causeway::campaign {

// Where a resource lives below {base}/{tenant}/campaign/.
struct Resource {
  // profileAndServicesExt: profiles with custom fields and custom resources linked to them; customResources: the
  // others.
  std::string endpoint = "profileAndServicesExt";
  std::string name;  // profile, or cus…
};

struct EnumerationValue {
  std::string value;
  std::string label;
};

struct Field {
  std::string name;         // API name.
  std::string type;         // string, number, boolean, date, datetime, link, collection, enumeration
  std::string label;        // May be empty.
  std::string data_policy;  // How Campaign checks or changes values: email, phone, smartCase, none …
  std::string category;
  std::string res_type;
  std::string link_target;               // Of a link or collection: the other resource.
  std::vector<EnumerationValue> values;  // Of an enumeration.
};

struct ResourceDescription {
  Resource resource;  // With the endpoint where it was found.
  std::vector<Field> fields;
};

// The custom filter that finds an entity by the resource's key field: GET …/{name}?{parameter}={key}.
struct KeyFilter {
  std::string name = "byExternalId";
  std::string parameter = "externalId_parameter";
};

struct Entity {
  std::string pkey;
  std::string key;   // The key field's value as text; empty: it has none.
  std::string json;  // The entity's object, byte for byte as it came.
};

struct EntityPage {
  std::vector<Entity> entities;
  std::string next_link;  // Opaque; used unchanged. Empty: that was the last page.
};

}  // namespace causeway::campaign
