#include "admin/token.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace slipring::admin {
namespace {

namespace fs = std::filesystem;

class TokenTest : public testing::Test {
 protected:
  TokenTest() {
    char name[] = "/tmp/slipring-token-XXXXXX";
    directory_ = mkdtemp(name);
    file_ = directory_ / "admin-token";
  }
  ~TokenTest() override { fs::remove_all(directory_); }

  std::string content() const {
    std::ifstream stream(file_);
    std::string line;
    std::getline(stream, line);
    return line;
  }

  fs::path directory_;
  fs::path file_;
};

TEST_F(TokenTest, StandsInAFileOfItsOwnersAlone) {
  const mode_t before = umask(0);
  const auto token = make_token(file_);
  umask(before);
  ASSERT_TRUE(token) << token.status().message();
  EXPECT_EQ(token->size(), 64u);
  EXPECT_EQ(content(), *token);
  struct stat status {};
  ASSERT_EQ(stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST_F(TokenTest, IsAnotherEachTimeAndReplacesWhatIsThereWithoutFollowingIt) {
  const fs::path other = directory_ / "other";
  std::ofstream(other) << "untouched";
  fs::create_symlink(other, file_);
  const auto first = make_token(file_);
  const auto second = make_token(file_);
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  EXPECT_EQ(content(), *second);
  EXPECT_FALSE(fs::is_symlink(file_));
  EXPECT_EQ(fs::file_size(other), 9u);
}

TEST_F(TokenTest, ThatCannotBeWrittenIsAnErrorThatNamesTheFile) {
  const auto token = make_token(directory_ / "absent" / "admin-token");
  ASSERT_FALSE(token);
  EXPECT_NE(token.status().message().find("absent"), std::string::npos);
}

TEST_F(TokenTest, OnlyTheWholeTokenBehindBearerCounts) {
  EXPECT_TRUE(has_token("Bearer abc", "abc"));
  EXPECT_TRUE(has_token("bearer abc", "abc"));
  for (const char *wrong : {"", "abc", "Bearer", "Bearer ", "Bearer ab", "Bearer abd",
                            "Bearer abcd", "Basic  abc", "Bearer  ab", "Bearer abc "}) {
    EXPECT_FALSE(has_token(wrong, "abc")) << wrong;
  }
}

}  // namespace
}  // namespace slipring::admin
