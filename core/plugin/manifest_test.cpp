#include "plugin/manifest.hpp"

#include <gtest/gtest.h>
#include <slipring/schema/manifest_generated.h>

namespace slipring::plugin {
namespace {

std::vector<uint8_t> encode(const char *name, const char *version,
                            std::vector<flatbuffers::Offset<flatbuffers::String>> (*paths)(
                                flatbuffers::FlatBufferBuilder &) = nullptr) {
  flatbuffers::FlatBufferBuilder builder;
  const auto path_list = paths == nullptr ? 0 : builder.CreateVector(paths(builder));
  const auto name_text = builder.CreateString(name);
  const auto version_text = builder.CreateString(version);
  schema::ManifestBuilder manifest(builder);
  manifest.add_name(name_text);
  manifest.add_version(version_text);
  if (paths != nullptr) manifest.add_paths(path_list);
  schema::FinishManifestBuffer(builder, manifest.Finish());
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

TEST(Manifest, ReadsWhatWasWritten) {
  const auto manifest = Manifest::read(encode("echo", "1.2.3"));
  ASSERT_TRUE(manifest) << manifest.status().message();
  EXPECT_EQ(manifest->name, "echo");
  EXPECT_EQ(manifest->version, "1.2.3");
  EXPECT_EQ(manifest->continuity, Continuity::drain);
}

TEST(Manifest, RefusesATruncatedOrDamagedBuffer) {
  const auto bytes = encode("echo", "1.2.3");
  constexpr size_t padding = 4;  // may stand at the end and says nothing
  for (size_t size = 0; size + padding < bytes.size(); ++size) {
    EXPECT_FALSE(Manifest::read(std::span(bytes).first(size))) << size;
  }
  auto damaged = bytes;
  for (size_t at = 0; at < bytes.size(); ++at) {
    damaged[at] = 0xff;
    (void)Manifest::read(damaged);
    damaged[at] = bytes[at];
  }
}

TEST(Manifest, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(Manifest::read(encode("Echo!", "1.0.0")).status().message(),
            "name: found \"Echo!\", accepted are 1 to 64 of a-z, 0-9 and -");
  EXPECT_EQ(Manifest::read(encode("echo", "1.0")).status().message(),
            "version: found \"1.0\", accepted is a semantic version such as 1.2.0");
  const auto relative = encode("echo", "1.0.0", [](flatbuffers::FlatBufferBuilder &builder) {
    return std::vector{builder.CreateString("echo")};
  });
  EXPECT_EQ(Manifest::read(relative).status().message(),
            "paths: found \"echo\", a path begins with / and has no query; * only as its end /*");
}

TEST(Versions, AreOrderedAsSemVerSays) {
  const char *const ascending[] = {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                   "1.0.0-beta",  "1.0.0-beta.2",  "1.0.0-beta.11",
                                   "1.0.0-rc.1",  "1.0.0",         "1.0.1",
                                   "1.1.0",       "1.10.0",        "2.0.0"};
  for (size_t i = 0; i + 1 < std::size(ascending); ++i) {
    EXPECT_LT(compare_versions(ascending[i], ascending[i + 1]), 0) << ascending[i];
    EXPECT_GT(compare_versions(ascending[i + 1], ascending[i]), 0) << ascending[i];
  }
  EXPECT_EQ(compare_versions("1.0.0+a", "1.0.0+b"), 0);
  for (const char *text : {"", "1", "1.0", "1.0.0.0", "a.b.c", "1.0.0-", "-1.0.0"}) {
    EXPECT_FALSE(is_semantic_version(text)) << text;
  }
}

}  // namespace
}  // namespace slipring::plugin
