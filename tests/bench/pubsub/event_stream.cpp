#include "pubsub/event_stream.hpp"

namespace slipring::bench::pubsub {

void EventStream::begin(std::string &output) {
  (output += "GET ") += target_;
  output += " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n";
}

size_t EventStream::receive(std::span<char> bytes, std::string &, Dialect::Listener &listener) {
  listener_ = &listener;
  return reader_.receive({bytes.data(), bytes.size()}, *this);
}

// Both servers answer when the subscription is made.
void EventStream::head(unsigned status, std::string_view text) {
  status == 200 ? listener_->ready() : listener_->refused(text);
}

// A piece seldom ends within an event: then none is copied.
void EventStream::body(std::string_view piece) {
  if (rest_.empty()) {
    rest_ = piece.substr(read_events(piece));
    return;
  }
  rest_ += piece;
  rest_.erase(0, read_events(rest_));
}

size_t EventStream::read_events(std::string_view text) {
  constexpr std::string_view end_of_event = "\n\n";
  size_t begin = 0;
  for (size_t end; (end = text.find(end_of_event, begin)) != std::string_view::npos;) {
    read_event(text.substr(begin, end - begin));
    begin = end + end_of_event.size();
  }
  return begin;
}

// Without data it is a comment, or says when to come back. Of a type are the host's own:
// `subscribed`, and `gap`, which is not to come.
void EventStream::read_event(std::string_view lines) {
  constexpr std::string_view field = "data: ";
  const size_t found = lines.find(field);
  if (found == std::string_view::npos) return;
  const std::string_view before = lines.substr(0, found);
  if (before.find("event: ") == std::string_view::npos) {
    listener_->message(lines.substr(found + field.size()));
  } else if (before.find("event: subscribed") == std::string_view::npos) {
    listener_->refused(lines);
  }
}

}  // namespace slipring::bench::pubsub
