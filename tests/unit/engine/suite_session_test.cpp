#include "engine/suite_session.hpp"

#include <atomic>
#include <filesystem>
#include <memory>

#include <catch2/catch.hpp>

#include "os/files.hpp"
#include "os/interrupt.hpp"

using namespace gate;

namespace {

class Silent final : public Progress {
public:
  void step(std::string_view, std::string_view) override {}
  void tick() override {}
};

/// A session that has no need of an Engine.
struct World {
  TemporaryFolder folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "session-").value();
  SuiteRequest request;
  Silent progress;
  Interrupt interrupt;
  EngineApi api{endpoint_of_host("unix:///no/such/socket", std::nullopt).value()};
  RunLog log = RunLog::open(folder.path() / "log").value();

  SuiteSession session(EngineMachine machine) {
    return {{request, progress, interrupt, api, {}, RunOwner::make(), folder.path(), folder.path(), machine}, log};
  }
};

} // namespace

TEST_CASE("without limits of its own a suite gets three quarters of the machine's memory, and all its cores") {
  World world;
  const ContainerLimits limits = world.session({4, 8000000000}).limits();
  CHECK(limits.nano_cpus == 0);
  CHECK(limits.memory == 6000000000);
  CHECK(limits.pids == SuiteLimits::k_pids);
}

TEST_CASE("a suite's own limits are its containers'") {
  World world;
  world.request.suite.limits = {1.5, 512LL << 20U, 100};
  const ContainerLimits limits = world.session({4, 8000000000}).limits();
  CHECK(limits.nano_cpus == 1500000000);
  CHECK(limits.memory == 512LL << 20U);
  CHECK(limits.pids == 100);
}

TEST_CASE("more cores than the machine has, and next to none, are what the Engine takes") {
  World world;
  world.request.suite.limits.cpus = 64;
  CHECK(world.session({2, 1}).limits().nano_cpus == 2000000000);
  world.request.suite.limits.cpus = 0.0001;
  CHECK(world.session({2, 1}).limits().nano_cpus == 10000000);
}

TEST_CASE("the tested process gets the variables that the request names") {
  World world;
  world.request.env = {{"A", "1"}, {"B", "x=y"}};
  CHECK(world.session({}).test_env() == std::vector<std::string>{"A=1", "B=x=y"});
}

TEST_CASE("object ids are the request's, where it can tell any") {
  World world;
  CHECK_FALSE(world.session({}).id_of("x"));
}

TEST_CASE("a request's stop ends every wait of its session") {
  World world;
  const auto stop = std::make_shared<std::atomic<bool>>(false);
  world.request.stop = stop;
  const SuiteSession session = world.session({});
  CHECK_FALSE(session.patience().called_off());
  *stop = true;
  CHECK(session.patience().called_off());
}
