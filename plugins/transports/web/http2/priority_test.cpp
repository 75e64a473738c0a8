#include "http2/priority.hpp"

#include <gtest/gtest.h>

namespace slipring::web {
namespace {

TEST(Priority, IsReadFromADictionary) {
  EXPECT_EQ(parse_priority(""), (Priority{3, false}));
  EXPECT_EQ(parse_priority("u=0"), (Priority{0, false}));
  EXPECT_EQ(parse_priority("i"), (Priority{3, true}));
  EXPECT_EQ(parse_priority("u=5, i"), (Priority{5, true}));
  EXPECT_EQ(parse_priority(" i=?1 ,\tu=7 "), (Priority{7, true}));
  EXPECT_EQ(parse_priority("u=2;x=1, i=?0"), (Priority{2, false}));
  EXPECT_EQ(parse_priority("other=\"a,b\\\"\", u=1"), (Priority{1, false}));
}

TEST(Priority, OfAnotherTypeOrOutOfRangeIsNotThere) {
  EXPECT_EQ(parse_priority("u=8, i"), (Priority{3, true}));
  EXPECT_EQ(parse_priority("u=-1"), Priority());
  EXPECT_EQ(parse_priority("u=1.5"), Priority());
  EXPECT_EQ(parse_priority("u"), Priority());
  EXPECT_EQ(parse_priority("i=1, u=2"), (Priority{2, false}));
}

TEST(Priority, ThatIsNoDictionaryIsIgnoredWhole) {
  EXPECT_EQ(parse_priority("u=1,"), Priority());
  EXPECT_EQ(parse_priority("u=1,,i"), Priority());
  EXPECT_EQ(parse_priority("U=1"), Priority());
  EXPECT_EQ(parse_priority("u=1, =2"), Priority());
  EXPECT_EQ(parse_priority("u="), Priority());
}

}  // namespace
}  // namespace slipring::web
