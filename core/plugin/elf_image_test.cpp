#include "plugin/elf_image.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace slipring::plugin {
namespace {

// A real shared object that is always there: the C library this test runs on.
std::vector<uint8_t> shared_object() {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const size_t path = line.find("/");
    if (path == std::string::npos || line.find("/libc.so.6") == std::string::npos) continue;
    std::ifstream file(line.substr(path), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  return {};
}

TEST(ElfImage, ReadsWhatARealObjectSaysOfItself) {
  const auto bytes = shared_object();
  const auto image = ElfImage::read(bytes);
  ASSERT_TRUE(image) << image.status().message();
  EXPECT_EQ(image->build_id.size(), 40u);
  EXPECT_TRUE(image->manifests.empty());
  const bool has_malloc = std::any_of(
      image->symbols.begin(), image->symbols.end(),
      [](const ElfSymbol &symbol) { return symbol.name == "malloc" && symbol.defined; });
  EXPECT_TRUE(has_malloc);
}

TEST(ElfImage, RefusesAFileCutOffAnywhere) {
  const auto bytes = shared_object();
  ASSERT_FALSE(bytes.empty());
  for (size_t size = 0; size < bytes.size(); size += bytes.size() / 257 + 1) {
    const auto image = ElfImage::read(std::span(bytes).first(size));
    ASSERT_FALSE(image) << size;
    EXPECT_TRUE(image.status().message().find("ends inside") != std::string::npos ||
                image.status().message() == "not an ELF file")
        << image.status().message();
  }
}

TEST(ElfImage, SurvivesEveryDamagedByteOfItsHeaders) {
  auto bytes = shared_object();
  for (size_t at = 0; at < 1024; ++at) {
    const uint8_t before = bytes[at];
    for (const uint8_t damage : {uint8_t{0}, uint8_t{0x7f}, uint8_t{0xff}}) {
      bytes[at] = damage;
      (void)ElfImage::read(bytes);
    }
    bytes[at] = before;
  }
}

TEST(ElfImage, SaysWhatItFoundInstead) {
  const std::string script = "#!/bin/sh\necho no plugin\n";
  const auto image =
      ElfImage::read({reinterpret_cast<const uint8_t *>(script.data()), script.size()});
  ASSERT_FALSE(image);
  EXPECT_EQ(image.status().message(), "not an ELF file");
}

}  // namespace
}  // namespace slipring::plugin
