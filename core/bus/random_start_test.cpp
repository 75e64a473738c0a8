// Two streams, of which one keeps little, and ephemeral topics; subscriptions that begin anywhere,
// on any shard, also with cursors from others; receivers that take little at a time; reads that
// take their time; FIFOs with almost no room: in an order that a seed decides. Afterwards each
// subscription is held against what was published: behind its origin it got every event that its
// filters match, once and in order, or was told of a gap.
#include <gtest/gtest.h>
#include <slipring/ext/events.h>

#include <algorithm>
#include <map>
#include <random>

#include "base/topic.hpp"
#include "bus/testing.hpp"

namespace slipring::bus::testing {
namespace {

constexpr uint32_t shard_count = 3;
constexpr uint32_t keeps_all = 1;
constexpr uint32_t keeps_little = 2;

Histories two_streams() {
  stream::Settings little = in_memory("little", {"little/#"});
  little.retention.events = 100;
  return {std::make_shared<stream::History>(little, keeps_little, epoch),
          std::make_shared<stream::History>(in_memory("default", {"#"}), keeps_all, epoch)};
}

struct Item {
  uint64_t from;  // an event: both are its sequence
  uint64_t to;
  bool gap;
  uint32_t flags;
};

struct Reading {
  std::vector<std::string> filters;
  Start start;
  std::map<uint32_t, uint64_t> committed;  // by stream, when it was asked for
  bool begun = false;
  bool refused = false;
  Origin origin;
  std::vector<Missed> begin_gaps;
  std::map<uint32_t, std::vector<Item>> items;  // by stream
  std::map<uint32_t, uint64_t> end;             // where it was taken back; none: it lives
  bool ended = false;
  bool slow = false;
  size_t room = 2000;  // of a slow one
};

struct Event {
  std::string topic;
  bool retain;
  bool empty;
  int64_t recorded_ns = 0;
};

class Scene {
 public:
  Scene(uint32_t seed, NetworkLimits limits)
      : shards_(shard_count, limits, {"live/#"}, two_streams()), random_(seed) {
    shards_.hold_reads = true;
    for (uint32_t i = 0; i < shard_count; ++i) hosts_.push_back(std::make_unique<Host>(*this, i));
    // Sees all there is.
    hosts_[0]->subscribe({"#"}, {}, false);
    shards_.settle();
  }

  void run(int steps) {
    for (int step = 0; step < steps; ++step) {
      Host &host = *hosts_[below(shard_count)];
      shards_.now_ns += below(1000);
      switch (below(12)) {
        case 0:
        case 1:
        case 2:
          publish(host);
          break;
        case 3:
          host.subscribe(some_filters(), some_start(), below(2) == 0);
          break;
        case 4:
          host.unsubscribe();
          break;
        case 5:
          host.make_room(500 + below(3000));
          break;
        case 6:
          read_one();
          break;
        case 7:
          if (below(10) == 0) shards_.writer.tick();
          break;
        case 8:
        case 9:
          shards_.writer.drain();
          break;
        default:
          shards_.bus(host.shard).drain();
          break;
      }
    }
    come_to_rest();
  }

  void check() {
    EXPECT_EQ(published_.size(), 0u) << "answers were lost";
    for (const auto &host : hosts_) {
      for (const auto &[number, reading] : host->readings) {
        SCOPED_TRACE("shard " + std::to_string(host->shard) + ", subscription " +
                     std::to_string(number) + ", start " +
                     std::to_string(static_cast<int>(reading.start.kind)));
        if (reading.refused) continue;
        ASSERT_TRUE(reading.begun || reading.ended);
        if (reading.begun) check(reading);
      }
    }
  }

  struct Tally {
    size_t delivered = 0;
    size_t replayed = 0;
    size_t gaps = 0;
    size_t refused = 0;
  };
  Tally tally() const {
    Tally tally;
    for (const auto &host : hosts_) {
      for (const auto &[number, reading] : host->readings) {
        tally.refused += reading.refused;
        tally.gaps += reading.origin.gap.has_value();
        for (const auto &[stream, items] : reading.items) {
          for (const Item &item : items) {
            ++(item.gap ? tally.gaps : tally.delivered);
            tally.replayed += (item.flags & SLIPRING_EVENT_REPLAYED) != 0;
          }
        }
      }
    }
    return tally;
  }

 private:
  struct Host : Receiver {
    Host(Scene &scene, uint32_t shard)
        : scene(scene), shard(shard), port(scene.shards_.bus(shard), *this) {}

