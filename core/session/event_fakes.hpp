// An adapter for the tests of events, written against the C tables. Its clients speak lines:
//
//   sub ID FILTER [drop=N] [each] [format=N] [own] [from=START]    `each`: event by event
//   unsub ID          cursor ID
//   read FILTER [from=START] [limit=N] [bytes=N] [wait=SECONDS]    once; `unread` takes it back
//   pub TOPIC TEXT [key=K] [priority=N] [retain] [dedup=D] [expect=topic:N]    answered; with a
//                                                                              leading "!" not
//   answered window N          settle ID OUTCOME     ready
//
// and hear: "subscribed ID CURSOR [recovered=N] [gap=FROM..TO REASON]", "published TEXT POSITION
// [duplicate]", "event TOPIC TEXT POSITION", "gap ID FROM TO COUNT REASON", "cursor ID …", "error
// STATUS WHY", "batch CURSOR [more] [gap=…]" and its events, "cancelled ID", "refused ID STATUS
// WHY". START is "earliest", "retained", "last-per-topic", "last:N", "time:N", or a cursor or
// position. A session's state is a text that clients can set ("state TEXT") and see ("state?").
#pragma once

#include <slipring/ext/completion.h>
#include <slipring/ext/deliver.h>
#include <slipring/ext/ending.h>
#include <slipring/ext/read.h>
#include <slipring/ext/render.h>
#include <slipring/ext/subscribe.h>

#include <cstring>
#include <sstream>
#include <string>

#include "event/testing.hpp"
#include "session/session_fakes.hpp"

namespace slipring::session::event_fake {

// What a test lets the adapters do.
struct Behaviour {
  slipring_status render = SLIPRING_OK;
  slipring_status deliver = SLIPRING_OK;
  bool holes = false;  // renderings have one of each kind
  bool flags = false;  // and say that an event was replayed or retained
  uint32_t exported_tags = 0;
  slipring_status export_tag = SLIPRING_OK;
  std::vector<slipring_ending> farewells;
};
inline Behaviour behaviour;

struct Adapter {
  const slipring_host *host;
  const slipring_message_host *messages;
  const slipring_events_host *events;
  const slipring_subscribe_host *subscriptions;
  const slipring_deliver_host *deliveries;
  const slipring_completion_host *completions;
  const slipring_read_host *reads;
  slipring_token last_read = 0;

