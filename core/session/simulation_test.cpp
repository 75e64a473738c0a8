// What holds whatever happens in whatever order: a property test.
//
// Several shards and the writer of two streams, driven by one thread with a clock of its own. A
// generator with a seed decides at each step what happens next: someone publishes, subscribes,
// unsubscribes, stops or begins to read, reads a little, goes or comes; a shard or the writer
// drains, a shard flushes, a read of the log is done; sessions move to the other version, one by
// one in between; a flood comes, behind which nothing is left in the rings; the host ends, as it
// stands, and starts again. At the end everything settles.
// Then, for each client:
//
//   - each subscription got every event of a stream from its acknowledgement on, until it ended, or
//     a gap that was announced covers it; none came twice, and none that nobody asked for;
//   - events of an ephemeral topic came in the order in which everybody else saw them;
//   - what was published was acknowledged once; what was sent again, with its deduplication id,
//     stands in the stream once;
//   - the adapter's state came through all moves;
//
// and for each follower (simulation_truth.hpp), over all its connections and the host's restarts:
//
//   - it got the published sequence, all of it, each once and in order, or an announced gap: where
//     a stream keeps little, and at the end of a stream in memory. Of a stream in the log that
//     keeps everything nothing is missing.
//
// One file, because every step works on the same state, what everybody has said and heard so far;
// what is expected of it has a header of its own, simulation_truth.hpp.
//
// A failure prints its seed; SLIPRING_SEED=n runs that one alone, in each shape.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "observe/log.hpp"
#include "session/events_test_host.hpp"
#include "session/move.hpp"
#include "session/simulation_truth.hpp"
#include "stream/testing.hpp"

namespace slipring::session::simulation {
namespace {

const std::vector<std::string> topics = {"a/1", "a/2",      "b/1",      "b/1/c",
                                         "e/1", "little/1", "little/2", "e/2"};
const std::vector<std::string> filters = {"a/1", "a/+", "#",   "b/#",     "+/1",
                                          "e/#", "e/2", "b/1", "nothing", "little/#"};
constexpr uint64_t first_follower = 100;

using Places = std::map<std::string, uint64_t>;  // sequences by stream

// Of a subscription without a cursor: from its acknowledgement to its end.
struct Period {
  std::string filter;
  Places behind;  // gets what comes after
  Places last;    // and nothing after this
  bool ended = false;
};

struct Shape {
  const char *name;
  uint32_t shards;
  Limits limits;
  bus::NetworkLimits network;
  bool witness_misses;  // shards can fall behind
  bool in_log;
  uint32_t schedules;  // a tenth of them where they are checked more closely: not in release
};

class Schedule : public EventsHost {
 public:
  explicit Schedule(const Shape &shape) : shape_(shape) { unix_ns_ = 1'700'000'000'000'000'000; }
  ~Schedule() override {
    stop();
    histories_.clear();
  }

  void run(uint64_t seed) {
    random_.seed(seed);
    hold_reads_ = true;
    event_fake::behaviour.holes = chance(50);
    start();
    for (int step = 0; step < 1000; ++step) {
      act();
      now_ += std::chrono::microseconds(pick(2000));
      unix_ns_ += static_cast<int64_t>(pick(2'000'000));
    }
    come_to_rest();
    remember_histories();
    for (const Actor &actor : actors_) check(actor);
    for (const Following &following : followers_) {
      following.follower.check(truth_, {"little"});
    }
    truth_.check_numbers();
  }

  uint64_t moves() const { return moves_; }
  uint64_t restarts() const { return restarts_; }
  size_t followed() const {
    size_t events = 0;
    for (const Following &following : followers_) events += following.follower.events();
    return events;
  }

 private:
  struct Actor {
    Client *client = nullptr;
    std::map<uint64_t, Period> open;        // acknowledged, by id
    std::map<uint64_t, std::string> asked;  // filters of those that are not
    std::vector<Period> ended;
    std::map<std::string, std::vector<uint64_t>> sequences;  // by stream, in order of arrival
    std::map<std::string, std::vector<uint64_t>> ephemeral;  // numbers by topic
    std::vector<Gap> gaps;
    std::map<uint64_t, std::string> unanswered;  // publishes by number, as they were said
    std::deque<uint64_t> cursors_asked;          // of which follower
    std::string state;
    bool gone = false;
  };
  struct Following {
    Follower follower;
    Actor *at = nullptr;
    bool active = false;
    bool asks = false;    // for its cursor
    bool leaves = false;  // as soon as it has that
  };

