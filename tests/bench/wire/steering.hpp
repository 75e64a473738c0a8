// How a load program runs: once, or again whenever standard input says so.
//
// Thread-safety: none.
#pragma once

#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <exception>
#include <iostream>
#include <string>

namespace slipring::bench {

enum Exit : int { measured_ok = 0, void_figures = 1, wrong_usage = 2, no_connection = 3 };

// Opens `load`, then runs it: once, or, `steered`, for each line `run` on standard input until it
// ends, after it has said {"open":`connections`}. `view(measurement)` is printed for each run.
// Answers the exit code of the program.
template <typename Load, typename View>
int drive(Load &load, size_t connections, bool steered, const View &view) {
  load.open();
  bool is_void = false;
  const auto run = [&] {
    const auto measured = load.run();
    is_void = is_void || measured.is_void();
    std::cout << view(measured) << std::endl;
  };
  if (!steered) run();
  if (steered) std::cout << boost::json::object{{"open", connections}} << std::endl;
  for (std::string word; steered;) {
    if (std::cin.rdbuf()->in_avail() <= 0) load.idle_until_readable(STDIN_FILENO);
    if (!std::getline(std::cin, word)) break;
    if (word == "run") run();
  }
  return is_void ? void_figures : measured_ok;
}

}  // namespace slipring::bench
