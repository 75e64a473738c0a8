// A host with events for unit tests of adapters: it records what is published and subscribed, and
// answers when the test says so. Nothing is matched or delivered by itself.
//
//   FakeEventHost host;
//   EventAdapterUnderTest adapter(host, &MyAdapter::factory);
//   adapter.receive(7, state, …);                           publishes
//   adapter.published(state, host.publishes.at(0), {.sequence = 5});
//   EXPECT_EQ(host.sent.back().text, …);
//
// Thread-safety: one thread.
#ifndef SLIPRING_CPP_TESTING_FAKE_EVENTS_HPP
#define SLIPRING_CPP_TESTING_FAKE_EVENTS_HPP

#include <slipring/ext/deliver.h>
#include <slipring/ext/ending.h>
#include <slipring/ext/events.h>
#include <slipring/ext/render.h>
#include <slipring/ext/subscribe.h>
#include <slipring/schema/event_generated.h>

#include <slipring/cpp/testing/fake_host.hpp>
#include <utility>

namespace slipring::sdk::testing {

// One operation that an adapter has begun.
struct Begun {
  slipring_session session = 0;
  slipring_token token = 0;  // 0: nobody asks how it comes out
  uint32_t tag_kind = 0;
  std::string tag;
};

struct Publish : Begun {
  std::string flatbuffer;

  const schema::Event &event() const {
    return *schema::GetEvent(reinterpret_cast<const uint8_t *>(flatbuffer.data()));
  }
};

struct Subscribe : Begun {
  uint64_t id = 0;
  std::vector<std::string> filters;
  uint32_t start = 0;
  uint64_t start_number = 0;
  std::vector<std::string> start_cursors;
  uint32_t mode = 0;
  uint32_t drop = 0;
  uint64_t format = 0;
  bool skip_own = false;
};

struct Settled {
  slipring_delivery_id id;
  uint32_t outcome;
  bool operator==(const Settled &) const = default;
};

// What the fake host prints for a position; its streams are all called "test".
inline std::string printed(const slipring_position &position) {
  if (position.epoch == 0 && position.sequence == 0) return {};
  return "test@" + std::to_string(position.epoch) + ":" + std::to_string(position.sequence);
}

class FakeEventHost : public FakeHost {
 public:
  FakeEventHost() {
    extensions[SLIPRING_COMPLETION] = &completions_;
    extensions[SLIPRING_EVENTS] = &events_;
    extensions[SLIPRING_SUBSCRIBE] = &subscriptions_;
    extensions[SLIPRING_DELIVER] = &deliveries_;
  }

  std::vector<Publish> publishes;
  std::vector<Subscribe> subscribes;
  std::vector<uint64_t> unsubscribed;
  std::vector<Begun> room_waits;
  std::vector<Settled> settled;
  uint32_t window = 0;

  // What the next calls are answered; not OK: nothing is recorded.
  slipring_status publish_answer = SLIPRING_OK;
  slipring_status subscribe_answer = SLIPRING_OK;
  std::string why;     // the words of a refusal
  std::string cursor;  // of every subscription

 private:
  static FakeEventHost &of(const slipring_host *raw) {
    return static_cast<FakeEventHost &>(FakeHost::of(raw));
  }

  Begun begin(slipring_session session, const slipring_tag *tag, slipring_token *token) {
    Begun begun;
    begun.session = session;
    if (tag != nullptr) {
      begun.tag_kind = tag->kind;
      begun.tag = testing::text(tag->bytes);
    }
    if (token != nullptr) begun.token = *token = ++last_token_;
    return begun;
  }

  static slipring_status publish(const slipring_host *raw, slipring_session session,
                                 const slipring_publish *events, size_t count,
                                 const slipring_tag *tag, slipring_token *token, uint32_t *failed) {
    FakeEventHost &self = of(raw);
    self.during_send();
    if (failed != nullptr) *failed = 0;
    if (self.publish_answer != SLIPRING_OK) return self.publish_answer;
    const Begun begun = self.begin(session, tag, token);
    for (size_t i = 0; i < count; ++i)
      self.publishes.push_back({begun, std::string(testing::text(events[i].event))});
    return SLIPRING_OK;
  }

  static slipring_status add(const slipring_host *raw, slipring_session session,
                             const slipring_subscription *wanted, const slipring_tag *tag,
                             slipring_token *token) {
    FakeEventHost &self = of(raw);
    if (self.subscribe_answer != SLIPRING_OK) return self.subscribe_answer;
    Subscribe made;
    static_cast<Begun &>(made) = self.begin(session, tag, token);
    made.id = wanted->id;
    for (size_t i = 0; i < wanted->filter_count; ++i)
      made.filters.emplace_back(testing::text(wanted->filters[i]));
    if (wanted->start != nullptr) {
      made.start = wanted->start->kind;
      made.start_number = wanted->start->number;
      for (size_t i = 0; i < wanted->start->cursor_count; ++i)
        made.start_cursors.emplace_back(testing::text(wanted->start->cursors[i]));
    }
    made.mode = wanted->mode;
    made.drop = wanted->drop;
    made.format = wanted->format;
    made.skip_own = wanted->skip_own != 0;
    self.subscribes.push_back(std::move(made));
    return SLIPRING_OK;
  }

  slipring_token last_token_ = 0;

  slipring_completion_host completions_{
      sizeof(slipring_completion_host),
      [](const slipring_host *, slipring_session, slipring_token) {
        return slipring_status{SLIPRING_OK};
      },
      [](const slipring_host *raw, slipring_session session, uint64_t, const slipring_tag *tag,
         slipring_token *token) {
        of(raw).room_waits.push_back(of(raw).begin(session, tag, token));
        return slipring_status{SLIPRING_OK};
      }};

