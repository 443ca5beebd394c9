#include "engine/engine_api.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "../support/fake_engine.hpp"
#include "engine/owner.hpp"
#include "engine/suite_runner.hpp"
#include "engine/sweep.hpp"
#include "engine/watchdog.hpp"
#include "os/interrupt.hpp"

using namespace gate;
using namespace std::chrono_literals;

namespace {

using Answer = FakeEngine::Answer;
using Request = FakeEngine::Request;

Patience ten_seconds() {
  return {std::chrono::steady_clock::now() + 10s, nullptr, {}};
}

/// It says hello, too.
FakeEngine::Handler polite(FakeEngine::Handler handler) {
  return [handler = std::move(handler)](const Request& request) { return request.path == "/_ping" ? Answer{} : handler(request); };
}

/// Connected to an Engine that answers like this.
struct World {
  explicit World(FakeEngine::Handler handler) : engine(polite(std::move(handler))), api(engine.endpoint()) {
    engine.answer();
    REQUIRE(engine.works());
    REQUIRE(api.connect(ten_seconds()));
  }
  FakeEngine engine;
  EngineApi api;
};

/// Gives to each request the head of an answer, and nothing after it.
class SilentEngine {
public:
  SilentEngine() {
    m_listener = Fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    const auto* const plain = static_cast<const sockaddr*>(static_cast<const void*>(&address));
    REQUIRE((bind(m_listener.get(), plain, sizeof address) == 0 && listen(m_listener.get(), 8) == 0));
    m_thread = std::thread([this] { serve(); });
  }
  ~SilentEngine() {
    shutdown(m_listener.get(), SHUT_RDWR);
    m_thread.join();
  }
  SilentEngine(const SilentEngine&) = delete;
  SilentEngine& operator=(const SilentEngine&) = delete;
  Endpoint endpoint() const { return endpoint_of_host("unix://" + path(), std::nullopt).value(); }

private:
  std::string path() const { return (m_folder.path() / "s").string(); }
  void serve() {
    constexpr std::string_view k_head = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n";
    std::vector<Fd> open;
    for (Fd next(accept(m_listener.get(), nullptr, nullptr)); next; next = Fd(accept(m_listener.get(), nullptr, nullptr))) {
      send(next.get(), k_head.data(), k_head.size(), MSG_NOSIGNAL);
      open.push_back(std::move(next));
    }
  }

  TemporaryFolder m_folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "engine-").value();
  Fd m_listener;
  std::thread m_thread;
};

/// Lists these containers until they are removed.
struct Containers {
  std::vector<std::string> ids;
  std::string labels;

  Answer operator()(const Request& request) {
    if (request.method == "DELETE") {
      const std::string id = request.path.substr(12, request.path.find('?') - 12);
      ids.erase(std::remove(ids.begin(), ids.end(), id), ids.end());
      return {204, {}};
    }
    if (request.path.rfind("/volumes", 0) == 0) {
      return {200, R"({"Volumes": null})"};
    }
    if (request.path.rfind("/containers/json", 0) != 0) {
      return {200, "[]"};
    }
    std::string list;
    for (const std::string& id : ids) {
      list += (list.empty() ? "" : ",") + (R"({"Id":")" + id + R"(","Labels":)" + labels + "}");
    }
    return {200, "[" + list + "]"};
  }
};

bool comes_to_be(const std::function<bool()>& condition) {
  for (int i = 0; i < 1000 && !condition(); ++i) {
    std::this_thread::sleep_for(20ms);
  }
  return condition();
}

// An Engine that goes earlier keeps the watchdog for minutes.
void wait_for_watchdogs() {
  while (waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
  }
}

} // namespace

TEST_CASE("the machine is what the Engine says of it") {
  World world([](const Request&) { return Answer{200, R"({"NCPU": 8, "MemTotal": 16000000000})"}; });
  const auto machine = world.api.machine(ten_seconds());
  REQUIRE(machine);
  CHECK(machine->cores == 8);
  CHECK(machine->memory == 16000000000);
}

TEST_CASE("a machine of which the Engine says nothing is an error") {
  World world([](const Request&) { return Answer{200, R"({"NCPU": "many"})"}; });
  CHECK(world.api.machine(ten_seconds()).error().kind == ErrorKind::could_not_run);
}

