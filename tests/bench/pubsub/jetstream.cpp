#include "pubsub/jetstream.hpp"

#include <charconv>

namespace slipring::bench::pubsub {

JetStream::JetStream(const Options &options, const Role &role)
    : Nats(options, role, true), inbox_("_INBOX." + std::to_string(role.index) + '.') {}

std::string JetStream::subscribe() const {
  std::string request = "SUB " + inbox_ + "> 1\r\n";
  if (!role_.subscribes) return request;
  const std::string deliver = "bench_deliver." + std::to_string(role_.index);
  const std::string from = options_.start.empty() ? R"("deliver_policy":"new")" : options_.start;
  const std::string consumer = R"({"stream_name":"bench","config":{"deliver_subject":")" + deliver +
                               R"(","ack_policy":"none","filter_subject":")" +
                               subject(role_.topic) + "\"," + from + "}}";
  return request + "SUB " + deliver + " 2\r\nPUB $JS.API.CONSUMER.CREATE.bench " + inbox_ +
         "made " + std::to_string(consumer.size()) + "\r\n" + consumer + "\r\n";
}

void JetStream::publish(std::string &output, uint32_t topic, std::string_view message,
                        std::optional<uint64_t> number) {
  const std::string answer = number ? inbox_ + std::to_string(*number) : std::string();
  publish_to(output, topic, answer, message);
}

void JetStream::received(std::string_view subject, std::string_view message, Listener &listener) {
  if (!subject.starts_with(inbox_)) {
    listener.message(message);
    return;
  }
  const std::string_view name = subject.substr(inbox_.size());
  uint64_t number = 0;
  const bool is_number =
      std::from_chars(name.data(), name.data() + name.size(), number).ec == std::errc();
  if (message.find(R"("error")") != std::string_view::npos) {
    listener.refused(message);
  } else if (is_number) {
    listener.acknowledged(number);
  }
}

}  // namespace slipring::bench::pubsub
