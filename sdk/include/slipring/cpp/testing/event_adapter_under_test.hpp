// One instance of an adapter of events, called through its tables; and the answers of a host that a
// test gives it.
//
// Thread-safety: one thread.
#ifndef SLIPRING_CPP_TESTING_EVENT_ADAPTER_UNDER_TEST_HPP
#define SLIPRING_CPP_TESTING_EVENT_ADAPTER_UNDER_TEST_HPP

#include <slipring/ext/deliver.h>
#include <slipring/ext/ending.h>
#include <slipring/ext/render.h>
#include <slipring/ext/subscribe.h>

#include <slipring/cpp/testing/begun_events.hpp>
#include <slipring/cpp/testing/fake_host.hpp>
#include <slipring/cpp/testing/rendering.hpp>

namespace slipring::sdk::testing {

// What the host assigned to an event, in a test.
struct Assigned {
  uint64_t epoch = 0;
  uint64_t sequence = 0;  // both 0: an ephemeral topic
  int64_t recorded_ns = 0;

  slipring_position position() const { return {0, epoch, sequence}; }
};

// Where a subscription really begins, in a test. Texts are borrowed.
inline slipring_origin from_live(std::string_view cursor = {}) {
  slipring_origin origin{};
  origin.struct_size = sizeof origin;
  origin.kind = SLIPRING_FROM_LIVE;
  origin.cursor = bytes(cursor);
  return origin;
}
// `count` may be SLIPRING_RECOVERED_UNKNOWN.
inline slipring_origin from_recovered(uint64_t count, std::string_view cursor) {
  slipring_origin origin = from_live(cursor);
  origin.kind = SLIPRING_FROM_RECOVERED;
  origin.recovered = count;
  return origin;
}
inline slipring_origin from_gap(std::string_view first, std::string_view last,
                                std::string_view reason, std::string_view cursor) {
  slipring_origin origin = from_live(cursor);
  origin.kind = SLIPRING_FROM_GAP;
  origin.gap_from = bytes(first);
  origin.gap_to = bytes(last);
  origin.reason = bytes(reason);
  return origin;
}

class EventAdapterUnderTest : public AdapterUnderTest {
 public:
  using AdapterUnderTest::AdapterUnderTest;

  // A publish is acknowledged; was there already, where it stood the first time; has failed: why.
  slipring_status published(void *state, const Publish &publish, const Assigned &at) {
    return acknowledged(state, publish, at, false);
  }
  slipring_status deduplicated(void *state, const Publish &publish, const Assigned &at) {
    return acknowledged(state, publish, at, true);
  }
  slipring_status publish_failed(void *state, const Publish &publish, slipring_status status,
                                 std::string_view why) {
    return complete(state, publish, SLIPRING_DONE_PUBLISH, status, nullptr, why);
  }

  slipring_status subscribed(void *state, const Subscribe &made, std::string_view cursor = {}) {
    return subscribed(state, made, from_live(cursor));
  }
  slipring_status subscribed(void *state, const Subscribe &made, const slipring_origin &origin) {
    const slipring_subscribed result{sizeof result, made.id, &origin, origin.cursor.size == 0, 0};
    return complete(state, made, SLIPRING_DONE_SUBSCRIBE, SLIPRING_OK, &result, {});
  }
  slipring_status subscribe_failed(void *state, const Subscribe &made, slipring_status status,
                                   std::string_view why) {
    return complete(state, made, SLIPRING_DONE_SUBSCRIBE, status, nullptr, why);
  }

  slipring_status timer_due(void *state, const Begun &timer) {
    return complete(state, timer, SLIPRING_DONE_TIMER, SLIPRING_OK, nullptr, {});
  }

  slipring_status complete(void *state, const Begun &begun, uint32_t operation,
                           slipring_status status, const void *result, std::string_view why) {
    slipring_completion completion{};
    completion.struct_size = sizeof completion;
    completion.token = begun.token;
    completion.tag = {bytes(begun.tag), begun.tag_kind, 1};
    completion.tag_schema = 1;
    completion.operation = operation;
    completion.status = status;
    completion.result = result;
    completion.text = bytes(why);
    return extension<slipring_completion_adapter>(SLIPRING_COMPLETION)
        ->complete(instance(), begun.session, state, &completion);
  }

  Rendering render(uint64_t format, std::string_view flatbuffer, const Assigned &at = {}) {
    const std::string position = printed(at.position());
    const slipring_event_view view = view_of(flatbuffer, at, position);
    RenderingRecorder to;
    return to.finish(extension<slipring_render_adapter>(SLIPRING_RENDER)
                         ->render(instance(), format, &view, to.writer(), to.kind()));
  }

  Rendering render_gap(slipring_session session, void *state, const slipring_gap &gap) {
    RenderingRecorder to;
    return to.finish(extension<slipring_render_adapter>(SLIPRING_RENDER)
                         ->render_gap(instance(), session, state, &gap, to.writer(), to.kind()));
  }

  slipring_status deliver(slipring_session session, void *state, slipring_delivery_id id,
                          std::string_view flatbuffer, uint64_t subscription,
                          const Assigned &at = {}) {
    const std::string position = printed(at.position());
    const slipring_event_view view = view_of(flatbuffer, at, position);
    const slipring_delivery delivery{sizeof delivery, id, &view, &subscription, 1, 1, 0};
    return extension<slipring_deliver_adapter>(SLIPRING_DELIVER)
        ->deliver(instance(), session, state, &delivery);
  }

  void farewell(slipring_session session, void *state, uint32_t cause, uint32_t code,
                uint32_t after_ms) {
    const slipring_ending ending{sizeof ending, cause, code};
    const slipring_comeback comeback{sizeof comeback, after_ms, 0, {}};
    extension<slipring_ending_adapter>(SLIPRING_ENDING)
        ->farewell(instance(), session, state, &ending, &comeback);
  }

 private:
  slipring_status acknowledged(void *state, const Publish &publish, const Assigned &at,
                               bool duplicate) {
    const slipring_position position = at.position();
    const slipring_published result{sizeof result, &position, 1, 0, duplicate, {}};
    return complete(state, publish, SLIPRING_DONE_PUBLISH, SLIPRING_OK, &result, {});
  }

  static slipring_event_view view_of(std::string_view flatbuffer, const Assigned &at,
                                     const std::string &position) {
    slipring_event_view view{};
    view.struct_size = sizeof view;
    view.event = bytes(flatbuffer);
    const auto *topic = schema::GetEvent(flatbuffer.data())->topic();
    view.topic = bytes({topic->c_str(), topic->size()});
    view.position = at.position();
    view.recorded_ns = at.recorded_ns;
    view.printed = bytes(position);
    view.expires_in_s = UINT32_MAX;
    return view;
  }
};

}  // namespace slipring::sdk::testing

#endif
