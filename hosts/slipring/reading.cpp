#include "reading.hpp"

#include <boost/json.hpp>

#include "admin/control_client.hpp"

namespace slipring::command {

namespace json = boost::json;

namespace {

constexpr std::string_view event_begins = "{\"event\":";

json::object request_of(const ReadOptions &options) {
  const bool all = options.filters.empty();
  json::object request{{"op", "read"},
                       {"filters", all ? json::array{"#"} : json::value_from(options.filters)},
                       {"start", options.from}};
  if (!options.streams.empty()) request["streams"] = json::value_from(options.streams);
  return request;
}

}  // namespace

Result<json::object> read_events(const std::filesystem::path &socket, const ReadOptions &options,
                                 const ReadCalls &calls) {
  auto connection = admin::ControlConnection::open(socket);
  if (!connection) return connection.status();
  Status status = connection->send(request_of(options));
  if (!status.is_ok()) return status;
  for (;;) {
    const auto text = connection->receive_line();
    if (!text) return text.status();
    // The event as the host wrote it: nothing of it is read and written again.
    if (text->starts_with(event_begins)) {
      status =
          calls.event(text->substr(event_begins.size(), text->size() - event_begins.size() - 1));
      if (!status.is_ok()) return status;
      continue;
    }
    const auto line = admin::parse_answer(*text);
    if (!line) return line.status();
    if (const json::value *done = line->if_contains("done")) return done->as_object();
    if (const json::value *gap = line->if_contains("gap")) calls.gap(gap->as_object());
    if (const json::value *progress = line->if_contains("progress")) {
      const json::object &far = progress->as_object();
      calls.progress(json::value_to<uint64_t>(far.at("done")),
                     json::value_to<uint64_t>(far.at("of")));
    }
  }
}

std::string print_positions(const json::object &done) {
  std::string list;
  for (const json::value &position : done.at("positions").as_array()) {
    list += (list.empty() ? "" : ", ") + std::string(position.as_string());
  }
  return list;
}

}  // namespace slipring::command