    void subscribe(std::vector<std::string> filters, Start start, bool slow) {
      const uint32_t number = ++last;
      Reading &reading = readings[number];
      reading.filters = filters;
      reading.start = start;
      reading.slow = slow;
      for (const auto &stream : scene.shards_.network.streams().all()) {
        reading.committed[stream->number()] = stream->last();
      }
      alive.push_back(number);
      port.subscribe({this, number}, filters, std::move(start));
    }
    void unsubscribe() {
      if (alive.size() < 2) return;
      // The first one stays.
      end(alive[1 + scene.below(static_cast<uint32_t>(alive.size()) - 1)]);
    }
    void end(uint32_t number) {
      Reading &reading = readings.at(number);
      if (reading.begun) {
        for (const event::Position &position : port.stand({this, number}).positions) {
          reading.end[position.stream] = position.sequence;
        }
      }
      reading.ended = true;
      std::erase(alive, number);
      port.unsubscribe({this, number});
    }
    void make_room(size_t bytes) {
      for (const uint32_t number : alive) {
        Reading &reading = readings.at(number);
        if (!reading.slow || scene.below(3) == 0) continue;
        reading.room = bytes;
        port.resume({this, number});
      }
    }

    size_t capacity(Match who) override {
      const Reading &reading = readings.at(who.subscription);
      return reading.slow ? reading.room : SIZE_MAX;
    }
    void deliver(const event::EventRef &event, std::span<const Match> matches,
                 uint32_t flags) override {
      const uint64_t sequence = event->record().sequence();
      const uint32_t stream = event->record().stream();
      for (const Match &match : std::vector<Match>(matches.begin(), matches.end())) {
        Reading &reading = readings.at(match.subscription);
        if (reading.ended) continue;
        EXPECT_TRUE(reading.begun);
        if (stream == 0) continue;
        if (reading.slow) {
          const bool replayed = (flags & SLIPRING_EVENT_REPLAYED) != 0;
          EXPECT_TRUE(!replayed || reading.room != 0);
          if (reading.room == 0 || (!replayed && reading.room < event->size())) {
            port.fall_behind(match, *event);
            continue;
          }
          reading.room -= std::min(reading.room, event->size());
        }
        if (match.subscription == 1) {
          scene.recorded_[{stream, sequence}] = event->record().recorded_ns();
        }
        reading.items[stream].push_back({sequence, sequence, false, flags});
        if (match.subscription != 1 && scene.below(2000) == 0) end(match.subscription);
      }
    }
    void missed(const Missed &missed, std::span<const Match> matches) override {
      if (missed.stream == 0) return;
      ASSERT_EQ(matches.size(), 1u);
      Reading &reading = readings.at(matches[0].subscription);
      const auto origin =
          std::ranges::find(reading.origin.positions, missed.stream, &event::Position::stream);
      if (missed.to <= origin->sequence) {
        reading.begin_gaps.push_back(missed);
        return;
      }
      EXPECT_EQ(missed.stream, keeps_little);
      EXPECT_STREQ(missed.reason, "retention");
      reading.items[missed.stream].push_back({missed.from, missed.to, true, 0});
    }
    void subscribed(Match who, const Origin &origin) override {
      Reading &reading = readings.at(who.subscription);
      EXPECT_FALSE(reading.begun);
      reading.begun = true;
      reading.origin = origin;
      if (origin.gap) reading.begin_gaps.push_back(*origin.gap);
    }
    void refused(Match who, const Status &) override {
      readings.at(who.subscription).refused = true;
      std::erase(alive, who.subscription);
    }
    void published(uint64_t token, const Published &published) override {
      const std::vector<Event> &events = scene.published_.at(token);
      for (size_t i = 0; i < events.size(); ++i) {
        const event::Position &position = published.positions[i];
        if (position.stream == 0) continue;
        EXPECT_TRUE(scene.events_[position.stream].emplace(position.sequence, events[i]).second);
      }
      scene.published_.erase(token);
    }
    void room() override {}

    Scene &scene;
    const uint32_t shard;
    Port port;
    std::map<uint32_t, Reading> readings;
    std::vector<uint32_t> alive;
    uint32_t last = 0;
  };

  uint32_t below(uint32_t end) {
    return std::uniform_int_distribution<uint32_t>(0, end - 1)(random_);
  }

