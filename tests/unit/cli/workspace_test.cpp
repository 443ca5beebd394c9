#include "cli/workspace.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <thread>

#include <sys/wait.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "os/files.hpp"

using namespace gate;
namespace fs = std::filesystem;

namespace {

struct Scratch {
  TemporaryFolder folder = *TemporaryFolder::make(fs::temp_directory_path(), "gate-workspace-");
  GateFolder gate{folder.path()};

  std::size_t runs() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(gate.scratch()), fs::directory_iterator())); }
};

Oid tree() { return *Oid::parse(std::string(40, 'a')); }

void write_log(const fs::path& file, std::uintmax_t size) {
  std::ofstream(file) << "x";
  fs::resize_file(file, size);
}

} // namespace

TEST_CASE("several runs have an empty folder each, which goes with the run") {
  Scratch scratch;
  auto first = scratch.gate.fresh_folder();
  auto second = scratch.gate.fresh_folder();
  REQUIRE(first);
  REQUIRE(second);
  CHECK((*first)->path() != (*second)->path());
  CHECK(fs::is_empty((*first)->path()));
  CHECK((fs::status((*first)->path().parent_path()).permissions() & fs::perms::mask) == fs::perms::owner_all);
  CHECK(scratch.runs() == 2);
  first->reset();
  CHECK(fs::is_empty((*second)->path()));
  second->reset();
  CHECK(scratch.runs() == 0);
  CHECK(scratch.gate.leftovers().empty());
}

TEST_CASE("logs of one name in one second are several files, and the newest name sorts last") {
  Scratch scratch;
  std::vector<std::string> names;
  for (int i = 0; i < 12; ++i) {
    const auto log = scratch.gate.log_file("api-2-4", tree());
    REQUIRE(log);
    names.push_back(log->filename());
    CHECK(log->filename().string().find("-aaaaaaaa-api-2-4.log") != std::string::npos);
  }
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == 12);
  CHECK(std::is_sorted(names.begin(), names.end()));
}

TEST_CASE("old logs make room when they are many or large, the newest stay") {
  Scratch scratch;
  const auto first = scratch.gate.log_file("api", tree());
  REQUIRE(first);
  const fs::path logs = first->parent_path();
  for (int i = 10; i < 60; ++i) {
    write_log(logs / ("20000101T0000" + std::to_string(i) + "Z-1-0001-aaaaaaaa-api.log"), std::uintmax_t{16} << 20U);
  }
  REQUIRE(scratch.gate.log_file("api", tree()));
  CHECK(std::distance(fs::directory_iterator(logs), fs::directory_iterator()) == 30);
  CHECK(fs::exists(logs / "20000101T000059Z-1-0001-aaaaaaaa-api.log"));
  for (int i = 100; i < 700; ++i) {
    write_log(logs / ("19990101T000000Z-1-" + std::to_string(i) + "-aaaaaaaa-api.log"), 0);
  }
  REQUIRE(scratch.gate.log_file("api", tree()));
  CHECK(std::distance(fs::directory_iterator(logs), fs::directory_iterator()) <= 500);
}

TEST_CASE("what a process that is gone has left is removed by the next run") {
  Scratch scratch;
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  fs::create_directories(scratch.gate.scratch() / ("run-" + std::to_string(child) + "-abcdef") / "tree");
  const auto run = scratch.gate.fresh_folder();
  REQUIRE(run);
  CHECK(scratch.runs() == 1);
}

TEST_CASE("what takes long to remove goes in the background") {
  const TemporaryFolder folder = *TemporaryFolder::make(fs::temp_directory_path(), "gate-workspace-");
  GateFolder gate(folder.path(), {"/bin/rm", std::chrono::milliseconds(0)});
  auto run = gate.fresh_folder();
  REQUIRE(run);
  const fs::path tree = (*run)->path();
  std::ofstream(tree / "file") << "x";
  fs::create_directories(tree / "a" / "b");
  run->reset();
  CHECK_FALSE(fs::exists(tree)); // it may be there yet, but under another name
  CHECK(gate.leftovers().empty());
  for (int i = 0; i < 1000 && !fs::is_empty(gate.scratch()); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(fs::is_empty(gate.scratch()));
}

TEST_CASE("where nothing can be removed in the background it is waited for") {
  const TemporaryFolder folder = *TemporaryFolder::make(fs::temp_directory_path(), "gate-workspace-");
  GateFolder gate(folder.path(), {"", std::chrono::milliseconds(0)});
  auto run = gate.fresh_folder();
  REQUIRE(run);
  std::ofstream((*run)->path() / "file") << "x";
  run->reset();
  CHECK(fs::is_empty(gate.scratch()));
}

TEST_CASE("what a removal in the background has left is removed by the next gate, whoever is alive") {
  Scratch scratch;
  fs::create_directories(scratch.gate.scratch() / ("done-" + std::to_string(::getpid()) + "-abcdef") / "tree");
  const auto run = scratch.gate.fresh_folder();
  REQUIRE(run);
  CHECK(scratch.runs() == 1);
}

TEST_CASE("a run is at work as long as its folder is locked, whatever process ids say") {
  Scratch scratch;
  // Of a gate in another container, whose process id means nothing here.
  const fs::path theirs = scratch.gate.scratch() / "run-4194303-abcdef";
  fs::create_directories(theirs / "tree");
  const Fd lock(::open(theirs.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  REQUIRE(::flock(lock.get(), LOCK_EX | LOCK_NB) == 0);
  // Of one that is gone, and whose process id is somebody else's by now.
  fs::create_directories(scratch.gate.scratch() / ("run-" + std::to_string(::getpid()) + "-abcdef") / "tree");
  const auto run = scratch.gate.fresh_folder();
  REQUIRE(run);
  CHECK(fs::exists(theirs / "tree"));
  CHECK(scratch.runs() == 2);
}
