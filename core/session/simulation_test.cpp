// What holds whatever happens in whatever order: a property test.
//
// Several shards, driven by one thread with a clock of its own. A generator with a seed decides at
// each step what happens next: someone publishes, subscribes, unsubscribes, stops or begins to
// read, goes or comes; a shard drains the bus or flushes; sessions move to the other version, one
// by one in between. At the end everything settles, and then, for each client:
//
//   - events of the stream came in order of their sequence, none twice;
//   - each subscription got every event from its acknowledgement on, until it ended, or a gap that
//     was announced covers it, and gaps count what is missing exactly;
//   - nothing came that no subscription asked for;
//   - events of an ephemeral topic came in the order in which everybody else saw them;
//   - what was published was acknowledged once;
//   - the adapter's state came through all moves.
//
// A failure prints its seed; SLIPRING_SEED=n runs that one alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "base/topic.hpp"
#include "event/cursor.hpp"
#include "session/events_test_host.hpp"
#include "session/move.hpp"

namespace slipring::session {
namespace {

const std::vector<std::string> topics = {"a/1", "a/2", "b/1", "b/1/c", "e/1", "e/2"};
const std::vector<std::string> filters = {"a/1", "a/+", "#", "b/#", "+/1", "e/#", "e/2", "nothing"};

// From one acknowledgement to the end of the subscription; sequences of the stream.
struct Period {
  std::string filter;
  uint64_t behind = 0;         // gets what comes after
  uint64_t last = UINT64_MAX;  // and nothing after this
  bool in_stream = true;       // reaches the stream at all
};

struct Gap {
  uint64_t from;
  uint64_t to;
  uint64_t count;
  bool ephemeral;
};

struct Shape {
  const char *name;
  uint32_t shards;
  Limits limits;
  bus::NetworkLimits network;
  bool exact_counts;  // no shard can fall behind
};

class Simulation : public EventsTestHost, public testing::WithParamInterface<Shape> {
 protected:
  struct Actor {
    Client *client = nullptr;
    std::map<uint64_t, Period> open;        // acknowledged, by id
    std::map<uint64_t, std::string> asked;  // filters of those that are not
    std::vector<Period> ended;
    std::vector<uint64_t> sequences;                         // in order of arrival
    std::map<std::string, std::vector<uint64_t>> ephemeral;  // numbers by topic
    std::vector<Gap> gaps;
    std::set<uint64_t> unanswered;  // numbers of publishes
    std::string state;
    bool gone = false;
  };

  void run(uint64_t seed) {
    const testing::ScopedTrace trace(__FILE__, __LINE__, "SLIPRING_SEED=" + std::to_string(seed));
    random_.seed(seed);
    // The witness has a shard to itself, with queues in which everything has room.
    begin(GetParam().shards + 1, GetParam().limits, GetParam().network, {"e/#"}, Limits{});
    witness_ = &arrive(GetParam().shards);
    for (uint32_t i = 0; i < 3 * GetParam().shards; ++i) {
      arrive(static_cast<uint32_t>(pick(GetParam().shards)));
    }
    subscribe(*witness_, 1, "#", SLIPRING_DROP_DISCONNECT);
    settle();
    for (int step = 0; step < 3000; ++step) {
      act();
      now_ += std::chrono::microseconds(pick(2000));
    }
    for (Actor &actor : actors_) read_on(actor);
    finish_moves();
    settle();
    for (Actor &actor : actors_) {
      if (!actor.gone) say(*actor.client, "state?");
    }
    settle();
    listen();
    for (Actor &actor : actors_) check(actor);
  }

  uint64_t pick(uint64_t below) { return random_() % below; }
  Actor &someone() { return actors_[pick(actors_.size())]; }
  bool chance(uint64_t percent) { return pick(100) < percent; }

  void act() {
    const uint64_t what = pick(100);
    Actor &actor = someone();
    if (what < 30) {
      publish(actor);
    } else if (what < 38) {
      subscribe(actor, 1 + pick(3), filters[pick(filters.size())],
                static_cast<uint32_t>(1 + pick(4)));
    } else if (what < 43) {
      unsubscribe(actor);
    } else if (what < 47) {
      stop_reading(actor);
    } else if (what < 51) {
      read_on(actor);
    } else if (what < 70) {
      drain(static_cast<uint32_t>(pick(buses_.size())));
    } else if (what < 86) {
      flush(static_cast<uint32_t>(pick(buses_.size())));
    } else if (what < 88) {
      start_move(static_cast<uint32_t>(pick(buses_.size())));
    } else if (what < 96) {
      step_moves();
    } else if (what < 97) {
      sweep();
    } else if (what < 98) {
      depart(actor);
    }
    listen();
  }

  Actor &arrive(uint32_t shard) {
    Actor &actor = actors_.emplace_back();
    actor.client = &join(shard);
    actor.state = "s" + std::to_string(pick(1'000'000));
    say(*actor.client, "state " + actor.state);
    return actor;
  }

  void depart(Actor &actor) {
    if (&actor == witness_ || actor.gone) return;
    actor.gone = true;
    leave(*actor.client);
    arrive(static_cast<uint32_t>(pick(GetParam().shards)));
  }

