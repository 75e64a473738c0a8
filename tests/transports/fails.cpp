// A transport that never serves: it fails in `init`, or on the second shard in `create`.
#include <slipring/ext/profile-message.h>
#include <slipring/ext/transport.h>
#include <slipring_plugin_manifest.h>

#include <string_view>

namespace {

int made = 0;

slipring_status create(const slipring_host *, const slipring_loop *, slipring_bytes,
                       const slipring_writer *reason, void **instance) {
  constexpr std::string_view why = "no second one";
  if (__atomic_fetch_add(&made, 1, __ATOMIC_SEQ_CST) > 0) {
    (void)reason->write(reason->context,
                        {reinterpret_cast<const uint8_t *>(why.data()), why.size()});
    return SLIPRING_UNAVAILABLE;
  }
  *instance = &made;
  return SLIPRING_OK;
}

void adopt(void *, const slipring_accepted *) {}

void stop(void *, void (*stopped)(void *), void *user) {
  stopped(user);
}

void destroy(void *) {}

size_t frame(uint8_t, size_t, uint8_t *) {
  return 0;
}

size_t write(void *, void *, const slipring_frame *, size_t count) {
  return count;
}

void set_reading(void *, void *, uint8_t) {}

void close(void *, void *, uint16_t, slipring_bytes) {}

constexpr slipring_message_transport messages = {sizeof messages, &frame, &write, &set_reading,
                                                 &close};

const void *get_extension(const char *id) {
  return std::string_view(id) == SLIPRING_PROFILE_MESSAGE ? &messages : nullptr;
}

constexpr slipring_transport_factory factory = {sizeof factory, &create,  &adopt,
                                                &stop,          &destroy, &get_extension};

slipring_status init(const slipring_host *) {
#ifdef FAILS_IN_init
  return SLIPRING_UNAVAILABLE;
#else
  return SLIPRING_OK;
#endif
}

void deinit() {}

const void *get_factory(const char *id) {
  return std::string_view(id) == SLIPRING_TRANSPORT_FACTORY ? &factory : nullptr;
}

constexpr slipring_descriptor descriptor = {sizeof descriptor, SLIPRING_PLUGIN_NAME,
                                            SLIPRING_PLUGIN_VERSION, SLIPRING_PLUGIN_STATE_SCHEMA,
                                            SLIPRING_PLUGIN_STATE_SCHEMA_OLDEST};

}  // namespace

const slipring_entry_table slipring_entry = {
    sizeof slipring_entry, SLIPRING_ABI_MAJOR, SLIPRING_ABI_MINOR, &descriptor, &init, &deinit,
    &get_factory};
