#include "page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <slipring/cpp/testing/fake_http.hpp>

#include "assets.hpp"

namespace slipring::page {
namespace {

using sdk::testing::FakeHttpHost;
using sdk::testing::FakeRequest;
using sdk::testing::FakeResponse;
using sdk::testing::HttpAdapterUnderTest;
using ::testing::HasSubstr;
using ::testing::Not;

std::string overview;

constexpr slipring_overview_host overview_table{
    sizeof(slipring_overview_host), [](const slipring_host *, const slipring_writer *writer) {
      return writer->write(writer->context, sdk::bytes(overview));
    }};

struct HostWithOverview : FakeHttpHost {
  HostWithOverview() {
    overview = R"({"host":{"version":"9.8.7"},"plugins":[{"name":"echo"}]})";
    extensions[SLIPRING_OVERVIEW] = &overview_table;
  }
};

class PageTest : public ::testing::Test {
 protected:
  const FakeResponse &ask(const FakeRequest &request) {
    host.responses.clear();
    refused = adapter.request(7, request, &state);
    return host.responses[7];
  }
  const FakeResponse &post(std::string_view form,
                           std::string_view type = "application/x-www-form-urlencoded") {
    ask({.method = "POST", .fields = {{"content-type", std::string(type)}}, .length = form.size()});
    if (host.responses[7].code == 0) answered = adapter.body(7, state, form, false);
    return host.responses[7];
  }

