// Planned: what the next look at the directory would do about one file, and to how many sessions.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "upgrade/report.hpp"

namespace slipring::upgrade {

enum class Action { install, upgrade, configure, nothing, refuse };
std::string_view action_name(Action action);

struct Planned {
  std::string plugin{};  // empty when the file does not say
  std::string file{};
  BuildName from{};
  BuildName to{};
  Action action = Action::nothing;
  Failure failure{};           // when refused
  uint64_t with_state = 0;     // sessions that move, with what their adapter knows of them
  uint64_t without_state = 0;  // that move, having no such state
  uint64_t stay = 0;           // that the old version serves until they end
  double canary_share = 0;     // of new sessions that it gets, or has, before the rest move

  std::string message() const;
};

boost::json::object to_json(const Planned &planned);

}  // namespace slipring::upgrade
