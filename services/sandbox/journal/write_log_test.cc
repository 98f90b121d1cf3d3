#include "services/sandbox/journal/write_log.h"

#include "gtest/gtest.h"
#include "services/sandbox/base/text.h"

namespace causeway::sandbox {
namespace {

using campaign::WriteKind;

TEST(WriteLog, K7_KeepsTheNewestWritesUnderTheirNumbers) {
  WriteLog log;
  for (int64_t i = 0; i < static_cast<int64_t>(WriteLog::kKept) + 10; ++i)
    log.Append({WriteKind::kUpdate, "profile", Cat("e", i), i});
  EXPECT_EQ(log.first(), 10);
  EXPECT_EQ(log.end(), static_cast<int64_t>(WriteLog::kKept) + 10);
  EXPECT_EQ(log.At(10).key, "e10");
  EXPECT_EQ(log.At(log.end() - 1).time_ms, log.end() - 1);
  EXPECT_EQ(log.LastOf("profile", "e9"), nullptr) << "it is too old";
}

TEST(WriteLog, K7_FindsTheLastWriteOfARecord) {
  WriteLog log;
  log.Append({WriteKind::kInsert, "profile", "e1", 1});
  log.Append({WriteKind::kDelete, "profile", "e1", 2});
  log.Append({WriteKind::kInsert, "cusContract", "e1", 3});
  EXPECT_EQ(log.LastOf("profile", "e1")->time_ms, 2);
  EXPECT_EQ(log.LastOf("cusContract", "e1")->kind, WriteKind::kInsert);
}

}  // namespace
}  // namespace causeway::sandbox
