#include "plugin/process_maps.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace slipring::plugin {
namespace {

TEST(ProcessMaps, KnowsWhatIsMappedAndWhatIsNot) {
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  EXPECT_TRUE(is_mapped(self));
  EXPECT_FALSE(is_mapped("/no/such/object.so"));
}

TEST(ProcessMaps, HasNoBuildIdForWhatIsNotLoaded) {
  EXPECT_EQ(mapped_build_id("/no/such/object.so"), "");
}

}  // namespace
}  // namespace slipring::plugin