  uint64_t pick(uint64_t below) { return random_() % below; }
  bool chance(uint64_t percent) { return pick(100) < percent; }
  Actor &someone() { return actors_[pick(actors_.size())]; }
  uint32_t some_shard() { return static_cast<uint32_t>(pick(buses_.size())); }

  // ── the host ─────────────────────────────────────────────────────────────────────────────────

  void start() {
    open_streams();
    // The witness has a shard to itself, with queues in which everything has room.
    begin(shape_.shards + 1, shape_.limits, shape_.network, {"e/#"}, Limits{});
    witness_ = &arrive(shape_.shards);
    subscribe(*witness_, 1, "#", SLIPRING_DROP_DISCONNECT);
    settle();
    for (uint32_t i = 0; i < 3 * shape_.shards; ++i) arrive_anywhere();
  }

  static stream::Settings settings(std::string name, std::string filter, uint64_t events) {
    stream::Settings settings = bus::testing::in_memory(std::move(name), {std::move(filter)});
    settings.retention.events = events;
    return settings;
  }

  void open_streams() {
    std::vector<stream::Settings> all = {settings("little", "little/#", 20),
                                         settings("default", "#", 0)};
    histories_.clear();
    if (!shape_.in_log) {
      ++epoch_;
      for (size_t i = 0; i < all.size(); ++i) {
        histories_.push_back(in_memory(all[i], static_cast<uint32_t>(i + 1), epoch_));
      }
      return;
    }
    for (stream::Settings &each : all) {
      each.durability = stream::Durability::log;
      each.ring_bytes = 0;
    }
    stream::Log::Options options;
    options.directory = directory_->path() / "log";
    options.env = env_.get();
    options.now_ns = options.steady_ns = [this] { return unix_ns_; };
    open_log_ = std::move(stream::Log::open(options, all).value());
    log_ = open_log_.get();
    for (const stream::Settings &each : all) {
      histories_.push_back(std::make_shared<stream::History>(each, *log_->find(each.name), *log_));
    }
  }
  // What a schedule takes is the waiting for disks otherwise.
  static std::filesystem::path in_memory_if_any() {
    const std::filesystem::path memory = "/dev/shm";
    return std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
  }

  // As it stands, with all that is under way; half of the times killed.
  void restart() {
    finish_moves();
    listen();
    remember_histories();
    for (Actor &actor : actors_) {
      end(actor);
      check(actor);
    }
    if (chance(50)) files_->kill();
    stop();
    histories_.clear();
    open_log_.reset();
    files_->revive();
    ++restarts_;
    actors_.clear();
    start();
    if (shape_.in_log) check_nothing_is_lost();
  }
  void remember_histories() {
    for (const auto &history : histories_) {
      for (uint64_t next = history->first(); next <= history->last();) {
        stream::Query query;
        query.from = next;
        query.through = history->last();
        const stream::Batch batch = history->read(query).value();
        EXPECT_TRUE(batch.lost.empty());
        for (const event::EventRef &event : batch.events) {
          const schema::RecordHeader &record = event->record();
          truth_.add({history->name(), record.epoch(), record.sequence()},
                     {std::string(event->topic()), std::stoull(bus::testing::payload_of(event))});
        }
        next = batch.through + 1;
      }
    }
  }
  void check_nothing_is_lost() {
    const stream::History &kept = *histories_.back();
    const Truth::Sequence &known = truth_.of(kept.name(), kept.epoch());
    EXPECT_EQ(kept.first(), 1u);
    EXPECT_EQ(kept.last(), known.size());
    remember_histories();  // the same events
    EXPECT_EQ(kept.last(), known.size());
  }

  // ── what happens ─────────────────────────────────────────────────────────────────────────────

