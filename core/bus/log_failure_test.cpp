// The log cannot be written: what publishers hear of it, and how it goes on.
#include <gmock/gmock.h>

#include "bus/testing.hpp"
#include "stream/testing.hpp"

namespace slipring::bus::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class FailingLog : public ::testing::Test {
 protected:
  Recorder::Done publish(std::string_view topic) {
    EXPECT_EQ(shards_.user(0).publish(topic, "p", ++token_), Port::Answer::taken);
    shards_.settle();
    return shards_.user(0).dones.back();
  }

  Histories histories() {
    return {std::make_shared<stream::History>(in_memory("memory", {"memory/#"}), 7, epoch),
            std::make_shared<stream::History>(log_.settings[0], log_.state(), *log_)};
  }

  stream::testing::Fixture log_;
  Shards shards_{1, {}, {}, histories(), &*log_};
  uint64_t token_ = 0;
};

TEST_F(FailingLog, AFullDiskIsToldInPlainWordsAndTheNextEventHasTheSequence) {
  log_.files->disk_is_full = true;
  const Recorder::Done refused = publish("a");
  EXPECT_EQ(refused.status, SLIPRING_RESOURCE_EXHAUSTED);
  EXPECT_THAT(refused.why, HasSubstr("disk is full"));
  EXPECT_THAT(refused.why, Not(HasSubstr("/")));
  EXPECT_EQ(publish("memory/a").status, SLIPRING_OK);

  log_.files->disk_is_full = false;
  shards_.writer.tick();
  const Recorder::Done done = publish("a");
  EXPECT_EQ(done.status, SLIPRING_OK);
  EXPECT_EQ(done.positions[0].sequence, 1u);
}

TEST_F(FailingLog, AnyOtherFailureIsUnavailable) {
  log_.files->writes_fail = true;
  const Recorder::Done refused = publish("a");
  EXPECT_EQ(refused.status, SLIPRING_UNAVAILABLE);
  EXPECT_THAT(refused.why, HasSubstr("cannot write its log"));
  EXPECT_THAT(refused.why, Not(HasSubstr("/")));
  EXPECT_EQ(publish("a").status, SLIPRING_UNAVAILABLE);
  log_.files->writes_fail = false;
}

}  // namespace
}  // namespace slipring::bus::testing
