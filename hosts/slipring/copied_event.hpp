// An event of one stream, made ready to be published again.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace slipring::command {

// Takes off what the JSON form had to make up: id, source and type of an event that had none.
void restore_event(boost::json::object &event);

// Gives it a deduplication id when it has none: its position, else its id. So a host that gets it
// twice takes it once.
void identify_event(boost::json::object &event);

// The topic to which "copy/#" sends it: "#" stands for the topic that it had.
std::string copied_topic(std::string_view pattern, std::string_view topic);

}  // namespace slipring::command
