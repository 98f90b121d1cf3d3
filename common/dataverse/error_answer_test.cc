#include "common/dataverse/error_answer.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "gtest/gtest.h"

namespace causeway::dataverse {
namespace {

std::string Error(const std::string& code, const std::string& message) {
  return absl::StrCat(R"({"error":{"code":")", code, R"(","message":")", message, "\"}}");
}

struct Case {
  Operation operation;
  int status;
  std::string body;
  std::string code;
};

TEST(ErrorAnswer, SaysWhatAnAnswerMeans) {
  constexpr Operation kMetadata = Operation::kMetadata, kRows = Operation::kReadRows, kLink = Operation::kFollowLink,
                      kRow = Operation::kReadRow, kWrite = Operation::kWrite;
  const std::string privilege = Error("0x80040220", "Principal user (Id=1) is missing prvReadContact privilege.");
  const std::string no_column =
      Error("0x80060888", "Could not find a property named 'shoesize' on type 'Microsoft.Dynamics.CRM.contact'.");
  const std::string no_table = Error("0x80060888", "Resource not found for the segment 'contactz'.");
  const std::string no_row = Error("0x80040217", "contact With Id = 1 Does Not Exist");
  const std::string html = "<html><h1>Not what you asked for</h1></html>";
  const std::vector<Case> cases = {
      {kRows, 401, "", "CW-DYN-CREDENTIALS"},
      {kRows, 401, html, "CW-DYN-CREDENTIALS"},
      {kRows, 429, Error("0x80072322", "Number of requests exceeded the limit of 6000"), "CW-DYN-THROTTLED"},
      {kRows, 429, Error("0x80072321", "Combined execution time exceeded"), "CW-DYN-THROTTLED"},
      {kRows, 429, Error("0x80072326", "Number of concurrent requests exceeded"), "CW-DYN-THROTTLED"},
      {kWrite, 429, html, "CW-DYN-THROTTLED"},
      {kRows, 500, "", "CW-DYN-UNAVAILABLE"},
      {kRows, 502, html, "CW-DYN-UNAVAILABLE"},
      {kRows, 503, "", "CW-DYN-UNAVAILABLE"},
      {kRows, 504, "", "CW-DYN-UNAVAILABLE"},
      {kRows, 408, "", "CW-DYN-UNAVAILABLE"},
      {kRows, 501, "", "CW-DYN-REQUEST"},
      {kRows, 403, privilege, "CW-DYN-PRIVILEGE"},
      {kMetadata, 403, Error("0x1", "Access denied"), "CW-DYN-PRIVILEGE"},
      {kWrite, 403, privilege, "CW-DYN-PRIVILEGE"},
      {kRows, 400, no_column, "CW-DYN-COLUMN"},
      {kWrite, 400, Error("0x80048d19", "An undeclared property 'shoesize' which only has annotations"),
       "CW-DYN-COLUMN"},
      {kRows, 400, Error("0x80041103", "'Contact' entity doesn't contain attribute with Name = 'shoesize'"),
       "CW-DYN-COLUMN"},
      {kRows, 404, no_table, "CW-DYN-TABLE"},
      {kMetadata, 404, Error("0x80040217", "Could not find an entity with name contactz."), "CW-DYN-TABLE"},
      {kMetadata, 404, Error("0x1", "anything"), "CW-DYN-TABLE"},
      {kLink, 404, no_table, "CW-DYN-TABLE"},
      {kWrite, 404, no_table, "CW-DYN-TABLE"},
      {kWrite, 404, no_row, "CW-DYN-NOT-FOUND"},
      {kRow, 404, no_row, "CW-DYN-NOT-FOUND"},
      {kRows, 400, Error("0x80040203", "Change tracking is not enabled for entity contact"), "CW-DYN-TRACKING"},
      {kRows, 400, Error("0x1", "Entity: account does not have change tracking enabled"), "CW-DYN-TRACKING"},
      {kRows, 400, Error("0x1", "$filter is not supported when change tracking is requested."), "CW-DYN-REQUEST"},
      {kLink, 410, Error("0x80044352", "The delta token has expired."), "CW-DYN-DELTA-EXPIRED"},
      {kLink, 400, Error("0x80044352", "anything"), "CW-DYN-DELTA-EXPIRED"},
      {kLink, 400, Error("0x80040203", "Malformed token."), "CW-DYN-DELTA-EXPIRED"},
      {kLink, 410, Error("0x1", "Gone"), "CW-DYN-DELTA-EXPIRED"},
      {kLink, 410, "", "CW-DYN-DELTA-EXPIRED"},
      {kLink, 400, Error("0x1", "Bad header"), "CW-DYN-REQUEST"},
      {kRows, 400, Error("0x80044352", "The delta token has expired."), "CW-DYN-REQUEST"},
      {kRows, 400, Error("0x1", "Bad header"), "CW-DYN-REQUEST"},
      {kWrite, 400, Error("0x80048d19", "Cannot convert the literal 'x' to Edm.Int32"), "CW-DYN-REFUSED"},
      {kWrite, 413, html, "CW-DYN-REFUSED"},
      {kWrite, 412, "", "CW-DYN-PRECONDITION"},
      {kRows, 400, html, "CW-DYN-ANSWER"},
      {kRows, 403, html, "CW-DYN-ANSWER"},
      {kRows, 404, html, "CW-DYN-ANSWER"},
      {kRows, 404, "", "CW-DYN-ANSWER"},
      {kRows, 404, "{}", "CW-DYN-ANSWER"},
      {kRows, 404, R"({"error":"text"})", "CW-DYN-ANSWER"},
      {kRows, 302, "", "CW-DYN-ANSWER"},
      {kWrite, 400, std::string(100000, '['), "CW-DYN-ANSWER"},
      {kWrite, 400, "\xff\xfe", "CW-DYN-ANSWER"},
  };
  for (const Case& c : cases) {
    const absl::Status status = ErrorOf({c.status, {}, c.body}, {c.operation, "contact"}, absl::UnixEpoch());
    EXPECT_EQ(errors::Describe(status).code, c.code) << c.status << " " << c.body.substr(0, 200);
  }
}

TEST(ErrorAnswer, I17_NamesTheColumn) {
  const absl::Status status =
      ErrorOf({400, {}, Error("0x80060888", "Could not find a property named 'shoesize' on type 'contact'.")},
              {Operation::kReadRows, "contact"}, absl::UnixEpoch());
  const errors::Detail detail = errors::Describe(status);
  EXPECT_EQ(detail.subject, "shoesize");
  EXPECT_EQ(detail.message, "The table contact has no column shoesize (400, 0x80060888).");
}

TEST(ErrorAnswer, R5_ValuesAreInTheExcerptOnly) {
  const absl::Status status = ErrorOf({400, {}, Error("0x1", "Cannot convert 'jane@example.com'")},
                                      {Operation::kWrite, "contact"}, absl::UnixEpoch());
  const errors::Detail detail = errors::Describe(status);
  EXPECT_FALSE(absl::StrContains(detail.message, "jane"));
  EXPECT_EQ(detail.subject, "contact");
  EXPECT_TRUE(absl::StrContains(detail.excerpt, "jane"));
}

TEST(ErrorAnswer, R3_KeepsRetryAfter) {
  const absl::Status status =
      ErrorOf({429, {{"retry-after", "37"}}, ""}, {Operation::kReadRows, "contact"}, absl::UnixEpoch());
  EXPECT_EQ(errors::Describe(status).retry_after, absl::Seconds(37));
}

TEST(ErrorAnswer, SaysWhetherAWriteMayHaveBeenCarriedOut) {
  const auto after_answer = [](Operation operation, int status) {
    return errors::Describe(ErrorOf({status, {}, ""}, {operation, "contact"}, absl::UnixEpoch())).maybe_done;
  };
  EXPECT_TRUE(after_answer(Operation::kWrite, 502));
  EXPECT_FALSE(after_answer(Operation::kWrite, 429));
  EXPECT_FALSE(after_answer(Operation::kWrite, 412));
  EXPECT_FALSE(after_answer(Operation::kReadRows, 502));

  const auto without_answer = [](Operation operation, const absl::Status& error) {
    return errors::Describe(NoAnswer(error, {operation, "contact"}));
  };
  EXPECT_TRUE(without_answer(Operation::kWrite, absl::DeadlineExceededError("late")).maybe_done);
  EXPECT_TRUE(without_answer(Operation::kWrite, absl::UnknownError("cut")).maybe_done);
  EXPECT_TRUE(without_answer(Operation::kWrite, absl::ResourceExhaustedError("long")).maybe_done);
  EXPECT_FALSE(without_answer(Operation::kWrite, absl::UnavailableError("refused")).maybe_done);
  EXPECT_FALSE(without_answer(Operation::kReadRows, absl::UnknownError("cut")).maybe_done);
  EXPECT_EQ(without_answer(Operation::kReadRows, absl::UnknownError("cut")).code, "CW-DYN-UNREACHABLE");
  EXPECT_EQ(without_answer(Operation::kReadRows, absl::ResourceExhaustedError("long")).code, "CW-DYN-ANSWER");
}

}  // namespace
}  // namespace causeway::dataverse
