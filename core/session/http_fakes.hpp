// Two plugins for the tests of http/1, written against the C tables: a transport that records what
// it is given, and an adapter that does what a test sets.
#pragma once

#include <slipring/ext/completion.h>
#include <slipring/ext/ending.h>
#include <slipring/ext/profile-http-transport.h>
#include <slipring/ext/read.h>
#include <slipring/ext/render.h>
#include <slipring/ext/subscribe.h>

#include <chrono>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "event/testing.hpp"

namespace slipring::session {

using HttpFields = std::vector<std::pair<std::string, std::string>>;

inline std::vector<slipring_field> lend(const HttpFields &fields) {
  std::vector<slipring_field> lent;
  lent.reserve(fields.size());
  for (const auto &[name, value] : fields) {
    lent.push_back({to_bytes(std::string_view(name)), to_bytes(std::string_view(value))});
  }
  return lent;
}

inline std::string text_of(const slipring_field *fields, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    text +=
        ' ' + std::string(to_text(fields[i].name)) + '=' + std::string(to_text(fields[i].value));
  }
  return text;
}

// One exchange; the pointer is the transport's `connection`. It hears "head CODE [LENGTH] FIELDS",
// "body BYTES", "finish FIELDS", "reset STATUS".
struct FakeExchange {
  std::vector<std::string> heard;
  std::string body;
  size_t room = SIZE_MAX;  // bytes `write` still takes
  size_t writes = 0;
  bool reading = true;

  static FakeExchange &of(void *connection) { return *static_cast<FakeExchange *>(connection); }

  static const slipring_http_transport *calls() {
    static const slipring_http_transport table = {
        sizeof(slipring_http_transport),
        [](void *, void *connection, const slipring_http_head *head) {
          std::string line = "head " + std::to_string(head->code);
          if (head->length != SLIPRING_LENGTH_UNKNOWN) line += ' ' + std::to_string(head->length);
          of(connection).heard.push_back(line + text_of(head->fields, head->field_count));
        },
        [](void *, void *connection, const slipring_bytes *pieces, size_t count) -> size_t {
          FakeExchange &self = of(connection);
          ++self.writes;
          std::string bytes;
          for (size_t i = 0; i < count; ++i) bytes += to_text(pieces[i]);
          bytes.resize(std::min(bytes.size(), self.room));
          if (self.room != SIZE_MAX) self.room -= bytes.size();
          self.body += bytes;
          if (!bytes.empty()) self.heard.push_back("body " + bytes);
          return bytes.size();
        },
        [](void *, void *connection, const slipring_field *fields, size_t count) {
          of(connection).heard.push_back("finish" + text_of(fields, count));
        },
        [](void *, void *connection, slipring_status why) {
          of(connection).heard.push_back("reset " + std::to_string(why));
        },
        [](void *, void *connection, uint8_t reading) { of(connection).reading = reading != 0; }};
    return &table;
  }
};

namespace http_fake {

// What an adapter can do for a session.
struct Call {
  const slipring_host *host;
  slipring_session session;

  template <class Table>
  const Table &table(const char *id) const {
    return *static_cast<const Table *>(host->get_extension(host, id));
  }
  const slipring_http_host &http() const {
    return table<slipring_http_host>(SLIPRING_PROFILE_HTTP);
  }

  slipring_status respond(uint32_t code, uint64_t length = SLIPRING_LENGTH_UNKNOWN,
                          const HttpFields &fields = {}) const {
    const auto lent = lend(fields);
    const slipring_http_head head = {
        sizeof(slipring_http_head), lent.data(), lent.size(), length, code, 0};
    return http().respond(host, session, &head);
  }
  slipring_status send(std::string_view text) const {
    return http().send(host, session, to_bytes(text));
  }
  slipring_status finish(const HttpFields &trailers = {}) const {
    const auto lent = lend(trailers);
    return http().finish(host, session, lent.data(), lent.size());
  }
  slipring_status reset(slipring_status why) const { return http().reset(host, session, why); }
  slipring_http_progress progress() const {
    slipring_http_progress progress{};
    http().progress(host, session, &progress);
    return progress;
  }

