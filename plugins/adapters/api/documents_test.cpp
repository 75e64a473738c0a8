#include "documents.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipring::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string collected(std::string_view mounts) {
  return R"({"host":{"version":"0.1.0"},"mounts":[)" + std::string(mounts) + "]}";
}

Documents documents(std::string_view mounts) {
  return make_documents(collected(mounts), "A \"host\"").value_or(Documents{"none", "none"});
}

TEST(Documents, OfNothingAreValidToo) {
  const Documents made = documents("");
  EXPECT_EQ(made.openapi, R"({"openapi":"3.1.0","info":{"title":"A \"host\"","version":"0.1.0"},)"
                          R"("servers":[{"url":"/"}],"paths":{}})"
                          "\n");
  EXPECT_EQ(made.asyncapi,
            R"({"asyncapi":"3.0.0","info":{"title":"A \"host\"","version":"0.1.0"},)"
            R"("defaultContentType":"application/json","channels":{},"operations":{}})"
            "\n");
}

TEST(Documents, HaveWhatEachMountSays) {
  const Documents made =
      documents(R"({"path":"/a","description":{"openapi":{"paths":{"/a":{"get":1.0}},)"
                R"("components":{"schemas":{"x.A":true}, "headers":{"x.H":{}}}}}},)"
                R"({"path":"/b","description":{"openapi":{"paths":{"/b":{}},)"
                R"("components":{"schemas":{"y.B":false,"x.A":"of the first"}}},)"
                R"("asyncapi":{"channels":{"y":{}},"operations":{"y.send":{}}}}})");
  EXPECT_THAT(
      made.openapi,
      HasSubstr(R"("paths":{"/a":{"get":1.0},"/b":{}},)"
                R"("components":{"schemas":{"x.A":true,"y.B":false},"headers":{"x.H":{}}}})"));
  EXPECT_THAT(made.asyncapi, HasSubstr(R"("channels":{"y":{}},"operations":{"y.send":{}})"));
  EXPECT_THAT(made.asyncapi, Not(HasSubstr("components")));
}

TEST(Documents, SayWhereWhatIsNotEverywhereIs) {
  const Documents made = documents(
      R"({"path":"/a","endpoints":["inner"],"description":{"openapi":{"paths":{"/a":{"get":{}}, "/b":{ }}},)"
      R"("asyncapi":{"channels":{"c":{"address":"/a"}},"operations":{"c.send":{"action":"send"}}}}})");
  EXPECT_THAT(made.openapi, HasSubstr(R"("/a":{"x-slipring-endpoints":["inner"],"get":{}})"));
  EXPECT_THAT(made.openapi, HasSubstr(R"("/b":{"x-slipring-endpoints":["inner"]})"));
  EXPECT_THAT(made.asyncapi, HasSubstr(R"("c":{"x-slipring-endpoints":["inner"],"address":"/a"})"));
  EXPECT_THAT(made.asyncapi, HasSubstr(R"("c.send":{"action":"send"})"));
}

TEST(Documents, AreNotMadeOfSomethingElse) {
  for (
      const char *text :
      {"", "[]", "{}", R"({"host":{},"mounts":[]})", R"({"host":{"version":"1"},"mounts":{}})",
       R"({"host":{"version":"1"},"mounts":[1]})",
       R"({"host":{"version":"1"},"mounts":[{"description":{"openapi":[]}}]})",
       R"({"host":{"version":"1"},"mounts":[{"description":{"openapi":{"paths":1}}}]})",
       R"({"host":{"version":"1"},"mounts":[{"description":{"openapi":{"components":{"a":1}}}}]})"})
    EXPECT_FALSE(make_documents(text, "t")) << text;
}

TEST(Documents, AreWrittenWithoutSpace) {
  EXPECT_EQ(compact(" { \"a b\\\" c\\\\\" : [ 1,\n\ttrue ] } "), R"({"a b\" c\\":[1,true]})");
  EXPECT_EQ(compact("\""), "\"");
}

}  // namespace
}  // namespace slipring::api
