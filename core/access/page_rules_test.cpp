#include "access/page_rules.hpp"

#include <gtest/gtest.h>

#include "access/testing.hpp"

namespace slipring::access {
namespace {

const std::vector<std::string> listed = {"https://app.example", "*"};

bool may_use(Ambient credential, const TestRequest::Fields &fields, std::string_view method,
             bool websocket = false) {
  TestRequest request(fields);
  request->method = method;
  request->websocket = websocket;
  return may_use(credential, *request, listed);
}

struct Case {
  TestRequest::Fields fields;
  bool reads;        // by a cookie
  bool writes;       // by a cookie
  bool websocket;    // by a cookie
  bool certificate;  // writes
};

TEST(PageRules, AmbientCredentialsCountForPagesOfThisHostAndThoseListedByName) {
  const Case cases[] = {{{{"origin", "https://example.org"}}, true, true, true, true},
                        {{{"origin", "https://app.example"}}, true, true, true, true},
                        {{{"origin", "https://evil.example"}}, false, false, false, false},
                        {{{"origin", "http://example.org"}}, false, false, false, false},
                        {{{"origin", "null"}}, false, false, false, false},
                        {{}, true, false, false, true},
                        {{{"sec-fetch-site", "same-origin"}}, true, true, true, true},
                        {{{"sec-fetch-site", "none"}}, true, false, false, true},
                        {{{"sec-fetch-site", "same-site"}}, false, false, false, false},
                        {{{"sec-fetch-site", "cross-site"}}, false, false, false, false},
                        {{{"origin", "https://evil.example"}, {"sec-fetch-site", "same-origin"}},
                         false,
                         false,
                         false,
                         false}};
  for (const auto &[fields, reads, writes, websocket, certificate] : cases) {
    const std::string name = fields.empty() ? "no field" : fields[0].second;
    EXPECT_EQ(may_use(Ambient::cookie, fields, "GET"), reads) << name;
    EXPECT_EQ(may_use(Ambient::cookie, fields, "HEAD"), reads) << name;
    EXPECT_EQ(may_use(Ambient::cookie, fields, "POST"), writes) << name;
    EXPECT_EQ(may_use(Ambient::cookie, fields, "", true), websocket) << name;
    EXPECT_EQ(may_use(Ambient::certificate, fields, "POST"), certificate) << name;
  }
}

TEST(PageRules, ATicketIsForPagesOfTheOriginItWasIssuedTo) {
  const auto may = [](const std::string &origin, const TestRequest::Fields &fields,
                      bool websocket = false) {
    TestRequest request(fields);
    request->websocket = websocket;
    return may_use_ticket(origin, *request);
  };
  EXPECT_TRUE(may("", {}));
  EXPECT_TRUE(may("", {{"origin", "https://app.example"}}));
  EXPECT_TRUE(may("https://app.example", {{"origin", "https://app.example"}}));
  EXPECT_FALSE(may("https://app.example", {{"origin", "https://example.org"}}));
  EXPECT_FALSE(may("https://app.example", {}));
  // A page's own EventSource sends no Origin.
  EXPECT_TRUE(may("https://example.org", {}));
  EXPECT_TRUE(may("https://example.org", {{"sec-fetch-site", "same-origin"}}));
  EXPECT_FALSE(may("https://example.org", {{"sec-fetch-site", "cross-site"}}));
  EXPECT_FALSE(may("https://example.org", {}, true));
  EXPECT_TRUE(may("https://example.org", {{"origin", "https://example.org"}}, true));
}

TEST(PageRules, APreflightIsAnOptionsThatAsksForAMethod) {
  TestRequest asked(TestRequest::Fields{{"origin", "https://app.example"},
                                        {"access-control-request-method", "POST"}});
  EXPECT_FALSE(is_preflight(*asked));
  asked->method = "OPTIONS";
  EXPECT_TRUE(is_preflight(*asked));
  TestRequest plain(TestRequest::Fields{{"origin", "https://app.example"}});
  plain->method = "OPTIONS";
  EXPECT_FALSE(is_preflight(*plain));
}

}  // namespace
}  // namespace slipring::access
