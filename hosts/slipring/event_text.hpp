// Events as people write and read them.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <string>
#include <string_view>

namespace slipring::command {

// What data are when nobody says it: application/json, text/plain or application/octet-stream.
std::string_view guess_content_type(std::string_view data);

// "position  topic  data" on one line, without control characters. `event`: CloudEvents 1.0.
// `columns`: data are shortened to fit; 0: never.
std::string event_line(const boost::json::object &event, size_t columns);

// Of standard output; 0: it is no terminal.
size_t columns_of_output();

// "12 events are missing, from … to …: …".
std::string gap_line(const boost::json::object &gap);

}  // namespace slipring::command
