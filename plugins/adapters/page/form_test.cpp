#include "form.hpp"

#include <gtest/gtest.h>

namespace slipring::page {
namespace {

TEST(Form, IsReadAndDecoded) {
  Form form;
  ASSERT_TRUE(read_form("topic=a%2Fb&data=1+%2B+1%3D2%26%C3%BC", form).ok());
  EXPECT_EQ(form.topic, "a/b");
  EXPECT_EQ(form.data, "1 + 1=2&\xc3\xbc");
}

TEST(Form, NeedsNoData) {
  Form form;
  ASSERT_TRUE(read_form("&topic=a&", form).ok());
  EXPECT_EQ(form.data, "");
}

TEST(Form, ThatIsWrongIsRefusedWithALineForPeople) {
  const std::pair<const char *, const char *> cases[] = {
      {"", "the field \"topic\" is missing or empty"},
      {"topic=&data=x", "the field \"topic\" is missing or empty"},
      {"data=x", "the field \"topic\" is missing or empty"},
      {"topic=a&topic=b", "the field \"topic\" stands there twice"},
      {"topic=a&retain=1", "found the field \"retain\"; accepted: topic, data"},
      {"topic=%", "found a % that two hexadecimal digits do not follow"},
      {"topic=%4", "found a % that two hexadecimal digits do not follow"},
      {"topic=%4g", "found a % that two hexadecimal digits do not follow"},
      {"%zz=a", "found a % that two hexadecimal digits do not follow"}};
  for (const auto &[body, line] : cases) {
    Form form;
    const sdk::Status status = read_form(body, form);
    EXPECT_EQ(status.code(), SLIPRING_INVALID_ARGUMENT) << body;
    EXPECT_EQ(status.message(), line) << body;
  }
}

TEST(Form, IsKnownByItsContentType) {
  for (const char *type :
       {"application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded ; charset=utf-8"}) {
    EXPECT_TRUE(is_form(type)) << type;
  }
  for (const char *type : {"", "text/plain", "application/x-www-form-urlencoded2",
                           "multipart/form-data; boundary=x"}) {
    EXPECT_FALSE(is_form(type)) << type;
  }
}

}  // namespace
}  // namespace slipring::page
