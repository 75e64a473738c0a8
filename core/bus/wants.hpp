// Wants: the filters that this shard wants, and who waits for which.
//
// A filter is wanted once, however many subscriptions of however many ports have it: the first use
// asks the homes, later ones share the answer, the last one to go takes it back. A filter that
// comes back meanwhile is a new use with a new number; answers to the old one find nobody.
//
// A subscription with a fresh start waits besides until the shard has what was committed before it:
// all of a round ask for that together.
//
// Thread-safety: its shard.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bus/homes.hpp"
#include "bus/match_list.hpp"

namespace slipring::bus {

struct Subscription;

// A filter in use.
struct Use {
  std::string_view filter;
  uint64_t number = 0;
  uint32_t users = 0;
  uint32_t unanswered = 0;        // homes
  std::vector<uint32_t> streams;  // that it reaches
  bool ephemeral = false;         // it also reaches topics without
  std::vector<std::shared_ptr<Subscription>> waiting;
};

class Wants {
 public:
  Wants(const Streams &streams, Homes &homes) : streams_(streams), homes_(homes) {}

  // One more use of a filter; it stays where it is until its release().
  Use &acquire(const std::string &filter);
  void release(Use &use);

  // It waits for the answer to the next ask_stand() too.
  void wait_for_stand(std::shared_ptr<Subscription> subscription);
  // If anybody has begun to wait for it.
  void ask_stand();

  // The answer to a want or to ask_stand(): the subscriptions that waited for nothing else.
  std::vector<std::shared_ptr<Subscription>> answered(const Request &request);

 private:
  const Streams &streams_;
  Homes &homes_;
  using Waiting = std::vector<std::shared_ptr<Subscription>>;
  Waiting take_waiting(const Request &request);

  std::unordered_map<std::string, Use> uses_;
  Waiting waiting_for_stand_;
  std::deque<Waiting> asked_stand_;  // by request
  uint64_t last_number_ = 0;
};

}  // namespace slipring::bus