TEST_CASE("containers are made in any order, and their ids come in that of the wishes") {
  World world([](const Request& request) {
    const std::string name = request.path.substr(request.path.find('=') + 1);
    return Answer{201, R"({"Id": "id-of-)" + name + request.body + R"("})"};
  });
  const auto ids = world.api.create_containers({{"a", "1"}, {"b", "2"}, {"c", "3"}}, ten_seconds());
  REQUIRE(ids);
  CHECK(*ids == std::vector<std::string>{"id-of-a1", "id-of-b2", "id-of-c3"});
}

TEST_CASE("one container that can't be made is an error that names it") {
  World world([](const Request& request) {
    return request.path.find("=b") == std::string::npos ? Answer{201, R"({"Id": "x"})"} : Answer{409, R"({"message": "taken"})"};
  });
  CHECK(world.api.create_containers({{"a", "{}"}, {"b", "{}"}}, ten_seconds()).error().message ==
        "the Engine could not create the container b: taken");
}

TEST_CASE("containers are started all at once, and the first that is not is the error") {
  World world([](const Request& request) {
    return request.path == "/containers/b/start" ? Answer{500, R"({"message": "no room"})"} : Answer{204, {}};
  });
  CHECK(world.api.start_containers({"a", "b", "c"}, ten_seconds()).error().message == "the Engine could not start the container: no room");
  CHECK(world.engine.has_seen("POST /containers/c/start"));
}

TEST_CASE("networks and volumes are made") {
  World world([](const Request& request) {
    return request.path == "/networks/create" ? Answer{201, R"({"Id": "n"})"} : Answer{201, "{}"};
  });
  CHECK(world.api.create_network("{}", ten_seconds()).value() == "n");
  CHECK(world.api.create_volume("{}", ten_seconds()));
}

TEST_CASE("the state tells health, addresses and the first process") {
  World world([](const Request&) {
    return Answer{200, R"({"Image": "sha256:1", "State": {"Running": true, "ExitCode": 0, "Pid": 77, "Health": {"Status": "unhealthy"}},
      "NetworkSettings": {"Networks": {"a": {"IPAddress": "172.18.0.2", "GlobalIPv6Address": ""}, "b": {"IPAddress": ""}}}})"};
  });
  const auto state = world.api.container_state("x", ten_seconds());
  REQUIRE(state);
  CHECK(state->health == Health::unhealthy);
  CHECK(state->pid == 77);
  CHECK(state->addresses == std::vector<std::string>{"172.18.0.2"});
}

TEST_CASE("an archive goes to the Engine in the pieces that it comes in, whole") {
  std::string got;
  World world([&](const Request& request) {
    got = request.method == "PUT" ? request.body : got;
    return Answer{};
  });
  int pieces = 0;
  const std::string piece(300000, 'x');
  const auto archive = [&]() -> Result<std::string> { return ++pieces <= 3 ? piece : std::string(); };
  REQUIRE(world.api.put_archive("id", "/src x", archive, ten_seconds()));
  CHECK(got.size() == 900000);
  CHECK(world.engine.has_seen("PUT /containers/id/archive?path=%2Fsrc%20x"));
}

TEST_CASE("an archive that breaks is an error with its own reason") {
  World world([](const Request&) { return Answer{}; });
  const auto put = world.api.put_archive("id", "/", []() -> Result<std::string> { return could_not_run("it broke"); }, ten_seconds());
  REQUIRE_FALSE(put);
  CHECK(put.error().message == "it broke");
}

TEST_CASE("a stop ends a wait for the Engine as an interrupt does") {
  FakeEngine engine([](const Request&) { return Answer{}; }); // never answers
  std::atomic<bool> stop{false};
  EngineApi api(engine.endpoint());
  const auto hello = api.connect({std::nullopt, nullptr, [&] { stop = true; }, &stop});
  REQUIRE_FALSE(hello);
  CHECK(hello.error().kind == ErrorKind::interrupted);
  CHECK(pause_for(10s, {std::nullopt, nullptr, {}, &stop}).error().kind == ErrorKind::interrupted);
}

TEST_CASE("a container is started as soon as its outputs are attached") {
  const SilentEngine engine;
  EngineApi api(engine.endpoint());
  auto fastest = std::chrono::steady_clock::duration::max();
  for (int i = 0; i < 5; ++i) {
    const auto began = std::chrono::steady_clock::now();
    auto took = fastest;
    CHECK_FALSE(api.attach(
        "abc", [](std::string_view) {},
        [&] {
          took = std::chrono::steady_clock::now() - began;
          return Result<void>(interrupted());
        },
        ten_seconds()));
    fastest = std::min(fastest, took);
  }
  CHECK(fastest < 80ms);
}

