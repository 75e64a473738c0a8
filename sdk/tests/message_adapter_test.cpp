#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <slipring/cpp/message_adapter.hpp>
#include <slipring/cpp/testing/fake_host.hpp>

namespace slipring::sdk::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr slipring_session kSession = 7;

struct Parrot {
  Status on_message(Session session, const Message &message) {
    return session.send(message.kind, message.bytes);
  }
};

TEST(MessageAdapter, SendsThroughTheHost) {
  FakeHost host;
  AdapterUnderTest adapter(host, &StatelessMessageAdapter<Parrot>::factory);
  EXPECT_EQ(adapter.receive(kSession, nullptr, "hello"), SLIPRING_OK);
  EXPECT_EQ(adapter.consumed, 5u);
  EXPECT_THAT(host.sent, ElementsAre(Sent{kSession, SLIPRING_MESSAGE_TEXT, "hello"}));
}

TEST(MessageAdapter, AnswersWithTheStatusThatSendingGave) {
  FakeHost host;
  host.answer = SLIPRING_RESOURCE_EXHAUSTED;
  AdapterUnderTest adapter(host, &StatelessMessageAdapter<Parrot>::factory);
  EXPECT_EQ(adapter.receive(kSession, nullptr, "hello"), SLIPRING_RESOURCE_EXHAUSTED);
  EXPECT_EQ(adapter.consumed, 0u);
}

TEST(MessageAdapter, WithoutStateLeavesTheSessionsStateNull) {
  FakeHost host;
  AdapterUnderTest adapter(host, &StatelessMessageAdapter<Parrot>::factory);
  int something = 0;
  void *state = &something;
  EXPECT_EQ(adapter.open(kSession, &state), SLIPRING_OK);
  EXPECT_EQ(state, nullptr);
  EXPECT_EQ(StatelessMessageAdapter<Parrot>::factory.export_state, nullptr);
  EXPECT_EQ(StatelessMessageAdapter<Parrot>::factory.import_state, nullptr);
}

