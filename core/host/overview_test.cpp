#include "host/overview.hpp"

#include <gtest/gtest.h>
#include <slipring/ext/overview.h>

#include "base/bytes.hpp"

namespace slipring::host {
namespace {

plugin::Manifest manifest(std::string name, plugin::Kind kind) {
  plugin::Manifest made;
  made.name = std::move(name);
  made.version = "1.2.3";
  made.kind = kind;
  made.description = "does things";
  return made;
}

TEST(Overview, NamesWhatRunsHere) {
  OverviewFacts facts;
  facts.version = "0.1.0";
  facts.plugins = {manifest("echo", plugin::Kind::adapter),
                   manifest("lws", plugin::Kind::transport)};
  facts.endpoints = {{"public", "lws", "[::]:8080", {"slipring.profile.message/1"}},
                     {"inner", "web", "127.0.0.1:9000", {"slipring.profile.http/1", "other/1"}}};
  facts.mounts = {{std::make_shared<const std::string>("/echo"),
                   "echo",
                   {},
                   {1},
                   {"slipring.profile.message/1"}},
                  {std::make_shared<const std::string>("/"), "page", {}, {}, {}}};
  EXPECT_EQ(
      describe(facts),
      R"({"host":{"version":"0.1.0"},)"
      R"("plugins":[{"name":"echo","version":"1.2.3","kind":"adapter","description":"does things"},)"
      R"({"name":"lws","version":"1.2.3","kind":"transport","description":"does things"}],)"
      R"("mounts":[{"path":"/echo","adapter":"echo","profiles":["message/1"],"endpoints":["inner"]},)"
      R"({"path":"/","adapter":"page","profiles":[],"endpoints":["public","inner"]}],)"
      R"("endpoints":[{"name":"public","transport":"lws","profiles":["message/1"],"port":8080},)"
      R"({"name":"inner","transport":"web","profiles":["http/1","other/1"],"port":9000}]})");
}

TEST(Overview, IsAnsweredOnAShardThatHasIt) {
  plugin::ExtensionSet extensions;
  add_overview_extension(extensions);
  const auto &table =
      *static_cast<const slipring_overview_host *>(extensions.find(SLIPRING_OVERVIEW));
  StringWriter to(100);
  EXPECT_EQ(table.write(nullptr, to.abi()), SLIPRING_UNAVAILABLE);
  set_overview(std::make_shared<const std::string>("{}"));
  EXPECT_EQ(table.write(nullptr, to.abi()), SLIPRING_OK);
  EXPECT_EQ(to.text(), "{}");
  set_overview(nullptr);
}

}  // namespace
}  // namespace slipring::host