  void act() {
    const uint64_t what = pick(1000);
    Actor &actor = someone();
    if (what < 250) {
      publish(actor);
    } else if (what < 320) {
      subscribe(actor, 1 + pick(3), filters[pick(filters.size())],
                static_cast<uint32_t>(1 + pick(4)));
    } else if (what < 350) {
      unsubscribe(actor);
    } else if (what < 400) {
      follow(actor);
    } else if (what < 430) {
      go_on_elsewhere();
    } else if (what < 470) {
      stop_reading(actor);
    } else if (what < 500) {
      read_on(actor, SIZE_MAX);
    } else if (what < 530) {
      read_on(actor, pick(5));
    } else if (what < 680) {
      drain(static_cast<uint32_t>(pick(network_->homes())));
    } else if (what < 720) {
      drain(network_->writer());
    } else if (what < 840) {
      flush(some_shard());
    } else if (what < 870) {
      read_one();
    } else if (what < 880) {
      start_move(some_shard());
    } else if (what < 960) {
      step_moves();
    } else if (what < 970) {
      sweep();
    } else if (what < 980) {
      writer_->tick();
    } else if (what < 990) {
      depart(actor);
    } else if (what < 992) {
      restart();
    } else if (what < 993 && shape_.in_log) {
      flood();
    }
    listen();
  }

  void come_to_rest() {
    for (Actor &actor : actors_) read_on(actor, SIZE_MAX);
    finish_moves();
    settle_and_listen();
    for (Following &each : followers_) {
      if (each.at == nullptr) follow_at(*witness_, each);
    }
    for (Actor &actor : actors_) {
      if (!actor.gone) say(*actor.client, "state?");
    }
    settle_and_listen();
    for (const Following &each : followers_) EXPECT_TRUE(each.active);
  }
  void settle_and_listen() {
    hold_reads_ = false;
    for (const auto &work : std::exchange(reads_, {})) work();
    settle();
    listen();
  }

  Actor &arrive(uint32_t shard) {
    Actor &actor = actors_.emplace_back();
    actor.client = &join(shard);
    actor.state = "s" + std::to_string(pick(1'000'000));
    say(*actor.client, "state " + actor.state);
    return actor;
  }
  void arrive_anywhere() { arrive(static_cast<uint32_t>(pick(shape_.shards))); }

  void depart(Actor &actor) {
    if (&actor == witness_ || actor.gone) return;
    end(actor);
    leave(*actor.client);
    arrive_anywhere();
  }
  void end(Actor &actor) {
    if (actor.gone) return;
    actor.gone = true;
    for (auto &[number, said] : actor.unanswered) {
      if (said.find("dedup=") != std::string::npos) to_send_again_[number] = said;
    }
    for (Following &each : followers_) {
      if (each.at == &actor) went_away(each);
    }
  }
  static void went_away(Following &following) {
    following.follower.went_away();
    following.at = nullptr;
    following.active = following.asks = following.leaves = false;
  }

  // A transport hands over nothing of a client that it was told not to read from.
  static bool can_speak(const Actor &actor) {
    return !actor.gone && actor.client->connection.reading;
  }

  void publish(Actor &actor) {
    if (!can_speak(actor)) return;
    if (!to_send_again_.empty() && chance(30)) {
      const auto again = to_send_again_.extract(to_send_again_.begin());
      actor.unanswered.emplace(again.key(), again.mapped());
      say(*actor.client, again.mapped());
      return;
    }
    const std::string number = std::to_string(++published_);
    const std::string &topic = topics[pick(topics.size())];
    std::string text = "pub " + topic + ' ' + number + " priority=" + std::to_string(pick(10)) +
                       " key=" + std::to_string(pick(3));
    if (topic[0] != 'e' && chance(30)) text += " dedup=" + number;
    actor.unanswered.emplace(published_, text);
    topic_of_[published_] = topic;
    say(*actor.client, text);
  }

  // So much that the rings do not reach back behind it any more.
  void flood() {
    for (size_t i = 0; i < stream::EventRing::least_events; ++i) {
      topic_of_[++published_] = topics[0];
      say(*witness_->client, "!pub " + topics[0] + ' ' + std::to_string(published_));
      drain(shape_.shards);
      drain(network_->writer());
    }
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
    period.last = places_of(cursor.text());
    period.ended = true;
    say(*actor.client, "unsub " + std::to_string(id));
    actor.open.erase(id);
    actor.ended.push_back(period);
  }

