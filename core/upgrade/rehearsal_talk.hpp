// What a host and slipring-rehearse say to each other.
//
// The host gives a task on standard input: a line of JSON, and behind it the samples' bytes. The
// program answers lines on standard output: {"step":"init"} before each step, and at last that it
// came through, or what failed. So wherever it dies, the last line says in which step. Whatever
// else a plugin prints comes down the same pipe and is told apart by not being such a line.
//
// Thread-safety: plain values.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"

namespace slipring::upgrade {

struct RehearsalTask {
  std::filesystem::path staged;
  std::string settings = "{}";   // of an adapter's instances
  uint32_t shards = 1;           // how many instances are made
  uint32_t schema = 0;           // of the samples
  std::chrono::seconds cpu{10};  // processor time, after which it is killed
  uint64_t memory = 0;           // bytes that it may map beside what it has at the beginning
  pid_t host = 0;                // with which it ends
  std::vector<std::string> samples{};

  std::string encode() const;
  static Result<RehearsalTask> decode(std::string_view text);
};

// What the program says, in the order of its calls, as one line each.
struct RehearsalLine {
  std::string step{};    // load, init, create, self-test, import, unload; done: it came through
  std::string check{};   // of a failure; empty: the step begins
  std::string found{};   // of a failure
  uint32_t samples = 0;  // when done: how many there were to import
  uint32_t refused = 0;
  std::string reason{};  // of the first one refused

  bool is_failure() const { return !check.empty(); }
  bool is_end() const { return step == "done"; }

  std::string encode() const;
  // An error: it is no such line.
  static Result<RehearsalLine> decode(std::string_view text);
};

// What a plugin prints or explains, as UTF-8 on one line.
std::string printable(std::string_view text);

}  // namespace slipring::upgrade
