#include "engine/build_turns.hpp"

#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "os/interrupt.hpp"

using namespace gate;
using namespace std::chrono_literals;

namespace {

struct World {
  Result<BuildTurns> take(const std::set<std::string>& keys, const std::function<void()>& waiting = [] {}) {
    return BuildTurns::take(folder.path() / "locks", keys, {std::chrono::steady_clock::now() + limit, &interrupt, {}, &stop}, waiting);
  }
  Interrupt interrupt;
  TemporaryFolder folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "turns-").value();
  std::chrono::milliseconds limit = 20s;
  std::atomic<bool> stop{false};
};

} // namespace

TEST_CASE("the second build of an image waits for the first, and says so once") {
  World world;
  std::optional<BuildTurns> first = world.take({"api", "web"}).value();
  std::atomic<int> told{0};
  std::atomic<bool> is_built{false};
  std::atomic<bool> came_after{false};
  std::thread second([&] {
    const Result<BuildTurns> turns = world.take({"web", "api"}, [&] { ++told; });
    came_after = turns.has_value() && is_built;
  });
  while (told == 0) {
    std::this_thread::sleep_for(1ms);
  }
  is_built = true;
  first.reset();
  second.join();
  CHECK(came_after);
  CHECK(told == 1);
}

TEST_CASE("different images are built side by side, and what is let go of is free") {
  World world;
  int told = 0;
  Result<BuildTurns> first = world.take({"api", "web"});
  REQUIRE(first);
  REQUIRE(turn_file("db") != turn_file("api"));
  CHECK(world.take({"db"}, [&] { ++told; }));
  first->keep_only({"api"});
  CHECK(world.take({"web"}, [&] { ++told; }));
  CHECK(told == 0);
}

TEST_CASE("a wait for a turn ends with a stop, and with the suite's time") {
  World world;
  const Result<BuildTurns> first = world.take({"api"});
  REQUIRE(first);
  world.limit = 10ms;
  CHECK(world.take({"api"}));
  world.limit = 20s;
  const Result<BuildTurns> second = world.take({"api"}, [&] { world.stop = true; });
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::interrupted);
}

TEST_CASE("where there can be no lock, all build") {
  World world;
  REQUIRE(write_file(world.folder.path() / "locks", "", 0600));
  CHECK(world.take({"api"}));
  CHECK(world.take({"api"}));
}
