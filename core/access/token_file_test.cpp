#include "access/token_file.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace slipring::access {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string hex(std::string_view token) {
  std::string text;
  for (const uint8_t byte : sha256(token)) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

TEST(TokenFile, ATokenNamesItsIdentity) {
  const auto tokens = TokenFile::parse("# who may\n\n" + hex("a") + "  alice\r\n" + hex("b") +
                                           "\tBob of the night shift \n" + hex("c") + " alice",
                                       "tokens");
  ASSERT_TRUE(tokens) << tokens.status().message();
  EXPECT_EQ((*tokens)->size(), 3u);
  EXPECT_EQ((*tokens)->verify("a"), "alice");
  EXPECT_EQ((*tokens)->verify("b"), "Bob of the night shift");
  EXPECT_EQ((*tokens)->verify("c"), "alice");
  EXPECT_EQ((*tokens)->verify("d"), std::nullopt);
  EXPECT_EQ((*tokens)->verify(""), std::nullopt);
  EXPECT_EQ((*tokens)->verify(hex("a")), std::nullopt);
}

TEST(TokenFile, AnErrorNamesTheLineAndNotWhatStandsThere) {
  const std::string bad[] = {"my-secret-token alice",
                             hex("a"),
                             hex("a") + " ",
                             hex("a").substr(1) + " my-secret-token",
                             hex("a") + " my-secret-token\x01",
                             hex("a") + " my-secret-token\xff",
                             hex("a") + ' ' + std::string(TokenFile::max_identity + 1, 'x'),
                             hex("z") + " once more"};
  for (const std::string &line : bad) {
    const auto tokens = TokenFile::parse(hex("z") + " zoe\n" + line + '\n', "tokens");
    ASSERT_FALSE(tokens) << line;
    EXPECT_THAT(tokens.status().message(), HasSubstr("tokens:2: accepted: "));
    EXPECT_THAT(tokens.status().message(), Not(HasSubstr("my-secret-token")));
  }
}

TEST(TokenFile, SoManyTokensAreTaken) {
  std::string text;
  for (size_t i = 0; i < TokenFile::max_tokens; ++i) text += hex(std::to_string(i)) + " someone\n";
  EXPECT_TRUE(TokenFile::parse(text, "tokens"));
  const auto tokens = TokenFile::parse(text + hex("one more") + " someone\n", "tokens");
  ASSERT_FALSE(tokens);
  EXPECT_THAT(tokens.status().message(), HasSubstr("at most 4096 tokens"));
}

class TokenFileOnDisk : public testing::Test {
 protected:
  TokenFileOnDisk() { std::ofstream(file_) << hex("a") << " alice\n"; }
  ~TokenFileOnDisk() override { ::unlink(file_.c_str()); }

  Result<std::shared_ptr<const TokenFile>> read_with(mode_t mode) {
    EXPECT_EQ(::chmod(file_.c_str(), mode), 0);
    return TokenFile::read(file_);
  }

  const std::filesystem::path file_ =
      testing::TempDir() + "slipring-tokens-" + std::to_string(::getpid());
};

TEST_F(TokenFileOnDisk, IsReadWhenOthersHaveNoPartInIt) {
  EXPECT_TRUE(read_with(0600));
  const auto tokens = read_with(0640);
  ASSERT_TRUE(tokens) << tokens.status().message();
  EXPECT_EQ((*tokens)->verify("a"), "alice");
  for (const mode_t mode : {0644, 0602, 0601}) {
    const auto refused = read_with(mode);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.status().message(), HasSubstr("chmod o-rwx"));
  }
}

TEST_F(TokenFileOnDisk, AnythingElseThanAFileIsRefused) {
  EXPECT_FALSE(TokenFile::read(file_.string() + "-not-there"));
  const auto directory = TokenFile::read(testing::TempDir());
  ASSERT_FALSE(directory);
  EXPECT_THAT(directory.status().message(), HasSubstr("regular file"));
}

}  // namespace
}  // namespace slipring::access
