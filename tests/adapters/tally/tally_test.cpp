// tally's builds, loaded as the host loads them: state goes from one version to another and back,
// and each planted fault is there.

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <slipring/cpp/testing/fake_host.hpp>
#include <string>

namespace slipring::sdk::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr slipring_session kSession = 7;

// One loaded build with an instance of its adapter.
class Build {
 public:
  Build(const FakeHost &host, const std::string &variant)
      : object_(dlopen((TALLY_BUILDS "/" + variant + "/tally.so").c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (object_ == nullptr) throw std::runtime_error(dlerror());
    entry = static_cast<const slipring_entry_table *>(dlsym(object_, "slipring_entry"));
    adapter =
        std::make_unique<AdapterUnderTest>(host, entry->get_factory(SLIPRING_ADAPTER_FACTORY));
  }
  Build(const Build &) = delete;
  Build &operator=(const Build &) = delete;
  ~Build() {
    adapter.reset();
    dlclose(object_);
  }

 private:
  void *object_;

 public:
  const slipring_entry_table *entry;
  std::unique_ptr<AdapterUnderTest> adapter;
};

class TallyTest : public ::testing::Test {
 protected:
  FakeHost host;
  void *state = nullptr;

  std::string take_answers() {
    std::string all;
    for (const Sent &sent : host.sent) all += sent.text + "\n";
    host.sent.clear();
    return all;
  }

  void say(Build &build, std::string_view text) {
    EXPECT_EQ(build.adapter->receive(kSession, state, text), SLIPRING_OK);
  }

