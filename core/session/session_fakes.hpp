// Two plugins for the tests of this folder: a transport that records what it is given, and an
// adapter whose sessions count and remember, both written against the C tables.
#pragma once

#include <slipring/ext/adapter.h>
#include <slipring/ext/profile-message.h>

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "session/shard_sessions.hpp"

namespace slipring::session {

// One per connection; the pointer is the transport's `connection`.
struct FakeConnection {
  std::vector<std::string> written;  // payloads
  size_t room = SIZE_MAX;            // messages `write` still takes
  bool reading = true;
  uint16_t closed_with = 0;

  static const slipring_message_transport *calls() {
    static const slipring_message_transport table = {
        sizeof(slipring_message_transport),
        [](uint8_t kind, size_t, uint8_t *header) -> size_t {
          header[0] = kind;
          return 1;
        },
        [](void *, void *connection, const slipring_frame *frames, size_t count) -> size_t {
          auto &self = *static_cast<FakeConnection *>(connection);
          const size_t taken = std::min(count, self.room);
          if (self.room != SIZE_MAX) self.room -= taken;
          for (size_t i = 0; i < taken; ++i) {
            std::string whole;
            for (uint32_t k = 0; k < frames[i].piece_count; ++k) {
              whole += to_text(frames[i].pieces[k]);
            }
            self.written.push_back(whole.substr(frames[i].header_size));
          }
          return taken;
        },
        [](void *, void *connection, uint8_t reading) {
          static_cast<FakeConnection *>(connection)->reading = reading != 0;
        },
        [](void *, void *connection, uint16_t code, slipring_bytes) {
          static_cast<FakeConnection *>(connection)->closed_with = code;
        }};
    return &table;
  }
};

// What the fake adapter does with a message; set by a test. Called with the session's text and
// state.
struct FakeCall {
  const slipring_host *host;
  slipring_session session;
  std::string &state;
  const slipring_message &message;
  size_t &consumed;

  slipring_status send(std::string_view text) const {
    const auto *calls = static_cast<const slipring_message_host *>(
        host->get_extension(host, SLIPRING_PROFILE_MESSAGE));
    return calls->send(host, session, SLIPRING_MESSAGE_TEXT, to_bytes(text));
  }
  slipring_status close(uint16_t code) const {
    const auto *calls = static_cast<const slipring_message_host *>(
        host->get_extension(host, SLIPRING_PROFILE_MESSAGE));
    return calls->close(host, session, code, {});
  }
};

// Behaviour and record of all fake adapters of a test; reset for each.
struct FakeAdapters {
  std::function<slipring_status(FakeCall)> on_message;
  std::function<slipring_status(const std::string &exported)> on_import;
  std::vector<uint32_t> endings;  // causes
  size_t released = 0;
  uint32_t input = SLIPRING_INPUT_WHOLE;
};
inline FakeAdapters fake_adapters;

namespace fake {

struct Adapter {
  const slipring_host *host;
};

inline std::string &text_of(void *state) {
  return *static_cast<std::string *>(state);
}

inline const slipring_message_adapter *message_calls() {
  static slipring_message_adapter table = {
      sizeof(slipring_message_adapter), SLIPRING_INPUT_WHOLE, 0,
      [](void *, slipring_session, const slipring_message_handshake *, const slipring_writer *,
         void **state) -> slipring_status {
        *state = new std::string;
        return SLIPRING_OK;
      },
      [](void *instance, slipring_session session, void *state, const slipring_message *message,
         size_t *consumed) -> slipring_status {
        *consumed = message->bytes.size;
        return fake_adapters.on_message(
            {static_cast<Adapter *>(instance)->host, session, text_of(state), *message, *consumed});
      }};
  table.input = fake_adapters.input;
  return &table;
}

inline const slipring_adapter_factory factory = {
    sizeof(slipring_adapter_factory),
    [](const slipring_host *host, slipring_bytes, const slipring_writer *,
       void **instance) -> slipring_status {
      *instance = new Adapter{host};
      return SLIPRING_OK;
    },
    [](void *instance) { delete static_cast<Adapter *>(instance); },
    [](const char *id) -> const void * {
      return std::string_view(id) == SLIPRING_PROFILE_MESSAGE ? message_calls() : nullptr;
    },
    [](void *, slipring_session, void *state, const slipring_ending *ending) {
      fake_adapters.endings.push_back(ending->cause);
      delete &text_of(state);
    },
    [](void *, slipring_session, void *state) {
      ++fake_adapters.released;
      delete &text_of(state);
    },
    [](void *, slipring_session, const void *state, uint32_t,
       const slipring_writer *writer) -> slipring_status {
      return writer->write(writer->context, to_bytes(*static_cast<const std::string *>(state)));
    },
    [](void *, slipring_session, uint32_t, slipring_bytes exported, const slipring_writer *reason,
       void **state) -> slipring_status {
      const std::string text(to_text(exported));
      const slipring_status code = fake_adapters.on_import(text);
      if (code == SLIPRING_OK) {
        *state = new std::string(text);
      } else {
        reason->write(reason->context, to_bytes("not this one"));
      }
      return code;
    }};

inline const slipring_descriptor descriptor = {sizeof(slipring_descriptor), "fake", "1.0.0", 1, 1};
inline const slipring_entry_table entry = {
    sizeof(slipring_entry_table),
    SLIPRING_ABI_MAJOR,
    SLIPRING_ABI_MINOR,
    &descriptor,
    [](const slipring_host *) -> slipring_status { return SLIPRING_OK; },
    [] {},
    [](const char *) -> const void * { return &factory; }};

}  // namespace fake
}  // namespace slipring::session
