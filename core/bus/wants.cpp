#include "bus/wants.hpp"

#include <algorithm>
#include <utility>

#include "bus/subscription.hpp"

namespace slipring::bus {

Use &Wants::acquire(const std::string &filter) {
  const auto [found, added] = uses_.try_emplace(filter);
  Use &use = found->second;
  ++use.users;
  if (!added) return use;
  use.filter = found->first;
  use.number = ++last_number_;
  use.streams = streams_.reached(filter);
  use.ephemeral = streams_.reaches_ephemeral(filter);
  const std::vector<uint32_t> homes = streams_.homes(filter);
  use.unanswered = static_cast<uint32_t>(homes.size());
  for (const uint32_t home : homes) homes_.want(home, filter, use.number);
  return use;
}

void Wants::release(Use &use) {
  if (--use.users != 0) return;
  const auto found = uses_.find(std::string(use.filter));
  for (const uint32_t home : streams_.homes(found->first)) {
    homes_.unwant(home, found->first, use.number);
  }
  uses_.erase(found);
}

void Wants::wait_for_stand(std::shared_ptr<Subscription> subscription) {
  ++subscription->unanswered;
  waiting_for_stand_.push_back(std::move(subscription));
}

void Wants::ask_stand() {
  if (waiting_for_stand_.empty()) return;
  asked_stand_.push_back(std::exchange(waiting_for_stand_, {}));
  homes_.ask_stand();
}

Wants::Waiting Wants::take_waiting(const Request &request) {
  if (request.kind == Request::Kind::stand) {
    Waiting waiting = std::move(asked_stand_.front());
    asked_stand_.pop_front();
    return waiting;
  }
  const auto found = uses_.find(request.filter);
  if (found == uses_.end() || found->second.number != request.use) return {};
  Use &use = found->second;
  if (--use.unanswered != 0) return {};
  return std::exchange(use.waiting, {});
}

std::vector<std::shared_ptr<Subscription>> Wants::answered(const Request &request) {
  Waiting complete = take_waiting(request);
  std::erase_if(complete, [](const std::shared_ptr<Subscription> &each) {
    return each->port == nullptr || --each->unanswered != 0;
  });
  return complete;
}

}  // namespace slipring::bus
