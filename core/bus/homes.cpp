#include "bus/homes.hpp"

namespace slipring::bus {

Homes::Homes(uint32_t self, Network &network, Wakes &wakes)
    : network_(network), wakes_(wakes), pool_(network.pool(self)) {
  homes_.resize(network.homes());
  for (uint32_t home = 0; home < network.homes(); ++home) {
    homes_[home].lane = &network.requests(self, home);
  }
}

bool Homes::has_room(uint32_t home) const {
  const Home &to = homes_[home];
  return to.under_way < network_.limits().requests && to.waiting.empty() &&
         to.bytes_under_way < network_.limits().event_bytes;
}

void Homes::push(uint32_t home, Request &request) {
  Home &to = homes_[home];
  ++to.under_way;
  to.bytes_under_way += request.bytes;
  to.lane->push(&request);
  wakes_.mark(home);
}

void Homes::send(uint32_t home, Request &publish) {
  publish.bytes = 0;
  for (const event::EventRef &event : publish.events) publish.bytes += event->size();
  push(home, publish);
}

void Homes::want(uint32_t home, const std::string &filter, uint64_t use) {
  Request &request = take();
  request.kind = Request::Kind::want;
  request.filter = filter;
  request.use = use;
  Home &to = homes_[home];
  to.waiting_wants[use] = to.waiting.insert(to.waiting.end(), &request);
  send_waiting(home);
}

void Homes::unwant(uint32_t home, const std::string &filter, uint64_t use) {
  Home &to = homes_[home];
  if (const auto want = to.waiting_wants.find(use); want != to.waiting_wants.end()) {
    give_back(**want->second);
    to.waiting.erase(want->second);
    to.waiting_wants.erase(want);
    return;
  }
  Request &request = take();
  request.kind = Request::Kind::unwant;
  request.filter = filter;
  to.waiting.push_back(&request);
  send_waiting(home);
}

void Homes::ask_stand() {
  Request &request = take();
  request.kind = Request::Kind::stand;
  homes_[network_.writer()].waiting.push_back(&request);
  send_waiting(network_.writer());
}

void Homes::send_waiting() {
  for (uint32_t home = 0; home < homes_.size(); ++home) send_waiting(home);
}

void Homes::send_waiting(uint32_t home) {
  Home &to = homes_[home];
  while (!to.waiting.empty() && to.under_way < network_.limits().requests) {
    Request &request = *to.waiting.front();
    to.waiting.pop_front();
    to.waiting_wants.erase(request.use);
    push(home, request);
  }
}

void Homes::answered(uint32_t home, const Request &request) {
  --homes_[home].under_way;
  homes_[home].bytes_under_way -= request.bytes;
}

}  // namespace slipring::bus