  // A new one, or one that was away. Each in a format of its own: so it is seen whose an event is.
  void follow(Actor &actor) {
    if (!can_speak(actor)) return;
    for (Following &each : followers_) {
      if (each.at == nullptr && chance(50)) return follow_at(actor, each);
    }
    if (followers_.size() > 8) return;
    static const char *const starts[] = {"", "earliest", "last:3", "last:100"};
    followers_.push_back({Follower(first_follower + followers_.size(),
                                   filters[pick(filters.size())], starts[pick(4)])});
    follow_at(actor, followers_.back());
  }
  void follow_at(Actor &actor, Following &following) {
    const Follower &follower = following.follower;
    following.at = &actor;
    const std::string id = std::to_string(follower.id);
    say(*actor.client, "sub " + id + ' ' + follower.filter + " format=" + id +
                           (follower.start().empty() ? "" : " from=" + follower.start()));
  }
  // Asks for its cursor; mostly it ends at once, and goes when it has it.
  void go_on_elsewhere() {
    if (followers_.empty()) return;
    Following &each = followers_[pick(followers_.size())];
    if (!each.active || each.asks || !can_speak(*each.at)) return;
    const Session &at = session(*each.at->client);
    if (at.waiting || !at.readings->find(each.follower.id)->gaps.empty()) return;
    const std::string id = std::to_string(each.follower.id);
    each.asks = true;
    each.at->cursors_asked.push_back(each.follower.id);
    say(*each.at->client, "cursor " + id);
    if (chance(30)) return;
    each.leaves = true;
    say(*each.at->client, "unsub " + id);
  }

  void stop_reading(Actor &actor) {
    if (&actor != witness_) actor.client->connection.room = pick(3);
  }
  void read_on(Actor &actor, size_t room) {
    if (&actor == witness_) return;
    actor.client->connection.room = room;
    if (actor.gone) return;
    on(actor.client->shard);
    sessions_[actor.client->shard]->writable(actor.client->id);
  }
  void read_one() {
    if (reads_.empty()) return;
    const auto chosen = reads_.begin() + static_cast<std::ptrdiff_t>(pick(reads_.size()));
    const std::function<void()> work = std::move(*chosen);
    reads_.erase(chosen);
    work();
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
    const uint32_t shard = some_shard();
    on(shard);
    sessions_[shard]->sweep(now_);
  }

  // ── what is heard ────────────────────────────────────────────────────────────────────────────

  static Places places_of(const std::string &cursor) {
    Places places;
    if (cursor.empty()) return places;
    const std::vector<event::CursorPosition> positions = event::parse_cursor(cursor).value();
    for (const auto &each : positions) places[each.stream] = each.sequence;
    return places;
  }

  void listen() {
    for (Actor &actor : actors_) {
      for (const std::string &line : heard(*actor.client)) understand(actor, line);
    }
  }

  void understand(Actor &actor, const std::string &line) {
    if (actor.gone) return;
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    if (verb == "event") {
      understand_event(actor, words);
    } else if (verb == "subscribed") {
      understand_subscribed(actor, line);
    } else if (verb == "published") {
      understand_published(actor, words);
    } else if (verb == "gap") {
      understand_gap(actor, line);
    } else if (verb == "cursor") {
      Following &following = follower(actor.cursors_asked.front());
      actor.cursors_asked.pop_front();
      std::string cursor;
      if (words >> cursor) following.follower.used(cursor);
      following.asks = false;
      if (following.leaves) went_away(following);
    } else if (verb == "state") {
      EXPECT_EQ(line, "state " + actor.state);
    } else {
      ADD_FAILURE() << "heard " << line;
    }
  }

  Following &follower(uint64_t id) { return followers_.at(id - first_follower); }

  // "event TOPIC NUMBER [POSITION] [format=ID] [<CURSOR> <>]"
  void understand_event(Actor &actor, std::istringstream &words) {
    Published event;
    words >> event.topic >> event.number;
    EXPECT_EQ(event.topic, topic_of_.at(event.number));
    std::string position;
    std::string cursor;
    uint64_t id = 1;
    for (std::string word; words >> word;) {
      if (word.starts_with("format=")) {
        id = std::stoull(word.substr(7));
      } else if (word.starts_with("<") && word.size() > 2) {
        cursor = word.substr(1, word.size() - 2);
      } else if (!word.starts_with("<")) {
        position = word;
      }
    }
    if (position.empty()) {
      if (id == 1) actor.ephemeral[event.topic].push_back(event.number);
      return;
    }
    const event::CursorPosition at = position_of(position);
    truth_.add(at, event);
    if (id == 1) {
      actor.sequences[at.stream].push_back(at.sequence);
      return;
    }
    Follower &to = follower(id).follower;
    to.got(at, event);
    if (!cursor.empty()) to.used(cursor);
  }