  slipring_events_host events_{
      sizeof(slipring_events_host), publish,
      [](const slipring_host *raw) { return bytes(of(raw).why); },
      [](const slipring_host *, const slipring_position *position, const slipring_writer *writer) {
        return writer->write(writer->context, bytes(printed(*position)));
      }};

  slipring_subscribe_host subscriptions_{
      sizeof(slipring_subscribe_host), add,
      [](const slipring_host *raw, slipring_session, uint64_t id) {
        of(raw).unsubscribed.push_back(id);
        return slipring_status{SLIPRING_OK};
      },
      [](const slipring_host *raw, slipring_session, uint64_t, const slipring_writer *writer) {
        return writer->write(writer->context, bytes(of(raw).cursor));
      }};

  slipring_deliver_host deliveries_{
      sizeof(slipring_deliver_host),
      [](const slipring_host *raw, slipring_session, uint32_t window) {
        of(raw).window = window;
        return slipring_status{SLIPRING_OK};
      },
      [](const slipring_host *, slipring_session, slipring_delivery_id, uint64_t, slipring_bytes) {
        return slipring_status{SLIPRING_OK};
      },
      [](const slipring_host *raw, slipring_session, slipring_delivery_id id, uint32_t outcome,
         uint64_t, const slipring_note *) {
        of(raw).settled.push_back({id, outcome});
        return slipring_status{SLIPRING_OK};
      },
      [](const slipring_host *, slipring_session) { return slipring_status{SLIPRING_OK}; },
      [](const slipring_host *, slipring_session, const slipring_delivery_id *, size_t) {
        return slipring_status{SLIPRING_OK};
      }};
};

// What the host assigned to an event, in a test.
struct Assigned {
  uint64_t epoch = 0;
  uint64_t sequence = 0;  // both 0: an ephemeral topic
  int64_t recorded_ns = 0;

  slipring_position position() const { return {0, epoch, sequence}; }
};

// One rendering; its holes are not kept.
struct Rendering {
  slipring_status status = SLIPRING_OK;
  uint8_t kind = 0;
  std::string text;
};

class EventAdapterUnderTest : public AdapterUnderTest {
 public:
  using AdapterUnderTest::AdapterUnderTest;

  // A publish is acknowledged, or has failed: why.
  slipring_status published(void *state, const Publish &publish, const Assigned &at) {
    const slipring_position position = at.position();
    const slipring_published result{sizeof result, &position, 1, 0, 0, {}};
    return complete(state, publish, SLIPRING_DONE_PUBLISH, SLIPRING_OK, &result, {});
  }
  slipring_status publish_failed(void *state, const Publish &publish, slipring_status status,
                                 std::string_view why) {
    return complete(state, publish, SLIPRING_DONE_PUBLISH, status, nullptr, why);
  }

  slipring_status subscribed(void *state, const Subscribe &made, std::string_view cursor = {}) {
    slipring_origin origin{};
    origin.struct_size = sizeof origin;
    origin.kind = SLIPRING_FROM_LIVE;
    origin.cursor = bytes(cursor);
    return subscribed(state, made, origin);
  }
  slipring_status subscribed(void *state, const Subscribe &made, const slipring_origin &origin) {
    const slipring_subscribed result{sizeof result, made.id, &origin, origin.cursor.size == 0, 0};
    return complete(state, made, SLIPRING_DONE_SUBSCRIBE, SLIPRING_OK, &result, {});
  }
  slipring_status subscribe_failed(void *state, const Subscribe &made, slipring_status status,
                                   std::string_view why) {
    return complete(state, made, SLIPRING_DONE_SUBSCRIBE, status, nullptr, why);
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
    return rendered([&](const slipring_render_writer *writer, uint8_t *kind) {
      return extension<slipring_render_adapter>(SLIPRING_RENDER)
          ->render(instance(), format, &view, writer, kind);
    });
  }

  Rendering render_gap(slipring_session session, void *state, const slipring_gap &gap) {
    return rendered([&](const slipring_render_writer *writer, uint8_t *kind) {
      return extension<slipring_render_adapter>(SLIPRING_RENDER)
          ->render_gap(instance(), session, state, &gap, writer, kind);
    });
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
  struct Buffer {
    std::string text;
    std::string reserved;
    void settle() { text += std::exchange(reserved, {}); }
  };

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

  template <class Call>
  static Rendering rendered(Call &&call) {
    Buffer buffer;
    const slipring_render_writer writer{sizeof writer, &buffer,
                                        [](void *context, slipring_bytes more) -> slipring_status {
                                          static_cast<Buffer *>(context)->settle();
                                          static_cast<Buffer *>(context)->text +=
                                              testing::text(more);
                                          return SLIPRING_OK;
                                        },
                                        [](void *context, size_t size) -> uint8_t * {
                                          auto &self = *static_cast<Buffer *>(context);
                                          self.settle();
                                          self.reserved.resize(size);
                                          return reinterpret_cast<uint8_t *>(self.reserved.data());
                                        },
                                        [](void *context, uint32_t, size_t) -> slipring_status {
                                          static_cast<Buffer *>(context)->settle();
                                          return SLIPRING_OK;
                                        }};
    Rendering result;
    result.status = call(&writer, &result.kind);
    buffer.settle();
    result.text = std::move(buffer.text);
    return result;
  }
};

}  // namespace slipring::sdk::testing

#endif
