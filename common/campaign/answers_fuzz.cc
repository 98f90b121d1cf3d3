// Everything that Campaign answers: nothing crashes, and whatever is read is sane.
#include <cstdint>
#include <string>
#include <vector>

#include "common/campaign/entity_answer.h"
#include "common/campaign/error_table.h"
#include "common/campaign/metadata_answer.h"
#include "common/errors/error.h"
#include "common/json/mend.h"
#include "gtest/gtest.h"

namespace campaign = causeway::campaign;

std::vector<std::string> FuzzCorpus() {
  return {
      R"({"PKey":"@abc","externalId":"k","lastName":"O\"Brien","list":[{"a":null},1],"n":1.5})",
      R"({"content":[{"PKey":"@1","externalId":"k"},{"PKey":"@2","externalId":17}],"next":{"href":"https://c.example/n"}})",
      R"({"content":{"gender":{"apiName":"gender","type":"enumeration","values":[{"value":"male","label":"Male"}]},)"
      R"("location":{"content":{"city":{"type":"string"}}}}})",
      R"({"error_code":500,"message":"RST-360011 An error has occurred - please contact your administrator. )"
      R"(Invalid value for field 'email'."})",
      R"({"error_code":"403023","message":"Profile is not valid"})",
      R"({"content":[{"PKey":"@1","externalId":"\ud83d"},{"PKey":"@2\ude00","a\ud83d":"\ud83d\ude00"}]})"};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static auto* reader = new campaign::EntityReader();
  const std::string body(reinterpret_cast<const char*>(data), size);
  const std::string mended = causeway::json::Mended(body).value_or(body);
  for (int status : {400, 403, 404, 500, 502}) {
    for (auto operation : {campaign::Operation::kCreate, campaign::Operation::kList}) {
      const absl::Status error =
          campaign::ErrorOf({status, {{"retry-after", body}}, body}, {operation, "profile"}, absl::UnixEpoch());
      EXPECT_NE(causeway::errors::Describe(error).code, "CW-BUG");
    }
  }
  if (const auto pkey = reader->ReadPKey(body)) {
    EXPECT_FALSE(pkey->empty());
  }
  if (const auto entity = reader->ReadEntity(body, "externalId")) {
    EXPECT_FALSE(entity->pkey.empty());
  }
  if (const auto page = reader->ReadPage(body, "externalId")) {
    for (const campaign::Entity& entity : page->entities) {
      EXPECT_FALSE(entity.pkey.empty());
      EXPECT_TRUE(body.find(entity.json) != std::string::npos || mended.find(entity.json) != std::string::npos);
      EXPECT_EQ(entity.json.back(), '}');
    }
  }
  (void)campaign::ReadFields(body);
  (void)campaign::ReadResourceNames(body);
  return 0;
}
