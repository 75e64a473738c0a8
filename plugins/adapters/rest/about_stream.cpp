// GET ?about=stream: what is known of the stream that takes the topic's events.
#include <slipring/ext/streams.h>

#include <array>
#include <charconv>

#include "exchange.hpp"
#include "http/entity_tag.hpp"
#include "json_text.hpp"

namespace slipring::rest {

using sdk::HttpSession;
using sdk::Response;
using sdk::Status;

namespace {

constexpr std::array<std::string_view, 3> durability_names = {"memory", "log", "fsync"};

// Sixteen digits, as in positions.
std::string epoch_text(uint64_t epoch) {
  std::array<char, 16> digits;
  const char *const end = std::to_chars(digits.begin(), digits.end(), epoch, 16).ptr;
  const auto size = static_cast<size_t>(end - digits.data());
  return std::string(digits.size() - size, '0').append(digits.data(), size);
}

void append_number(std::string &to, std::string_view name, uint64_t number) {
  if (to.back() != '{') to += ',';
  to.append("\"").append(name).append("\":").append(std::to_string(number));
}

std::string retention_text(const slipring_stream_info &info) {
  std::string text = "{";
  constexpr uint64_t second = 1'000'000'000;
  if (info.retention_ns != 0) append_number(text, "age_seconds", info.retention_ns / second);
  if (info.retention_bytes != 0) append_number(text, "bytes", info.retention_bytes);
  if (info.retention_events != 0) append_number(text, "events", info.retention_events);
  if (info.retention_per_topic != 0) append_number(text, "per_topic", info.retention_per_topic);
  return text += '}';
}

void write_info(std::string &to, std::string_view topic, const slipring_stream_info &info) {
  to = "{\"topic\":";
  json_v1::append_string(to, topic);
  to += ",\"stream\":";
  json_v1::append_string(to, sdk::view(info.name));
  to.append(",\"epoch\":\"").append(epoch_text(info.epoch)).append("\"");
  append_number(to, "first", info.first);
  append_number(to, "last", info.last);
  if (info.durability < durability_names.size())
    to.append(",\"durability\":\"").append(durability_names[info.durability]).append("\"");
  to.append(",\"retention\":").append(retention_text(info)).append("}\n");
}

}  // namespace

Status Exchange::answer_stream(HttpSession session) {
  slipring_stream_info info{};
  info.struct_size = sizeof info;
  const slipring_status status =
      shard_.streams == nullptr
          ? slipring_status{SLIPRING_UNAVAILABLE}
          : shard_.streams->of_topic(shard_.host.raw(), sdk::bytes(state_.topic), &info);
  if (status == SLIPRING_NOT_FOUND) {
    return refuse(
        session,
        {404, "topic", "the topic is ephemeral: it belongs to no stream", {}, SLIPRING_NOT_FOUND});
  }
  if (status != SLIPRING_OK)
    return refuse(session, refused(status, "nothing is known of streams here"));
  write_info(shard_.out, state_.topic, info);
  return answer_read(session, Response(200), "application/json", http::entity_tag(shard_.out));
}

}  // namespace slipring::rest
