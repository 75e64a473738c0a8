#include "pubsub/nats.hpp"

#include <algorithm>
#include <stdexcept>

namespace slipring::bench::pubsub {
namespace {

constexpr std::string_view line_end = "\r\n";

// The number at the end of `MSG subject sid size`.
size_t size_of(std::string_view line) {
  size_t size = 0;
  for (const char digit : line.substr(line.rfind(' ') + 1)) {
    size = size * 10 + static_cast<size_t>(digit - '0');
  }
  return size;
}

}  // namespace

Nats::Nats(const Options &options, const Role &role, bool answers)
    : WebSocketDialect(options, role, "/") {
  if (options.acknowledged && !answers) {
    throw std::runtime_error("nats: a publish is not acknowledged");
  }
}

std::string Nats::subject(uint32_t number) const {
  std::string name = topic(number);
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

void Nats::publish(std::string &output, uint32_t topic, std::string_view message,
                   std::optional<uint64_t>) {
  publish_to(output, topic, {}, message);
}

void Nats::publish_to(std::string &output, uint32_t topic, std::string_view answer,
                      std::string_view message) {
  request_ = "PUB ";
  (request_ += subject(topic)) += ' ';
  if (!answer.empty()) (request_ += answer) += ' ';
  request_ += std::to_string(message.size());
  (((request_ += line_end) += message) += line_end);
  send(output, op_binary, request_);
}

std::string Nats::subscribe() const {
  return role_.subscribes ? "SUB " + subject(role_.topic) + " 1\r\n" : std::string();
}

void Nats::received(std::string_view, std::string_view message, Listener &listener) {
  listener.message(message);
}

void Nats::frame(std::string_view payload, std::string &output, Listener &listener) {
  if (input_.empty()) {
    input_ = payload.substr(parse(payload, output, listener));
    return;
  }
  input_ += payload;
  input_.erase(0, parse(input_, output, listener));
}

// Answers how much of `bytes` is used.
size_t Nats::parse(std::string_view bytes, std::string &output, Listener &listener) {
  size_t used = 0;
  for (;;) {
    const std::string_view rest = bytes.substr(used);
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos || end == 0) return used;
    const std::string_view text = rest.substr(0, end - 1);
    const size_t begin = end + 1;
    if (text.starts_with("MSG ")) {
      const size_t size = size_of(text);
      if (rest.size() < begin + size + line_end.size()) return used;
      constexpr size_t verb = 4;
      received(text.substr(verb, text.find(' ', verb) - verb), rest.substr(begin, size), listener);
      used += begin + size + line_end.size();
    } else {
      line(text, output, listener);
      used += begin;
    }
  }
}

void Nats::line(std::string_view text, std::string &output, Listener &listener) {
  if (text.starts_with("INFO ")) {
    std::string request =
        R"(CONNECT {"verbose":false,"pedantic":false,"lang":"bench","version":"1"})";
    request += line_end;
    request += subscribe();
    // Its answer says that all before it is done.
    send(output, op_binary, request + "PING" + std::string(line_end));
  } else if (text == "PING") {
    send(output, op_binary, "PONG" + std::string(line_end));
  } else if (text == "PONG") {
    listener.ready();
  } else {
    listener.refused(text);
  }
}

}  // namespace slipring::bench::pubsub
