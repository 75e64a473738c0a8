// Streams, printed for people.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace slipring::command {

// {"streams":[..],"ephemeral":[..],"findings":[..]}
void print_streams(std::ostream &out, const boost::json::object &answer);
// One of them, with the findings that are about it.
void print_stream(std::ostream &out, const boost::json::object &stream,
                  const boost::json::array &findings);
// "default  17 to 18  records are damaged", one line each.
void print_findings(std::ostream &out, const boost::json::array &findings);

// "1.5 MiB"
std::string size_text(uint64_t bytes);

}  // namespace slipring::command
