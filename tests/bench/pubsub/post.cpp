#include "pubsub/post.hpp"

namespace slipring::bench::pubsub {
namespace {

// 202: nchan, when nobody subscribes.
bool is_published(unsigned status) {
  return status >= 200 && status <= 202;
}

}  // namespace

// Whether it can be published there.
void Post::begin(std::string &output) {
  append_request(output, "OPTIONS", role_.topic);
  output += "\r\n";
}

size_t Post::receive(std::span<char> bytes, std::string &, Dialect::Listener &listener) {
  listener_ = &listener;
  return reader_.receive({bytes.data(), bytes.size()}, *this);
}

void Post::publish(std::string &output, uint32_t topic, std::string_view message,
                   std::optional<uint64_t> number) {
  append_request(output, "POST", topic);
  output += "Content-Type: application/json\r\nContent-Length: ";
  (output += std::to_string(message.size() + 2)) += "\r\n\r\n\"";
  (output += message) += '"';
  unanswered_.push_back(number);
}

void Post::append_request(std::string &output, std::string_view method, uint32_t topic) const {
  ((output += method) += ' ') += prefix_;
  ((output += options_.topic) += '/') += std::to_string(topic);
  output += " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
}

void Post::head(unsigned status, std::string_view text) {
  status_ = status;
  if (!is_published(status)) answer_ = text;
}

void Post::ended() {
  if (!is_ready_) {
    is_ready_ = true;
    status_ < 300 ? listener_->ready() : listener_->refused(answer_);
    return;
  }
  const std::optional<uint64_t> number = unanswered_.front();
  unanswered_.pop_front();
  if (!is_published(status_)) {
    listener_->refused(answer_);
  } else if (number) {
    listener_->acknowledged(*number);
  }
}

}  // namespace slipring::bench::pubsub
