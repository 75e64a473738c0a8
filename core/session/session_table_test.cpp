#include "session/session_table.hpp"

#include <gtest/gtest.h>

namespace slipring::session {
namespace {

TEST(SessionTable, AnEndedSessionsIdFindsNothingThoughItsSlotIsUsedAgain) {
  SessionTable table(3);
  const slipring_session first = table.insert()->id;
  table.erase(first);
  const slipring_session second = table.insert()->id;
  EXPECT_NE(first, second);
  EXPECT_EQ(table.slots(), 1u);
  EXPECT_EQ(table.find(first), nullptr);
  EXPECT_EQ(table.find(second)->id, second);
  table.erase(first);
  EXPECT_EQ(table.size(), 1u);
}

TEST(SessionTable, IdsOfTwoShardsDiffer) {
  SessionTable one(0);
  SessionTable other(1);
  const slipring_session id = one.insert()->id;
  other.insert();
  EXPECT_NE(id, 0u);
  EXPECT_EQ(other.find(id), nullptr);
}

TEST(SessionTable, ZeroAndNonsenseFindNothing) {
  SessionTable table(0);
  table.insert();
  EXPECT_EQ(table.find(0), nullptr);
  EXPECT_EQ(table.find(UINT64_MAX), nullptr);
}

}  // namespace
}  // namespace slipring::session
