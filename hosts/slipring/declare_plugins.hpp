// The sub commands that are about plugins and their upgrades.
#pragma once

#include <functional>

#include "common.hpp"

namespace CLI {
class App;
}

namespace slipring::command {

// `run` becomes what the one that was given does. `common` and `run` outlive the app's parsing and
// the running.
void declare_plugins(CLI::App &app, const Common &common, std::function<int()> &run);

}  // namespace slipring::command
