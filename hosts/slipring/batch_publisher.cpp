#include "batch_publisher.hpp"

#include <boost/json.hpp>
#include <utility>

namespace slipring::command {

namespace json = boost::json;

namespace {

// Any host takes a request of that size, and one with a single event that it takes.
constexpr size_t most_bytes = 48 * 1024;
constexpr size_t most_events = 512;
constexpr size_t most_under_way = 2;
constexpr std::string_view begins = "{\"op\":\"publish\",\"events\":[";

}  // namespace

Result<BatchPublisher> BatchPublisher::open(const std::filesystem::path &socket) {
  auto connection = admin::ControlConnection::open(socket);
  if (!connection) return connection.status();
  return BatchPublisher(std::move(*connection));
}

Status BatchPublisher::add(const json::object &event) {
  const std::string text = json::serialize(event);
  const bool full = events_ == most_events || batch_.size() + text.size() > most_bytes;
  if (full) {
    if (Status status = push(); !status.is_ok()) return status;
  }
  if (events_ != 0) batch_ += ',';
  batch_ += text;
  ++events_;
  return Status::ok();
}

Status BatchPublisher::push() {
  return events_ == 0 ? Status::ok() : send();
}

Status BatchPublisher::send() {
  while (under_way_.size() >= most_under_way) {
    if (Status status = receive(); !status.is_ok()) return status;
  }
  under_way_.push_back(events_);
  const std::string request = std::string(begins) + batch_ + "]}";
  batch_.clear();
  events_ = 0;
  const Status sent = connection_.send_line(request);
  // Refused before it was read to its end: the reason may be here.
  return sent.is_ok() ? sent : receive();
}

Status BatchPublisher::receive() {
  const auto answer = connection_.receive();
  if (answer) {
    take(answer->at("published").as_array());
    under_way_.pop_front();
  } else {
    // Nothing is known of what is on its way.
    refuse(answer.status(), answered_);
    under_way_.clear();
  }
  if (refused_.is_ok() || under_way_.empty()) return refused_;
  return receive();
}

void BatchPublisher::take(const json::array &answers) {
  for (const json::value &each : answers) {
    const json::object &answer = each.as_object();
    if (answer.contains("error")) {
      refuse(admin::error_in(answer), answered_);
    } else {
      ++(answer.contains("duplicate") ? duplicates_ : published_);
    }
    ++answered_;
  }
}

void BatchPublisher::refuse(Status why, uint64_t before) {
  if (!refused_.is_ok()) return;
  refused_ = std::move(why);
  before_refusal_ = before;
}

Status BatchPublisher::finish() {
  if (refused_.is_ok()) {
    if (Status status = push(); !status.is_ok()) return status;
  }
  while (!under_way_.empty()) {
    if (Status status = receive(); !status.is_ok()) return status;
  }
  return refused_;
}

}  // namespace slipring::command
