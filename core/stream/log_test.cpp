#include "stream/log.hpp"

#include <gtest/gtest.h>

#include "stream/testing.hpp"

namespace slipring::stream {
namespace {

using testing::Fixture;

TEST(Log, ReadsWhatWasAppended) {
  Fixture log;
  log.append({"a", "b", "c"});
  EXPECT_EQ(log.read(), "1:a 2:b 3:c");
}

TEST(Log, ReadsAcrossGroups) {
  Fixture log;
  log.append({"a", "b"});
  log.append({"c"});
  EXPECT_EQ(log.read(2, 3), "2:b 3:c");
}

TEST(Log, HasWhatWasAppendedAfterItWasClosedAndOpenedAgain) {
  Fixture log;
  log.append({"a", "b"});
  log.reopen();
  EXPECT_TRUE(log->findings().empty());
  log.append({"c"});
  EXPECT_EQ(log.read(), "1:a 2:b 3:c");
}

TEST(Log, ReadsOnlyWhatAFilterMatches) {
  Fixture log;
  log.append({"a/1", "b/1", "a/2"});
  EXPECT_EQ(log.read(1, 3, {"a/+"}), "1:a/1 3:a/2");
}

}  // namespace
}  // namespace slipring::stream
