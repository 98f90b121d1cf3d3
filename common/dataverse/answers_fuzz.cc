// Error bodies, metadata, batch answers, ids: nothing crashes.
#include <cstdint>
#include <string>
#include <vector>

#include "common/dataverse/batch.h"
#include "common/dataverse/error_answer.h"
#include "common/dataverse/metadata_answer.h"
#include "common/errors/error.h"
#include "gtest/gtest.h"

namespace dataverse = causeway::dataverse;

std::vector<std::string> FuzzCorpus() {
  return {
      R"({"error":{"code":"0x80060888","message":"Could not find a property named 'x' on type 'contact'."}})",
      R"({"error":{"code":"0x80040217","message":"Entity 'Contact' With Id = 0a1b Does Not Exist \ud83d"}})",
      R"({"error":{"code":"0x80044352","message":"The delta token has expired."}})",
      R"({"value":[{"LogicalName":"contact","EntitySetName":"contacts","PrimaryIdAttribute":"contactid",)"
      R"("AttributeType":"String","DateTimeBehavior":{"Value":"DateOnly"},)"
      R"("DisplayName":{"UserLocalizedLabel":{"Label":"Contact"}}}]})",
      R"({"OptionSet":{"Options":[{"Value":1,"Label":{"UserLocalizedLabel":{"Label":"Male"}}}],"TrueOption":{"Value":1}}})",
      R"({"EntityRecordCountCollection":{"Values":[7]}})",
      R"({"Ids":["a","b"]})",
      "--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\nOData-EntityId: x(1)\r\n\r\n\r\n"
      "--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 400 Bad\r\n\r\n{}\r\n--b--\r\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  for (int status : {400, 403, 404, 410, 429, 500}) {
    for (auto operation : {dataverse::Operation::kFollowLink, dataverse::Operation::kWrite}) {
      const absl::Status error =
          dataverse::ErrorOf({status, {{"retry-after", body}}, body}, {operation, "contact"}, absl::UnixEpoch());
      EXPECT_NE(causeway::errors::Describe(error).code, "CW-BUG");
    }
  }
  (void)dataverse::ReadTables(body);
  (void)dataverse::ReadTable(body);
  (void)dataverse::ReadColumns(body);
  (void)dataverse::ReadDateTimeBehaviors(body);
  (void)dataverse::ReadOptions(body);
  (void)dataverse::ReadRowCount(body);
  (void)dataverse::ReadIds(body, 2);
  (void)dataverse::IdIn(body);
  (void)dataverse::ReadBatchAnswer({200, {{"content-type", "multipart/mixed;boundary=b"}}, body});
  (void)dataverse::ReadBatchAnswer({200, {{"content-type", body}}, body});
  return 0;
}
