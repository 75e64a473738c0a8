// Answers each text with its number and its version's name: "3 good". Built once for each way in
// which a version can stumble before it serves anybody; the fault is a definition of the build.
//
// The gate of the build loads and unloads a plugin too: constructors behave there.
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <slipring/cpp/message_adapter.hpp>
#include <slipring/cpp/plugin.hpp>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace slipring::sdk;

enum Fault {
  good,
  constructor_aborts,
  constructor_exits,
  init_fails,
  create_refuses,
  self_test_fails,
  self_test_hangs,
  self_test_speaks_and_dies,
  eats_memory,
  refuses_all,
  refuses_one
};
constexpr Fault fault = FAULT;

[[gnu::constructor]] void construct() {
  if (std::strcmp(program_invocation_short_name, "slipring_plugin_gate") == 0) return;
  if (fault == constructor_aborts) std::abort();
  if (fault == constructor_exits) std::exit(0);
}

struct Shard {
  Shard() {
    if (fault == create_refuses) throw Error(SLIPRING_UNAVAILABLE, "no luck today");
  }

  Status self_test() {
    if (fault == self_test_fails) return {SLIPRING_INTERNAL, "1 + 1 is 3"};
    while (fault == self_test_hangs) std::this_thread::sleep_for(std::chrono::hours(1));
    if (fault == self_test_speaks_and_dies) {
      std::fputs("farewell, cruel world", stderr);
      std::abort();
    }
    while (fault == eats_memory) {
      constexpr size_t bite = size_t{1} << 20;
      eaten_.push_back(std::make_unique<char[]>(bite));
    }
    return {};
  }

 private:
  std::vector<std::unique_ptr<char[]>> eaten_;
};

class Connection {
 public:
  Status on_message(Session session, const Message &) {
    return session.send_text(std::to_string(++count_) + " " NAME);
  }
  Status save(Writer &writer, uint32_t) const { return writer.write(std::to_string(count_)); }
  Status load(std::string_view exported, uint32_t) {
    std::from_chars(exported.data(), exported.data() + exported.size(), count_);
    const bool refused = fault == refuses_all || (fault == refuses_one && count_ == 1);
    return refused ? Status(SLIPRING_FAILED_PRECONDITION, "refused on purpose") : Status();
  }

 private:
  uint64_t count_ = 0;
};

constexpr slipring_entry_table entry_of_this() {
  auto entry = slipring::sdk::entry<MessageAdapter<Connection, Shard>>();
  if (fault == init_fails) {
    entry.init = [](const slipring_host *) -> slipring_status { return SLIPRING_UNAVAILABLE; };
  }
  return entry;
}

}  // namespace

constinit const slipring_entry_table slipring_entry = entry_of_this();