  // Moves the session; what the old one said stays with `to` alone.
  slipring_status move(Build &from, Build &to, uint32_t schema) {
    const std::string exported = from.adapter->export_state(kSession, state, schema);
    EXPECT_EQ(from.adapter->exported, SLIPRING_OK);
    void *moved = nullptr;
    const auto status = to.adapter->import_state(kSession, schema, exported, &moved);
    if (status == SLIPRING_OK) {
      from.adapter->release(kSession, state);
      state = moved;
    }
    return status;
  }
};

TEST_F(TallyTest, JoinsPartsUntilOneEndsWithASemicolon) {
  Build one(host, "tally-1");
  ASSERT_EQ(one.adapter->open(kSession, &state), SLIPRING_OK);
  say(one, "a");
  EXPECT_EQ(take_answers(), "");
  say(one, "\"b\"\n;");
  say(one, "c;");
  EXPECT_EQ(take_answers(),
            "{\"n\":1,\"v\":\"1.0.0\",\"text\":\"a\\\"b\\\"\\u000a;\"}\n"
            "{\"n\":2,\"v\":\"1.0.0\",\"text\":\"c;\"}\n");
  one.adapter->close(kSession, state);
}

TEST_F(TallyTest, TakesAHalfCollectedTextToTheNextVersionAndBack) {
  Build one(host, "tally-1");
  Build two(host, "tally-2");
  ASSERT_EQ(one.adapter->open(kSession, &state), SLIPRING_OK);
  say(one, "first;");
  say(one, "half");
  ASSERT_EQ(move(one, two, 1), SLIPRING_OK);
  say(two, " and half;");
  say(two, "again");
  ASSERT_EQ(move(two, one, 1), SLIPRING_OK);
  say(one, " back;");
  EXPECT_EQ(take_answers(),
            "{\"n\":1,\"v\":\"1.0.0\",\"text\":\"first;\"}\n"
            "{\"n\":2,\"v\":\"2.0.0\",\"bytes\":10,\"text\":\"half and half;\"}\n"
            "{\"n\":3,\"v\":\"1.0.0\",\"text\":\"again back;\"}\n");
  one.adapter->close(kSession, state);
}

TEST_F(TallyTest, WritesForVersionOneWhatVersionOneWouldHaveWritten) {
  Build one(host, "tally-1");
  Build two(host, "tally-2");
  ASSERT_EQ(two.adapter->open(kSession, &state), SLIPRING_OK);
  say(two, "half");
  const std::string from_two = two.adapter->export_state(kSession, state, 1);
  const std::string newer = two.adapter->export_state(kSession, state, 2);
  EXPECT_NE(from_two, newer);
  ASSERT_EQ(move(two, one, 1), SLIPRING_OK);
  EXPECT_EQ(one.adapter->export_state(kSession, state, 1), from_two);
  one.adapter->close(kSession, state);
}

TEST_F(TallyTest, KeepsTheNewFieldBetweenTwoOfTheNewVersion) {
  Build from(host, "tally-2");
  Build to(host, "tally-reorders");
  ASSERT_EQ(from.adapter->open(kSession, &state), SLIPRING_OK);
  say(from, "12345");
  ASSERT_EQ(move(from, to, 2), SLIPRING_OK);
  say(to, "67;");
  say(to, ";");
  EXPECT_THAT(take_answers(), HasSubstr("\"bytes\":8,\"text\":\"1234567;\""));
  to.adapter->close(kSession, state);
}

TEST_F(TallyTest, RefusesGarbageWithAReason) {
  Build two(host, "tally-2");
  void *none = nullptr;
  for (const std::string &garbage : {std::string(), std::string(64, '\xff'), std::string(8, '\0')})
    EXPECT_EQ(two.adapter->import_state(kSession, 2, garbage, &none), SLIPRING_INVALID_ARGUMENT);
  EXPECT_THAT(two.adapter->reason(), HasSubstr("are no tally state (TALY)"));

  Build one(host, "tally-1");
  EXPECT_EQ(one.adapter->import_state(kSession, 2, "", &none), SLIPRING_UNIMPLEMENTED);
  EXPECT_EQ(one.adapter->reason(), "state schema 2; read are 1 to 1");
  EXPECT_EQ(none, nullptr);
}

TEST_F(TallyTest, RefusesEveryCutAndEveryChangedByteOrReadsIt) {
  Build two(host, "tally-2");
  ASSERT_EQ(two.adapter->open(kSession, &state), SLIPRING_OK);
  say(two, "half");
  const std::string good = two.adapter->export_state(kSession, state, 2);
  for (size_t size = 0; size < good.size(); ++size) {
    std::string cut = good.substr(0, size);
    void *made = nullptr;
    if (two.adapter->import_state(kSession, 2, cut, &made) == SLIPRING_OK)
      two.adapter->release(kSession, made);
  }
  for (size_t at = 0; at < good.size(); ++at) {
    std::string changed = good;
    changed[at] = static_cast<char>(~changed[at]);
    void *made = nullptr;
    if (two.adapter->import_state(kSession, 2, changed, &made) == SLIPRING_OK)
      two.adapter->release(kSession, made);
  }
  two.adapter->close(kSession, state);
}

TEST_F(TallyTest, PlantedLosesForgetsWhatWasHalfCollected) {
  Build one(host, "tally-1");
  Build loses(host, "tally-loses");
  ASSERT_EQ(one.adapter->open(kSession, &state), SLIPRING_OK);
  say(one, "half");
  ASSERT_EQ(move(one, loses, 1), SLIPRING_OK);
  say(loses, "rest;");
  EXPECT_THAT(take_answers(), HasSubstr("\"text\":\"rest;\""));
  loses.adapter->close(kSession, state);
}

TEST_F(TallyTest, PlantedDoublesAnswersTwice) {
  Build doubles(host, "tally-doubles");
  ASSERT_EQ(doubles.adapter->open(kSession, &state), SLIPRING_OK);
  say(doubles, "a;");
  ASSERT_EQ(host.sent.size(), 2u);
  EXPECT_EQ(host.sent[0], host.sent[1]);
  doubles.adapter->close(kSession, state);
}

TEST_F(TallyTest, PlantedReordersSwapsTwoAnswers) {
  Build reorders(host, "tally-reorders");
  ASSERT_EQ(reorders.adapter->open(kSession, &state), SLIPRING_OK);
  say(reorders, "a;");
  EXPECT_THAT(host.sent, IsEmpty());
  say(reorders, "b;");
  ASSERT_EQ(host.sent.size(), 2u);
  EXPECT_THAT(host.sent[0].text, HasSubstr("\"n\":2"));
  EXPECT_THAT(host.sent[1].text, HasSubstr("\"n\":1"));
  reorders.adapter->close(kSession, state);
}

TEST_F(TallyTest, PlantedRefusesOneRefusesTheFirstSessionAlone) {
  Build one(host, "tally-1");
  Build refuses(host, "tally-refuses-one");
  ASSERT_EQ(one.adapter->open(kSession, &state), SLIPRING_OK);
  const std::string exported = one.adapter->export_state(kSession, state, 1);
  void *made = nullptr;
  EXPECT_EQ(refuses.adapter->import_state(kSession, 1, exported, &made),
            SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(refuses.adapter->reason(), "this session is refused on purpose");
  ASSERT_EQ(refuses.adapter->import_state(kSession + 1, 1, exported, &made), SLIPRING_OK);
  refuses.adapter->close(kSession + 1, made);
  EXPECT_EQ(refuses.adapter->import_state(kSession, 1, exported, &made),
            SLIPRING_FAILED_PRECONDITION);
  one.adapter->close(kSession, state);
}

TEST_F(TallyTest, PlantedRefusesAllRefusesWithAReason) {
  Build one(host, "tally-1");
  Build refuses(host, "tally-refuses-all");
  ASSERT_EQ(one.adapter->open(kSession, &state), SLIPRING_OK);
  EXPECT_EQ(move(one, refuses, 1), SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(refuses.adapter->reason(), "every session is refused on purpose");
  one.adapter->close(kSession, state);
}

TEST_F(TallyTest, PlantedThrowsLetsAnExceptionOut) {
  Build throws(host, "tally-throws");
  ASSERT_EQ(throws.adapter->open(kSession, &state), SLIPRING_OK);
  EXPECT_THROW((void)throws.adapter->receive(kSession, state, "a"), std::runtime_error);
  throws.adapter->close(kSession, state);
}

TEST_F(TallyTest, PlantedInitFailsAnswersInitWithAFailure) {
  Build fails(host, "tally-init-fails");
  EXPECT_EQ(fails.entry->init(&host.host), SLIPRING_UNAVAILABLE);
  Build works(host, "tally-1");
  EXPECT_EQ(works.entry->init(&host.host), SLIPRING_OK);
}

}  // namespace
}  // namespace slipring::sdk::testing
