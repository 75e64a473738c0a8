#include "bus/start.hpp"

#include "bus/streams.hpp"

namespace slipring::bus {

namespace {

// A cursor's positions, or the one that a position's text says.
Result<std::vector<event::CursorPosition>> positions_of(std::string_view text) {
  if (text.find('@') == std::string_view::npos) return event::parse_cursor(text);
  const auto position = event::parse_position(text);
  if (!position) return position.status();
  return std::vector<event::CursorPosition>{
      {std::string(position->name), position->epoch, position->sequence}};
}

}  // namespace

Status add_positions(Start &start, std::string_view text, const Streams &streams) {
  auto positions = positions_of(text);
  if (!positions) return positions.status();
  for (event::CursorPosition &position : *positions) {
    if (streams.find(position.stream) == nullptr) {
      return Status::invalid("start: this host has no stream \"" + position.stream + '"');
    }
    start.positions.push_back(std::move(position));
  }
  return Status::ok();
}

}  // namespace slipring::bus