TEST(MessageAdapter, RefusesAHostWithoutTheProfile) {
  FakeHost host;
  host.extensions.erase(SLIPRING_PROFILE_MESSAGE);
  AdapterUnderTest adapter(host, &StatelessMessageAdapter<Parrot>::factory);
  EXPECT_EQ(adapter.created, SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(adapter.reason(), "the host lacks slipring.profile.message/1");
}

struct Thrower {
  void on_message(Session, const Message &message) {
    if (message.bytes == "error") throw Error(SLIPRING_DATA_LOSS, "it is gone");
    if (message.bytes == "exception") throw std::runtime_error("unexpected");
    if (message.bytes == "number") throw 5;
    if (message.bytes == "memory") throw std::bad_alloc();
  }
};

TEST(MessageAdapter, LetsNoExceptionOut) {
  FakeHost host;
  AdapterUnderTest adapter(host, &StatelessMessageAdapter<Thrower>::factory);
  EXPECT_EQ(adapter.receive(kSession, nullptr, "error"), SLIPRING_DATA_LOSS);
  EXPECT_EQ(adapter.receive(kSession, nullptr, "exception"), SLIPRING_INTERNAL);
  EXPECT_EQ(adapter.receive(kSession, nullptr, "number"), SLIPRING_INTERNAL);
  EXPECT_EQ(adapter.receive(kSession, nullptr, "memory"), SLIPRING_RESOURCE_EXHAUSTED);
  EXPECT_EQ(adapter.receive(kSession, nullptr, "fine"), SLIPRING_OK);
  EXPECT_THAT(host.lines, ElementsAre("it is gone", "unexpected",
                                      "an exception that is no std::exception", "out of memory"));
}

struct LineReader {
  static constexpr Input input = Input::parts;
  size_t on_message(Session session, const Message &message) {
    const size_t end = message.bytes.find('\n');
    if (end == std::string_view::npos) return message.more ? 0 : message.bytes.size();
    (void)session.send_text(message.bytes.substr(0, end));
    return end + 1;
  }
};

TEST(MessageAdapter, ThatTakesPartsSaysHowMuchItUsed) {
  FakeHost host;
  AdapterUnderTest adapter(host, &StatelessMessageAdapter<LineReader>::factory);
  EXPECT_EQ(adapter.profile().input, static_cast<uint32_t>(SLIPRING_INPUT_PARTS));
  EXPECT_EQ(adapter.receive(kSession, nullptr, "half a li", true), SLIPRING_OK);
  EXPECT_EQ(adapter.consumed, 0u);
  EXPECT_EQ(adapter.receive(kSession, nullptr, "half a line\nand", true), SLIPRING_OK);
  EXPECT_EQ(adapter.consumed, 12u);
  EXPECT_THAT(host.sent, ElementsAre(Sent{kSession, SLIPRING_MESSAGE_TEXT, "half a line"}));
}

struct Settings {
  Settings(const Host &host, std::string_view settings)
      : opened(host.counter("opened_total")), text(settings) {
    if (settings == "bad") throw Error(SLIPRING_INVALID_ARGUMENT, "settings are bad");
  }
  Counter opened;
  std::string text;
};

// Counts messages; its state is the count in decimal.
struct Counting {
  explicit Counting(Settings &settings) : shard(settings) { ++alive; }
  Counting(const Counting &) = delete;
  Counting &operator=(const Counting &) = delete;
  ~Counting() { --alive; }

  Status on_open(Session session, const Handshake &handshake) {
    if (shard.text == "closed") return {SLIPRING_PERMISSION_DENIED, "closed for today"};
    shard.opened.add();
    return session.send_text("welcome " + std::string(handshake.peer));
  }
  Status on_message(Session session, const Message &) {
    return session.send_text(std::to_string(++count));
  }
  void on_close(const Ending &ending) { last_cause = ending.cause; }

  Status save(Writer &writer, uint32_t) const { return writer.write(std::to_string(count)); }
  Status load(std::string_view exported, uint32_t) {
    if (exported.find_first_not_of("0123456789") != std::string_view::npos)
      throw Error(SLIPRING_INVALID_ARGUMENT, "\"" + std::string(exported) + "\" is no number");
    count = std::stoull(std::string(exported));
    return {};
  }

  Settings &shard;
  uint64_t count = 0;
  static inline int alive = 0;
  static inline uint32_t last_cause = 0;
};
using CountingAdapter = MessageAdapter<Counting, Settings>;

TEST(MessageAdapter, HasOneObjectPerClientFromOpenToClose) {
  FakeHost host;
  AdapterUnderTest adapter(host, &CountingAdapter::factory);
  void *first = nullptr;
  void *second = nullptr;
  ASSERT_EQ(adapter.open(1, &first), SLIPRING_OK);
  ASSERT_EQ(adapter.open(2, &second), SLIPRING_OK);
  EXPECT_EQ(Counting::alive, 2);
  EXPECT_EQ(host.counters["opened_total"], 2u);

  host.sent.clear();
  EXPECT_EQ(adapter.receive(1, first, "a"), SLIPRING_OK);
  EXPECT_EQ(adapter.receive(1, first, "b"), SLIPRING_OK);
  EXPECT_EQ(adapter.receive(2, second, "c"), SLIPRING_OK);
  EXPECT_THAT(host.sent,
              ElementsAre(Sent{1, SLIPRING_MESSAGE_TEXT, "1"}, Sent{1, SLIPRING_MESSAGE_TEXT, "2"},
                          Sent{2, SLIPRING_MESSAGE_TEXT, "1"}));

  adapter.close(1, first);
  EXPECT_EQ(Counting::last_cause, static_cast<uint32_t>(SLIPRING_END_PEER));
  adapter.release(2, second);
  EXPECT_EQ(Counting::alive, 0);
}

TEST(MessageAdapter, RefusesAClientWithAReasonAndForgetsIt) {
  FakeHost host;
  AdapterUnderTest adapter(host, &CountingAdapter::factory, "closed");
  void *state = nullptr;
  EXPECT_EQ(adapter.open(kSession, &state), SLIPRING_PERMISSION_DENIED);
  EXPECT_EQ(adapter.reason(), "closed for today");
  EXPECT_EQ(Counting::alive, 0);
}

TEST(MessageAdapter, RefusesSettingsByThrowing) {
  FakeHost host;
  AdapterUnderTest adapter(host, &CountingAdapter::factory, "bad");
  EXPECT_EQ(adapter.created, SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(adapter.reason(), "settings are bad");
}

TEST(MessageAdapter, CarriesStateToAnotherInstance) {
  FakeHost host;
  AdapterUnderTest from(host, &CountingAdapter::factory);
  AdapterUnderTest to(host, &CountingAdapter::factory);
  void *state = nullptr;
  ASSERT_EQ(from.open(kSession, &state), SLIPRING_OK);
  ASSERT_EQ(from.receive(kSession, state, "a"), SLIPRING_OK);
  const std::string exported = from.export_state(kSession, state, 1);
  EXPECT_EQ(from.exported, SLIPRING_OK);

  void *moved = nullptr;
  ASSERT_EQ(to.import_state(kSession, 1, exported, &moved), SLIPRING_OK);
  from.release(kSession, state);
  host.sent.clear();
  EXPECT_EQ(to.receive(kSession, moved, "b"), SLIPRING_OK);
  EXPECT_THAT(host.sent, ElementsAre(Sent{kSession, SLIPRING_MESSAGE_TEXT, "2"}));
  to.close(kSession, moved);
}

TEST(MessageAdapter, ThatRefusesAStateKeepsNothingOfIt) {
  FakeHost host;
  AdapterUnderTest adapter(host, &CountingAdapter::factory);
  void *state = nullptr;
  EXPECT_EQ(adapter.import_state(kSession, 1, "12x", &state), SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(adapter.reason(), "\"12x\" is no number");
  EXPECT_EQ(state, nullptr);
  EXPECT_EQ(Counting::alive, 0);
}

TEST(Host, WithoutLogAndMetricsTakesCallsThatDoNothing) {
  FakeHost fake;
  fake.extensions.clear();
  const Host host(&fake.host);
  host.log(LogLevel::info, "unheard");
  host.log_burst(LogLevel::warn, "unheard");
  host.counter("unseen_total").add(3);
  EXPECT_THAT(fake.lines, IsEmpty());
  EXPECT_EQ(host.shard(), 0u);
  EXPECT_EQ(host.shard_count(), 1u);
}

TEST(Writer, WithoutAPlaceToWriteSucceeds) {
  EXPECT_TRUE(Writer(nullptr).write("text").ok());
}

TEST(Session, ClosesThroughTheHost) {
  FakeHost fake;
  const Host host(&fake.host);
  const HostTables tables(host);
  Session session(tables, kSession);
  EXPECT_TRUE(session.close(SLIPRING_CLOSE_POLICY, "no").ok());
  EXPECT_TRUE(session.send_binary("\x01").ok());
  EXPECT_THAT(fake.closed, ElementsAre(Closed{kSession, SLIPRING_CLOSE_POLICY, "no"}));
  EXPECT_THAT(fake.sent, ElementsAre(Sent{kSession, SLIPRING_MESSAGE_BINARY, "\x01"}));
}

struct Doubter {
  struct Shard {
    Status self_test() {
      if (!std::exchange(certain, false)) throw Error(SLIPRING_DATA_LOSS, "who am I");
      return {};
    }
    bool certain = true;
  };
  void on_message(Session, const Message &) {}
};

TEST(MessageAdapter, IsAskedWhetherItWorksWhenItCanTell) {
  FakeHost host;
  AdapterUnderTest silent(host, &StatelessMessageAdapter<Parrot>::factory);
  EXPECT_EQ(silent.extension<slipring_self_test_adapter>(SLIPRING_SELF_TEST), nullptr);
  AdapterUnderTest adapter(host, &MessageAdapter<Doubter, Doubter::Shard>::factory);
  const auto *table = adapter.extension<slipring_self_test_adapter>(SLIPRING_SELF_TEST);
  ASSERT_NE(table, nullptr);
  StringWriter reason;
  EXPECT_EQ(table->self_test(adapter.instance(), &reason.writer), SLIPRING_OK);
  EXPECT_EQ(reason.text, "");
  EXPECT_EQ(table->self_test(adapter.instance(), &reason.writer), SLIPRING_DATA_LOSS);
  EXPECT_EQ(reason.text, "who am I");
}

struct Speaker {
  struct Shard {
    Status describe(std::string_view path, Writer &to) {
      if (path != "/a/*") return SLIPRING_UNIMPLEMENTED;
      return to.write("{}");
    }
  };
  void on_message(Session, const Message &) {}
};

TEST(MessageAdapter, DescribesWhatItAnswersWhenItCan) {
  FakeHost host;
  AdapterUnderTest silent(host, &StatelessMessageAdapter<Parrot>::factory);
  EXPECT_EQ(silent.extension<slipring_description_adapter>(SLIPRING_DESCRIPTION), nullptr);
  AdapterUnderTest adapter(host, &MessageAdapter<Speaker, Speaker::Shard>::factory);
  const auto *table = adapter.extension<slipring_description_adapter>(SLIPRING_DESCRIPTION);
  ASSERT_NE(table, nullptr);
  StringWriter to;
  EXPECT_EQ(table->describe(adapter.instance(), testing::bytes("/b"), &to.writer),
            SLIPRING_UNIMPLEMENTED);
  EXPECT_EQ(table->describe(adapter.instance(), testing::bytes("/a/*"), &to.writer), SLIPRING_OK);
  EXPECT_EQ(to.text, "{}");
}

struct Patient {
  struct Shard {
    Status health() { return {SLIPRING_UNAVAILABLE, "a cold"}; }
  };
  void on_message(Session, const Message &) {}
};

TEST(MessageAdapter, IsAskedHowItIsWhenItCanTell) {
  FakeHost host;
  AdapterUnderTest silent(host, &StatelessMessageAdapter<Parrot>::factory);
  EXPECT_EQ(silent.extension<slipring_health_adapter>(SLIPRING_HEALTH), nullptr);
  AdapterUnderTest adapter(host, &MessageAdapter<Patient, Patient::Shard>::factory);
  const auto *table = adapter.extension<slipring_health_adapter>(SLIPRING_HEALTH);
  ASSERT_NE(table, nullptr);
  StringWriter reason;
  EXPECT_EQ(table->health(adapter.instance(), &reason.writer), SLIPRING_UNAVAILABLE);
  EXPECT_EQ(reason.text, "a cold");
}

}  // namespace
}  // namespace slipring::sdk::testing