  slipring_status wait_room(uint64_t bytes) const {
    slipring_token token = 0;
    return table<slipring_completion_host>(SLIPRING_COMPLETION)
        .wait_room(host, session, bytes, nullptr, &token);
  }
  slipring_status subscribe(std::string_view filter, uint32_t drop = 0) const {
    const slipring_bytes filters = to_bytes(filter);
    slipring_subscription wanted{};
    wanted.struct_size = sizeof(wanted);
    wanted.id = 1;
    wanted.filters = &filters;
    wanted.filter_count = 1;
    wanted.mode = SLIPRING_DELIVER_SHARED;
    wanted.drop = drop;
    wanted.format = 1;
    slipring_token token = 0;
    return table<slipring_subscribe_host>(SLIPRING_SUBSCRIBE)
        .add(host, session, &wanted, nullptr, &token);
  }
  // What comes from now on.
  slipring_status read(std::string_view filter, std::chrono::nanoseconds wait) const {
    const slipring_bytes filters = to_bytes(filter);
    const slipring_read wanted{
        sizeof wanted, &filters, 1, nullptr, 0, 0, static_cast<uint64_t>(wait.count())};
    slipring_token token = 0;
    return table<slipring_read_host>(SLIPRING_READ).events(host, session, &wanted, nullptr, &token);
  }
};

// What a test lets the adapters do, and what they have seen; reset for each.
struct Behaviour {
  std::function<slipring_status(const Call &, const slipring_http_request &)> on_open;
  std::function<slipring_status(const Call &, std::string_view, bool more, size_t &)> on_body;
  std::function<slipring_status(const Call &, const std::string &)> on_trailers;
  std::function<slipring_status(const Call &, const slipring_completion &)> on_complete;
  std::function<void(const Call &, const slipring_ending &)> on_farewell;
  std::function<slipring_status(const Call &)> on_import;
  std::function<void(const Call &)> on_gap;
  std::vector<slipring_ending> endings;
  size_t released = 0;
  bool has_trailers = true;
};
inline Behaviour behaviour;

inline Call call(void *instance, slipring_session session) {
  return {static_cast<const slipring_host *>(instance), session};
}

inline const slipring_http_adapter *http_table() {
  static slipring_http_adapter table;
  table = {sizeof(slipring_http_adapter),
           [](void *instance, slipring_session session, const slipring_http_request *request,
              const slipring_writer *reason, void **state) -> slipring_status {
             const slipring_status code = behaviour.on_open(call(instance, session), *request);
             if (code == SLIPRING_OK) *state = new std::string;
             if (code != SLIPRING_OK) reason->write(reason->context, to_bytes("not now"));
             return code;
           },
           [](void *instance, slipring_session session, void *, slipring_bytes bytes, uint8_t more,
              size_t *consumed) -> slipring_status {
             return behaviour.on_body(call(instance, session), to_text(bytes), more != 0,
                                      *consumed);
           },
           nullptr};
  if (behaviour.has_trailers) {
    table.trailers = [](void *instance, slipring_session session, void *,
                        const slipring_field *fields, size_t count) {
      return behaviour.on_trailers(call(instance, session), text_of(fields, count));
    };
  }
  return &table;
}

// "data: TEXT <cursor>;", the cursor being a hole.
inline slipring_status render(void *, uint64_t, const slipring_event_view *event,
                              const slipring_render_writer *to, uint8_t *kind) {
  const auto *payload = schema::GetEvent(event->event.data)->payload();
  const std::string text =
      "data: " + std::string(reinterpret_cast<const char *>(payload->data()), payload->size()) +
      ' ';
  to->write(to->context, to_bytes(std::string_view(text)));
  to->hole(to->context, SLIPRING_HOLE_CURSOR, 0);
  *kind = 0;
  return to->write(to->context, to_bytes(std::string_view(";")));
}

inline slipring_status render_gap(void *instance, slipring_session session, void *,
                                  const slipring_gap *gap, const slipring_render_writer *to,
                                  uint8_t *kind) {
  if (behaviour.on_gap) behaviour.on_gap(call(instance, session));
  const std::string text = "gap " + std::to_string(gap->count) + ';';
  *kind = 0;
  return to->write(to->context, to_bytes(std::string_view(text)));
}

inline constexpr slipring_completion_adapter completion_table{
    sizeof(slipring_completion_adapter),
    [](void *instance, slipring_session session, void *, const slipring_completion *completion) {
      return behaviour.on_complete(call(instance, session), *completion);
    },
    nullptr};
inline constexpr slipring_render_adapter render_table{sizeof(slipring_render_adapter), &render,
                                                      &render_gap, nullptr};
inline constexpr slipring_ending_adapter ending_table{
    sizeof(slipring_ending_adapter),
    [](void *instance, slipring_session session, void *, const slipring_ending *ending,
       const slipring_comeback *) { behaviour.on_farewell(call(instance, session), *ending); }};

inline const void *get_extension(const char *id) {
  if (std::strcmp(id, SLIPRING_PROFILE_HTTP) == 0) return http_table();
  if (std::strcmp(id, SLIPRING_COMPLETION) == 0) return &completion_table;
  if (std::strcmp(id, SLIPRING_RENDER) == 0) return &render_table;
  if (std::strcmp(id, SLIPRING_ENDING) == 0) return &ending_table;
  return nullptr;
}

// Its instance is the host it was given; a session's state counts what moved.
inline const slipring_adapter_factory factory = {
    sizeof(slipring_adapter_factory),
    [](const slipring_host *host, slipring_bytes, const slipring_writer *,
       void **instance) -> slipring_status {
      *instance = const_cast<slipring_host *>(host);
      return SLIPRING_OK;
    },
    [](void *) {},
    &get_extension,
    [](void *, slipring_session, void *state, const slipring_ending *ending) {
      behaviour.endings.push_back(*ending);
      delete static_cast<std::string *>(state);
    },
    [](void *, slipring_session, void *state) {
      ++behaviour.released;
      delete static_cast<std::string *>(state);
    },
    [](void *, slipring_session, const void *state, uint32_t,
       const slipring_writer *writer) -> slipring_status {
      return writer->write(writer->context,
                           to_bytes(std::string_view(*static_cast<const std::string *>(state))));
    },
    [](void *instance, slipring_session session, uint32_t, slipring_bytes exported,
       const slipring_writer *, void **state) -> slipring_status {
      const slipring_status code = behaviour.on_import(call(instance, session));
      if (code == SLIPRING_OK) *state = new std::string(to_text(exported));
      return code;
    }};

inline const slipring_descriptor descriptor = {sizeof(slipring_descriptor), "asked", "1.0.0", 1, 1};
inline const slipring_entry_table entry = {
    sizeof(slipring_entry_table),
    SLIPRING_ABI_MAJOR,
    SLIPRING_ABI_MINOR,
    &descriptor,
    [](const slipring_host *) -> slipring_status { return SLIPRING_OK; },
    [] {},
    [](const char *) -> const void * { return &factory; }};

}  // namespace http_fake
}  // namespace slipring::session
