// The transport `lws` as the ABI sees it: WebSocket on libwebsockets.

#include <slipring/ext/dial.h>
#include <slipring/ext/drain.h>
#include <slipring/ext/profile-message.h>
#include <slipring/ext/reload.h>
#include <slipring/ext/transport.h>
#include <slipring_plugin_manifest.h>

#include <slipring/cpp/boundary.hpp>
#include <string_view>

#include "common/frame.hpp"
#include "transport.hpp"

namespace slipring::websocket {
namespace {

Transport &transport(void *instance) {
  return *static_cast<Transport *>(instance);
}
MessagePeer &connection(void *pointer) {
  return *static_cast<MessagePeer *>(pointer);
}

std::size_t frame(std::uint8_t kind, std::size_t size, std::uint8_t *header) {
  return write_frame_header(kind == SLIPRING_MESSAGE_TEXT ? Opcode::text : Opcode::binary, size,
                            header);
}

std::size_t write(void *, void *to, const slipring_frame *frames, std::size_t count) {
  return connection(to).write(frames, count);
}

void set_reading(void *, void *of, std::uint8_t reading) {
  connection(of).set_reading(reading);
}

void close(void *, void *which, std::uint16_t code, slipring_bytes reason) {
  connection(which).close(code, sdk::view(reason));
}

constexpr slipring_message_transport message_profile = {
    .struct_size = sizeof message_profile,
    .frame = &frame,
    .write = &write,
    .set_reading = &set_reading,
    .close = &close,
};

slipring_status create(const slipring_host *host, const slipring_loop *loop,
                       slipring_bytes configuration, const slipring_writer *reason,
                       void **instance) {
  return sdk::boundary::run(
      [&] { *instance = new Transport(host, *loop, Settings::parse(sdk::view(configuration))); },
      sdk::boundary::to_reason(reason));
}

void adopt(void *instance, const slipring_accepted *accepted) {
  transport(instance).adopt(*accepted);
}

void stop(void *instance, void (*stopped)(void *), void *user) {
  transport(instance).stop(stopped, user);
}

void destroy(void *instance) {
  delete &transport(instance);
}

slipring_status reload(void *instance, const slipring_writer *report) {
  return sdk::boundary::run([&] { (void)sdk::Writer(report).write(transport(instance).reload()); },
                            sdk::boundary::to_reason(report));
}

void drain(void *instance, void (*empty)(void *), void *user) {
  transport(instance).drain(empty, user);
}

void give_way(void *instance, void (*empty)(void *), void *user) {
  transport(instance).give_way(empty, user);
}

constexpr slipring_transport_drain draining = {sizeof draining, &drain, &give_way};

slipring_status dial(void *instance, const slipring_dial *dial, const slipring_writer *reason) {
  return sdk::boundary::run([&] { transport(instance).dial(*dial); },
                            sdk::boundary::to_reason(reason));
}

constexpr slipring_dial_transport dialling = {sizeof dialling, &dial};

constexpr slipring_transport_reload reloading = {sizeof reloading, &reload};

const void *get_extension(const char *id) {
  const std::string_view name(id);
  if (name == SLIPRING_PROFILE_MESSAGE) return &message_profile;
  if (name == SLIPRING_DIAL) return &dialling;
  if (name == SLIPRING_TRANSPORT_DRAIN) return &draining;
  if (name == SLIPRING_TRANSPORT_RELOAD) return &reloading;
  return nullptr;
}

constexpr slipring_transport_factory factory = {
    .struct_size = sizeof factory,
    .create = &create,
    .adopt = &adopt,
    .stop = &stop,
    .destroy = &destroy,
    .get_extension = &get_extension,
};

slipring_status init(const slipring_host *) {
  return SLIPRING_OK;
}

void deinit() {}

const void *get_factory(const char *id) {
  return std::string_view(id) == SLIPRING_TRANSPORT_FACTORY ? &factory : nullptr;
}

constexpr slipring_descriptor descriptor = {
    .struct_size = sizeof descriptor,
    .name = SLIPRING_PLUGIN_NAME,
    .version = SLIPRING_PLUGIN_VERSION,
    .state_schema = SLIPRING_PLUGIN_STATE_SCHEMA,
    .state_schema_oldest = SLIPRING_PLUGIN_STATE_SCHEMA_OLDEST,
};

}  // namespace
}  // namespace slipring::websocket

const slipring_entry_table slipring_entry = {
    .struct_size = sizeof slipring_entry,
    .abi_major = SLIPRING_ABI_MAJOR,
    .abi_minor = SLIPRING_ABI_MINOR,
    .descriptor = &slipring::websocket::descriptor,
    .init = &slipring::websocket::init,
    .deinit = &slipring::websocket::deinit,
    .get_factory = &slipring::websocket::get_factory,
};
