#include "http/url.hpp"

#include <gtest/gtest.h>

namespace slipring::http {
namespace {

TEST(Url, PathsComeBack) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  std::string path;
  append_path(path, all);
  std::string back;
  ASSERT_TRUE(append_decoded(back, path));
  EXPECT_EQ(back, all);
  EXPECT_EQ(path.find_first_of(" ?#\"<>"), std::string::npos);
}

}  // namespace
}  // namespace slipring::http
