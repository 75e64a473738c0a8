// A shard's sessions with two generations of the fake adapter, driven from the test's own thread.
#pragma once

#include <gtest/gtest.h>

#include "session/message_extension.hpp"
#include "session/session_fakes.hpp"

namespace slipring::session {

class SessionTestHost : public testing::Test, public Chooser {
 protected:
  explicit SessionTestHost(Limits limits = {}) : limits_(limits) {
    fake_adapters = {};
    fake_adapters.on_message = [](FakeCall call) { return call.send(to_text(call.message.bytes)); };
    fake_adapters.on_import = [](const std::string &) { return SLIPRING_OK; };
    add_message_extensions(services_.extensions);
  }

  // After a test has set what the adapters are to be.
  void begin() {
    sessions_ = std::make_unique<ShardSessions>(0, limits_, *this, services_.counters);
    sessions_->bind_to_thread();
    sessions_->add_transport(&transport_, {FakeConnection::calls(), nullptr});
    old_ = make_generation(1);
    new_ = make_generation(2);
    current_ = &old_->instance(0);
  }

  void TearDown() override {
    // Sessions end before their adapters.
    for (const slipring_session id : opened_) sessions_->messages().closed(id, 1001);
  }

  std::unique_ptr<plugin::Generation> make_generation(uint64_t id) {
    plugin::Manifest manifest;
    manifest.name = "fake";
    manifest.version = "1.0.0";
    manifest.state_schema = manifest.state_schema_oldest = 1;
    manifest.continuity = plugin::Continuity::handoff;
    manifest.profiles = {SLIPRING_PROFILE_MESSAGE};
    auto generation =
        std::move(plugin::Generation::attach(services_, id, manifest, fake::entry).value());
    EXPECT_TRUE(generation->create_instances(1, "{}").is_ok());
    return generation;
  }

  Result<Choice> choose_http(uint32_t, uint32_t, const slipring_http_request &) override {
    return Status(SLIPRING_NOT_FOUND, "nothing is mounted at this path");
  }
  Result<Choice> choose(uint32_t, uint32_t, const slipring_message_handshake &) override {
    return Choice{current_, std::make_shared<const std::string>("/fake"), ""};
  }

  slipring_session open(FakeConnection &connection, const slipring_host *transport = nullptr) {
    slipring_message_handshake handshake{};
    handshake.struct_size = sizeof(handshake);
    slipring_session id = 0;
    char subprotocol[8];
    size_t size = 0;
    StringWriter reason(100);
    EXPECT_EQ(
        sessions_->messages().open(transport != nullptr ? transport : &transport_, 0, &connection,
                                   handshake, id, subprotocol, size, *reason.abi()),
        SLIPRING_OK);
    opened_.push_back(id);
    return id;
  }

  void receive(slipring_session id, std::string_view text, bool more = false) {
    sessions_->messages().receive(id, {to_bytes(text), SLIPRING_MESSAGE_TEXT, more, {}});
  }

  uint64_t counter(std::string_view name) { return services_.counters.counter(name).total(); }

  Limits limits_;
  plugin::HostServices services_;
  slipring_host transport_{};  // known by its address alone
  std::unique_ptr<plugin::Generation> old_;
  std::unique_ptr<plugin::Generation> new_;
  plugin::Instance *current_ = nullptr;
  std::unique_ptr<ShardSessions> sessions_;
  std::vector<slipring_session> opened_;
};

}  // namespace slipring::session
