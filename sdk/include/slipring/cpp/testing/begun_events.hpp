// What an adapter has asked of a fake host with events (fake_event_host.hpp).
#ifndef SLIPRING_CPP_TESTING_BEGUN_EVENTS_HPP
#define SLIPRING_CPP_TESTING_BEGUN_EVENTS_HPP

#include <slipring/ext/deliver.h>
#include <slipring/ext/events.h>
#include <slipring/schema/event_generated.h>

#include <string>
#include <vector>

namespace slipring::sdk::testing {

// One operation that an adapter has begun.
struct Begun {
  slipring_session session = 0;
  slipring_token token = 0;  // 0: nobody asks how it comes out
  uint32_t tag_kind = 0;
  std::string tag;
};

struct Publish : Begun {
  std::string flatbuffer;
  uint8_t expect = SLIPRING_EXPECT_NOTHING;
  uint64_t expect_sequence = 0;

  const schema::Event &event() const {
    return *schema::GetEvent(reinterpret_cast<const uint8_t *>(flatbuffer.data()));
  }
};

struct Subscribe : Begun {
  uint64_t id = 0;
  std::vector<std::string> filters;
  uint32_t start = 0;
  uint64_t start_number = 0;
  std::vector<std::string> start_cursors;
  uint32_t mode = 0;
  uint32_t drop = 0;
  uint64_t format = 0;
  bool skip_own = false;
};

struct Read : Begun {
  std::vector<std::string> filters;
  uint32_t start = 0;
  uint64_t start_number = 0;
  std::vector<std::string> start_cursors;
  uint64_t limit = 0;
  uint64_t wait_ns = 0;
};

struct Timer : Begun {
  uint64_t after_ns = 0;
};

struct Settled {
  slipring_delivery_id id;
  uint32_t outcome;
  bool operator==(const Settled &) const = default;
};

// What the fake host prints for a position; its streams are all called "test".
inline std::string printed(const slipring_position &position) {
  if (position.epoch == 0 && position.sequence == 0) return {};
  return "test@" + std::to_string(position.epoch) + ":" + std::to_string(position.sequence);
}

}  // namespace slipring::sdk::testing

#endif
