// A host with events for unit tests of adapters: it records what is published, subscribed and read.
// Nothing is matched or delivered by itself; EventAdapterUnderTest answers.
//
// Thread-safety: one thread.
#ifndef SLIPRING_CPP_TESTING_FAKE_EVENT_HOST_HPP
#define SLIPRING_CPP_TESTING_FAKE_EVENT_HOST_HPP

#include <slipring/ext/read.h>
#include <slipring/ext/subscribe.h>
#include <slipring/ext/timer.h>

#include <slipring/cpp/testing/begun_events.hpp>
#include <slipring/cpp/testing/fake_host.hpp>
#include <utility>

namespace slipring::sdk::testing {

class FakeEventHost : public FakeHost {
 public:
  FakeEventHost() {
    extensions[SLIPRING_COMPLETION] = &completions_;
    extensions[SLIPRING_EVENTS] = &events_;
    extensions[SLIPRING_SUBSCRIBE] = &subscriptions_;
    extensions[SLIPRING_READ] = &reads_;
    extensions[SLIPRING_DELIVER] = &deliveries_;
    extensions[SLIPRING_TIMER] = &timers_;
  }

  std::vector<Publish> publishes;
  std::vector<Subscribe> subscribes;
  std::vector<Read> reads;
  std::vector<uint64_t> unsubscribed;
  std::vector<Begun> room_waits;
  std::vector<Timer> timers;
  std::vector<Settled> settled;
  uint32_t window = 0;

  // What the next calls are answered; not OK: nothing is recorded.
  slipring_status publish_answer = SLIPRING_OK;
  slipring_status subscribe_answer = SLIPRING_OK;
  slipring_status read_answer = SLIPRING_OK;
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
      self.publishes.push_back({begun, std::string(testing::text(events[i].event)),
                                events[i].has_expect, events[i].expect_sequence});
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

  static slipring_status read(const slipring_host *raw, slipring_session session,
                              const slipring_read *wanted, const slipring_tag *tag,
                              slipring_token *token) {
    FakeEventHost &self = of(raw);
    if (self.read_answer != SLIPRING_OK) return self.read_answer;
    Read made;
    static_cast<Begun &>(made) = self.begin(session, tag, token);
    for (size_t i = 0; i < wanted->filter_count; ++i)
      made.filters.emplace_back(testing::text(wanted->filters[i]));
    made.start = wanted->start->kind;
    made.start_number = wanted->start->number;
    for (size_t i = 0; i < wanted->start->cursor_count; ++i)
      made.start_cursors.emplace_back(testing::text(wanted->start->cursors[i]));
    made.limit = wanted->limit;
    made.wait_ns = wanted->wait_ns;
    self.reads.push_back(std::move(made));
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

  slipring_timer_host timers_{
      sizeof(slipring_timer_host),
      [](const slipring_host *raw, slipring_session session, uint64_t nanoseconds,
         const slipring_tag *tag, slipring_token *token) {
        of(raw).timers.push_back({of(raw).begin(session, tag, token), nanoseconds});
        return slipring_status{SLIPRING_OK};
      },
      [](const slipring_host *, slipring_session, slipring_token, uint64_t) {
        return slipring_status{SLIPRING_OK};
      },
      [](const slipring_host *) { return uint64_t{0}; }};

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

  slipring_read_host reads_{sizeof(slipring_read_host), read};

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

}  // namespace slipring::sdk::testing

#endif
