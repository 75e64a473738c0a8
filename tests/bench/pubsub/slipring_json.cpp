#include "pubsub/slipring_json.hpp"

#include <charconv>

namespace slipring::bench::pubsub {
namespace {

// The number behind `"id":`.
std::optional<uint64_t> id_of(std::string_view answer) {
  constexpr std::string_view member = "\"id\":";
  const size_t at = answer.find(member);
  if (at == std::string_view::npos) return {};
  uint64_t id = 0;
  const char *const begin = answer.data() + at + member.size();
  if (std::from_chars(begin, answer.data() + answer.size(), id).ec != std::errc()) return {};
  return id;
}

}  // namespace

void SlipringJson::opened(std::string &output, Listener &listener) {
  if (!role_.subscribes) {
    listener.ready();
    return;
  }
  const std::string start = options_.start.empty() ? R"("now")" : options_.start;
  send(output, op_text,
       R"({"op":"subscribe","id":1,"filters":[")" + topic(role_.topic) + R"("],"start":)" + start +
           '}');
}

void SlipringJson::publish(std::string &output, uint32_t topic_number, std::string_view message,
                           std::optional<uint64_t> number) {
  request_ = R"({"op":"publish",)";
  if (number) (request_ += "\"id\":") += std::to_string(*number) + ',';
  ((request_ += R"("topic":")") += topic(topic_number)) += R"(","data":")";
  (request_ += message) += "\"}";
  send(output, op_text, request_);
}

void SlipringJson::frame(std::string_view payload, std::string &, Listener &listener) {
  if (payload.starts_with(R"({"op":"event",)")) {
    listener.message(payload);
    return;
  }
  const bool is_published = payload.starts_with(R"({"op":"published",)");
  const std::optional<uint64_t> id = is_published ? id_of(payload) : std::nullopt;
  if (id) {
    listener.acknowledged(*id);
  } else if (payload.starts_with(R"({"op":"subscribed",)")) {
    listener.ready();
  } else {
    listener.refused(payload);
  }
}

}  // namespace slipring::bench::pubsub