  HostWithOverview host;
  HttpAdapterUnderTest adapter{host, &sdk::StatelessHttpAdapter<Page>::factory};
  void *state = nullptr;
  slipring_status refused = SLIPRING_OK;
  slipring_status answered = SLIPRING_OK;
};

TEST_F(PageTest, SaysWhatRunsHere) {
  const FakeResponse &response = ask({});
  EXPECT_EQ(response.code, 200u);
  EXPECT_EQ(response.field("content-type"), "text/html; charset=utf-8");
  EXPECT_THAT(response.body, HasSubstr("<h1>Slipring 9.8.7</h1>"));
  EXPECT_THAT(response.body, HasSubstr("<th scope=\"row\">echo</th>"));
  EXPECT_THAT(response.body, Not(HasSubstr("{{")));
  EXPECT_TRUE(response.finished);
}

TEST_F(PageTest, ShowsWhatHasChanged) {
  const std::string tag = ask({}).field("etag");
  overview = R"({"plugins":[{"name":"newer"}]})";
  const FakeResponse &response = ask({.fields = {{"if-none-match", tag}}});
  EXPECT_EQ(response.code, 200u);
  EXPECT_THAT(response.body, HasSubstr("newer"));
}

TEST_F(PageTest, ServesItsFiles) {
  EXPECT_EQ(ask({.path = "/page.js"}).body, assets::page_js);
  EXPECT_EQ(host.responses[7].field("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(ask({.path = "/page.css"}).body, assets::page_css);
  EXPECT_EQ(ask({.path = "/overview.json"}).body, overview);
  EXPECT_EQ(host.responses[7].field("content-type"), "application/json");
}

TEST_F(PageTest, LetsABrowserLoadNothingFromElsewhere) {
  for (const char *path : {"/", "/page.js", "/overview.json"}) {
    const FakeResponse &response = ask({.path = path});
    EXPECT_THAT(response.field("content-security-policy"),
                HasSubstr("default-src 'self'; connect-src 'self'"));
    EXPECT_EQ(response.field("x-content-type-options"), "nosniff");
  }
  EXPECT_THAT(std::string(assets::page_html), Not(HasSubstr("<style")));
  EXPECT_THAT(std::string(assets::page_html), Not(::testing::ContainsRegex(" on[a-z]+=")))
      << "no handlers in attributes";
}

TEST_F(PageTest, AnswersHeadLikeGet) {
  const uint64_t length = ask({}).length;
  EXPECT_EQ(ask({.method = "HEAD"}).length, length);
  EXPECT_EQ(host.responses[7].code, 200u);
}

TEST_F(PageTest, SaysThatAClientKnowsIt) {
  for (const char *path : {"/", "/page.js", "/page.css", "/overview.json"}) {
    const std::string tag = ask({.path = path}).field("etag");
    EXPECT_EQ(host.responses[7].field("cache-control"), "no-cache");
    const FakeResponse &again = ask({.path = path, .fields = {{"if-none-match", "W/" + tag}}});
    EXPECT_EQ(again.code, 304u) << path;
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(again.field("etag"), tag);
    EXPECT_TRUE(again.finished);
  }
}

TEST_F(PageTest, SaysWhichMethodsItTakes) {
  EXPECT_EQ(ask({.method = "DELETE"}).code, 405u);
  EXPECT_EQ(host.responses[7].field("allow"), "GET, HEAD, POST");
  EXPECT_EQ(ask({.method = "POST", .path = "/page.js"}).code, 405u);
  EXPECT_EQ(host.responses[7].field("allow"), "GET, HEAD");
}

TEST_F(PageTest, KnowsNoOtherPaths) {
  ask({.path = "/other"});
  EXPECT_EQ(refused, SLIPRING_NOT_FOUND);
}

TEST_F(PageTest, PublishesAForm) {
  EXPECT_EQ(post("topic=a%2Fb&data=hello+you").code, 0u) << "not before it is published";
  ASSERT_EQ(host.publishes.size(), 1u);
  EXPECT_EQ(host.publishes[0].event().topic()->str(), "a/b");
  EXPECT_EQ(host.publishes[0].event().content_type()->str(), "text/plain; charset=utf-8");
  EXPECT_EQ(adapter.published(state, host.publishes[0], {.epoch = 1, .sequence = 5}), SLIPRING_OK);
  EXPECT_EQ(host.responses[7].code, 200u);
  EXPECT_THAT(host.responses[7].body, HasSubstr("At test@1:5."));
}

TEST_F(PageTest, KeepsAFormWithTheHostUntilItIsWhole) {
  ask({.method = "POST",
       .fields = {{"content-type", "application/x-www-form-urlencoded"}},
       .length = 7});
  EXPECT_EQ(adapter.body(7, state, "topic", true), SLIPRING_OK);
  EXPECT_EQ(adapter.consumed, 0u);
  EXPECT_EQ(adapter.body(7, state, "topic=a", false), SLIPRING_OK);
  EXPECT_EQ(adapter.consumed, 7u);
  EXPECT_EQ(host.publishes.size(), 1u);
}

TEST_F(PageTest, WaitsWhileTheHostHasNoRoom) {
  host.publish_answer = SLIPRING_PENDING;
  post("topic=a");
  EXPECT_EQ(answered, SLIPRING_PENDING);
  EXPECT_EQ(adapter.consumed, 0u);
  EXPECT_EQ(host.responses[7].code, 0u);
}

TEST_F(PageTest, RefusesWhatIsNoForm) {
  EXPECT_EQ(post("{}", "application/json").code, 415u);
  EXPECT_EQ(host.responses[7].field("accept-post"), "application/x-www-form-urlencoded");
  EXPECT_EQ(post("data=x").code, 400u);
  EXPECT_THAT(host.responses[7].body, HasSubstr("the field &quot;topic&quot; is missing"));
  EXPECT_EQ(post("").code, 400u);
  EXPECT_TRUE(host.publishes.empty());
}

TEST_F(PageTest, RefusesAFormThatIsTooLarge) {
  EXPECT_EQ(post("topic=" + std::string(Page::max_form, 'a')).code, 413u);
  ask({.method = "POST",
       .fields = {{"content-type", "application/x-www-form-urlencoded"}},
       .length = SLIPRING_LENGTH_UNKNOWN});
  EXPECT_EQ(adapter.body(7, state, std::string(Page::max_form + 1, 'a'), true), SLIPRING_OK);
  EXPECT_EQ(host.responses[7].code, 413u);
}

TEST_F(PageTest, SaysWhyAnEventWasNotPublished) {
  host.publish_answer = SLIPRING_INVALID_ARGUMENT;
  host.why = "topic: <#> is a wildcard";
  EXPECT_EQ(post("topic=%23").code, 400u);
  EXPECT_THAT(host.responses[7].body, HasSubstr("topic: &lt;#&gt; is a wildcard"));
  host.publish_answer = SLIPRING_OK;
  post("topic=a");
  EXPECT_EQ(adapter.publish_failed(state, host.publishes.at(0), SLIPRING_UNAVAILABLE, "no disk"),
            SLIPRING_OK);
  EXPECT_EQ(host.responses[7].code, 503u);
}

TEST_F(PageTest, WorksOnAHostWithoutOverview) {
  host.extensions.erase(SLIPRING_OVERVIEW);
  HttpAdapterUnderTest other(host, &sdk::StatelessHttpAdapter<Page>::factory);
  EXPECT_EQ(other.request(9, {}, &state), SLIPRING_OK);
  EXPECT_EQ(host.responses[9].code, 200u);
}

}  // namespace
}  // namespace slipring::page
