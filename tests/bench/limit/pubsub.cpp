#include "limit/pubsub.hpp"

#include "wire/frame.hpp"

namespace slipring::bench {
namespace {

// What stands between `before` and the next `after`.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const size_t found = text.find(before);
  if (found == std::string_view::npos) return {};
  const std::string_view rest = text.substr(found + before.size());
  return rest.substr(0, rest.find(after));
}

}  // namespace

void PubsubServer::message(Connection &from, uint8_t opcode, std::string_view payload) {
  if (opcode != op_text) return;
  const std::string_view id = between(payload, R"("id":)", ",");
  if (payload.starts_with(R"({"op":"subscribe")")) {
    subscribers_[std::string(between(payload, R"("filters":[")", "\""))].push_back(&from);
    answer(from, R"({"op":"subscribed","id":)" + std::string(id) + R"(,"from":"live"})");
    return;
  }
  const std::string topic(between(payload, R"("topic":")", "\""));
  const std::string_view data = between(payload, R"("data":)", "}");
  frame_.clear();
  append_unmasked(frame_, op_text,
                  R"({"op":"event","topic":")" + topic + R"(","data":)" + std::string(data) + '}');
  if (const auto found = subscribers_.find(topic); found != subscribers_.end()) {
    for (Connection *const subscriber : found->second) send(*subscriber, frame_);
  }
  if (!id.empty()) answer(from, R"({"op":"published","id":)" + std::string(id) + '}');
}

void PubsubServer::answer(Connection &to, std::string_view text) {
  frame_.clear();
  append_unmasked(frame_, op_text, text);
  send(to, frame_);
}

void PubsubServer::closed(Connection &connection) {
  for (auto &[topic, subscribers] : subscribers_) std::erase(subscribers, &connection);
}

}  // namespace slipring::bench
