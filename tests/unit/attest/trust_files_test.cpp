#include <catch2/catch.hpp>

#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "attest/trust_files.hpp"
#include "os/files.hpp"

using namespace gate;

namespace fs = std::filesystem;

namespace {

/// A state folder and a repository's.
struct World {
  TemporaryFolder folder = TemporaryFolder::make(fs::temp_directory_path(), "trust-").value();
  fs::path state = folder.path() / "state";
  fs::path git = folder.path() / "git";
  World() { fs::create_directories(git); }
  TrustFiles files() const { return {state, git}; }
  fs::path file() const { return state / "gate" / "trust" / Digest::of(fs::canonical(git).string()).hex(); }
};

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(lstat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

const SurfaceReading k_reading{{{"suite api", "runs make\ttest"}, {"publish x", "to\ny"}}, {"gate.toml", "a\nb"}};

} // namespace

TEST_CASE("what was agreed to is found again, by its owner alone") {
  const World world;
  auto files = world.files();
  CHECK_FALSE(files.load().value());
  REQUIRE(files.add(k_reading));
  const auto record = files.load().value();
  REQUIRE(record);
  CHECK(Surface(record->lines).digest() == Surface(k_reading.lines).digest());
  CHECK(record->sources == k_reading.sources);
  CHECK(mode_of(world.file()) == 0600U);
  CHECK(mode_of(world.file().parent_path()) == 0700U);
  CHECK(mode_of(world.file().parent_path().parent_path()) == 0700U);
}

TEST_CASE("agreeing adds, and forgetting takes all away") {
  const World world;
  auto files = world.files();
  REQUIRE(files.add(k_reading));
  REQUIRE(files.add({{{"suite web", "runs x"}}, {"web/Dockerfile"}}));
  REQUIRE(files.add({{{"suite web", "runs x"}}, {"web/Dockerfile"}}));
  CHECK(files.load().value()->lines.size() == 3);
  CHECK(files.load().value()->sources.size() == 3);
  REQUIRE(files.keep_asked(k_reading));
  CHECK(files.forget().value());
  CHECK_FALSE(files.load().value());
  CHECK_FALSE(files.load_asked().value());
  CHECK_FALSE(files.forget().value());
}

TEST_CASE("what was asked last is kept beside it") {
  const World world;
  auto files = world.files();
  REQUIRE(files.keep_asked(k_reading));
  CHECK_FALSE(files.load().value());
  CHECK(files.load_asked().value()->lines.size() == 2);
  REQUIRE(files.drop_asked());
  CHECK_FALSE(files.load_asked().value());
}

TEST_CASE("another repository, and one that was moved, has its own") {
  const World world;
  auto files = world.files();
  REQUIRE(files.add(k_reading));
  const fs::path other = world.folder.path() / "other";
  fs::rename(world.git, other);
  CHECK_FALSE(TrustFiles(world.state, other).load().value());
}

TEST_CASE("a repository by way of a link is the same") {
  const World world;
  auto files = world.files();
  REQUIRE(files.add(k_reading));
  fs::create_directory_symlink(world.git, world.folder.path() / "link");
  CHECK(TrustFiles(world.state, world.folder.path() / "link").load().value());
}

TEST_CASE("a symlink is never followed, neither for the file nor for the folders") {
  const World world;
  auto files = world.files();
  REQUIRE(files.add(k_reading));
  const fs::path elsewhere = world.folder.path() / "elsewhere";
  fs::rename(world.file(), elsewhere);
  fs::create_symlink(elsewhere, world.file());
  CHECK_FALSE(files.load());
  CHECK_FALSE(files.add(k_reading));
  fs::remove(world.file());
  fs::rename(world.state / "gate" / "trust", world.folder.path() / "moved");
  fs::create_directory_symlink(world.folder.path() / "moved", world.state / "gate" / "trust");
  CHECK_FALSE(files.load());
  CHECK_FALSE(files.add(k_reading));
  CHECK_FALSE(files.forget());
}

TEST_CASE("what others may write is not believed") {
  const World world;
  auto files = world.files();
  REQUIRE(files.add(k_reading));
  REQUIRE(chmod(world.file().c_str(), 0620) == 0);
  CHECK_FALSE(files.load());
  REQUIRE(chmod(world.file().c_str(), 0600) == 0);
  REQUIRE(chmod(world.file().parent_path().c_str(), 0777) == 0);
  CHECK_FALSE(files.load());
  CHECK_FALSE(files.add(k_reading));
}

TEST_CASE("what belongs to another user is not believed") {
  if (geteuid() != 0) {
    return;
  }
  const World world;
  auto files = world.files();
  REQUIRE(files.add(k_reading));
  REQUIRE(chown(world.file().c_str(), 1, 1) == 0);
  CHECK_FALSE(files.load());
}

TEST_CASE("a file of another form is none, and a FIFO hangs nobody") {
  const World world;
  auto files = world.files();
  REQUIRE(files.add(k_reading));
  for (const char* text : {"", "gate trust 2\n", "gate trust 1\ntrusted no tab\n", "gate trust 1\nnonsense\n", "gate trust 1\nsource cut o"}) {
    std::ofstream(world.file()) << text;
    CHECK_FALSE(files.load().value());
  }
  fs::remove(world.file());
  REQUIRE(mkfifo(world.file().c_str(), 0600) == 0);
  CHECK_FALSE(files.load());
}
