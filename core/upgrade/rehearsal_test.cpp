#include "upgrade/rehearsal.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace slipring::upgrade {
namespace {

std::string line_of(const std::optional<Failure> &failure) {
  return failure ? failure->line() : "came through";
}

TEST(RehearsalTalk, ATaskIsReadAsItWasWritten) {
  RehearsalTask task;
  task.staged = "/a/b \"c\".so";
  task.settings = R"({"a":"\n"})";
  task.shards = 2;
  task.schema = 7;
  task.cpu = std::chrono::seconds(11);
  task.memory = uint64_t{1} << 40;
  task.host = 4711;
  task.samples = {"", std::string("\0\n{", 3), "x"};
  const auto read = RehearsalTask::decode(task.encode());
  ASSERT_TRUE(read) << read.status().message();
  EXPECT_EQ(read->staged, task.staged);
  EXPECT_EQ(read->settings, task.settings);
  EXPECT_EQ(read->shards, task.shards);
  EXPECT_EQ(read->schema, task.schema);
  EXPECT_EQ(read->cpu, task.cpu);
  EXPECT_EQ(read->memory, task.memory);
  EXPECT_EQ(read->host, task.host);
  EXPECT_EQ(read->samples, task.samples);
}

TEST(RehearsalTalk, ATaskThatIsNotWholeIsAnError) {
  RehearsalTask task;
  task.samples = {"abc"};
  const std::string whole = task.encode();
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(RehearsalTask::decode(whole.substr(0, size))) << size;
  }
}

TEST(RehearsalTalk, ALineIsReadAsItWasWritten) {
  const RehearsalLine failure{.step = "init", .check = "init", .found = "\"Ä\""};
  const auto read = RehearsalLine::decode(failure.encode());
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->is_failure());
  EXPECT_EQ(read->found, failure.found);
  const RehearsalLine garbled{.step = "init", .check = "init", .found = "no \xff\n"};
  EXPECT_EQ(RehearsalLine::decode(garbled.encode())->found, "no ??");
  const RehearsalLine end{.step = "done", .samples = 6, .refused = 1, .reason = "no"};
  const auto done = RehearsalLine::decode(end.encode());
  ASSERT_TRUE(done && done->is_end());
  EXPECT_EQ(done->samples, 6u);
  EXPECT_EQ(done->refused, 1u);
  EXPECT_EQ(done->reason, "no");
}

TEST(RehearsalTalk, WhatAPluginPrintsIsNoLine) {
  for (const char *text : {"", "hello", "{}", "[1]", "{\"step\":1}", "{\"step\":\"done\"}"}) {
    EXPECT_FALSE(RehearsalLine::decode(text)) << text;
  }
}

TEST(RehearsalRecord, SaysInWhichStepItDiedAndWhatWasPrintedLast) {
  RehearsalRecord record;
  const ChildEnd aborted{.signal = SIGABRT};
  EXPECT_EQ(line_of(record.verdict(aborted, {})),
            "rehearsal: start: found ended by SIGABRT in start, expected an object that can be "
            "loaded");
  record.read(R"({"step":"load"})");
  record.read(R"({"step":"init"})");
  EXPECT_EQ(line_of(record.verdict(aborted, {})),
            "rehearsal: init: found ended by SIGABRT in init, expected an init that answers OK");
  record.read("terminate called");
  record.read("  what():  no luck");
  record.read("");
  EXPECT_EQ(record.verdict({.code = 0}, {})->found,
            "exited with code 0 in init:   what():  no luck");
}

TEST(RehearsalRecord, SaysWhichLimitWasReached) {
  RehearsalRecord record;
  record.read(R"({"step":"self-test"})");
  RehearsalSettings settings;
  settings.time = std::chrono::milliseconds(1500);
  EXPECT_EQ(line_of(record.verdict({.timed_out = true, .signal = SIGKILL}, settings)),
            "rehearsal: time: found did not end within 1500 ms, in self-test, expected an end "
            "within that (upgrade.rehearsal.time)");
  record.read(R"({"step":"self-test","check":"memory"})");
  EXPECT_EQ(line_of(record.verdict({.code = 1}, settings)),
            "rehearsal: memory: found needs more than 512 MiB in self-test, expected at most that "
            "(upgrade.rehearsal.memory)");
}

TEST(RehearsalRecord, TakesTheProgramsWord) {
  RehearsalRecord record;
  record.read(R"({"step":"unload"})");
  record.read(R"({"step":"unload","check":"unload","found":"threads left behind: 1"})");
  EXPECT_EQ(line_of(record.verdict({.code = 1}, {})),
            "rehearsal: unload: found threads left behind: 1, expected an object that is gone when "
            "it has been unloaded");
  record.read(R"({"step":"done","samples":0,"refused":0,"reason":""})");
  EXPECT_EQ(line_of(record.verdict({.timed_out = true, .signal = SIGKILL}, {})), "came through");
}

}  // namespace
}  // namespace slipring::upgrade
