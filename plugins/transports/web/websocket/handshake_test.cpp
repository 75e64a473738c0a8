#include "handshake.hpp"

#include "fakes.hpp"
#include "upgrade.hpp"
#include "websocket_fixture.hpp"

namespace slipring::web::websocket_test {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

const Lines good = {{"host", "example.org"},
                    {"upgrade", "websocket"},
                    {"connection", "keep-alive, Upgrade"},
                    {"origin", "https://example.org"},
                    {"sec-websocket-version", "13"},
                    {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="}};

// The good request with other fields of that name.
Lines with(const std::string &name, const std::vector<std::string> &values) {
  Lines lines;
  for (const auto &line : good) {
    if (line.first != name) lines.push_back(line);
  }
  for (const std::string &value : values) lines.emplace_back(name, value);
  return lines;
}

class WebSocketHandshakeTest : public WebSocketTest {
 protected:
  struct Request {
    Lines lines = good;
    std::string method = "GET";
    std::uint32_t version = 11;
    std::uint64_t length = 0;
  };

  template <class Use>
  auto use(const Request &request, Use use) {
    std::vector<slipring_field> fields;
    fields.reserve(request.lines.size());
    for (const auto &[name, value] : request.lines) {
      fields.push_back({sdk::bytes(name), sdk::bytes(value)});
    }
    return use(slipring_http_request{.struct_size = sizeof(slipring_http_request),
                                     .method = sdk::bytes(request.method),
                                     .scheme = sdk::bytes("http"),
                                     .authority = sdk::bytes("example.org"),
                                     .path = sdk::bytes("/echo"),
                                     .query = sdk::bytes("a=b"),
                                     .peer = sdk::bytes("192.0.2.1:4711"),
                                     .fields = fields.data(),
                                     .field_count = fields.size(),
                                     .length = request.length,
                                     .version = request.version,
                                     .pad_ = 0,
                                     .identity = sdk::bytes("CN=client.example")});
  }
  Upgrade open(const Request &request) {
    return use(request, [this](const auto &made) { return open_websocket(context_, link_, made); });
  }
  Upgrade open(const Lines &lines) { return open(Request{.lines = lines}); }
  bool asks(const Request &request) {
    return use(request, [](const auto &made) { return asks_for_websocket(made); });
  }
  static std::string field(const Upgrade &upgrade, std::string_view name) {
    for (const auto &[found, value] : upgrade.fields) {
      if (found == name) return value;
    }
    return "";
  }
};

// The example of RFC 6455 §1.3.
TEST_F(WebSocketHandshakeTest, IsAnsweredWithTheAcceptOfItsKey) {
  const Upgrade upgrade = open(good);
  EXPECT_EQ(upgrade.code, 101);
  EXPECT_NE(upgrade.protocol, nullptr);
  EXPECT_EQ(upgrade.fields, (Lines{{"sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}}));
}

TEST_F(WebSocketHandshakeTest, TellsTheHostWhatTheClientAskedFor) {
  std::string seen;
  front_.on_open = [&](Messages & /*messages*/, const slipring_message_handshake &handshake) {
    for (const slipring_bytes &each : {handshake.path, handshake.query, handshake.authority,
                                       handshake.origin, handshake.subprotocols, handshake.peer}) {
      seen.append(sdk::view(each)).append("|");
    }
  };
  front_.answer.subprotocol = "two";
  const Upgrade upgrade = open(with("sec-websocket-protocol", {"one , two", "three"}));
  EXPECT_EQ(seen, "/echo|a=b|example.org|https://example.org|one, two, three|192.0.2.1:4711|");
  EXPECT_EQ(field(upgrade, "sec-websocket-protocol"), "two");
}

TEST_F(WebSocketHandshakeTest, IsAskedForByTheUpgradeFieldOfHttp11) {
  EXPECT_TRUE(asks({.lines = good}));
  EXPECT_TRUE(asks({.lines = {{"upgrade", "h2c, WebSocket"}}, .method = "POST"}));
  EXPECT_FALSE(asks({.lines = with("upgrade", {})}));
  EXPECT_FALSE(asks({.lines = with("upgrade", {"h2c", "websockets"})}));
  EXPECT_FALSE(asks({.lines = good, .version = 10}));
}

TEST_F(WebSocketHandshakeTest, MayComeInOtherWords) {
  for (const Lines &lines :
       {with("upgrade", {"h2c", "WebSocket"}), with("connection", {"keep-alive", "upgrade"}),
        with("origin", {}), with("sec-websocket-version", {" 13 "})}) {
    EXPECT_EQ(open(lines).code, 101);
  }
}

TEST_F(WebSocketHandshakeTest, ThatIsWrongIsRefused) {
  const std::string key = "dGhlIHNhbXBsZSBub25jZQ==";
  struct Case {
    const char *what;
    Request request;
    int code = 400;
  };
  const std::vector<Case> cases = {
      {"POST", {.method = "POST"}, 405},
      {"get", {.method = "get"}, 405},
      {"HTTP/1.0", {.version = 10}},
      {"a body", {.length = 3}},
      {"a body of unknown length", {.length = SLIPRING_LENGTH_UNKNOWN}},
      {"no Upgrade", {.lines = with("upgrade", {})}},
      {"another Upgrade", {.lines = with("upgrade", {"h2c"})}},
      {"no Connection", {.lines = with("connection", {})}},
      {"Connection without upgrade", {.lines = with("connection", {"keep-alive"})}},
      {"no version", {.lines = with("sec-websocket-version", {})}, 426},
      {"version 8", {.lines = with("sec-websocket-version", {"8"})}, 426},
      {"version 013", {.lines = with("sec-websocket-version", {"013"})}, 426},
      {"two versions in one", {.lines = with("sec-websocket-version", {"13, 8"})}, 426},
      {"two versions", {.lines = with("sec-websocket-version", {"13", "13"})}},
      {"no key", {.lines = with("sec-websocket-key", {})}},
      {"an empty key", {.lines = with("sec-websocket-key", {""})}},
      {"a short key", {.lines = with("sec-websocket-key", {"YWJj"})}},
      {"a key of 17 bytes", {.lines = with("sec-websocket-key", {"dGhlIHNhbXBsZSBub25jZTE="})}},
      {"no base64", {.lines = with("sec-websocket-key", {"!!!!!!!!!!!!!!!!!!!!!!=="})}},
      {"two keys", {.lines = with("sec-websocket-key", {key, key})}},
      {"two origins", {.lines = with("origin", {"null", "null"})}},
      {"an empty subprotocol", {.lines = with("sec-websocket-protocol", {""})}},
      {"an empty element", {.lines = with("sec-websocket-protocol", {"one,,two"})}},
      {"a subprotocol twice", {.lines = with("sec-websocket-protocol", {"one", "two, one"})}},
      {"a subprotocol that is no token", {.lines = with("sec-websocket-protocol", {"o(ne"})}},
      {"malformed extensions", {.lines = with("sec-websocket-extensions", {"a b"})}},
  };
  front_.on_open = [](Messages & /*messages*/, const slipring_message_handshake & /*handshake*/) {
    ADD_FAILURE() << "the host was asked";
  };
  for (const Case &each : cases) {
    const Upgrade upgrade = open(each.request);
    EXPECT_EQ(upgrade.code, each.code) << each.what;
    EXPECT_EQ(upgrade.protocol, nullptr) << each.what;
    EXPECT_FALSE(upgrade.reason.empty()) << each.what;
    EXPECT_EQ(field(upgrade, "sec-websocket-version"), each.code == 426 ? "13" : "") << each.what;
  }
}

TEST_F(WebSocketHandshakeTest, OverHttp2NeedsNeitherKeyNorUpgrade) {
  const Request request{.lines = {{"sec-websocket-version", "13"},
                                  {"sec-websocket-protocol", "one"},
                                  {"sec-websocket-extensions", "permessage-deflate"}},
                        .method = "CONNECT",
                        .version = 20,
                        .length = SLIPRING_LENGTH_UNKNOWN};
  front_.answer.subprotocol = "one";
  const Upgrade upgrade = open(request);
  EXPECT_EQ(upgrade.code, 200);
  EXPECT_NE(upgrade.protocol, nullptr);
  EXPECT_EQ(
      upgrade.fields,
      (Lines{{"sec-websocket-protocol", "one"},
             {"sec-websocket-extensions", "permessage-deflate; server_no_context_takeover"}}));
  Request wrong = request;
  wrong.lines[0].second = "12";
  EXPECT_EQ(open(wrong).code, 426);
}

TEST_F(WebSocketHandshakeTest, ThatTheHostRefusesIsAnsweredInTheTermsOfHttp) {
  front_.answer = {SLIPRING_PERMISSION_DENIED, 0, "not from there", {}};
  const Upgrade upgrade = open(with("sec-websocket-extensions", {"permessage-deflate"}));
  EXPECT_EQ(upgrade.code, 403);
  EXPECT_EQ(upgrade.reason, "not from there");
  EXPECT_TRUE(upgrade.fields.empty());
  EXPECT_EQ(compression_.memory_used(), 0u) << "what was promised is given back";
}

TEST_F(WebSocketHandshakeTest, ShowsTheHostItsFields) {
  std::string seen;
  front_.on_open = [&](Messages & /*messages*/, const slipring_message_handshake &handshake) {
    for (size_t i = 0; i < handshake.field_count; ++i) {
      const slipring_field &field = handshake.fields[i];
      if (sdk::view(field.name) == "authorization") seen += sdk::view(field.value);
    }
  };
  EXPECT_EQ(open(with("authorization", {"Bearer a"})).code, 101);
  EXPECT_EQ(seen, "Bearer a");
}

TEST_F(WebSocketHandshakeTest, ThatNobodyVouchesForIsChallenged) {
  front_.answer = {SLIPRING_UNAUTHENTICATED, 0, "who?", {}};
  const Upgrade upgrade = open(with("authorization", {"Bearer a"}));
  EXPECT_EQ(upgrade.code, 401);
  EXPECT_EQ(field(upgrade, "www-authenticate"), "Bearer error=\"invalid_token\"");
  EXPECT_EQ(field(open(good), "www-authenticate"), "Bearer");
}

TEST_F(WebSocketHandshakeTest, WithAPathThatSpeaksNoWebSocketIs404) {
  front_.answer = {SLIPRING_FAILED_PRECONDITION, 0, "this path speaks no WebSocket", {}};
  EXPECT_EQ(open(good).code, 404);
}

TEST_F(WebSocketHandshakeTest, AgreesOnCompressionWhenItMay) {
  const Lines lines = with("sec-websocket-extensions",
                           {"x-other", "permessage-deflate; server_max_window_bits=12"});
  EXPECT_EQ(field(open(lines), "sec-websocket-extensions"),
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=12");
  settings_.websocket.compress = false;
  EXPECT_EQ(field(open(lines), "sec-websocket-extensions"), "");
  settings_.websocket.compress = true;
  context_.compression = nullptr;
  EXPECT_EQ(field(open(lines), "sec-websocket-extensions"), "");
}

TEST_F(WebSocketHandshakeTest, AsksForNoContextWhenMemoryIsShort) {
  settings_.websocket.deflate_memory = Inflater::memory(15);
  Compression tight(settings_.websocket);
  context_.compression = &tight;
  EXPECT_EQ(field(open(with("sec-websocket-extensions", {"permessage-deflate"})),
                  "sec-websocket-extensions"),
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
}

TEST_F(WebSocketHandshakeTest, LeavesTheLinkAlone) {
  front_.on_open = [](Messages &messages, const slipring_message_handshake & /*handshake*/) {
    messages.set_reading(false);
  };
  const Upgrade upgrade = open(good);
  EXPECT_EQ(link_.sent, "");
  EXPECT_TRUE(link_.reading);
}

}  // namespace
}  // namespace slipring::web::websocket_test
