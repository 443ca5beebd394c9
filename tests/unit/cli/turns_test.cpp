#include "cli/turns.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <csignal>

#include <sys/file.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "os/files.hpp"

using namespace gate;
namespace fs = std::filesystem;

namespace {

struct Scratch {
  TemporaryFolder folder = *TemporaryFolder::make(fs::temp_directory_path(), "gate-turns-");
  fs::path locks = folder.path() / "locks";
  Interrupt interrupt;
  FileTurns turns{locks, interrupt};
  Digest key = Digest::of("a key");

  bool is_empty() const { return fs::is_empty(locks); }
};

bool wait_on() { return true; }
bool go_away() { return false; }

} // namespace

TEST_CASE("one has the turn for a key, and its file goes with it") {
  Scratch scratch;
  auto first = scratch.turns.take(scratch.key, wait_on);
  REQUIRE(first);
  const auto other_key = scratch.turns.take(Digest::of("another"), go_away);
  CHECK(other_key);
  const auto second = scratch.turns.take(scratch.key, go_away);
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::interrupted);
  first->reset();
  CHECK(scratch.turns.take(scratch.key, go_away));
}

TEST_CASE("who waits gets the turn as soon as it is given back") {
  Scratch scratch;
  auto first = scratch.turns.take(scratch.key, wait_on);
  REQUIRE(first);
  unsigned waited = 0;
  const auto second = scratch.turns.take(scratch.key, [&] {
    first->reset();
    return ++waited < 100;
  });
  REQUIRE(second);
  CHECK(waited == 1);
  CHECK_FALSE(scratch.turns.take(scratch.key, go_away));
}

TEST_CASE("an interrupt ends the waiting") {
  Scratch scratch;
  const auto first = scratch.turns.take(scratch.key, wait_on);
  const auto second = scratch.turns.take(scratch.key, [] {
    ::kill(::getpid(), SIGINT);
    return true;
  });
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::interrupted);
}

TEST_CASE("the turn of a process that was killed is free, and what it left goes with the next one") {
  Scratch scratch;
  fs::create_directories(scratch.locks);
  const fs::path file = scratch.locks / scratch.key.hex();
  int ready[2] = {};
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    const char sign = ::flock(fd, LOCK_EX) == 0 ? 'y' : 'n';
    static_cast<void>(::write(ready[1], &sign, 1) == 1);
    ::pause();
    ::_exit(0);
  }
  char sign = 'n';
  REQUIRE(::read(ready[0], &sign, 1) == 1);
  REQUIRE(sign == 'y');
  CHECK_FALSE(scratch.turns.take(scratch.key, go_away));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK(scratch.turns.take(scratch.key, go_away));
  CHECK(scratch.is_empty());
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_CASE("of many that want a turn at once one has it at a time, and nothing is left") {
  Scratch scratch;
  std::atomic<int> inside{0};
  std::atomic<bool> was_crowded{false};
  std::atomic<int> served{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 5; ++round) {
        const auto turn = scratch.turns.take(scratch.key, wait_on);
        was_crowded = was_crowded || !turn || inside.fetch_add(1) != 0;
        inside.fetch_sub(1);
        ++served;
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  CHECK_FALSE(was_crowded);
  CHECK(served == 20);
  CHECK(scratch.is_empty());
}

TEST_CASE("a folder that can't be made is an error that names it") {
  Scratch scratch;
  REQUIRE(write_file(scratch.locks, "a file", 0600));
  const auto turn = scratch.turns.take(scratch.key, wait_on);
  REQUIRE_FALSE(turn);
  CHECK(turn.error().kind == ErrorKind::could_not_run);
  CHECK(turn.error().message.find(scratch.locks.string()) != std::string::npos);
}
