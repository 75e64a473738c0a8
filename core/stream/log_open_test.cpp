#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <fstream>
#include <utility>

#include "stream/testing.hpp"

namespace slipring::stream {
namespace {

using testing::Fixture;
using ::testing::HasSubstr;
using testing::settings_of;

TEST(LogOpen, RefusesADirectoryThatIsOpenElsewhere) {
  Fixture log;
  const auto second = Log::open(log.options, log.settings);
  ASSERT_FALSE(second.is_ok());
  EXPECT_EQ(second.status().code(), SLIPRING_FAILED_PRECONDITION);
  EXPECT_THAT(second.status().message(), HasSubstr("is open elsewhere"));
}

TEST(LogOpen, RefusesADirectoryThatCannotBeWrittenTo) {
  Fixture log;
  log.close();
  if (::geteuid() == 0) {
    log.options.directory = "/proc/slipring";  // not even by root
  } else {
    std::filesystem::permissions(log.options.directory, std::filesystem::perms::owner_read);
  }
  const Status status = log.try_reopen();
  EXPECT_THAT(status.message(), HasSubstr("directory"));
  EXPECT_FALSE(status.is_ok());
}

TEST(LogOpen, RefusesAnotherMachinesLogUnlessItIsAdopted) {
  Fixture log;
  log.append({"a"});
  log.options.machine = "another";
  const Status status = log.try_reopen();
  EXPECT_EQ(status.code(), SLIPRING_FAILED_PRECONDITION);
  EXPECT_THAT(status.message(), HasSubstr("belongs to machine this, this is another"));
  log.options.adopt = true;
  log.reopen();
  EXPECT_EQ(log.read(), "1:a");
  log.options.adopt = false;
  log.reopen();
}

TEST(LogOpen, RefusesANewerFormat) {
  Fixture log;
  log.close();
  rocksdb::DB *db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle *> handles;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char *name : {"default", "events", "topics", "retained", "deduplication"}) {
    families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  }
  ASSERT_TRUE(
      rocksdb::DB::Open({}, log.options.directory / "records", families, &handles, &db).ok());
  ASSERT_TRUE(db->Put({}, "format", "2").ok());
  for (auto *handle : handles) db->DestroyColumnFamilyHandle(handle);
  delete db;
  const Status status = log.try_reopen();
  EXPECT_EQ(status.code(), SLIPRING_FAILED_PRECONDITION);
  EXPECT_THAT(status.message(), HasSubstr("has format 2, this host knows 1"));
}

TEST(LogOpen, RefusesWhatIsDamagedBeyondRepair) {
  Fixture log;
  log.append({"a"});
  log.close();
  for (const auto &file : std::filesystem::directory_iterator(log.options.directory / "records")) {
    if (file.path().filename() == "LOCK") continue;
    std::ofstream(file.path(), std::ios::trunc) << "nonsense";
  }
  const Status status = log.try_reopen();
  // What its streams were called is gone with everything else.
  if (!status.is_ok()) {
    EXPECT_EQ(status.code(), SLIPRING_DATA_LOSS) << status.message();
  } else {
    EXPECT_FALSE(log->findings().empty());
  }
}

TEST(LogOpen, ReadsWithoutChangingAnything) {
  Fixture log;
  log.append({"a"});
  log.options.read_only = true;
  log.reopen();
  EXPECT_EQ(log.read(), "1:a");
  EXPECT_EQ(log.try_append({{.topic = "b"}}).code(), SLIPRING_INTERNAL);
}

TEST(LogOpen, KeepsStreamsThatAreNotAskedFor) {
  Fixture log;
  log.append({"a"});
  const uint32_t number = log.number();
  log.settings = {settings_of("other")};
  log.reopen();
  EXPECT_EQ(log.read(), "1:a");
  EXPECT_EQ(log.number(), number);
  EXPECT_NE(log.number("other"), number);
  EXPECT_FALSE(log->forget("other").is_ok());
  ASSERT_TRUE(log->forget("s").is_ok());
  EXPECT_FALSE(log->find("s"));
  log.settings = {settings_of("s")};
  log.reopen();
  EXPECT_EQ(log.state().last, 0u);
}

TEST(LogOpen, FindsThatTheMachineStoppedAlsoWhenItWasPurgedBefore) {
  Fixture log(settings_of("s", Durability::log));
  log.append({"a", "b"});
  log.kill();
  log.options.boot = "second";
  log.options.maintenance = true;
  const auto settings = std::exchange(log.settings, {});
  log.reopen();
  ASSERT_TRUE(log->purge(log.number(), 1).is_ok());
  log.options.maintenance = false;
  log.settings = settings;
  log.reopen();
  EXPECT_EQ(log.state().epochs.size(), 2u);
  EXPECT_EQ(log.read(2), "2:b");
}

TEST(LogOpen, TellsWhenTheMarksAreGone) {
  Fixture log;
  log.append({"a"});
  log.close();
  std::filesystem::remove(log.options.directory / "marks");
  log.reopen();
  EXPECT_EQ(log->findings().size(), 1u);
  EXPECT_EQ(log.state().epochs.size(), 2u);
  EXPECT_EQ(log.read(), "1:a");
}

}  // namespace
}  // namespace slipring::stream
