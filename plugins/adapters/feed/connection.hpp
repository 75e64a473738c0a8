// One link: what it brings is published, each message an event, in order.
//
// Its bookmark is left only when the event it came with has been published, as safely as its stream
// says. So after a link was lost what had not got that far comes again, and what had is known by
// its deduplication id: nothing is lost and nothing doubled. That takes messages that say where
// they stand: those of a Slipring (their cursor and position), or with the member that `bookmark`
// names; and a topic of a stream, because ephemeral topics know no deduplication.
//
// A full bus answers PENDING: the message stays with the host, and the link is not read from.
//
// Thread-safety: one thread, the shard's.
#pragma once

#include <deque>
#include <slipring/cpp/event_builder.hpp>
#include <slipring/cpp/message_adapter.hpp>
#include <string>
#include <string_view>

#include "settings.hpp"

namespace slipring::feed {

struct Shard {
  Shard(const sdk::Host &its_host, std::string_view json)
      : host(its_host),
        settings(parse_settings(json)),
        published(its_host.counter("feed_published_total")),
        refused(its_host.counter("feed_refused_total")),
        gaps(its_host.counter("feed_gaps_total")) {}

  sdk::Host host;
  Settings settings;
  sdk::Counter published;
  sdk::Counter refused;  // events that could not be published
  sdk::Counter gaps;     // of which a Slipring said that events are missing
  sdk::EventBuilder event;
};

class Connection {
 public:
  explicit Connection(Shard &shard) : shard_(shard) {}

  sdk::Status on_open(sdk::Session session, const sdk::Handshake &handshake);
  sdk::Status on_message(sdk::Session session, const sdk::Message &message);
  sdk::Status on_published(sdk::Session session, const sdk::Published &published);

  sdk::Status save(sdk::Writer &writer, uint32_t schema) const;
  sdk::Status load(std::string_view exported, uint32_t schema);

 private:
  // What a message holds that matters here; views are into it.
  struct Parts;

  const LinkSettings *find(std::string_view name) const;
  sdk::Status from_slipring(sdk::Session session, const sdk::Message &message);
  sdk::Status from_other(sdk::Session session, const sdk::Message &message);
  sdk::Status publish(sdk::Session session, std::string bookmark);
  void subscribed(sdk::Session session, const Parts &parts);
  sdk::Status refused(sdk::Session session, const Parts &parts);

  Shard &shard_;
  std::string name_;                    // of the link
  const LinkSettings *link_ = nullptr;  // nullptr: the settings do not name it any more
  std::deque<std::string> under_way_;   // bookmarks of what is being published, in order
};

using Adapter = sdk::MessageAdapter<Connection, Shard>;

}  // namespace slipring::feed
