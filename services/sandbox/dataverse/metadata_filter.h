// $filter of EntityDefinitions and of their Attributes: the filter of rows, on the properties of metadata.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "services/sandbox/dataverse/filter.h"
#include "services/sandbox/dataverse/metadata_object.h"
#include "services/sandbox/dataverse/odata_error.h"

namespace causeway::sandbox::dataverse {

class MetadataFilter {
 public:
  // An empty text matches everything.
  static std::variant<MetadataFilter, ODataError> Parse(std::string_view text);
  bool Matches(const MetadataObject& object) const;

 private:
  std::unique_ptr<Filter> filter_;
};

}  // namespace causeway::sandbox::dataverse
