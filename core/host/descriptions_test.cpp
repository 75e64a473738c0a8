#include "host/descriptions.hpp"

#include <gtest/gtest.h>
#include <slipring/ext/description.h>

#include <cstring>

#include "base/bytes.hpp"

namespace slipring::host {
namespace {

// An adapter that says what a test sets.
struct Said {
  slipring_status code = SLIPRING_OK;
  std::string text;
};
Said said;

const slipring_description_adapter description = {
    sizeof(slipring_description_adapter),
    [](void *, slipring_bytes path, const slipring_writer *writer) -> slipring_status {
      if (to_text(path) != "/a/*") return SLIPRING_UNIMPLEMENTED;
      (void)writer->write(writer->context, to_bytes(said.text));
      return said.code;
    }};
const slipring_adapter_factory factory = {
    sizeof(slipring_adapter_factory),
    [](const slipring_host *, slipring_bytes, const slipring_writer *, void **) -> slipring_status {
      return SLIPRING_OK;
    },
    [](void *) {},
    [](const char *id) -> const void * {
      return std::strcmp(id, SLIPRING_DESCRIPTION) == 0 ? &description : nullptr;
    },
    [](void *, slipring_session, void *, const slipring_ending *) {},
    [](void *, slipring_session, void *) {},
    nullptr,
    nullptr};
const slipring_descriptor descriptor = {sizeof descriptor, "speaker", "1.2.3", 0, 0};
const slipring_entry_table entry = {
    sizeof entry,
    SLIPRING_ABI_MAJOR,
    SLIPRING_ABI_MINOR,
    &descriptor,
    [](const slipring_host *) -> slipring_status { return SLIPRING_OK; },
    [] {},
    [](const char *) -> const void * { return &factory; }};

class DescribeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    plugin::Manifest manifest;
    manifest.name = "speaker";
    manifest.version = "1.2.3";
    manifest.kind = plugin::Kind::adapter;
    manifest.continuity = plugin::Continuity::rebind;
    auto attached = plugin::Generation::attach(services_, 1, manifest, entry);
    ASSERT_TRUE(attached) << attached.status().message();
    generation_ = std::move(attached.value());
    ASSERT_TRUE(generation_->create_instances(1, "{}").is_ok());
  }
  void TearDown() override { generation_->unload(); }

  std::optional<Description> describe(std::string_view path, Said what) {
    said = std::move(what);
    const edge::Mount mount{std::make_shared<const std::string>(path), "speaker", {}, {}, {}};
    return describe_mount(mount, generation_->instance(0));
  }

  plugin::HostServices services_;
  std::unique_ptr<plugin::Generation> generation_;
};

TEST_F(DescribeTest, TakesWhatAnAdapterSays) {
  const auto told = describe("/a/*", {SLIPRING_OK, R"({"openapi":{}})"});
  ASSERT_TRUE(told);
  EXPECT_EQ(told->path, "/a/*");
  EXPECT_EQ(told->adapter, "speaker");
  EXPECT_EQ(told->version, "1.2.3");
  EXPECT_EQ(told->json, R"({"openapi":{}})");
}

TEST_F(DescribeTest, LeavesOutWhatSaysNothingOrNonsense) {
  EXPECT_FALSE(describe("/b", {SLIPRING_OK, "{}"}));
  for (const char *nonsense : {"", "[]", "{", "{} {}", "{\"a\":\xFF}"})
    EXPECT_FALSE(describe("/a/*", {SLIPRING_OK, nonsense})) << nonsense;
  EXPECT_FALSE(describe("/a/*", {SLIPRING_INTERNAL, "{}"}));
  EXPECT_FALSE(describe("/a/*", {SLIPRING_OK, '"' + std::string(300'000, 'x') + '"'}));
}

TEST(Descriptions, AreJoinedAsTheyAre) {
  EXPECT_EQ(join("0.1.0", {}), R"({"host":{"version":"0.1.0"},"mounts":[]})");
  EXPECT_EQ(join("0.1.0",
                 {{"/a", "x", "1.0.0", {}, R"({"n":1.0})"}, {"/b", "y", "2.0.0", {"inner"}, "{}"}}),
            R"({"host":{"version":"0.1.0"},"mounts":[)"
            R"({"path":"/a","adapter":"x","version":"1.0.0","description":{"n":1.0}},)"
            R"({"path":"/b","adapter":"y","version":"2.0.0","endpoints":["inner"],)"
            R"("description":{}}]})");
}

TEST(Descriptions, AreAnsweredOnAShardThatHasThem) {
  plugin::ExtensionSet extensions;
  add_description_extension(extensions);
  const auto &table =
      *static_cast<const slipring_description_host *>(extensions.find(SLIPRING_DESCRIPTION));
  StringWriter to(100);
  EXPECT_EQ(table.collect(nullptr, to.abi()), SLIPRING_UNAVAILABLE);
  set_descriptions(std::make_shared<const std::string>("{}"));
  EXPECT_EQ(table.collect(nullptr, to.abi()), SLIPRING_OK);
  EXPECT_EQ(to.text(), "{}");
  set_descriptions(nullptr);
}

}  // namespace
}  // namespace slipring::host
