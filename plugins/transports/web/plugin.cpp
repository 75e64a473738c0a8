// The transport `web` as the ABI sees it.

#include <slipring/ext/drain.h>
#include <slipring/ext/profile-http-transport.h>
#include <slipring/ext/profile-message.h>
#include <slipring/ext/reload.h>
#include <slipring/ext/transport.h>
#include <slipring_plugin_manifest.h>

#include <slipring/cpp/boundary.hpp>
#include <string_view>

#include "common/frame.hpp"
#include "connection.hpp"
#include "shard.hpp"

namespace slipring::web {
namespace {

// The instance, looking at the clock first.
Shard &shard(void *instance) {
  auto &shard = *static_cast<Shard *>(instance);
  shard.begin();
  return shard;
}

// ── message/1 ───────────────────────────────────────────────────────────────────────────────────

Messages &messages(void *instance, void *connection) {
  shard(instance);
  return *static_cast<Messages *>(connection);
}

std::size_t frame(std::uint8_t kind, std::size_t size, std::uint8_t *header) {
  using websocket::Opcode;
  return websocket::write_frame_header(
      kind == SLIPRING_MESSAGE_TEXT ? Opcode::text : Opcode::binary, size, header);
}

std::size_t write_messages(void *instance, void *connection, const slipring_frame *frames,
                           std::size_t count) {
  return messages(instance, connection).write({frames, count});
}

void set_messages_reading(void *instance, void *connection, std::uint8_t reading) {
  messages(instance, connection).set_reading(reading != 0);
}

void close_messages(void *instance, void *connection, std::uint16_t code, slipring_bytes reason) {
  messages(instance, connection).close(code, sdk::view(reason));
}

constexpr slipring_message_transport message_profile = {
    .struct_size = sizeof message_profile,
    .frame = &frame,
    .write = &write_messages,
    .set_reading = &set_messages_reading,
    .close = &close_messages,
};

// ── http/1 ──────────────────────────────────────────────────────────────────────────────────────

Exchange &exchange(void *instance, void *connection) {
  shard(instance);
  return *static_cast<Exchange *>(connection);
}

void respond(void *instance, void *connection, const slipring_http_head *head) {
  exchange(instance, connection).respond(*head);
}

std::size_t write_body(void *instance, void *connection, const slipring_bytes *pieces,
                       std::size_t count) {
  return exchange(instance, connection).write({pieces, count});
}

void finish(void *instance, void *connection, const slipring_field *trailers, std::size_t count) {
  exchange(instance, connection).finish({trailers, count});
}

void reset(void *instance, void *connection, slipring_status why) {
  exchange(instance, connection).reset(why);
}

void set_body_reading(void *instance, void *connection, std::uint8_t reading) {
  exchange(instance, connection).set_reading(reading != 0);
}

constexpr slipring_http_transport http_profile = {
    .struct_size = sizeof http_profile,
    .respond = &respond,
    .write = &write_body,
    .finish = &finish,
    .reset = &reset,
    .set_reading = &set_body_reading,
};

// ── transport ───────────────────────────────────────────────────────────────────────────────────

slipring_status create(const slipring_host *host, const slipring_loop *loop,
                       slipring_bytes configuration, const slipring_writer *reason,
                       void **instance) {
  return sdk::boundary::run(
      [&] { *instance = new Shard(host, *loop, Settings::parse(sdk::view(configuration))); },
      sdk::boundary::to_reason(reason));
}

void adopt(void *instance, const slipring_accepted *accepted) {
  Shard &mine = shard(instance);
  mine.front.set_endpoint(accepted->endpoint);
  Connection::adopt(mine, *accepted);
}

void stop(void *instance, void (*stopped)(void *), void *user) {
  shard(instance).stop(stopped, user);
}

void destroy(void *instance) {
  delete static_cast<Shard *>(instance);
}

void drain(void *instance, void (*empty)(void *), void *user) {
  shard(instance).drain(empty, user);
}

void give_way(void *instance, void (*empty)(void *), void *user) {
  shard(instance).give_way(empty, user);
}

constexpr slipring_transport_drain draining = {sizeof draining, &drain, &give_way};

slipring_status reload(void *instance, const slipring_writer *report) {
  return sdk::boundary::run([&] { (void)sdk::Writer(report).write(shard(instance).reload()); },
                            sdk::boundary::to_reason(report));
}

constexpr slipring_transport_reload reloading = {sizeof reloading, &reload};

const void *get_extension(const char *id) {
  const std::string_view name(id);
  if (name == SLIPRING_PROFILE_MESSAGE) return &message_profile;
  if (name == SLIPRING_PROFILE_HTTP) return &http_profile;
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
}  // namespace slipring::web

const slipring_entry_table slipring_entry = {
    .struct_size = sizeof slipring_entry,
    .abi_major = SLIPRING_ABI_MAJOR,
    .abi_minor = SLIPRING_ABI_MINOR,
    .descriptor = &slipring::web::descriptor,
    .init = &slipring::web::init,
    .deinit = &slipring::web::deinit,
    .get_factory = &slipring::web::get_factory,
};