  // A transport hands over nothing of a client that it was told not to read from.
  static bool can_speak(const Actor &actor) {
    return !actor.gone && actor.client->connection.reading;
  }

  void publish(Actor &actor) {
    if (!can_speak(actor)) return;
    const uint64_t number = ++published_;
    const std::string &topic = topics[pick(topics.size())];
    actor.unanswered.insert(number);
    topic_of_[number] = topic;
    say(*actor.client, "pub " + topic + ' ' + std::to_string(number) + " priority=" +
                           std::to_string(pick(10)) + " key=" + std::to_string(pick(3)));
  }

  void subscribe(Actor &actor, uint64_t id, const std::string &filter, uint32_t drop) {
    if (!can_speak(actor) || actor.open.contains(id) || actor.asked.contains(id)) return;
    actor.asked[id] = filter;
    say(*actor.client,
        "sub " + std::to_string(id) + ' ' + filter + " drop=" + std::to_string(drop));
  }

  // Only one that owes no gap: what it had not announced when it ends nobody needs to know.
  void unsubscribe(Actor &actor) {
    if (!can_speak(actor) || &actor == witness_ || actor.open.empty()) return;
    const uint64_t id = actor.open.begin()->first;
    const Reading *const reading = session(*actor.client).readings->find(id);
    if (session(*actor.client).waiting || !reading->gaps.empty()) return;
    Period period = actor.open[id];
    StringWriter cursor(1000);
    events_[actor.client->shard]->cursor(session(*actor.client).adapter->host.abi(),
                                         actor.client->id, id, *cursor.abi());
    period.last = position_of(cursor.text(), period.in_stream);
    say(*actor.client, "unsub " + std::to_string(id));
    actor.open.erase(id);
    actor.ended.push_back(period);
  }

  void stop_reading(Actor &actor) {
    if (&actor != witness_) actor.client->connection.room = pick(3);
  }

  void read_on(Actor &actor) {
    actor.client->connection.room = SIZE_MAX;
    if (actor.gone) return;
    on(actor.client->shard);
    sessions_[actor.client->shard]->writable(actor.client->id);
  }

  // Slices of no length: one session a step of the loop.
  void start_move(uint32_t shard) {
    if (moving_.contains(shard)) return;
    moving_.insert(shard);
    serving_ = pick(2);
    on(shard);
    Move::start(*loops_[shard], *sessions_[shard], generations_[pick(2)]->instance(shard),
                std::chrono::nanoseconds(0), [this, shard](MoveReport report) {
                  EXPECT_EQ(report.stayed, 0u);
                  moves_ += report.moved;
                  moving_.erase(shard);
                });
  }
  void step_moves() {
    const auto shard = static_cast<uint32_t>(pick(loops_.size()));
    on(shard);
    loops_[shard]->loop().poll_one();
  }
  void finish_moves() {
    while (!moving_.empty()) {
      const uint32_t shard = *moving_.begin();
      on(shard);
      loops_[shard]->loop().restart();
      loops_[shard]->loop().poll();
    }
  }

  void sweep() {
    const auto shard = static_cast<uint32_t>(pick(buses_.size()));
    on(shard);
    sessions_[shard]->sweep(now_);
  }

  static uint64_t position_of(const std::string &cursor, bool &in_stream) {
    in_stream = !cursor.empty();
    return in_stream ? event::parse_cursor(cursor)->at(0).sequence : 0;
  }
  static uint64_t sequence_of(const std::string &position) {
    return std::stoull(position.substr(position.find(':') + 1));
  }

  void listen() {
    for (Actor &actor : actors_) {
      for (const std::string &line : heard(*actor.client)) understand(actor, line);
    }
  }

  void understand(Actor &actor, const std::string &line) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    if (verb == "event") {
      std::string topic;
      std::string position;
      uint64_t number = 0;
      words >> topic >> number >> position;
      EXPECT_EQ(topic, topic_of_.at(number));
      if (position.empty()) {
        actor.ephemeral[topic].push_back(number);
      } else {
        actor.sequences.push_back(sequence_of(position));
        stream_[sequence_of(position)] = topic;  // its publisher may have gone unanswered
      }
    } else if (verb == "subscribed") {
      uint64_t id = 0;
      std::string cursor;
      words >> id >> cursor;
      Period period;
      period.filter = actor.asked.at(id);
      period.behind = position_of(cursor, period.in_stream);
      actor.open[id] = period;
      actor.asked.erase(id);
    } else if (verb == "published") {
      uint64_t number = 0;
      std::string position;
      words >> number >> position;
      EXPECT_EQ(actor.unanswered.erase(number), 1u) << "acknowledged twice: " << line;
      if (!position.empty()) stream_[sequence_of(position)] = topic_of_.at(number);
    } else if (verb == "gap") {
      understand_gap(actor, line);
    } else if (verb == "state") {
      EXPECT_EQ(line, "state " + actor.state);
    } else {
      ADD_FAILURE() << "heard " << line;
    }
  }

