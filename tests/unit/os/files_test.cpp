#include "os/files.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace gate;
namespace fs = std::filesystem;

namespace {

TemporaryFolder scratch_folder() {
  auto folder = TemporaryFolder::make(fs::temp_directory_path(), "gate-files-");
  REQUIRE(folder);
  return *std::move(folder);
}

mode_t mode_of(const fs::path& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

} // namespace

TEST_CASE("a file is written whole, with its folders and its mode, and read back") {
  const TemporaryFolder folder = scratch_folder();
  const fs::path path = folder.path() / "a/b/file";
  const std::string content = std::string(100'000, 'x') + std::string("\0\n", 2);
  REQUIRE(write_file(path, content, 0755));
  CHECK(**read_file(path) == content);
  CHECK(mode_of(path) == 0755);
  REQUIRE(write_file(path, "new", 0600));
  CHECK(**read_file(path) == "new");
  CHECK(mode_of(path) == 0600);
  CHECK(std::distance(fs::directory_iterator(path.parent_path()), {}) == 1);
}

TEST_CASE("writing replaces a symlink and leaves what it stood for alone") {
  const TemporaryFolder folder = scratch_folder();
  REQUIRE(write_file(folder.path() / "target", "old", 0644));
  fs::create_symlink("target", folder.path() / "link");
  REQUIRE(write_file(folder.path() / "link", "new", 0644));
  CHECK(**read_file(folder.path() / "target") == "old");
  CHECK_FALSE(fs::is_symlink(folder.path() / "link"));
}

TEST_CASE("what can't be written is an error and leaves nothing behind") {
  const TemporaryFolder folder = scratch_folder();
  REQUIRE(write_file(folder.path() / "file", "x", 0644));
  const auto below_a_file = write_file(folder.path() / "file/below", "x", 0644);
  REQUIRE_FALSE(below_a_file);
  CHECK(below_a_file.error().message ==
        "cannot make the folder " + (folder.path() / "file").string() + ": Not a directory");
  fs::create_directories(folder.path() / "folder/full");
  CHECK_FALSE(write_file(folder.path() / "folder", "x", 0644));
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 2);
}

TEST_CASE("no file is nothing; what is no file is an error") {
  const TemporaryFolder folder = scratch_folder();
  CHECK_FALSE(*read_file(folder.path() / "none"));
  CHECK_FALSE(*read_file(folder.path() / "none/none"));
  CHECK_FALSE(read_file(folder.path()));
  REQUIRE(::mkfifo((folder.path() / "fifo").c_str(), 0600) == 0);
  CHECK(read_file(folder.path() / "fifo").error().message ==
        "cannot read " + (folder.path() / "fifo").string() + ": it is not a regular file");
  REQUIRE(write_file(folder.path() / "file", "12345", 0644));
  CHECK(**read_file(folder.path() / "file", 5) == "12345");
  CHECK(read_file(folder.path() / "file", 4).error().message ==
        "cannot read " + (folder.path() / "file").string() + ": it is larger than 4 bytes");
}

TEST_CASE("a full disk is told plainly") {
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  REQUIRE(full);
  const auto written = write_all(full.get(), "x");
  REQUIRE_FALSE(written);
  CHECK(errno == ENOSPC);
  CHECK(written.error().message == "cannot write: No space left on device");
  CHECK(file_error("write", "/a/b", ENOSPC).message == "cannot write /a/b: No space left on device");
  CHECK_FALSE(file_error("write", "/a/b", ENOSPC).remedy.empty());
}

TEST_CASE("a temporary folder is private and goes with its owner") {
  fs::path path;
  {
    const TemporaryFolder above = scratch_folder();
    auto made = TemporaryFolder::make(above.path() / "new", "x-");
    REQUIRE(made);
    path = made->path();
    CHECK(mode_of(path) == 0700);
    CHECK(path.filename().string().rfind("x-", 0) == 0);
    const TemporaryFolder moved = *std::move(made);
    CHECK(moved.path() == path);
    REQUIRE(write_file(path / "a/b", "x", 0644));
  }
  CHECK_FALSE(fs::exists(path));
  CHECK_FALSE(TemporaryFolder::make("/dev/null/x", "x-"));
}

TEST_CASE("a tree is removed even where its folders are read-only") {
  const TemporaryFolder folder = scratch_folder();
  const fs::path tree = folder.path() / "tree";
  REQUIRE(write_file(tree / "locked/in/file", "x", 0000));
  REQUIRE(::chmod((tree / "locked/in").c_str(), 0000) == 0);
  REQUIRE(::chmod((tree / "locked").c_str(), 0500) == 0);
  remove_tree(tree);
  CHECK_FALSE(fs::exists(tree));
}

TEST_CASE("the removal of a tree ends when its time is over") {
  const auto folder = TemporaryFolder::make(fs::temp_directory_path(), "gate-files-");
  REQUIRE(folder);
  const fs::path tree = folder->path() / "tree";
  fs::create_directories(tree / "a" / "b");
  CHECK_FALSE(remove_tree_until(tree, std::chrono::steady_clock::now()));
  CHECK(fs::exists(tree / "a" / "b"));
  CHECK(remove_tree_until(tree, std::chrono::steady_clock::now() + std::chrono::minutes(1)));
  CHECK_FALSE(fs::exists(tree));
  CHECK(remove_tree_until(tree, std::chrono::steady_clock::now()));
}

TEST_CASE("removing a tree follows no symlink") {
  const TemporaryFolder folder = scratch_folder();
  REQUIRE(write_file(folder.path() / "kept/file", "x", 0600));
  fs::create_directories(folder.path() / "tree");
  fs::create_symlink(folder.path() / "kept", folder.path() / "tree/link");
  fs::create_symlink(folder.path() / "kept", folder.path() / "link");
  remove_tree(folder.path() / "tree");
  remove_tree(folder.path() / "link");
  remove_tree(folder.path() / "none");
  CHECK(fs::exists(folder.path() / "kept/file"));
  CHECK(mode_of(folder.path() / "kept/file") == 0600);
  CHECK_FALSE(fs::is_symlink(folder.path() / "link"));
}

TEST_CASE("a tree that is deeper than a process may open folders is removed") {
  const TemporaryFolder folder = scratch_folder();
  Fd here(::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int i = 0; i < 3000; ++i) {
    REQUIRE(::mkdirat(here.get(), "d", 0700) == 0);
    here = Fd(::openat(here.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    REQUIRE(here);
  }
  remove_tree(folder.path() / "d");
  CHECK_FALSE(fs::exists(folder.path() / "d"));
}

TEST_CASE("a descriptor is closed once") {
  Fd first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int number = first.get();
  Fd second(std::move(first));
  CHECK(second.get() == number);
  second = Fd();
  CHECK(::fcntl(number, F_GETFD) == -1);
}
