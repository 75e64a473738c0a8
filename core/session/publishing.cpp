// Publishing: the half of ShardEvents that takes events from adapters.
//
// All events of a call are verified before the bus gets the first. What the bus has no room for is
// not taken: the input that asked waits, and the adapter sees it again.
#include <boost/container/small_vector.hpp>

#include "bus/kept.hpp"
#include "event/position.hpp"
#include "session/shard_events.hpp"

namespace slipring::session {

Result<event::EventRef> ShardEvents::take(const slipring_publish &publish) const {
  if (publish.note != nullptr) {
    return Status(SLIPRING_UNIMPLEMENTED, "there are no durable session records yet");
  }
  auto taken = event::Event::take(to_span(publish.event), event_limits_);
  if (!taken) return taken;
  event::Event &event = **taken;
  if (publish.has_expect > SLIPRING_EXPECT_OF_STREAM) {
    return Status::invalid("expect: neither of the topic nor of the stream");
  }
  if (publish.has_expect != SLIPRING_EXPECT_NOTHING) {
    const bool of_topic = publish.has_expect == SLIPRING_EXPECT_OF_TOPIC;
    event.expect({of_topic ? event::Event::Expect::of_topic : event::Event::Expect::of_stream,
                  publish.expect_sequence});
  }
  if (Status status = bus::check_kept(streams_, event); !status.is_ok()) return status;
  return taken;
}

slipring_status ShardEvents::publish(const slipring_host *host, slipring_session id,
                                     const slipring_publish *events, size_t count,
                                     const slipring_tag *tag, slipring_token *token,
                                     uint32_t *failed) {
  why_.clear();
  Session *const session = id == 0 ? nullptr : sessions_.find_for(host, id);
  if (id != 0 && session == nullptr) return refuse(SLIPRING_NOT_FOUND, "no such session");
  if (count == 0 || (session == nullptr && token != nullptr)) {
    return refuse(SLIPRING_INVALID_ARGUMENT, "nothing to publish, or nobody to tell");
  }
  publishing_.clear();
  for (size_t i = 0; i < count; ++i) {
    const auto *const at = reinterpret_cast<const slipring_publish *>(
        reinterpret_cast<const uint8_t *>(events) + i * events->struct_size);
    auto taken = take(*at);
    if (!taken) {
      if (failed != nullptr) *failed = static_cast<uint32_t>(i);
      refused_total_.add();
      return refuse(taken.status().code(), taken.status().message());
    }
    (*taken)->publish_as(id);
    publishing_.push_back(std::move(*taken));
  }
  Operation *operation = nullptr;
  if (token != nullptr) {
    const slipring_status code =
        begin_operation(*session, SLIPRING_DONE_PUBLISH, tag, token, &operation);
    if (code != SLIPRING_OK) return code;
  }
  const uint64_t answer_to = operation == nullptr ? 0 : operation->token;
  if (port_.publish(publishing_, answer_to) == bus::Port::Answer::full) {
    if (operation != nullptr) operations_.take(*operation);
    return full(session);
  }
  published_total_.add(count);
  return SLIPRING_OK;
}

void ShardEvents::published(uint64_t token, const bus::Published &published) {
  boost::container::small_vector<slipring_position, 4> positions;
  for (const event::Position &position : published.positions) {
    positions.push_back({position.stream, position.epoch, position.sequence});
  }
  const slipring_published result{sizeof(slipring_published), positions.data(),    positions.size(),
                                  published.failed,           published.duplicate, {}};
  complete(token, published.status, &result, published.why);
}

slipring_status ShardEvents::print(const slipring_position &position,
                                   const slipring_writer &writer) const {
  const stream::History *const stream = streams_.find(static_cast<uint32_t>(position.stream));
  if (stream == nullptr) return position.stream == 0 ? SLIPRING_OK : SLIPRING_NOT_FOUND;
  std::array<char, event::max_position_text_size> text;
  const size_t size =
      event::print_position(stream->name(), position.epoch, position.sequence, text);
  return writer.write(writer.context, to_bytes(std::string_view(text.data(), size)));
}

}  // namespace slipring::session
