#include "engine/endpoint.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "os/interrupt.hpp"

using namespace gate;

TEST_CASE("a unix socket is taken from the host") {
  CHECK(*socket_of_host("unix:///run/user/1000/docker.sock") == "/run/user/1000/docker.sock");
  CHECK_FALSE(socket_of_host("unix://"));
  CHECK_FALSE(socket_of_host("unix://relative.sock"));
}

TEST_CASE("a host that gate can't talk to says what is supported") {
  for (const char* const host :
       {"tcp://10.0.0.1:2376", "ssh://me@host", "npipe:////./pipe/docker_engine", "host:2375"}) {
    const auto socket = socket_of_host(host);
    REQUIRE_FALSE(socket);
    CHECK(socket.error().kind == ErrorKind::could_not_run);
    CHECK(socket.error().message.find("gate supports unix sockets only") != std::string::npos);
    CHECK_FALSE(socket.error().remedy.empty());
  }
}

TEST_CASE("the context is the environment's, else the configuration's") {
  CHECK_FALSE(context_in_use({}, ""));
  CHECK_FALSE(context_in_use({}, "no json"));
  CHECK_FALSE(context_in_use({}, R"({"currentContext": 7})"));
  CHECK_FALSE(context_in_use({}, R"({"currentContext": "default"})"));
  CHECK(context_in_use({}, R"({"currentContext": "colima"})") == "colima");
  CHECK(context_in_use({"DOCKER_CONTEXT=rootless"}, R"({"currentContext": "colima"})") == "rootless");
  CHECK_FALSE(context_in_use({"DOCKER_CONTEXT=default"}, R"({"currentContext": "colima"})"));
}

TEST_CASE("DOCKER_HOST wins, and without anything it is the usual socket") {
  const Interrupt interrupt;
  CHECK(*find_socket({"DOCKER_HOST=unix:///tmp/x.sock", "DOCKER_CONTEXT=other"}, interrupt) == "/tmp/x.sock");
  CHECK(*find_socket({"DOCKER_HOST=", "HOME=/nonexistent"}, interrupt) == "/var/run/docker.sock");
  CHECK_FALSE(find_socket({"DOCKER_HOST=tcp://1.2.3.4:2375"}, interrupt));
}

TEST_CASE("children see no secret, no GIT_*, and the Engine that gate uses") {
  const Environment env{"PATH=/bin",
                        "HOME=/root",
                        "GIT_DIR=/x",
                        "AWS_SECRET_ACCESS_KEY=s",
                        "DOCKER_HOST=unix:///wrong",
                        "https_proxy=http://user:pass@proxy",
                        "LD_PRELOAD=/x.so",
                        "COMPOSE_FILE=other.yml"};
  const Environment reading = reading_environment(env, "/run/d.sock");
  CHECK(reading == Environment{"LANG=C.UTF-8", "DOCKER_HOST=unix:///run/d.sock", "PATH=/bin", "HOME=/root"});
  const Environment engine = engine_environment(env, "/run/d.sock");
  CHECK(value_of(engine, "https_proxy") == "http://user:pass@proxy");
  for (const char* const name : {"GIT_DIR", "AWS_SECRET_ACCESS_KEY", "LD_PRELOAD", "COMPOSE_FILE"}) {
    CHECK_FALSE(value_of(engine, name));
  }
}
