// What every animal of the zoo does well: an adapter that answers each text with its number, its
// version and the text, "3 1.0.0 hello". The number is the session's state. In the C ABI's own
// terms, so that an animal can break whatever it likes.
//
// An animal derives from Animal, says one function anew, and is put into its cage:
//
//   struct InitFails : zoo::Animal {
//     static slipring_status init(const slipring_host *) { return SLIPRING_UNAVAILABLE; }
//   };
//   ZOO_ANIMAL(InitFails);
//
// Before each of its functions runs there is a mark: a line "process version function" in the file
// that SLIPRING_ZOO_MARKS names. So a test sees which code ran, and in which process.
#pragma once

#include <fcntl.h>
#include <slipring/ext/adapter.h>
#include <slipring/ext/profile-message.h>
#include <slipring_plugin_manifest.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace zoo {

inline void mark(const char *function) {
  const char *const file = std::getenv("SLIPRING_ZOO_MARKS");
  const int marks = file == nullptr ? -1 : open(file, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (marks < 0) return;
  dprintf(marks, "%d " SLIPRING_PLUGIN_VERSION " %s\n", getpid(), function);
  close(marks);
}

// Whether this is not the host: an animal can be well until it is there.
inline bool is_rehearsal() {
  return std::string_view(program_invocation_short_name) == "slipring-rehearse";
}

inline slipring_bytes bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

struct Instance {
  const slipring_host *host;
  const slipring_message_host *messages;
};

using Count = uint64_t;  // a session's state: texts answered so far

struct Animal {
  static void construct() {}
  static slipring_status init(const slipring_host *) { return SLIPRING_OK; }
  static void deinit() {}

  static slipring_status create(const slipring_host *host, slipring_bytes, const slipring_writer *,
                                void **instance) {
    const auto *messages = static_cast<const slipring_message_host *>(
        host->get_extension(host, SLIPRING_PROFILE_MESSAGE));
    *instance = new Instance{host, messages};
    return SLIPRING_OK;
  }
  static void destroy(void *instance) { delete static_cast<Instance *>(instance); }

  static slipring_status open(void *, slipring_session, const slipring_message_handshake *,
                              const slipring_writer *, void **state) {
    *state = new Count(0);
    return SLIPRING_OK;
  }
  static slipring_status receive(void *instance, slipring_session session, void *state,
                                 const slipring_message *message, size_t *consumed) {
    const Instance &self = *static_cast<Instance *>(instance);
    const auto *const text = reinterpret_cast<const char *>(message->bytes.data);
    const std::string answer = std::to_string(++*static_cast<Count *>(state)) +
                               " " SLIPRING_PLUGIN_VERSION " " +
                               std::string(text, message->bytes.size);
    *consumed = message->bytes.size;
    return self.messages->send(self.host, session, SLIPRING_MESSAGE_TEXT, bytes(answer));
  }
  static void close(void *, slipring_session, void *state, const slipring_ending *) {
    delete static_cast<Count *>(state);
  }

  static slipring_status export_state(void *, slipring_session, const void *state, uint32_t,
                                      const slipring_writer *writer) {
    return writer->write(writer->context,
                         bytes(std::to_string(*static_cast<const Count *>(state))));
  }
  static slipring_status import_state(void *, slipring_session, uint32_t, slipring_bytes exported,
                                      const slipring_writer *, void **state) {
    const auto *const text = reinterpret_cast<const char *>(exported.data);
    Count count = 0;
    if (std::from_chars(text, text + exported.size, count).ec != std::errc()) {
      return SLIPRING_INVALID_ARGUMENT;
    }
    *state = new Count(count);
    return SLIPRING_OK;
  }
  static void release(void *, slipring_session, void *state) { delete static_cast<Count *>(state); }

  // What it has beside the profile, by id.
  static const void *extension(const char *) { return nullptr; }
};

// Calls `function` with the arguments of the ABI, behind a mark. One type for each name.
template <class A>
struct Cage {
  static constexpr slipring_message_adapter profile = {sizeof(slipring_message_adapter),
                                                       SLIPRING_INPUT_WHOLE, 0,
                                                       [](auto... arguments) {
                                                         mark("open");
                                                         return A::open(arguments...);
                                                       },
                                                       [](auto... arguments) {
                                                         mark("receive");
                                                         return A::receive(arguments...);
                                                       }};

  static constexpr slipring_adapter_factory factory = {
      sizeof(slipring_adapter_factory),
      [](auto... arguments) {
        mark("create");
        return A::create(arguments...);
      },
      [](void *instance) {
        mark("destroy");
        A::destroy(instance);
      },
      [](const char *id) -> const void * {
        return std::strcmp(id, SLIPRING_PROFILE_MESSAGE) == 0 ? &profile : A::extension(id);
      },
      [](auto... arguments) {
        mark("close");
        A::close(arguments...);
      },
      [](auto... arguments) {
        mark("release");
        A::release(arguments...);
      },
      [](auto... arguments) {
        mark("export_state");
        return A::export_state(arguments...);
      },
      [](auto... arguments) {
        mark("import_state");
        return A::import_state(arguments...);
      }};

  static constexpr slipring_descriptor descriptor = {
      sizeof(slipring_descriptor), SLIPRING_PLUGIN_NAME, SLIPRING_PLUGIN_VERSION,
      SLIPRING_PLUGIN_STATE_SCHEMA, SLIPRING_PLUGIN_STATE_SCHEMA_OLDEST};

  static constexpr slipring_entry_table entry = {
      sizeof(slipring_entry_table),
      SLIPRING_ABI_MAJOR,
      SLIPRING_ABI_MINOR,
      &descriptor,
      [](const slipring_host *host) {
        mark("init");
        return A::init(host);
      },
      [] {
        mark("deinit");
        A::deinit();
      },
      [](const char *id) -> const void * {
        return std::strcmp(id, SLIPRING_ADAPTER_FACTORY) == 0 ? &factory : nullptr;
      }};
};

}  // namespace zoo

// With an entry table of its own.
#define ZOO_ANIMAL_WITH(A, ENTRY)                    \
  [[gnu::constructor]] static void zoo_construct() { \
    zoo::mark("constructor");                        \
    A::construct();                                  \
  }                                                  \
  constinit const slipring_entry_table slipring_entry = ENTRY

#define ZOO_ANIMAL(A) ZOO_ANIMAL_WITH(A, zoo::Cage<A>::entry)