  std::vector<std::string> some_filters() {
    static const char *const filters[] = {"#",   "little/#", "little/1", "a/#",
                                          "a/0", "+/1",      "a/+",      "live/+",
                                          "a/1", "little/+", "nothing",  "+/0"};
    std::vector<std::string> some;
    for (uint32_t i = 1 + below(2); i > 0; --i) some.push_back(filters[below(12)]);
    return some;
  }

  Start some_start() {
    Start start;
    start.kind = static_cast<Start::Kind>(below(7));
    if (start.kind == Start::Kind::last) start.number = below(50);
    if (start.kind == Start::Kind::time) {
      start.number = below(static_cast<uint32_t>(shards_.now_ns) + 1000);
    }
    if (start.kind == Start::Kind::after) start.positions = some_cursor();
    start.fresh = below(2) == 0;
    return start;
  }

  // Where somebody stands, on this shard or another, or did once.
  std::vector<event::CursorPosition> some_cursor() {
    Host &host = *hosts_[below(shard_count)];
    std::vector<event::CursorPosition> cursor;
    if (host.alive.empty()) return cursor;
    const uint32_t number = host.alive[below(static_cast<uint32_t>(host.alive.size()))];
    if (!host.readings.at(number).begun) return cursor;
    for (const event::Position &each : host.port.stand({&host, number}).positions) {
      const uint64_t back = below(2) == 0 ? 0 : below(300);
      cursor.push_back({shards_.network.streams().find(each.stream)->name(), each.epoch,
                        each.sequence - std::min<uint64_t>(back, each.sequence)});
    }
    return cursor;
  }

  void publish(Host &host) {
    std::vector<event::EventRef> refs;
    std::vector<Event> events;
    for (uint32_t i = below(3) == 0 ? 3 : 1; i > 0; --i) {
      static const char *const first[] = {"a/", "little/", "little/", "live/"};
      Event event{first[below(4)] + std::to_string(below(3)), false, below(4) == 0};
      event.retain = !event.topic.starts_with("live/") && below(10) == 0;
      refs.push_back(event::testing::make(
          {.topic = event.topic, .payload = event.empty ? "" : "x", .retain = event.retain}));
      events.push_back(event);
    }
    if (host.port.publish(refs, last_token_ + 1) == Port::Answer::taken) {
      published_[++last_token_] = std::move(events);
    }
  }

  void read_one() {
    if (shards_.reads.empty()) return;
    const auto chosen = shards_.reads.begin() + below(static_cast<uint32_t>(shards_.reads.size()));
    const std::function<void()> work = std::move(*chosen);
    shards_.reads.erase(chosen);
    work();
  }

  void come_to_rest() {
    shards_.hold_reads = false;
    shards_.read_now();
    shards_.settle();
    for (const auto &host : hosts_) {
      for (const uint32_t number : host->alive) {
        host->readings.at(number).slow = false;
        host->port.resume({host.get(), number});
      }
    }
    shards_.settle();
  }

  static bool wants(const Reading &reading, std::string_view topic) {
    return std::ranges::any_of(
        reading.filters, [&](const std::string &filter) { return filter_matches(filter, topic); });
  }

  void check(const Reading &reading) {
    for (const event::Position &position : reading.origin.positions) {
      const std::map<uint64_t, Event> &events = events_[position.stream];
      const auto found = reading.items.find(position.stream);
      std::vector<Item> items = found == reading.items.end() ? std::vector<Item>{} : found->second;
      check_origin(reading, position);
      const auto behind = std::ranges::find_if(
          items, [&](const Item &item) { return item.gap || item.from > position.sequence; });
      check_snapshot(reading, position, {items.begin(), behind});
      items.erase(items.begin(), behind);
      const auto end = reading.end.find(position.stream);
      check_sequence(reading, events, position.sequence, items,
                     end == reading.end.end() ? events.size() : end->second);
    }
  }

  void check_sequence(const Reading &reading, const std::map<uint64_t, Event> &events,
                      uint64_t origin, const std::vector<Item> &items, uint64_t end) {
    size_t next = 0;
    uint64_t told = origin;  // up to there by a gap
    for (auto at = events.upper_bound(origin); at != events.upper_bound(end); ++at) {
      while (next < items.size() && items[next].gap && items[next].from <= at->first) {
        EXPECT_GT(items[next].from, told) << "told of a gap twice";
        told = items[next++].to;
      }
      if (at->first <= told || !wants(reading, at->second.topic)) continue;
      ASSERT_LT(next, items.size()) << "it lacks " << at->first << " and what follows";
      ASSERT_FALSE(items[next].gap) << at->first;
      ASSERT_EQ(items[next].from, at->first);
      ++next;
    }
    for (; next < items.size(); ++next) EXPECT_TRUE(items[next].gap) << "got too much";
  }

