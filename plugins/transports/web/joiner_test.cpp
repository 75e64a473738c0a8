#include "joiner.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

namespace slipring::web {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Socket : Joiner::Target {
  std::vector<std::string> writes;
  void put(std::string_view bytes) override { writes.emplace_back(bytes); }
};

class JoinerTest : public testing::Test {
 protected:
  std::unique_ptr<Joiner> joiner_ = std::make_unique<Joiner>();
  Socket one_;
  Socket two_;
};

TEST_F(JoinerTest, WhatIsSaidInARoundIsOneWrite) {
  joiner_->add(one_, "head");
  joiner_->add(one_, "body");
  EXPECT_THAT(one_.writes, IsEmpty());
  joiner_->flush();
  joiner_->flush();
  EXPECT_THAT(one_.writes, ElementsAre("headbody"));
}

TEST_F(JoinerTest, AnotherConnectionComesBehind) {
  joiner_->add(one_, "a");
  joiner_->add(two_, "b");
  EXPECT_THAT(one_.writes, ElementsAre("a"));
  joiner_->flush();
  EXPECT_THAT(two_.writes, ElementsAre("b"));
}

TEST_F(JoinerTest, WhatDoesNotFitIsWrittenByItselfAndInOrder) {
  const std::string large(Joiner::capacity + 1, 'x');
  joiner_->add(one_, "before");
  joiner_->add(one_, large);
  joiner_->add(one_, "after");
  joiner_->flush();
  EXPECT_THAT(one_.writes, ElementsAre("before", large, "after"));
}

TEST_F(JoinerTest, AFullBufferIsWrittenAtOnce) {
  const std::string half(Joiner::capacity / 2 + 1, 'x');
  joiner_->add(one_, half);
  joiner_->add(one_, half);
  EXPECT_THAT(one_.writes, ElementsAre(half));
}

TEST_F(JoinerTest, ForOneThatIsGoneNothingIsWritten) {
  joiner_->add(one_, "a");
  joiner_->forget(two_);
  joiner_->forget(one_);
  joiner_->flush();
  EXPECT_THAT(one_.writes, IsEmpty());
}

}  // namespace
}  // namespace slipring::web
