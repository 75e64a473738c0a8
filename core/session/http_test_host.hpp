// A shard's exchanges with two generations of the adapter of http_fakes.hpp, with bus and events,
// driven from the test's own thread. "lines", the adapter of event_fakes.hpp, publishes.
#pragma once

#include "session/events_test_host.hpp"
#include "session/http_extension.hpp"
#include "session/http_fakes.hpp"
#include "session/move.hpp"

namespace slipring::session {

using Heard = std::vector<std::string>;

class HttpTestHost : public EventsTestHost {
 protected:
  using Call = http_fake::Call;

  HttpTestHost() : behaviour_(http_fake::behaviour) {
    behaviour_ = {};
    behaviour_.on_open = [](const Call &, const slipring_http_request &) { return SLIPRING_OK; };
    behaviour_.on_body = [](const Call &, std::string_view bytes, bool, size_t &consumed) {
      consumed = bytes.size();
      return SLIPRING_OK;
    };
    behaviour_.on_trailers = [](const Call &, const std::string &) { return SLIPRING_OK; };
    behaviour_.on_complete = [](const Call &, const slipring_completion &) { return SLIPRING_OK; };
    behaviour_.on_farewell = [](const Call &, const slipring_ending &) {};
    behaviour_.on_import = [](const Call &) { return SLIPRING_OK; };
    add_http_extensions(services_.extensions);
  }

  // After a test has set what the adapters are to be.
  void begin(Limits limits = {}) {
    EventsHost::begin(1, limits);
    on(0);
    sessions_[0]->add_transport(&web_, {nullptr, FakeExchange::calls(), nullptr});
    for (uint64_t id = 1; id <= 2; ++id) asked_.push_back(make_asked(id));
  }

  void TearDown() override {
    for (const slipring_session id : opened_) http().closed(id, SLIPRING_CANCELLED);
    EventsHost::stop();
    asked_.clear();
  }

  std::unique_ptr<plugin::Generation> make_asked(uint64_t id) {
    plugin::Manifest manifest;
    manifest.name = "asked";
    manifest.version = "1.0.0";
    manifest.state_schema = manifest.state_schema_oldest = 1;
    manifest.continuity = plugin::Continuity::handoff;
    manifest.profiles = {SLIPRING_PROFILE_HTTP};
    auto generation =
        std::move(plugin::Generation::attach(services_, id, manifest, http_fake::entry).value());
    EXPECT_TRUE(generation->create_instances(1, "{}").is_ok());
    return generation;
  }

  Result<Choice> choose_http(uint32_t, uint32_t, const slipring_http_request &) override {
    return Choice{&asked_[answering_]->instance(0), std::make_shared<const std::string>("/asked"),
                  ""};
  }

  HttpProfile &http() { return sessions_[0]->http(); }

  slipring_status try_open(FakeExchange &exchange, uint64_t length, std::string_view method,
                           slipring_session &id) {
    slipring_http_request request{};
    request.struct_size = sizeof(request);
    request.method = to_bytes(method);
    request.length = length;
    reason_.clear();
    return http().open(&web_, 0, &exchange, request, id, *reason_.abi());
  }
  slipring_session open(FakeExchange &exchange, uint64_t length = 0,
                        std::string_view method = "GET") {
    slipring_session id = 0;
    EXPECT_EQ(try_open(exchange, length, method, id), SLIPRING_OK);
    opened_.push_back(id);
    return id;
  }
  slipring_session open_post(FakeExchange &exchange) {
    return open(exchange, SLIPRING_LENGTH_UNKNOWN, "POST");
  }

  void body(slipring_session id, std::string_view text, bool more = true) {
    http().body(id, to_bytes(text), more);
  }
  void flush() { EventsHost::flush(0); }
  // What the adapter that serves it can do for the session.
  Call adapter(slipring_session id, size_t generation = 0) {
    return {asked_[generation]->instance(0).host.abi(), id};
  }

  MoveReport move_to(size_t generation) {
    answering_ = generation;
    std::optional<MoveReport> report;
    Move::start(*loops_[0], *sessions_[0], asked_[generation]->instance(0), std::chrono::hours(1),
                [&](MoveReport made) { report = std::move(made); });
    return report.value_or(MoveReport{});
  }

  http_fake::Behaviour &behaviour_;
  slipring_host web_{};  // known by its address alone
  std::vector<std::unique_ptr<plugin::Generation>> asked_;
  size_t answering_ = 0;
  std::vector<slipring_session> opened_;
  StringWriter reason_{1000};
};

}  // namespace slipring::session
