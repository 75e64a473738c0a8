// What tests of the adapter share: requests to it, on a fake host.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <slipring/cpp/testing/fake_http.hpp>
#include <string>
#include <vector>

#include "exchange.hpp"

namespace slipring::rest {

constexpr slipring_session session_id = 7;

class ExchangeTest : public ::testing::Test {
 protected:
  using FieldList = sdk::testing::FieldList;
  using FakeResponse = sdk::testing::FakeResponse;

  void TearDown() override { close(); }

  const FakeResponse &ask(const sdk::testing::FakeRequest &request) {
    close();
    host.responses.clear();
    host.publishes.clear();
    EXPECT_EQ(adapter().request(session_id, request, &state), SLIPRING_OK);
    return host.responses[session_id];
  }

  // A whole POST to /topics/a/b.
  const FakeResponse &post(const FieldList &fields, std::string_view body,
                           std::string_view query = {}) {
    ask({.method = "POST",
         .path = "/topics/a/b",
         .query = query,
         .fields = fields,
         .length = body.size()});
    if (host.responses[session_id].code == 0 && !body.empty())
      answered = adapter().body(session_id, state, body, false);
    return host.responses[session_id];
  }
  const FakeResponse &post_json(std::string_view body, std::string_view query = {}) {
    return post({{"content-type", "application/json"}}, body, query);
  }

  // {"…","field":"f",…,"detail":"…"}: what a client is told.
  std::string field() { return member("field"); }
  std::string detail() { return member("detail"); }
  std::string member(std::string_view name) {
    const std::string &body = host.responses[session_id].body;
    const std::string before = '"' + std::string(name) + "\":\"";
    const size_t at = body.find(before);
    if (at == std::string::npos) return {};
    const size_t start = at + before.size();
    size_t end = start;
    while (body[end] != '"') end += body[end] == '\\' ? 2 : 1;
    return body.substr(start, end - start);
  }

  const schema::Event &event(size_t index = 0) const { return host.publishes.at(index).event(); }
  std::string payload(size_t index = 0) const {
    const auto *bytes = event(index).payload();
    return {bytes->begin(), bytes->end()};
  }
  // The last publish is acknowledged; what is answered.
  const FakeResponse &acknowledge(const std::vector<slipring_position> &positions,
                                  bool duplicate = false) {
    const slipring_published result{
        sizeof result, positions.data(), positions.size(), 0, duplicate, {}};
    EXPECT_EQ(adapter().complete(state, host.publishes.at(0), SLIPRING_DONE_PUBLISH, SLIPRING_OK,
                                 &result, {}),
              SLIPRING_OK);
    return host.responses[session_id];
  }

  sdk::testing::HttpAdapterUnderTest &adapter() {
    if (!made)
      made =
          std::make_unique<sdk::testing::HttpAdapterUnderTest>(host, &Adapter::factory, settings);
    return *made;
  }
  void close() {
    if (state != nullptr) adapter().close(session_id, state);
    state = nullptr;
  }

  std::string settings;  // set before the first request
  sdk::testing::FakeHttpHost host;
  std::unique_ptr<sdk::testing::HttpAdapterUnderTest> made;
  void *state = nullptr;
  slipring_status answered = SLIPRING_OK;
};

}  // namespace slipring::rest
