// What `slipring publish` asks of the host, and prints of its answer.
#pragma once

#include <boost/json/object.hpp>
#include <iosfwd>
#include <string_view>

#include "publish.hpp"

namespace slipring::command {

boost::json::object publication(const PublishOptions &options, std::string_view data);

// The position on a line, "-" for an ephemeral topic.
void print_published(std::ostream &out, const boost::json::object &answer, bool as_json);

}  // namespace slipring::command