  // "subscribed ID CURSOR [recovered=N] [gap=FROM..TO REASON]"
  void understand_subscribed(Actor &actor, const std::string &line) {
    std::istringstream words(line);
    std::string word;
    uint64_t id = 0;
    std::string cursor;
    words >> word >> id >> cursor;
    if (id < first_follower) {
      actor.open[id] = {actor.asked.at(id), places_of(cursor), {}, false};
      actor.asked.erase(id);
      return;
    }
    std::optional<Gap> gap;
    if (const size_t at = line.find(" gap="); at != std::string::npos) {
      const size_t dots = line.find("..", at);
      const size_t end = line.find(' ', dots);
      gap = Gap{position_of(line.substr(at + 5, dots - at - 5)),
                position_of(line.substr(dots + 2, end - dots - 2)).sequence, line.substr(end + 1)};
    }
    Following &following = follower(id);
    EXPECT_EQ(following.at, &actor);
    following.active = true;
    following.follower.begun(cursor, gap);
  }

  void understand_published(Actor &actor, std::istringstream &words) {
    uint64_t number = 0;
    std::string position;
    words >> number >> position;
    EXPECT_EQ(actor.unanswered.erase(number), 1u) << "acknowledged twice: " << number;
    if (!position.empty()) truth_.add(position_of(position), {topic_of_.at(number), number});
  }

  // "gap ID FROM TO COUNT REASON…"; on ephemeral topics FROM and TO are empty.
  void understand_gap(Actor &actor, const std::string &line) {
    std::vector<std::string> words;
    std::istringstream text(line);
    for (std::string word; std::getline(text, word, ' ');) words.push_back(word);
    if (words[2].empty()) return;
    std::string reason = words.at(5);
    for (size_t i = 6; i < words.size(); ++i) reason += ' ' + words[i];
    const Gap gap{position_of(words[2]), position_of(words[3]).sequence, reason};
    const uint64_t id = std::stoull(words[1]);
    id < first_follower ? actor.gaps.push_back(gap) : follower(id).follower.missed(gap);
  }

  // ── what holds ───────────────────────────────────────────────────────────────────────────────

  void check(const Actor &actor) {
    if (!actor.gone) {
      ASSERT_FALSE(session(*actor.client).closing) << session(*actor.client).close_reason;
      ASSERT_TRUE(session(*actor.client).queue.empty());
      EXPECT_TRUE(actor.unanswered.empty());
    }
    std::vector<Period> periods = actor.ended;
    for (const auto &[id, period] : actor.open) periods.push_back(period);
    for (const auto &history : histories_) check(actor, periods, *history);
    if (actor.gone) return;
    for (const auto &[topic, numbers] : actor.ephemeral) check_order(topic, numbers);
  }

  void check(const Actor &actor, const std::vector<Period> &periods,
             const stream::History &history) {
    const std::string &stream = history.name();
    const auto found = actor.sequences.find(stream);
    const std::vector<uint64_t> none;
    const std::vector<uint64_t> &sequences = found == actor.sequences.end() ? none : found->second;
    const std::set<uint64_t> got(sequences.begin(), sequences.end());
    EXPECT_EQ(got.size(), sequences.size()) << "an event came twice";
    for (const auto &[sequence, published] : truth_.of(stream, history.epoch())) {
      const bool wanted = std::ranges::any_of(periods, [&](const Period &period) {
        return wants(period, stream, sequence) && filter_matches(period.filter, published.topic);
      });
      if (actor.gone) continue;
      EXPECT_TRUE(wanted || !got.contains(sequence)) << "nobody asked for " << sequence;
      EXPECT_TRUE(!wanted || got.contains(sequence) || is_announced(actor, stream, sequence))
          << sequence << ' ' << published.topic << " is missing";
    }
  }

