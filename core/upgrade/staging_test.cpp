#include "upgrade/staging.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace slipring::upgrade {
namespace {

namespace fs = std::filesystem;

class StagingTest : public testing::Test {
 protected:
  StagingTest() {
    char name[] = "/tmp/slipring-staging-XXXXXX";
    root_ = mkdtemp(name);
    area_.emplace(std::move(StagingArea::create(root_ / "staged").value()));
  }
  ~StagingTest() override { fs::remove_all(root_); }

  fs::path file(const std::string &content) {
    const fs::path path = root_ / "a.so";
    std::ofstream(path) << content;
    return path;
  }

  fs::path root_;
  std::optional<StagingArea> area_;
};

TEST_F(StagingTest, EachCopyHasANameOfItsOwnAndGoesWithItsOwner) {
  const fs::path source = file("content");
  fs::path first_path;
  {
    auto first = area_->stage(source);
    auto second = area_->stage(source);
    ASSERT_TRUE(first);
    ASSERT_TRUE(second);
    EXPECT_NE(first->path(), second->path());
    EXPECT_EQ(fs::file_size(first->path()), 7u);
    first_path = first->path();
  }
  EXPECT_FALSE(fs::exists(first_path));
}

TEST_F(StagingTest, RefusesALink) {
  fs::create_symlink(file("content"), root_ / "link.so");
  const auto staged = area_->stage(root_ / "link.so");
  ASSERT_FALSE(staged);
  EXPECT_EQ(staged.error().line(), "type: found a symbolic link, expected a regular file");
}

TEST_F(StagingTest, RefusesWhatIsNoFileWithoutWaitingForIt) {
  mkfifo((root_ / "fifo.so").c_str(), 0600);
  EXPECT_EQ(area_->stage(root_ / "fifo.so").error().check, "type");
  EXPECT_EQ(area_->stage(root_ / "none.so").error().check, "readable");
}

TEST_F(StagingTest, RefusesAFileThatAnyoneMayWrite) {
  const fs::path source = file("content");
  chmod(source.c_str(), 0646);
  const auto staged = area_->stage(source);
  ASSERT_FALSE(staged);
  EXPECT_EQ(staged.error().line(),
            "mode: found 0646, writable by anyone, expected a file that others cannot write to "
            "(chmod o-w)");
}

TEST_F(StagingTest, RemovesWhatAnEarlierProcessLeft) {
  std::ofstream(root_ / "staged" / "old-1.so") << "x";
  fs::create_directory(root_ / "staged" / "folder");
  ASSERT_TRUE(StagingArea::create(root_ / "staged"));
  EXPECT_TRUE(fs::is_empty(root_ / "staged"));
}

// It may be a mount, which cannot be removed.
TEST_F(StagingTest, KeepsADirectoryThatIsThere) {
  const auto inode = [&] {
    struct stat facts {};
    EXPECT_EQ(stat((root_ / "staged").c_str(), &facts), 0);
    return facts.st_ino;
  };
  const auto before = inode();
  ASSERT_TRUE(StagingArea::create(root_ / "staged"));
  EXPECT_EQ(inode(), before);
}

TEST_F(StagingTest, DoesNotFollowALinkInItsPlace) {
  std::ofstream(root_ / "staged" / "kept.so") << "x";
  fs::create_directory_symlink(root_ / "staged", root_ / "link");
  ASSERT_TRUE(StagingArea::create(root_ / "link"));
  EXPECT_TRUE(fs::is_directory(fs::symlink_status(root_ / "link")));
  EXPECT_TRUE(fs::exists(root_ / "staged" / "kept.so"));
}

}  // namespace
}  // namespace slipring::upgrade
