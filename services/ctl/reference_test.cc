#include "services/ctl/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace causeway::ctl {
namespace {

using testing::HasSubstr;

class ReferenceToAFile : public testing::Test {
 protected:
  ReferenceToAFile() : path_(absl::StrCat(testing::TempDir(), "/secret-", getpid())) {}
  ~ReferenceToAFile() override { std::filesystem::remove_all(path_); }

  absl::StatusOr<std::string> Read(const std::string& content) {
    std::ofstream(path_, std::ios::binary) << content;
    return Resolve(absl::StrCat("${file:", path_, "}"), ProcessSurroundings());
  }

  const std::string path_;
};

TEST_F(ReferenceToAFile, R5_LosesOneLineEndOfEitherKind) {
  EXPECT_EQ(Read("hunter2").value(), "hunter2");
  EXPECT_EQ(Read("hunter2\n").value(), "hunter2");
  EXPECT_EQ(Read("hunter2\r\n").value(), "hunter2");
  EXPECT_EQ(Read("hunter2\n\n").value(), "hunter2\n");
  EXPECT_EQ(Read("hunter2\r").value(), "hunter2\r");
}

TEST_F(ReferenceToAFile, R5_WhatCantBeMeantIsRefused) {
  EXPECT_THAT(std::string(Read("").status().message()), HasSubstr("is empty"));
  EXPECT_THAT(std::string(Read("\r\n").status().message()), HasSubstr("is empty"));
  EXPECT_THAT(std::string(Read("\xEF\xBB\xBFhunter2").status().message()), HasSubstr("byte order mark"));
  EXPECT_THAT(std::string(Read("\xFF\xFEh").status().message()), HasSubstr("byte order mark"));
  std::filesystem::remove(path_);
  EXPECT_TRUE(absl::IsNotFound(Resolve(absl::StrCat("${file:", path_, "}"), ProcessSurroundings()).status()));
  std::filesystem::create_directory(path_);
  const auto directory = Resolve(absl::StrCat("${file:", path_, "}"), ProcessSurroundings());
  EXPECT_TRUE(absl::IsInvalidArgument(directory.status())) << directory.status();
  EXPECT_THAT(std::string(directory.status().message()), HasSubstr("is a directory"));
}

}  // namespace
}  // namespace causeway::ctl
