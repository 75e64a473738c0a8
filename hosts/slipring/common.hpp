// What is said to every command.
#pragma once

#include <filesystem>
#include <string>

#include "host/state_directory.hpp"

namespace slipring::command {

struct Common {
  std::string state;  // empty: the default
  bool as_json = false;

  std::filesystem::path state_directory() const {
    return state.empty() ? host::default_state_directory() : std::filesystem::path(state);
  }
  std::filesystem::path socket() const { return host::control_socket(state_directory()); }
};

}  // namespace slipring::command
