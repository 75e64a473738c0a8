// A host for unit tests of adapters: it records what an adapter sends, logs and counts, and calls
// an adapter's tables the way the real one does. For adapters of events: fake_events.hpp; of
// HTTP: fake_http.hpp.
//
// Thread-safety: one thread.
#ifndef SLIPRING_CPP_TESTING_FAKE_HOST_HPP
#define SLIPRING_CPP_TESTING_FAKE_HOST_HPP

#include <slipring/abi.h>
#include <slipring/ext/adapter.h>
#include <slipring/ext/log.h>
#include <slipring/ext/metrics.h>
#include <slipring/ext/profile-message.h>

#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace slipring::sdk::testing {

inline std::string_view text(slipring_bytes bytes) {
  return {reinterpret_cast<const char *>(bytes.data), bytes.size};
}
inline slipring_bytes bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

// A slipring_writer that appends to a string.
struct StringWriter {
  std::string text;
  slipring_writer writer{this, [](void *context, slipring_bytes bytes) -> slipring_status {
                           static_cast<StringWriter *>(context)->text += testing::text(bytes);
                           return SLIPRING_OK;
                         }};
};

struct Sent {
  slipring_session session;
  uint8_t kind;
  std::string text;
  bool operator==(const Sent &) const = default;
};

struct Closed {
  slipring_session session;
  uint16_t code;
  std::string reason;
  bool operator==(const Closed &) const = default;
};

// A host without events; fake_events.hpp has one with them.
class FakeHost {
 public:
  FakeHost() {
    host.struct_size = sizeof host;
    host.abi_major = SLIPRING_ABI_MAJOR;
    host.abi_minor = SLIPRING_ABI_MINOR;
    host.context = this;
    host.get_extension = [](const slipring_host *raw, const char *id) -> const void * {
      const auto &tables = of(raw).extensions;
      const auto found = tables.find(id);
      return found == tables.end() ? nullptr : found->second;
    };
    host.shard = 0;
    host.shard_count = 1;
  }
  FakeHost(const FakeHost &) = delete;
  FakeHost &operator=(const FakeHost &) = delete;

  slipring_host host{};
  std::vector<Sent> sent;
  std::vector<Closed> closed;
  std::vector<std::string> lines;
  std::map<std::string, uint64_t, std::less<>> counters;
  slipring_status answer = SLIPRING_OK;       // to send
  std::function<void()> during_send = [] {};  // what a host must not do, for tests of that

 protected:
  static FakeHost &of(const slipring_host *raw) { return *static_cast<FakeHost *>(raw->context); }

 private:
  slipring_message_host messages{
      sizeof(slipring_message_host),
      [](const slipring_host *raw, slipring_session session, uint8_t kind, slipring_bytes bytes) {
        FakeHost &self = of(raw);
        self.during_send();
        if (self.answer == SLIPRING_OK)
          self.sent.push_back({session, kind, std::string(testing::text(bytes))});
        return self.answer;
      },
      [](const slipring_host *raw, slipring_session session, uint16_t code, slipring_bytes reason) {
        of(raw).closed.push_back({session, code, std::string(testing::text(reason))});
        return slipring_status{SLIPRING_OK};
      }};

  static void keep_line(const slipring_host *raw, uint32_t, slipring_bytes message) {
    of(raw).lines.emplace_back(testing::text(message));
  }
  slipring_log log{sizeof(slipring_log), keep_line, keep_line};

  slipring_metrics metrics{
      sizeof(slipring_metrics),
      [](const slipring_host *raw, slipring_bytes name) {
        auto &count =
            of(raw).counters.try_emplace(std::string(testing::text(name)), 0).first->second;
        return reinterpret_cast<slipring_counter *>(&count);
      },
      [](slipring_counter *counter, uint64_t amount) {
        *reinterpret_cast<uint64_t *>(counter) += amount;
      }};

 public:
  std::map<std::string, const void *, std::less<>> extensions{
      {SLIPRING_PROFILE_MESSAGE, &messages}, {SLIPRING_LOG, &log}, {SLIPRING_METRICS, &metrics}};
};

// One instance of an adapter, called through its tables.
class AdapterUnderTest {
 public:
  AdapterUnderTest(const FakeHost &host, const void *factory, std::string_view settings = "{}")
      : factory_(*static_cast<const slipring_adapter_factory *>(factory)),
        profile_(static_cast<const slipring_message_adapter *>(
            factory_.get_extension(SLIPRING_PROFILE_MESSAGE))),
        created(factory_.create(&host.host, bytes(settings), &reason_.writer, &instance_)) {}
  AdapterUnderTest(const AdapterUnderTest &) = delete;
  AdapterUnderTest &operator=(const AdapterUnderTest &) = delete;
  ~AdapterUnderTest() {
    if (created == SLIPRING_OK) factory_.destroy(instance_);
  }

  slipring_status open(slipring_session session, void **state) {
    slipring_message_handshake handshake{};
    handshake.struct_size = sizeof handshake;
    handshake.path = bytes("/test");
    handshake.peer = bytes("192.0.2.1:4711");
    return profile_->open(instance_, session, &handshake, &reason_.writer, state);
  }

  slipring_status receive(slipring_session session, void *state, std::string_view text,
                          bool more = false, uint8_t kind = SLIPRING_MESSAGE_TEXT) {
    const slipring_message message{bytes(text), kind, more, {}};
    return profile_->receive(instance_, session, state, &message, &consumed);
  }

  void close(slipring_session session, void *state) {
    const slipring_ending ending{sizeof ending, SLIPRING_END_PEER, SLIPRING_CLOSE_NORMAL};
    factory_.close(instance_, session, state, &ending);
  }

  void release(slipring_session session, void *state) {
    factory_.release(instance_, session, state);
  }

  std::string export_state(slipring_session session, const void *state, uint32_t schema) {
    StringWriter out;
    exported = factory_.export_state(instance_, session, state, schema, &out.writer);
    return out.text;
  }

  slipring_status import_state(slipring_session session, uint32_t schema, std::string_view state,
                               void **made) {
    return factory_.import_state(instance_, session, schema, bytes(state), &reason_.writer, made);
  }

  const std::string &reason() const { return reason_.text; }
  const slipring_message_adapter &profile() const { return *profile_; }
  void *instance() const { return instance_; }

  // The adapter's side of an extension; nullptr: it has none.
  template <class Table>
  const Table *extension(const char *id) const {
    return static_cast<const Table *>(factory_.get_extension(id));
  }

 private:
  const slipring_adapter_factory &factory_;
  const slipring_message_adapter *profile_;  // NULL: it takes no messages
  StringWriter reason_;
  void *instance_ = nullptr;

 public:
  const slipring_status created;
  slipring_status exported = SLIPRING_OK;
  size_t consumed = 0;
};

}  // namespace slipring::sdk::testing

#endif
