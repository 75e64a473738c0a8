// Whatever a publisher hands over: what is accepted can be read to the last byte, and its
// CloudEvents form is published as the same event again. The same bytes as a cursor and as a
// position: what is read is printed as it was.
#include "event/event.hpp"

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "base/topic.hpp"
#include "base/utf8.hpp"
#include "event/cloud_event.hpp"
#include "event/cursor.hpp"
#include "event/position.hpp"

namespace {

using namespace slipring;
using event::Event;
using event::EventRef;

constexpr event::Limits limits{.event = 4096};
constexpr std::string_view position = "default@5f3a9c1e00000001:1234";

void require(bool condition) {
  if (!condition) std::abort();
}

void read(const flatbuffers::String *text) {
  if (text == nullptr) return;
  require(is_utf8_without_null({text->c_str(), text->size()}));
}

void read(const flatbuffers::Vector<uint8_t> *bytes) {
  if (bytes == nullptr) return;
  unsigned sum = 0;
  for (const uint8_t byte : *bytes) sum += byte;
  require(sum <= 255 * bytes->size());
}

void read(const flatbuffers::Vector<flatbuffers::Offset<schema::Attribute>> *attributes) {
  if (attributes == nullptr) return;
  for (const schema::Attribute *attribute : *attributes) {
    read(attribute->key());
    read(attribute->value());
  }
}

void read_tables(const schema::Event &event) {
  if (const auto *entity = event.entity(); entity != nullptr) {
    read(entity->type());
    read(entity->id());
  }
  if (const auto *delivery = event.delivery(); delivery != nullptr) {
    require(delivery->priority() <= event::max_priority);
    read(delivery->deduplication_id());
  }
  if (const auto *origin = event.origin(); origin != nullptr) {
    read(origin->protocol());
    read(origin->client());
    read(origin->principal());
  }
  if (const auto *mqtt = event.particular_as_Mqtt(); mqtt != nullptr) {
    read(mqtt->response_topic());
    read(mqtt->correlation_data());
  }
  if (const auto *http = event.particular_as_Http(); http != nullptr) read(http->headers());
}

void read_all(const Event &event) {
  const schema::Event &root = event.root();
  for (const auto *text :
       {root.topic(), root.id(), root.type(), root.source(), root.partition_key(),
        root.correlation_id(), root.causation_id(), root.trace_parent(), root.trace_state(),
        root.content_type(), root.schema_id()}) {
    read(text);
  }
  require(root.operation() <= schema::Operation::MAX && root.status() <= SLIPRING_UNAUTHENTICATED);
  read(root.payload());
  read(root.attributes());
  read_tables(root);
  require(check_topic(event.topic()).is_ok());
  require(!event.key().empty() && is_utf8(event.key()));
}

// The JSON form, without what Boost.JSON may round.
boost::json::object without_json_payload(boost::json::object json) {
  if (json.contains("data") && !json.at("data").is_string()) json.erase("data");
  return json;
}

void check_cloud_event(const Event &event) {
  const auto json = event::to_cloud_event(event, position);
  const auto flatbuffer = event::from_cloud_event(json);
  require(flatbuffer.is_ok());
  auto again = Event::take(*flatbuffer, {});
  require(again.is_ok());
  (*again)->sequence(event.record());
  auto expected = without_json_payload(json);
  for (const char *origin : {"sliprprotocol", "sliprsession", "sliprclient", "sliprprincipal"}) {
    expected.erase(origin);
  }
  require(without_json_payload(event::to_cloud_event(**again, position)) == expected);
}

void check_event(std::span<const uint8_t> bytes) {
  auto taken = Event::take(bytes, limits);
  if (!taken) {
    require(is_utf8_without_null(taken.status().message()) && !taken.status().message().empty());
    return;
  }
  read_all(**taken);
  check_cloud_event(**taken);
}

void check_cursor(std::string_view text) {
  const auto cursor = event::parse_cursor(text);
  if (!cursor) return;
  std::vector<event::ParsedPosition> positions;
  for (const auto &each : *cursor) positions.push_back({each.stream, each.epoch, each.sequence});
  std::array<char, event::max_cursor_text_size> printed;
  require(std::string_view(printed.data(), event::print_cursor(positions, printed)) == text);
}

void check_position(std::string_view text) {
  const auto parsed = event::parse_position(text);
  if (!parsed) return;
  std::array<char, event::max_position_text_size> printed;
  const size_t size = event::print_position(parsed->name, parsed->epoch, parsed->sequence, printed);
  require(std::string_view(printed.data(), size) == text);
}

void check_json(std::string_view text) {
  boost::system::error_code error;
  const auto json = boost::json::parse(text, error);
  if (error || !json.is_object()) return;
  const auto flatbuffer = event::from_cloud_event(json.get_object());
  if (flatbuffer) {
    check_event(*flatbuffer);
  } else {
    require(is_utf8(flatbuffer.status().message()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  check_event({data, size});
  check_cursor(text);
  check_position(text);
  check_json(text);
  return 0;
}
