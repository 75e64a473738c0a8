// Damage of single table files: what can still be read is read, the rest is told.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "stream/testing.hpp"

namespace slipring::stream {
namespace {

using testing::Fixture;

// Table files, oldest first.
std::vector<std::filesystem::path> tables(const Fixture &log) {
  std::vector<std::filesystem::path> found;
  for (const auto &file : std::filesystem::directory_iterator(log.options.directory / "records")) {
    if (file.path().extension() == ".sst") found.push_back(file.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::filesystem::path largest_table(const Fixture &log) {
  const auto found = tables(log);
  return *std::max_element(found.begin(), found.end(), [](const auto &a, const auto &b) {
    return std::filesystem::file_size(a) < std::filesystem::file_size(b);
  });
}

// `at`: the part of the file before it.
void flip(const std::filesystem::path &file, double at) {
  const auto offset =
      static_cast<std::streamoff>(static_cast<double>(std::filesystem::file_size(file)) * at);
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(offset);
  const int byte = stream.get() ^ 1;
  stream.seekp(offset);
  stream.put(static_cast<char>(byte));
}

// A table of 200 events of which each fills a block, and 10 that are in another one.
void fill(Fixture &log) {
  for (int i = 0; i < 200; ++i)
    log.append_events({{.topic = "a", .payload = std::string(20'000, 'x')}});
  log.reopen();
  for (int i = 0; i < 10; ++i) log.append({"b"});
  log.reopen();
}

class LogDamage : public ::testing::TestWithParam<double> {};

TEST_P(LogDamage, LosesOneBlockAndTellsOfIt) {
  Fixture log;
  fill(log);
  log.close();
  flip(largest_table(log), GetParam());
  log.reopen();
  Query query;
  query.through = UINT64_MAX;
  uint64_t events = 0;
  uint64_t lost = 0;
  while (query.from <= 210) {
    const auto batch = log->read(log.number(), query);
    ASSERT_TRUE(batch.is_ok());
    events += batch->events.size();
    for (const Lost &range : batch->lost) {
      EXPECT_STREQ(range.reason, "damaged");
      lost += range.to - range.from + 1;
    }
    query.from = batch->through + 1;
  }
  EXPECT_EQ(events + lost, 210u);
  EXPECT_GE(lost, 1u);
  EXPECT_LE(lost, 3u);
}

INSTANTIATE_TEST_SUITE_P(Everywhere, LogDamage, ::testing::Values(0.001, 0.3, 0.5, 0.9, 0.985));

TEST(LogDamaged, BeginsOneEpochForWhatReadersFind) {
  Fixture log;
  fill(log);
  log.close();
  flip(largest_table(log), 0.5);
  log.reopen();
  const size_t before = log.state().epochs.size();
  Query query;
  query.from = 90;
  query.through = 110;
  ASSERT_TRUE(log->read(log.number(), query).is_ok());
  if (before == 1) {
    EXPECT_EQ(log->suspects(), std::vector<uint32_t>{log.number()});
  }
  ASSERT_TRUE(log->begin_epoch(log.number()).is_ok());
  ASSERT_TRUE(log->read(log.number(), query).is_ok());
  ASSERT_TRUE(log->begin_epoch(log.number()).is_ok());
  EXPECT_TRUE(log->suspects().empty());
  EXPECT_EQ(log.state().epochs.size(), 2u);
}

TEST(LogDamaged, IsFoundByVerify) {
  Fixture log;
  fill(log);
  EXPECT_TRUE(log->verify({})->empty());
  log.close();
  flip(largest_table(log), 0.5);
  log.reopen();
  const auto findings = log->verify({});
  ASSERT_EQ(findings->size(), 1u);
  EXPECT_EQ((*findings)[0].what, "records are damaged");
}

TEST(LogDamaged, HidesNoRecordOfALaterTableAlsoFromItsMiddleOn) {
  Fixture log;
  for (int i = 0; i < 20; ++i) {
    log.append_events({{.topic = "a", .payload = std::string(20'000, 'x')}});
  }
  log.reopen();
  log.append({"b", "b", "b", "b", "b"});
  log.close();
  flip(largest_table(log), 0.985);
  log.reopen();
  EXPECT_EQ(log.read(20), "damaged 20-20 21:b 22:b 23:b 24:b 25:b");
  EXPECT_EQ(log.read(23), "23:b 24:b 25:b");
}

TEST(LogDamaged, IsSortedAnewWhenATableIsCut) {
  Fixture log;
  fill(log);
  log.close();
  const auto table = largest_table(log);
  std::filesystem::resize_file(table, std::filesystem::file_size(table) / 2);
  log.reopen();
  EXPECT_FALSE(log->findings().empty());
  EXPECT_EQ(log.state().epochs.size(), 2u);
  EXPECT_EQ(log.read(201, 202), "201:b 202:b");
  log.append({"c"});
  EXPECT_EQ(log.read(211), "211:c");
}

bool has_merged(const Fixture &log, size_t kept) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (log.files->kept() < kept && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return log.files->kept() >= kept;
}

// As a program that was killed leaves it: tables are there that were merged into others.
void fill_and_kill(Fixture &log) {
  log.files->tables_stay = true;
  size_t kept = 0;
  for (int i = 1; i <= 24; ++i) {
    const std::string number = std::to_string(i);
    const std::string topic = "a/" + number;
    log.append_events({{.topic = topic, .payload = number, .retain = true},
                       {.topic = "z", .payload = number, .retain = true}});
    log.reopen();
    if (i % 4 != 0) continue;
    ASSERT_TRUE(has_merged(log, kept + 3));
    kept = log.files->kept();
  }
  log.kill();
  log.files->tables_stay = false;
}

std::filesystem::path newest_manifest(const Fixture &log) {
  std::filesystem::path newest;
  for (const auto &file : std::filesystem::directory_iterator(log.options.directory / "records")) {
    if (!file.path().filename().string().starts_with("MANIFEST-")) continue;
    newest = std::max(newest, file.path());
  }
  return newest;
}

TEST(LogDamaged, HasEachEventOnceWhenTheListOfTablesIsDamagedAndMergedOnesAreLeft) {
  Fixture log;
  fill_and_kill(log);
  flip(newest_manifest(log), 0.5);
  log.reopen();
  EXPECT_FALSE(log->findings().empty());
  std::string expected;
  for (int i = 1; i <= 24; ++i) {
    expected += (i == 1 ? "" : " ") + std::to_string(2 * i - 1) + ":a/" + std::to_string(i) + " " +
                std::to_string(2 * i) + ":z";
  }
  EXPECT_EQ(log.read(), expected);
  const auto retained = *log->retained(log.number(), std::vector<std::string>{"#"});
  ASSERT_EQ(retained.size(), 25u);
  EXPECT_EQ(retained.back()->record().sequence(), 48u);
}

TEST(LogDamaged, OpensWhenTheListOfTablesIsDamagedAndATableOnlyRemoves) {
  Fixture log;
  log.append({"a", "b", "c"});
  log.reopen();
  ASSERT_TRUE(log->purge(log.number(), 2).is_ok());
  log.close();
  flip(newest_manifest(log), 0.5);
  log.reopen();
  EXPECT_EQ(log.read(3), "3:c");
  EXPECT_EQ(log.read(1), "retention 1-2 3:c");
}

TEST(LogDamaged, LosesNothingByADamagedCurrent) {
  Fixture log;
  log.append({"a", "b"});
  log.kill();
  flip(log.options.directory / "records" / "CURRENT", 0.5);
  log.reopen();
  EXPECT_TRUE(log->findings().empty());
  EXPECT_EQ(log.read(), "1:a 2:b");
}

TEST(LogDamaged, LosesNothingByAMissingCurrent) {
  Fixture log;
  log.append({"a", "b"});
  log.kill();
  std::filesystem::remove(log.options.directory / "records" / "CURRENT");
  log.reopen();
  EXPECT_TRUE(log->findings().empty());
  EXPECT_EQ(log.read(), "1:a 2:b");
}

}  // namespace
}  // namespace slipring::stream
