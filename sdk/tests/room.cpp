// A room per path: every text a client sends reaches all clients of that path. What has been said
// is an event on a topic, so clients of other protocols can listen and speak too.

#include <slipring/cpp/event_builder.hpp>
#include <slipring/cpp/message_adapter.hpp>
#include <slipring/cpp/plugin.hpp>
#include <string>

namespace {

using namespace slipring::sdk;

struct Shard {
  EventBuilder event;

  // Once for each event, whoever gets it.
  Status render(uint64_t, const EventView &said, RenderWriter &to) {
    return to.write(said.payload());
  }
};

class Guest {
 public:
  explicit Guest(Shard &shard) : shard_(shard) {}

  Status on_open(Session session, const Handshake &handshake) {
    topic_ = "room" + std::string(handshake.path);
    const slipring_bytes filter = bytes(topic_);
    return session.subscribe({.id = 1, .filters = {&filter, 1}}, {});
  }
  Status on_subscribed(Session session, const Subscribed &subscribed) {
    if (!subscribed.ok()) return session.close(SLIPRING_CLOSE_TRY_AGAIN, subscribed.text);
    return session.send_text("* welcome to " + topic_);
  }
  Status on_message(Session session, const Message &message) {
    shard_.event.topic(topic_).payload(message.bytes, "text/plain");
    return session.publish(shard_.event.finish(), {});
  }
  Status on_published(Session session, const Published &published) {
    return published.ok() ? Status() : session.send_text("* " + std::string(published.text));
  }
  Status render_gap(Session, const Gap &, RenderWriter &to) {
    return to.write("* you missed some");
  }

  Status save(Writer &writer, uint32_t) const { return writer.write(topic_); }
  Status load(std::string_view exported, uint32_t) {
    topic_ = exported;
    return exported.starts_with("room/") ? Status() : Status(SLIPRING_INVALID_ARGUMENT, "no room");
  }

 private:
  Shard &shard_;
  std::string topic_;
};

}  // namespace

SLIPRING_PLUGIN(MessageAdapter<Guest, Shard>);
