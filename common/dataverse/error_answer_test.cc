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
      {kWrite, 412, Error("0x80060882", "The version of the existing record doesn't match"), "CW-DYN-PRECONDITION"},
      {kWrite, 412, Error("0x80040237", "A record with matching key values already exists."), "CW-DYN-EXISTS"},
      {kWrite, 400, Error("0x80040237", "Cannot insert duplicate key."), "CW-DYN-EXISTS"},
      {kWrite, 412, Error("0X80040237", ""), "CW-DYN-EXISTS"},
      {kWrite, 412, Error("0x80060892", "A record with the key values already exists."), "CW-DYN-REFUSED"},
      {kWrite, 412, Error("0x80040333", "A record was not created because a duplicate was detected."), "CW-DYN-REFUSED"},
      {kWrite, 404, Error("0x80040217", "systemuser With Id = 2 Does Not Exist"), "CW-DYN-NOT-FOUND"},
      {kWrite, 404, Error("0x80040217", "The owner can't be found"), "CW-DYN-REFUSED"},
      {kRows, 403, Error("0x80072560", "The user is not a member of the organization."), "CW-DYN-USER"},
      {kWrite, 400, Error("0x80072322", "Number of requests exceeded the limit of 6000"), "CW-DYN-THROTTLED"},
      // A plug-in says what it likes, with whatever status, of the record.
      {kWrite, 400, Error("0x80040265", "Could not find a property named 'x' in our catalogue"), "CW-DYN-REFUSED"},
      {kWrite, 403, Error("0x80040265", "is missing prvWrite"), "CW-DYN-REFUSED"},
      {kWrite, 404, Error("0x80040265", "Resource not found for the segment"), "CW-DYN-REFUSED"},
      {kWrite, 500, Error("0x80040265", "contact With Id = 1 Does Not Exist"), "CW-DYN-REFUSED"},
      {kWrite, 412, Error("0x80040265", "already exists"), "CW-DYN-REFUSED"},
      // What people wrote is quoted.
      {kWrite, 400, Error("0x80048d19", "Cannot convert the literal 'could not find a property named x' to Edm.Int32"),
       "CW-DYN-REFUSED"},
      {kWrite, 400, Error("0x80044331", "The value \\\"is missing prvX\\\" of 'subject' is too long"), "CW-DYN-REFUSED"},
      {kWrite, 400, Error("0x80044331", "The value 'O'Brien, undeclared property' is too long"), "CW-DYN-REFUSED"},
      {kWrite, 400, Error("0x80044331", "The value 'cut: undeclared property"), "CW-DYN-REFUSED"},
      {kLink, 400, Error("0x1", "The filter 'invalid token' is no good"), "CW-DYN-REQUEST"},
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

TEST(ErrorAnswer, E5_NamesTheTableWhoseRowIsMissing) {
  const std::pair<const char*, const char*> kCases[] = {
      {"contact With Id = 0a1b Does Not Exist", "contact"},
      {"Contact With Id = 0a1b Does Not Exist", "contact"},
      {"Entity 'Contact' With Id = 0a1b Does Not Exist", "contact"},
      {"adobe_emailsend With Id = 0a1b Does Not Exist", "adobe_emailsend"},
      {"systemuser With Id = 0a1b Does Not Exist", "systemuser"}};
  for (const auto& [message, table] : kCases) {
    const absl::Status status =
        ErrorOf({404, {}, Error("0x80040217", message)}, {Operation::kWrite, "adobe_emailsends"}, absl::UnixEpoch());
    EXPECT_TRUE(errors::Is(status, errors::kDynamicsNotFound)) << status;
    EXPECT_EQ(errors::Describe(status).subject, table);
  }
  for (const char* message : {"The contact With Id = 0a1b Does Not Exist", "'contact With Id = 0a1b Does Not Exist'",
                              "contact With Id = 0a1b is read-only", "With Id = 0a1b Does Not Exist"}) {
    EXPECT_TRUE(errors::Is(ErrorOf({404, {}, Error("0x80040217", message)}, {Operation::kWrite, "x"}, absl::UnixEpoch()),
                           errors::kDynamicsRefused))
        << message;
  }
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
  EXPECT_EQ(without_answer(Operation::kReadRows, absl::ResourceExhaustedError("long")).code, "CW-DYN-PAGE");
  EXPECT_EQ(without_answer(Operation::kFollowLink, absl::ResourceExhaustedError("long")).code, "CW-DYN-PAGE");
  EXPECT_EQ(without_answer(Operation::kReadRow, absl::ResourceExhaustedError("long")).code, "CW-DYN-ANSWER");
  EXPECT_EQ(without_answer(Operation::kMetadata, absl::ResourceExhaustedError("long")).code, "CW-DYN-ANSWER");
}

}  // namespace
}  // namespace causeway::dataverse
