#include "overview_html.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipring::page {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(OverviewHtml, HasATableForEachList) {
  const OverviewHtml html = to_html(
      R"({"host":{"version":"0.1.0"},"plugins":[{"name":"echo","kind":"adapter"},{"name":"lws","kind":"transport"}],)"
      R"("mounts":[{"path":"/echo","profiles":["message/1","http/1"],"port":8080}]})");
  EXPECT_EQ(html.version, "0.1.0");
  EXPECT_THAT(html.tables,
              HasSubstr("<caption>Plugins</caption>\n<thead><tr><th scope=\"col\">Name</th>"
                        "<th scope=\"col\">Kind</th></tr></thead>\n<tbody>\n"
                        "<tr><th scope=\"row\">echo</th><td>adapter</td></tr>\n"
                        "<tr><th scope=\"row\">lws</th><td>transport</td></tr>\n</tbody>"));
  EXPECT_THAT(html.tables, HasSubstr("<th scope=\"row\">/echo</th><td>message/1, http/1</td>"
                                     "<td>8080</td>"));
}

TEST(OverviewHtml, LetsNoTextBecomeMarkup) {
  const OverviewHtml html =
      to_html(R"({"plugins":[{"name":"<script>\"&'\\","description":"a\nb\u0001c"}]})");
  EXPECT_THAT(html.tables, HasSubstr("&lt;script&gt;&quot;&amp;&#39;\\"));
  EXPECT_THAT(html.tables, HasSubstr("<td>a b c</td>"));
  EXPECT_THAT(html.tables, Not(HasSubstr("<script")));
}

TEST(OverviewHtml, OfLittleIsLittle) {
  EXPECT_EQ(to_html("{}").tables, "");
  EXPECT_EQ(to_html("").tables, "");
  EXPECT_THAT(to_html(R"({"a":1,"plugins":[]})").tables, HasSubstr("<caption>Plugins</caption>"));
}

}  // namespace
}  // namespace slipring::page