  void check_snapshot(const Reading &reading, const event::Position &origin,
                      const std::vector<Item> &items) {
    const bool retained = reading.start.kind == Start::Kind::retained;
    if (!retained && reading.start.kind != Start::Kind::last_per_topic) {
      EXPECT_TRUE(items.empty()) << "got what stands before its origin";
      return;
    }
    const std::map<uint64_t, Event> &events = events_[origin.stream];
    std::map<std::string, uint64_t> last;
    for (const auto &[sequence, event] : events) {
      if (sequence > origin.sequence) break;
      if (!wants(reading, event.topic) || (retained && !event.retain)) continue;
      last[event.topic] = sequence;
      if (retained && event.empty) last.erase(event.topic);
    }
    for (const Item &item : items) {
      const Event &event = events.at(item.from);
      EXPECT_EQ((item.flags & SLIPRING_EVENT_RETAINED) != 0, retained);
      EXPECT_EQ(last[event.topic], item.from);
      last.erase(event.topic);
    }
    if (reading.ended || (!retained && origin.stream == keeps_little)) return;
    for (const auto &[topic, sequence] : last) {
      const bool replaced = std::any_of(
          events.upper_bound(origin.sequence), events.end(),
          [&](const auto &each) { return each.second.topic == topic && each.second.retain; });
      EXPECT_TRUE(retained && replaced) << topic << " lacks " << sequence;
    }
  }

  void check_origin(const Reading &reading, const event::Position &origin) {
    const bool all = origin.stream == keeps_all;
    const bool earliest = reading.start.kind == Start::Kind::earliest;
    EXPECT_TRUE(!earliest || !all || origin.sequence == 0);
    const bool at_the_stand = reading.start.kind <= Start::Kind::last_per_topic && !earliest;
    if (at_the_stand && reading.start.fresh) {
      EXPECT_GE(origin.sequence, reading.committed.at(origin.stream));
    }
    if (reading.start.kind == Start::Kind::time && all && origin.sequence != 0) {
      const auto time = static_cast<int64_t>(reading.start.number);
      EXPECT_LT((recorded_[{origin.stream, origin.sequence}]), time);
    }
    if (reading.start.kind != Start::Kind::after) return;
    for (const event::CursorPosition &given : reading.start.positions) {
      if (shards_.network.streams().find(given.stream)->number() != origin.stream) continue;
      if (origin.sequence == given.sequence) continue;
      ASSERT_FALSE(all) << given.sequence << " was given, it began at " << origin.sequence;
      EXPECT_GT(origin.sequence, given.sequence);
      const auto gap = std::ranges::find(reading.begin_gaps, origin.stream, &Missed::stream);
      ASSERT_NE(gap, reading.begin_gaps.end());
      EXPECT_EQ(gap->from, given.sequence + 1);
      EXPECT_EQ(gap->to, origin.sequence);
    }
  }

  Shards shards_;
  std::mt19937 random_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::map<uint64_t, std::vector<Event>> published_;           // under way, by token
  std::map<uint32_t, std::map<uint64_t, Event>> events_;       // by stream and sequence
  std::map<std::pair<uint32_t, uint64_t>, int64_t> recorded_;  // by stream and sequence
  uint64_t last_token_ = 0;
};

Scene::Tally run_scene(NetworkLimits limits) {
  const uint32_t seed = random_seed();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Scene scene(seed, limits);
  scene.run(15'000);
  scene.check();
  const Scene::Tally tally = scene.tally();
  EXPECT_GT(tally.delivered, 1'000u);
  EXPECT_GT(tally.replayed, 1'000u);
  EXPECT_GT(tally.gaps, 0u);
  return tally;
}

TEST(RandomStart, BehindItsOriginASubscriptionGetsAllOrIsToldOfAGap) {
  run_scene({});
}

TEST(RandomStart, AlsoWhenFifosAreSmall) {
  run_scene({.requests = 16, .events = 8});
}

TEST(RandomStart, AlsoWhenThereIsAlmostNoRoom) {
  run_scene({.requests = 4, .events = 1, .event_bytes = 300});
}

}  // namespace
}  // namespace slipring::bus::testing