TEST_CASE("an Engine that is not there, hangs, or speaks TLS is told apart") {
  EngineApi absent(endpoint_of_host("unix:///no/such/socket", std::nullopt).value());
  CHECK(absent.connect(ten_seconds()).error().message == "the Engine does not answer at unix:///no/such/socket: is it running?");
  FakeEngine deaf([](const Request&) { return Answer{}; });
  EngineApi hung(deaf.endpoint());
  CHECK(hung.connect({std::chrono::steady_clock::now() + 200ms, nullptr, {}}).error().message ==
        "the Engine at unix://" + deaf.socket_path() + " hangs: no answer in time");
  FakeEngine tls([](const Request&) { return Answer{400, "Client sent an HTTP request to an HTTPS server.\n"}; });
  tls.answer();
  EngineApi plain(tls.endpoint());
  CHECK(plain.connect(ten_seconds()).error().message == "the Engine at unix://" + tls.socket_path() + " speaks TLS only");
}

TEST_CASE("only containers that can write into a folder of this machine are killed at once") {
  World world([](const Request& request) {
    return request.method == "GET" ? Answer{200, R"([{"Id": "a", "Mounts": [{"Type": "bind", "RW": true, "Destination": "/x"}]},
                                                     {"Id": "b", "Mounts": [{"Type": "bind", "RW": false, "Destination": "/x"},
                                                                            {"Type": "volume", "RW": true, "Destination": "/y"}]}])"}
                                   : Answer{request.path.find("/kill") == std::string::npos ? 500 : 409, "{}"};
  });
  CHECK(stop_writing(world.api, "00", ten_seconds()));
  CHECK(world.engine.has_seen("POST /containers/a/kill"));
  CHECK_FALSE(world.engine.has_seen("POST /containers/b/kill"));
}

TEST_CASE("the watchdog removes what is handed over, while this process goes on") {
  FakeEngine engine(Containers{{"one"}, "{}"});
  {
    auto watchdog = Watchdog::start(engine.endpoint());
    REQUIRE(watchdog);
    engine.answer();
    REQUIRE(watchdog->expect("aa"));
    REQUIRE(watchdog->hand_over("aa", false));
    CHECK(comes_to_be([&] { return engine.has_seen("DELETE /containers/one?force=1&v=1"); }));
  }
  wait_for_watchdogs();
}

TEST_CASE("the watchdog removes a run that was never handed over, once nobody holds it any more") {
  FakeEngine engine(Containers{{"one"}, "{}"});
  {
    auto watchdog = Watchdog::start(engine.endpoint());
    REQUIRE(watchdog);
    engine.answer();
    REQUIRE(watchdog->expect("bb"));
  }
  wait_for_watchdogs();
  CHECK(engine.has_seen("DELETE /containers/one?force=1&v=1"));
}

TEST_CASE("the watchdog sweeps what dead gates have left, and nothing of those who live") {
  const RunOwner own = RunOwner::make();
  const std::string labels = R"({"io.gate.run":"cc","io.gate.host":")" + own.process.host + R"(","io.gate.pid":")" + std::to_string(getpid()) + R"(",)";
  const bool is_dead = GENERATE(true, false);
  FakeEngine engine(Containers{{"one"}, labels + R"("io.gate.pid-start":")" + (is_dead ? "1" : own.process.start) + R"("})"});
  REQUIRE(Watchdog::start(engine.endpoint()));
  engine.answer();
  wait_for_watchdogs();
  CHECK(engine.has_seen("DELETE /containers/one?force=1&v=1") == is_dead);
}

TEST_CASE("a named image is known by its id, and one that is not there by nothing") {
  FakeEngine engine(polite([](const Request& request) {
    return request.path == "/images/here%3A1/json" ? Answer{200, R"({"Id": "sha256:7"})"} : Answer{404, R"({"message": "no such image"})"};
  }));
  const Interrupt interrupt;
  engine.answer();
  const auto images = make_named_images({"DOCKER_HOST=unix://" + engine.socket_path()}, interrupt);
  CHECK(images->id_of("here:1").value() == "sha256:7");
  CHECK_FALSE(images->id_of("absent:1").value().has_value());
}
