// BatchPublisher: publishes many events through the control socket, some hundred at a time.
//
// The events of a batch are written together by the host; the next batch is on its way while one is
// written. The first refusal ends it: what was on its way by then has its answer too.
//
// Thread-safety: none.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>

#include "admin/control_client.hpp"
#include "base/status.hpp"

namespace slipring::command {

class BatchPublisher {
 public:
  static Result<BatchPublisher> open(const std::filesystem::path &socket);

  // Events are published in the order in which they are added. Waits while enough is on its way.
  Status add(const boost::json::object &event);
  // What was added is on its way from now on.
  Status push();
  // Waits for the last answers.
  Status finish();

  uint64_t published() const { return published_; }    // without duplicates
  uint64_t duplicates() const { return duplicates_; }  // the host had taken them before
  // After an error: how many of the first events have been published, and how many have an answer.
  uint64_t before_refusal() const { return before_refusal_; }
  uint64_t answered() const { return answered_; }

 private:
  explicit BatchPublisher(admin::ControlConnection connection)
      : connection_(std::move(connection)) {}
  Status send();
  Status receive();
  void take(const boost::json::array &answers);
  void refuse(Status why, uint64_t before);

  admin::ControlConnection connection_;
  std::string batch_;             // events, with commas between them
  size_t events_ = 0;             // in it
  std::deque<size_t> under_way_;  // events of each batch without answer
  uint64_t published_ = 0;
  uint64_t duplicates_ = 0;
  uint64_t answered_ = 0;
  uint64_t before_refusal_ = 0;
  Status refused_;
};

}  // namespace slipring::command
