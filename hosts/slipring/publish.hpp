// `slipring publish`: one event, or one for each line of input.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace slipring::command {

struct PublishOptions {
  std::filesystem::path socket;
  bool as_json = false;
  std::string topic;
  std::optional<std::string> data;
  std::string file;  // "-": standard input, as when there is no data
  bool lines = false;
  std::string type;
  std::string id;
  std::string source;
  std::string key;
  std::string content_type;  // empty: guessed from the data
  std::optional<unsigned> priority;
  std::chrono::milliseconds time_to_live{0};  // 0: none
};

// Returns the exit code.
int publish(const PublishOptions &options);

}  // namespace slipring::command
