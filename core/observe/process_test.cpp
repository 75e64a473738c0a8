#include "observe/process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>

namespace slipring::observe {
namespace {

TEST(ProcessFacts, AreOfThisProcess) {
  const ProcessFacts facts = process_facts();
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  EXPECT_LE(facts.start_time_seconds, now.count() + 2);  // the boot time is in whole seconds
  EXPECT_GT(facts.start_time_seconds, now.count() - 3600);
  EXPECT_GT(facts.resident_bytes, uint64_t{1} << 20);
  EXPECT_GE(facts.threads, 1u);
  EXPECT_GE(facts.max_descriptors, facts.open_descriptors);
}

TEST(ProcessFacts, CountDescriptorsThatAreOpen) {
  const uint64_t before = process_facts().open_descriptors;
  const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(process_facts().open_descriptors, before + 1);
  close(fd);
  EXPECT_EQ(process_facts().open_descriptors, before);
}

}  // namespace
}  // namespace slipring::observe