  static bool wants(const Period &period, const std::string &stream, uint64_t sequence) {
    const auto behind = period.behind.find(stream);
    if (behind == period.behind.end() || sequence <= behind->second) return false;
    return !period.ended || sequence <= period.last.at(stream);
  }
  static bool is_announced(const Actor &actor, const std::string &stream, uint64_t sequence) {
    return std::ranges::any_of(actor.gaps, [&](const Gap &gap) {
      return gap.from.stream == stream && stream == "little" && gap.from.sequence <= sequence &&
             sequence <= gap.to;
    });
  }

  // What one saw of a topic is in the order in which the witness saw it.
  void check_order(const std::string &topic, const std::vector<uint64_t> &numbers) {
    if (shape_.witness_misses) return;
    const std::vector<uint64_t> &all = witness_->ephemeral[topic];
    auto at = all.begin();
    for (const uint64_t number : numbers) {
      at = std::find(at, all.end(), number);
      ASSERT_NE(at, all.end()) << topic << ": " << number << " came out of order, or twice";
      ++at;
    }
  }

  const Shape &shape_;
  std::shared_ptr<stream::testing::FaultFiles> files_ =
      std::make_shared<stream::testing::FaultFiles>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(files_);
  std::unique_ptr<stream::testing::TemporaryDirectory> directory_ =
      shape_.in_log ? std::make_unique<stream::testing::TemporaryDirectory>(in_memory_if_any())
                    : nullptr;
  std::unique_ptr<stream::Log> open_log_;
  std::mt19937_64 random_;
  uint64_t epoch_ = 0xe;
  uint64_t restarts_ = 0;
  std::deque<Actor> actors_;
  Actor *witness_ = nullptr;
  std::deque<Following> followers_;
  uint64_t published_ = 0;
  uint64_t moves_ = 0;
  std::map<uint64_t, std::string> topic_of_;       // by number
  std::map<uint64_t, std::string> to_send_again_;  // by number, as they were said
  Truth truth_;
  std::set<uint32_t> moving_;
};

class Simulation : public testing::TestWithParam<Shape> {
 protected:
  // That a log was not closed is what a killed host finds.
  Simulation() { observe::configure_log(observe::LogLevel::error, observe::LogFormat::text); }
  ~Simulation() override {
    observe::configure_log(observe::LogLevel::info, observe::LogFormat::text);
  }
};

#ifdef NDEBUG
constexpr uint32_t part = 1;
#else
constexpr uint32_t part = 10;
#endif

TEST_P(Simulation, EachReaderGetsThePublishedSequenceOrAnAnnouncedGap) {
  const Shape &shape = GetParam();
  const char *const given = std::getenv("SLIPRING_SEED");
  const uint64_t first = given == nullptr ? std::random_device()() : std::stoull(given);
  const uint64_t end = first + (given == nullptr ? std::max(shape.schedules / part, 1u) : 1);
  std::cout << "SLIPRING_SEED=" << first << " to " << end - 1 << '\n';
  uint64_t followed = 0;
  uint64_t moves = 0;
  uint64_t restarts = 0;
  for (uint64_t seed = first; seed < end && !HasFailure(); ++seed) {
    SCOPED_TRACE("SLIPRING_SEED=" + std::to_string(seed));
    Schedule schedule(shape);
    schedule.run(seed);
    followed += schedule.followed();
    moves += schedule.moves();
    restarts += schedule.restarts();
  }
  if (given != nullptr || HasFailure()) return;
  EXPECT_GT(followed, 10 * (end - first));
  EXPECT_GT(moves, end - first);
  EXPECT_GT(restarts, 0u);
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
    {"OneShard", 1, queues_of(8), {}, false, false, 400},
    {"ThreeShards", 3, queues_of(8), {}, false, false, 400},
    {"LongQueues", 3, queues_of(1000), {}, false, false, 400},
    {"FewRequests", 3, queues_of(8), lanes_of(3, 16384), false, false, 400},
    {"ShardsFallBehind", 3, queues_of(16), lanes_of(16, 4), true, false, 400},
    {"InTheLog", 2, queues_of(8), {}, false, true, 25},
    {"InTheLogAndShardsFallBehind", 2, queues_of(16), lanes_of(16, 4), true, true, 25},
};

INSTANTIATE_TEST_SUITE_P(Shapes, Simulation, testing::ValuesIn(shapes),
                         [](const auto &info) { return std::string(info.param.name); });

}  // namespace
}  // namespace slipring::session::simulation
