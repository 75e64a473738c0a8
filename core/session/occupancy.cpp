#include "session/occupancy.hpp"

#include <algorithm>
#include <memory>

namespace slipring::session {
namespace {

// Some tens of microseconds.
constexpr size_t slots_per_step = 2048;

class Count : public std::enable_shared_from_this<Count> {
 public:
  Count(shard::Shard &shard, ShardSessions &sessions, std::function<void(const Occupancy &)> done)
      : shard_(shard), table_(sessions.table()), done_(std::move(done)) {}

  void step() {
    const size_t end = std::min(next_ + slots_per_step, table_.slots());
    for (; next_ < end; ++next_) {
      if (const Session *const session = table_.at(next_)) add(*session);
    }
    if (next_ >= table_.slots()) return done_(found_);
    shard_.post([self = shared_from_this()] { self->step(); });
  }

 private:
  void add(const Session &session) {
    ++found_.sessions;
    found_.queued_bytes += session.queue.bytes();
    found_.queued_messages += session.queue.size();
    found_.input_bytes += session.input.size();
    found_.paused += session.paused ? 1 : 0;
    found_.blocked += session.blocked ? 1 : 0;
  }

  shard::Shard &shard_;
  SessionTable &table_;
  const std::function<void(const Occupancy &)> done_;
  size_t next_ = 0;
  Occupancy found_;
};

}  // namespace

void count_occupancy(shard::Shard &shard, ShardSessions &sessions,
                     std::function<void(const Occupancy &)> done) {
  std::make_shared<Count>(shard, sessions, std::move(done))->step();
}

}  // namespace slipring::session
