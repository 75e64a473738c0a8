#include "blocks.hpp"

#include <algorithm>
#include <array>

#include "answers.hpp"

namespace slipring::sse {
namespace {

// What a browser's EventSource, or this adapter, says itself.
constexpr std::array<std::string_view, 4> taken = {"error", "gap", "open", "subscribed"};

std::string block_of(std::string_view type, std::string_view data) {
  std::string block = "event: " + std::string(type) + '\n';
  append_data(block, data);
  return block += '\n';
}

void append_parameter(std::string &to, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  to.append(";").append(name).append("=\"");
  for (const char c : text) {
    if (c < ' ' || c > '~') continue;  // a string of RFC 8941 cannot have it
    if (c == '"' || c == '\\') to += '\\';
    to += c;
  }
  to += '"';
}

}  // namespace

void append_data(std::string &to, std::string_view data) {
  for (;;) {
    const size_t end = data.find_first_of("\r\n");
    to.append("data: ").append(data.substr(0, end)) += '\n';
    if (end == std::string_view::npos) return;
    data.remove_prefix(end + (data.substr(end).starts_with("\r\n") ? 2 : 1));
  }
}

void append_type(std::string &to, std::string_view type) {
  constexpr std::string_view cannot_stand("\0\r\n", 3);
  const bool usable = !type.empty() && type.find_first_of(cannot_stand) == std::string_view::npos &&
                      std::find(taken.begin(), taken.end(), type) == taken.end();
  if (!usable) return;
  to.append("event: ").append(type) += '\n';
}

sdk::Status write_block(std::string_view block, bool has_position, sdk::RenderWriter &writer) {
  if (!has_position) return writer.write(block);
  sdk::Status status = writer.write("id: ");
  if (status.ok()) status = writer.hole(SLIPRING_HOLE_CURSOR);
  if (status.ok()) status = writer.write("\n");
  return status.ok() ? writer.write(block) : status;
}

std::string opening(const sdk::Subscribed &made, uint64_t retry_ms, std::string_view id) {
  std::string text = "retry: " + std::to_string(retry_ms) + '\n';
  if (!id.empty()) text.append("id: ").append(id) += '\n';
  std::string json;
  json_v1::write_subscribed(json, {}, made);
  text += block_of("subscribed", json);
  if (made.has_gap()) {
    slipring_gap gap{};
    gap.struct_size = sizeof gap;
    gap.from = sdk::bytes(made.gap_from);
    gap.to = sdk::bytes(made.gap_to);
    gap.reason = sdk::bytes(made.reason);
    text += gap_block(sdk::Gap(gap));
  }
  return text;
}

std::string origin_field(const sdk::Subscribed &made) {
  if (made.is_live()) return "live";
  std::string text = made.recovers() ? "recovered" : "gap";
  if (made.recovered) text.append(";count=").append(std::to_string(*made.recovered));
  append_parameter(text, "from", made.gap_from);
  append_parameter(text, "to", made.gap_to);
  append_parameter(text, "reason", made.reason);
  return text;
}

std::string gap_block(const sdk::Gap &gap) {
  std::string json;
  json_v1::write_gap(json, {}, gap);
  return block_of("gap", json);
}

}  // namespace slipring::sse