  // "gap ID FROM TO COUNT REASON…"; on ephemeral topics FROM and TO are empty.
  void understand_gap(Actor &actor, const std::string &line) {
    std::vector<std::string> words;
    std::istringstream text(line);
    for (std::string word; std::getline(text, word, ' ');) words.push_back(word);
    Gap gap{};
    gap.ephemeral = words[2].empty();
    if (!gap.ephemeral) {
      gap.from = sequence_of(words[2]);
      gap.to = sequence_of(words[3]);
    }
    gap.count = std::stoull(words[4]);
    actor.gaps.push_back(gap);
  }

  void check(const Actor &actor) {
    if (!actor.gone) {
      ASSERT_FALSE(session(*actor.client).closing) << session(*actor.client).close_reason;
      ASSERT_TRUE(session(*actor.client).queue.empty());
    }
    const std::set<uint64_t> got(actor.sequences.begin(), actor.sequences.end());
    EXPECT_EQ(got.size(), actor.sequences.size()) << "an event came twice";
    EXPECT_TRUE(std::is_sorted(actor.sequences.begin(), actor.sequences.end()))
        << "events came out of order";
    std::vector<Period> periods = actor.ended;
    for (const auto &[id, period] : actor.open) periods.push_back(period);
    uint64_t missing = 0;
    for (const auto &[sequence, topic] : stream_) {
      const bool wanted = std::any_of(periods.begin(), periods.end(), [&](const Period &period) {
        return period.in_stream && sequence > period.behind && sequence <= period.last &&
               filter_matches(period.filter, topic);
      });
      if (!wanted) {
        EXPECT_FALSE(got.contains(sequence) && !actor.gone) << "nobody asked for " << sequence;
      } else if (!got.contains(sequence) && !actor.gone) {
        ++missing;
        EXPECT_TRUE(is_announced(actor, sequence)) << sequence << ' ' << topic << " is missing";
      }
    }
    if (actor.gone) return;
    EXPECT_TRUE(actor.unanswered.empty());
    uint64_t announced = 0;
    for (const Gap &gap : actor.gaps) announced += gap.ephemeral ? 0 : gap.count;
    if (GetParam().exact_counts) {
      EXPECT_EQ(announced, missing);
    }
    for (const auto &[topic, numbers] : actor.ephemeral) check_order(topic, numbers);
  }

  static bool is_announced(const Actor &actor, uint64_t sequence) {
    return std::any_of(actor.gaps.begin(), actor.gaps.end(), [&](const Gap &gap) {
      return !gap.ephemeral && gap.from <= sequence && sequence <= gap.to;
    });
  }

  // What one saw of a topic is in the order in which the witness saw it.
  void check_order(const std::string &topic, const std::vector<uint64_t> &numbers) {
    if (!GetParam().exact_counts) return;  // the witness may have missed some itself
    const std::vector<uint64_t> &all = witness_->ephemeral[topic];
    auto at = all.begin();
    for (const uint64_t number : numbers) {
      at = std::find(at, all.end(), number);
      ASSERT_NE(at, all.end()) << topic << ": " << number << " came out of order, or twice";
      ++at;
    }
  }

  std::mt19937_64 random_;
  std::deque<Actor> actors_;
  Actor *witness_ = nullptr;
  uint64_t published_ = 0;
  uint64_t moves_ = 0;
  std::map<uint64_t, std::string> topic_of_;  // by number
  std::map<uint64_t, std::string> stream_;    // topics by sequence
  std::set<uint32_t> moving_;
};

TEST_P(Simulation, EverySubscriberSeesItsEventsFromItsAcknowledgementOnOrAnAnnouncedGap) {
  if (const char *const seed = std::getenv("SLIPRING_SEED")) {
    run(std::stoull(seed));
    return;
  }
  std::random_device entropy;
  const uint64_t seed = entropy();
  std::cout << "SLIPRING_SEED=" << seed << '\n';
  run(seed);
  EXPECT_GT(published_, 200u);
  EXPECT_GT(moves_, 10u);
}

Limits queues_of(size_t messages) {
  Limits limits;
  limits.queue_messages = limits.operations = messages;
  limits.stall = std::chrono::hours(1);
  return limits;
}

bus::NetworkLimits lanes_of(size_t requests, size_t events) {
  bus::NetworkLimits limits;
  limits.requests = requests;
  limits.events = events;
  return limits;
}

const Shape shapes[] = {
    {"OneShard", 1, queues_of(8), {}, true},
    {"ThreeShards", 3, queues_of(8), {}, true},
    {"LongQueues", 3, queues_of(1000), {}, true},
    {"FewRequests", 3, queues_of(8), lanes_of(3, 16384), true},
    {"ShardsFallBehind", 3, queues_of(16), lanes_of(16, 4), false},
};

std::vector<Shape> many_times() {
  std::vector<Shape> all;
  for (int i = 0; i < 8; ++i) all.insert(all.end(), std::begin(shapes), std::end(shapes));
  return all;
}

INSTANTIATE_TEST_SUITE_P(Seeds, Simulation, testing::ValuesIn(many_times()), [](const auto &info) {
  return info.param.name + std::to_string(info.index / std::size(shapes));
});

}  // namespace
}  // namespace slipring::session