  template <class Table>
  static const Table *get(const slipring_host *host, const char *id) {
    return static_cast<const Table *>(host->get_extension(host, id));
  }
};

inline Adapter &of(void *instance) {
  return *static_cast<Adapter *>(instance);
}

inline slipring_status say(const Adapter &self, slipring_session session, std::string_view text) {
  return self.messages->send(self.host, session, SLIPRING_MESSAGE_TEXT, to_bytes(text));
}

inline std::string member(std::istringstream &words, const std::string &name) {
  std::string word;
  const auto at = words.tellg();
  std::string found;
  while (words >> word) {
    if (word.rfind(name + "=", 0) == 0) found = word.substr(name.size() + 1);
    if (word == name) found = "1";
  }
  words.clear();
  words.seekg(at);
  return found;
}

// What "from=" says; `cursor` refers to `text`.
inline slipring_start start_of(const std::string &text, slipring_bytes &cursor) {
  slipring_start start{};
  start.struct_size = sizeof(start);
  const auto number_behind = [&](std::string_view name) {
    if (!text.starts_with(name)) return false;
    start.number = std::stoull(text.substr(name.size()));
    return true;
  };
  if (text == "earliest") {
    start.kind = SLIPRING_START_EARLIEST;
  } else if (text == "retained") {
    start.kind = SLIPRING_START_RETAINED;
  } else if (text == "last-per-topic") {
    start.kind = SLIPRING_START_LAST_PER_TOPIC;
  } else if (number_behind("last:")) {
    start.kind = SLIPRING_START_LAST;
  } else if (number_behind("time:")) {
    start.kind = SLIPRING_START_TIME;
  } else if (!text.empty()) {
    start.kind = SLIPRING_START_AFTER;
    cursor = to_bytes(text);
    start.cursors = &cursor;
    start.cursor_count = 1;
  } else {
    start.kind = SLIPRING_START_NOW;
  }
  return start;
}

inline slipring_status subscribe(const Adapter &self, slipring_session session,
                                 std::istringstream &words) {
  uint64_t id = 0;
  std::string filter;
  words >> id >> filter;
  const auto number = [&](const char *name, uint64_t otherwise) {
    const std::string text = member(words, name);
    return text.empty() ? otherwise : std::stoull(text);
  };
  const slipring_bytes filters = to_bytes(filter);
  slipring_subscription wanted{};
  wanted.struct_size = sizeof(wanted);
  wanted.id = id;
  wanted.filters = &filters;
  wanted.filter_count = 1;
  wanted.mode = number("each", 0) != 0 ? SLIPRING_DELIVER_PER_SESSION : SLIPRING_DELIVER_SHARED;
  wanted.drop = static_cast<uint32_t>(number("drop", 0));
  wanted.format = number("format", 1);
  wanted.skip_own = static_cast<uint8_t>(number("own", 0));
  const std::string from = member(words, "from");
  slipring_bytes cursor{};
  const slipring_start start = start_of(from, cursor);
  if (!from.empty()) wanted.start = &start;
  const std::string text = std::to_string(id);
  const slipring_tag tag{to_bytes(text), 1, 0};
  slipring_token token = 0;
  return self.subscriptions->add(self.host, session, &wanted, &tag, &token);
}

inline slipring_status read(Adapter &self, slipring_session session, std::istringstream &words) {
  std::string filter;
  words >> filter;
  const auto number = [&](const char *name) {
    const std::string text = member(words, name);
    return text.empty() ? uint64_t{0} : std::stoull(text);
  };
  const slipring_bytes filters = to_bytes(filter);
  const std::string from = member(words, "from");
  slipring_bytes cursor{};
  const slipring_start start = start_of(from, cursor);
  const slipring_read wanted{
      sizeof(slipring_read),         &filters, 1, &start, number("limit"), number("bytes"),
      number("wait") * 1'000'000'000};
  const slipring_tag tag{to_bytes(std::string_view("read")), 4, 0};
  return self.reads->events(self.host, session, &wanted, &tag, &self.last_read);
}

inline slipring_status publish(const Adapter &self, slipring_session session,
                               std::istringstream &words, bool answered) {
  std::string topic;
  std::string text;
  words >> topic >> text;
  const std::string key = member(words, "key");
  const std::string priority = member(words, "priority");
  event::testing::Made made;
  made.topic = topic;
  made.payload = text;
  made.partition_key = key;
  const std::string dedup = member(words, "dedup");
  made.deduplication_id = dedup;
  made.retain = !member(words, "retain").empty();
  if (!priority.empty()) made.priority = static_cast<uint8_t>(std::stoul(priority));
  const std::vector<uint8_t> event = event::testing::flatbuffer_of(made);
  slipring_publish one{};
  one.struct_size = sizeof(one);
  one.event = {event.data(), event.size()};
  if (const std::string expect = member(words, "expect"); !expect.empty()) {
    const size_t colon = expect.find(':');
    one.has_expect =
        expect.substr(0, colon) == "topic" ? SLIPRING_EXPECT_OF_TOPIC : SLIPRING_EXPECT_OF_STREAM;
    one.expect_sequence = std::stoull(expect.substr(colon + 1));
  }
  slipring_token token = 0;
  const slipring_tag tag{to_bytes(text), 2, 0};
  return self.events->publish(self.host, session, &one, 1, answered ? &tag : nullptr,
                              answered ? &token : nullptr, nullptr);
}

inline slipring_status command(Adapter &self, slipring_session session, std::string &state,
                               std::istringstream &words) {
  std::string verb;
  words >> verb;
  if (verb == "sub") return subscribe(self, session, words);
  if (verb == "pub" || verb == "!pub") return publish(self, session, words, verb == "pub");
  if (verb == "state") return static_cast<void>(words >> state), SLIPRING_OK;
  if (verb == "state?") return say(self, session, "state " + state);
  if (verb == "ready") return self.deliveries->ready(self.host, session);
  if (verb == "read") return read(self, session, words);
  if (verb == "unread") return self.completions->cancel(self.host, session, self.last_read);
  uint64_t number = 0;
  words >> number;
  if (verb == "unsub") return self.subscriptions->remove(self.host, session, number);
  if (verb == "window") {
    return self.deliveries->set_window(self.host, session, static_cast<uint32_t>(number));
  }
  if (verb == "settle") {
    uint32_t outcome = 0;
    uint64_t delay = 0;
    words >> outcome >> delay;
    return self.deliveries->settle(self.host, session, number, outcome, delay, nullptr);
  }
  if (verb == "resend") return self.deliveries->resend(self.host, session, nullptr, 0);
  if (verb == "cursor") {
    StringWriter cursor(1000);
    const slipring_status code =
        self.subscriptions->cursor(self.host, session, number, cursor.abi());
    if (code == SLIPRING_OK) say(self, session, "cursor " + cursor.text());
    return code;
  }
  if (verb == "room") {
    slipring_token token = 0;
    const slipring_tag tag{to_bytes(std::string_view("room")), 3, 0};
    return self.completions->wait_room(self.host, session, number, &tag, &token);
  }
  return SLIPRING_UNIMPLEMENTED;
}

inline slipring_status receive(void *instance, slipring_session session, void *state,
                               const slipring_message *message, size_t *consumed) {
  Adapter &self = of(instance);
  std::istringstream words{std::string(to_text(message->bytes))};
  const slipring_status code = command(self, session, *static_cast<std::string *>(state), words);
  if (code == SLIPRING_PENDING) return code;
  *consumed = message->bytes.size;
  if (code != SLIPRING_OK) {
    say(self, session,
        "error " + std::string(status_name(code)) + ' ' +
            std::string(to_text(self.events->why(self.host))));
  }
  return SLIPRING_OK;
}

inline std::string text_of_origin(const slipring_origin &origin) {
  std::string text(to_text(origin.cursor));
  if (origin.recovered == SLIPRING_RECOVERED_UNKNOWN) {
    text += " recovered=many";
  } else if (origin.recovered != 0) {
    text += " recovered=" + std::to_string(origin.recovered);
  }
  if (origin.kind == SLIPRING_FROM_GAP) {
    text += " gap=" + std::string(to_text(origin.gap_from)) + ".." +
            std::string(to_text(origin.gap_to)) + ' ' + std::string(to_text(origin.reason));
  }
  return text;
}

inline std::string text_of_event(const slipring_event_view &view) {
  const auto *const event = schema::GetEvent(view.event.data);
  std::string text = "event " + std::string(to_text(view.topic)) + ' ';
  if (event->payload() != nullptr) {
    text.append(reinterpret_cast<const char *>(event->payload()->data()), event->payload()->size());
  }
  return text + ' ' + std::string(to_text(view.printed));
}

inline slipring_status say_batch(const Adapter &self, slipring_session session,
                                 const slipring_batch &batch) {
  slipring_origin origin = *batch.origin;
  origin.cursor = batch.cursor;
  origin.recovered = 0;
  say(self, session, "batch " + text_of_origin(origin) + (batch.more != 0 ? " more" : ""));
  for (size_t i = 0; i < batch.count; ++i) say(self, session, text_of_event(*batch.events[i]));
  return SLIPRING_OK;
}

inline slipring_status complete(void *instance, slipring_session session, void *,
                                const slipring_completion *done) {
  Adapter &self = of(instance);
  const std::string tag(to_text(done->tag.bytes));
  if (done->status == SLIPRING_CANCELLED) return say(self, session, "cancelled " + tag);
  if (done->status != SLIPRING_OK) {
    return say(self, session,
               "refused " + tag + ' ' + std::string(status_name(done->status)) + ' ' +
                   std::string(to_text(done->text)));
  }
  if (done->operation == SLIPRING_DONE_SUBSCRIBE) {
    const auto &result = *static_cast<const slipring_subscribed *>(done->result);
    return say(self, session, "subscribed " + tag + ' ' + text_of_origin(*result.origin));
  }
  if (done->operation == SLIPRING_DONE_ROOM) return say(self, session, "room");
  if (done->operation == SLIPRING_DONE_READ) {
    return say_batch(self, session, *static_cast<const slipring_batch *>(done->result));
  }
  const auto &result = *static_cast<const slipring_published *>(done->result);
  StringWriter position(100);
  self.events->print_position(self.host, &result.positions[0], position.abi());
  return say(
      self, session,
      "published " + tag + ' ' + position.text() + (result.duplicate != 0 ? " duplicate" : ""));
}

inline slipring_status render(void *, uint64_t format, const slipring_event_view *event,
                              const slipring_render_writer *to, uint8_t *kind) {
  *kind = SLIPRING_MESSAGE_TEXT;
  std::string text = text_of_event(*event);
  if (format != 1) text += " format=" + std::to_string(format);
  if (behaviour.flags) {
    if ((event->flags & SLIPRING_EVENT_REPLAYED) != 0) text += " replayed";
    if ((event->flags & SLIPRING_EVENT_RETAINED) != 0) text += " retained";
  }
  to->write(to->context, to_bytes(text));
  if (behaviour.holes) {
    to->write(to->context, to_bytes(std::string_view(" <")));
    to->hole(to->context, SLIPRING_HOLE_CURSOR, 0);
    to->write(to->context, to_bytes(std::string_view("> <")));
    if (format == 2) to->hole(to->context, SLIPRING_HOLE_GIVEN, 3);
    to->write(to->context, to_bytes(std::string_view(">")));
  }
  return behaviour.render;
}

inline std::string text_of_gap(const slipring_gap &gap) {
  return "gap " + std::to_string(gap.subscription) + ' ' + std::string(to_text(gap.from)) + ' ' +
         std::string(to_text(gap.to)) + ' ' + std::to_string(gap.count) + ' ' +
         std::string(to_text(gap.reason));
}

inline slipring_status render_gap(void *, slipring_session, void *, const slipring_gap *gap,
                                  const slipring_render_writer *to, uint8_t *kind) {
  *kind = SLIPRING_MESSAGE_TEXT;
  return to->write(to->context, to_bytes(text_of_gap(*gap)));
}

inline slipring_status deliver(void *instance, slipring_session session, void *,
                               const slipring_delivery *delivery) {
  Adapter &self = of(instance);
  if (behaviour.deliver != SLIPRING_OK) return behaviour.deliver;
  if (behaviour.holes) {
    return self.deliveries->queue(self.host, session, delivery->id, 2,
                                  to_bytes(std::string_view("abc")));
  }
  return say(self, session,
             std::to_string(delivery->id) + '/' + std::to_string(delivery->attempt) + ' ' +
                 text_of_event(*delivery->event));
}

inline void gap(void *instance, slipring_session session, void *, const slipring_gap *gap) {
  say(of(instance), session, text_of_gap(*gap));
}

inline slipring_status export_tag(void *, const slipring_tag *tag, uint32_t,
                                  const slipring_writer *writer) {
  ++behaviour.exported_tags;
  if (behaviour.export_tag != SLIPRING_OK) return behaviour.export_tag;
  return writer->write(writer->context, tag->bytes);
}

inline void farewell(void *instance, slipring_session session, void *,
                     const slipring_ending *ending, const slipring_comeback *comeback) {
  behaviour.farewells.push_back(*ending);
  say(of(instance), session, "come back in " + std::to_string(comeback->after_ms));
}

inline constexpr slipring_message_adapter message_table{
    sizeof(slipring_message_adapter), SLIPRING_INPUT_WHOLE, 0,
    [](void *, slipring_session, const slipring_message_handshake *, const slipring_writer *,
       void **state) -> slipring_status {
      *state = new std::string;
      return SLIPRING_OK;
    },
    &receive};
inline constexpr slipring_completion_adapter completion_table{sizeof(slipring_completion_adapter),
                                                              &complete, &export_tag};
inline constexpr slipring_render_adapter render_table{sizeof(slipring_render_adapter), &render,
                                                      &render_gap, nullptr};
inline constexpr slipring_deliver_adapter deliver_table{sizeof(slipring_deliver_adapter), &deliver,
                                                        &gap};
inline constexpr slipring_ending_adapter ending_table{sizeof(slipring_ending_adapter), &farewell};

inline const void *get_extension(const char *id) {
  if (std::strcmp(id, SLIPRING_PROFILE_MESSAGE) == 0) return &message_table;
  if (std::strcmp(id, SLIPRING_COMPLETION) == 0) return &completion_table;
  if (std::strcmp(id, SLIPRING_RENDER) == 0) return &render_table;
  if (std::strcmp(id, SLIPRING_DELIVER) == 0) return &deliver_table;
  if (std::strcmp(id, SLIPRING_ENDING) == 0) return &ending_table;
  return nullptr;
}

inline const slipring_adapter_factory factory = {
    sizeof(slipring_adapter_factory),
    [](const slipring_host *host, slipring_bytes, const slipring_writer *,
       void **instance) -> slipring_status {
      *instance = new Adapter{host,
                              Adapter::get<slipring_message_host>(host, SLIPRING_PROFILE_MESSAGE),
                              Adapter::get<slipring_events_host>(host, SLIPRING_EVENTS),
                              Adapter::get<slipring_subscribe_host>(host, SLIPRING_SUBSCRIBE),
                              Adapter::get<slipring_deliver_host>(host, SLIPRING_DELIVER),
                              Adapter::get<slipring_completion_host>(host, SLIPRING_COMPLETION),
                              Adapter::get<slipring_read_host>(host, SLIPRING_READ)};
      return SLIPRING_OK;
    },
    [](void *instance) { delete &of(instance); },
    &get_extension,
    [](void *, slipring_session, void *state, const slipring_ending *) {
      delete static_cast<std::string *>(state);
    },
    [](void *, slipring_session, void *state) { delete static_cast<std::string *>(state); },
    [](void *, slipring_session, const void *state, uint32_t,
       const slipring_writer *writer) -> slipring_status {
      return writer->write(writer->context, to_bytes(*static_cast<const std::string *>(state)));
    },
    [](void *, slipring_session, uint32_t, slipring_bytes exported, const slipring_writer *,
       void **state) -> slipring_status {
      *state = new std::string(to_text(exported));
      return SLIPRING_OK;
    }};

inline const slipring_descriptor descriptor = {sizeof(slipring_descriptor), "lines", "1.0.0", 1, 1};
inline const slipring_entry_table entry = {
    sizeof(slipring_entry_table),
    SLIPRING_ABI_MAJOR,
    SLIPRING_ABI_MINOR,
    &descriptor,
    [](const slipring_host *) -> slipring_status { return SLIPRING_OK; },
    [] {},
    [](const char *) -> const void * { return &factory; }};

}  // namespace slipring::session::event_fake
