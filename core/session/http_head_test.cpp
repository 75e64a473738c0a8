#include "session/http_head.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "session/http_fakes.hpp"

namespace slipring::session {
namespace {

slipring_http_head head_of(uint32_t code, const std::vector<slipring_field> &fields) {
  return {sizeof(slipring_http_head), fields.data(), fields.size(), 12, code, 0};
}

TEST(HttpHead, ComesBackAsItWasKept) {
  const HttpFields fields = {
      {"content-type", "text/plain"}, {"x", ""}, {"set-cookie", "a=\xc3\xbc"}};
  const auto lent = lend(fields);
  const BufferRef buffer = keep(head_of(206, lent));
  const KeptHead kept(buffer);
  EXPECT_EQ(kept.abi()->code, 206u);
  EXPECT_EQ(kept.abi()->length, 12u);
  EXPECT_EQ(text_of(kept.abi()->fields, kept.abi()->field_count),
            " content-type=text/plain x= set-cookie=a=\xc3\xbc");
}

TEST(HttpHead, OfAnEmptyBufferHasNoFields) {
  EXPECT_EQ(KeptHead(BufferRef()).abi()->field_count, 0u);
}

TEST(HttpHead, OnlyCodesOfAnswersAreSound) {
  for (const uint32_t code : {100u, 103u, 200u, 404u, 599u})
    EXPECT_TRUE(is_sound(head_of(code, {})));
  for (const uint32_t code : {0u, 99u, 101u, 600u}) EXPECT_FALSE(is_sound(head_of(code, {})));
}

class BadField : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(BadField, IsNotSound) {
  EXPECT_FALSE(are_sound(lend({GetParam()})));
}

using namespace std::string_literals;

INSTANTIATE_TEST_SUITE_P(
    Names, BadField,
    testing::Values(std::pair{""s, "a"s}, std::pair{"A"s, "a"s}, std::pair{"a b"s, "a"s},
                    std::pair{"a:"s, "a"s}, std::pair{"a\r\nb"s, "a"s}, std::pair{"a\0"s, "a"s},
                    std::pair{":status"s, "200"s}, std::pair{"\xc3\xbc"s, "a"s},
                    std::pair{"content-length"s, "1"s}, std::pair{"transfer-encoding"s, "chunked"s},
                    std::pair{"connection"s, "close"s}, std::pair{"upgrade"s, "h2c"s},
                    std::pair{"keep-alive"s, "1"s}, std::pair{"proxy-connection"s, "close"s}));
INSTANTIATE_TEST_SUITE_P(Values, BadField,
                         testing::Values(std::pair{"a"s, " b"s}, std::pair{"a"s, "b\t"s},
                                         std::pair{"a"s, "b\r\nc: d"s}, std::pair{"a"s, "b\nc"s},
                                         std::pair{"a"s, "b\0c"s}, std::pair{"a"s, "\x7f"s}));

TEST(Fields, WithTabsAndBytesBeyondAsciiInsideAreSound) {
  EXPECT_TRUE(are_sound(lend({{"x-1!", "a\tb \xff"}})));
}

}  // namespace
}  // namespace slipring::session
