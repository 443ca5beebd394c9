#include "engine/service_container.hpp"

#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

using namespace gate;

namespace {

tl::expected<ServiceContainer, std::string> made(const std::string& definition, const ContainerLimits& limits = {0, 0, 100}) {
  return service_container("api", Json::parse(definition), {"gate-1f", {{"io.gate.run", "1f"}}, limits, "/t", Json::array()});
}

Json body(const std::string& definition, const ContainerLimits& limits = {0, 0, 100}) {
  const auto container = made(definition, limits);
  INFO(definition);
  REQUIRE(container);
  return container->body;
}

} // namespace

TEST_CASE("a service becomes the container that compose makes of it") {
  const auto container = made(R"({
    "image": "busybox", "command": "sh -c 'sleep \"1 0\"; echo $$HOME'", "entrypoint": ["tini", "--"],
    "environment": {"A": "1", "B": null, "C": "x y", "D": "$$x", "E": ""}, "working_dir": "/w", "user": "1000", "hostname": "h",
    "volumes": ["/t/x:/x:rw", "data:/d:ro", "/anon", {"read_only": true, "source": "/t/y", "target": "/y", "type": "bind"},
                {"source": "more", "target": "/z", "type": "volume"}, {"target": "/m", "type": "tmpfs"}],
    "tmpfs": "/run:size=1m", "ulimits": {"nofile": 100, "nproc": {"hard": 2, "soft": 1}}, "shm_size": "64m", "stop_signal": "SIGINT",
    "extra_hosts": ["a:1.2.3.4"], "dns": "1.1.1.1", "tty": true, "init": true, "read_only": true, "cap_drop": ["ALL"],
    "healthcheck": {"test": ["CMD", "true"], "interval": "1s"}, "expose": [80, "53/udp"], "labels": {"own": "1", "io.gate.run": "forged"},
    "networks": {"back": {"aliases": ["q"]}}, "depends_on": {"db": {"condition": "service_healthy"}},
    "ports": ["80:80"], "restart": "always", "container_name": "n", "logging": {"driver": "syslog"}, "scale": 1, "x-own": 7})");
  REQUIRE(container);
  CHECK(container->name == "gate-1f_api_1");
  CHECK(container->network == "back");
  CHECK(container->volumes == std::set<std::string>{"data", "more"});
  const Json expected = Json::parse(R"({
    "Cmd": ["sh", "-c", "sleep \"1 0\"; echo $HOME"], "Entrypoint": ["tini", "--"], "Env": ["A=1", "C=x y", "D=$x", "E="],
    "WorkingDir": "/w", "User": "1000", "Hostname": "h", "Volumes": {"/anon": {}}, "StopSignal": "SIGINT", "Tty": true,
    "Healthcheck": {"Test": ["CMD", "true"], "Interval": 1000000000}, "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
    "Labels": {"own": "1", "io.gate.run": "1f", "com.docker.compose.project": "gate-1f", "com.docker.compose.service": "api",
               "com.docker.compose.container-number": "1", "com.docker.compose.oneoff": "False"},
    "NetworkingConfig": {"EndpointsConfig": {"gate-1f_back": {"Aliases": ["q", "api"]}}},
    "HostConfig": {"Binds": ["/t/x:/x:rw", "gate-1f_data:/d:ro"], "Tmpfs": {"/run": "size=1m"},
      "Mounts": [{"Type": "bind", "Source": "/t/y", "Target": "/y", "ReadOnly": true},
                 {"Type": "volume", "Source": "gate-1f_more", "Target": "/z", "ReadOnly": false}, {"Type": "tmpfs", "Target": "/m", "ReadOnly": false}],
      "Ulimits": [{"Name": "nofile", "Soft": 100, "Hard": 100}, {"Name": "nproc", "Soft": 1, "Hard": 2}], "ShmSize": 67108864,
      "ExtraHosts": ["a:1.2.3.4"], "Dns": ["1.1.1.1"], "Init": true, "ReadonlyRootfs": true, "CapDrop": ["ALL"], "PidsLimit": 100,
      "NetworkMode": "gate-1f_back", "LogConfig": {"Type": "json-file", "Config": {"max-size": "20m", "max-file": "1"}}}})");
  CHECK(Json::diff(expected, container->body) == Json::array());
}

TEST_CASE("nothing of what binds a service to the machine is in its container") {
  const Json json = body(R"({"image": "x", "ports": [{"published": 80, "target": 80}], "restart": "always", "deploy": {"restart_policy": {"condition": "any"}}})");
  for (const char* const key : {"PortBindings", "RestartPolicy", "Privileged"}) {
    CHECK_FALSE(json["HostConfig"].contains(key));
  }
}

TEST_CASE("the stricter limit counts") {
  const ContainerLimits suite{2'000'000'000, 1 << 30, 100};
  const Json wide = body(R"({"mem_limit": "4g", "cpus": 8, "pids_limit": 1000})", suite)["HostConfig"];
  CHECK(wide["Memory"] == 1 << 30);
  CHECK(wide["MemorySwap"] == 1 << 30);
  CHECK(wide["NanoCpus"] == 2'000'000'000);
  CHECK(wide["PidsLimit"] == 100);
  const Json strict = body(R"({"mem_limit": "64m", "deploy": {"replicas": 1, "resources": {"limits": {"cpus": "0.5", "memory": "32M", "pids": 5}}}})", suite)["HostConfig"];
  CHECK(strict["Memory"] == 32 << 20);
  CHECK(strict["NanoCpus"] == 500'000'000);
  CHECK(strict["PidsLimit"] == 5);
}

TEST_CASE("as compose v2 spells it") {
  const Json json = body(R"({"command": null, "entrypoint": null, "image": "x", "networks": {"default": null},
    "volumes": [{"type": "bind", "source": "/t/a", "target": "/a", "bind": {"create_host_path": true}}, {"type": "volume", "source": "v", "target": "/v", "volume": {}}]})");
  CHECK_FALSE(json.contains("Cmd"));
  CHECK(json["HostConfig"]["Binds"] == Json{"/t/a:/a:rw"});
  CHECK(json["HostConfig"]["Mounts"][0]["Source"] == "gate-1f_v");
}

TEST_CASE("what gate does not know is left to compose, by name") {
  const std::vector<std::pair<std::string, std::string>> table{
      {R"({"links": ["db"]})", "links"},
      {R"({"privileged": true})", "privileged"},
      {R"({"network_mode": "none"})", "network_mode"},
      {R"({"secrets": ["x"]})", "secrets"},
      {R"({"scale": 2})", "scale"},
      {R"({"deploy": {"replicas": 2}})", "deploy"},
      {R"({"deploy": {"resources": {"reservations": {"memory": "1m"}}}})", "deploy"},
      {R"({"networks": ["a", "b"]})", "networks"},
      {R"({"networks": {"a": {"ipv4_address": "10.0.0.2"}}})", "networks"},
      {R"({"command": "a 'b"})", "command"},
      {R"({"command": ""})", "command"},
      {R"({"entrypoint": []})", "entrypoint"},
      {R"({"command": ["echo", "$A"]})", "command"},
      {R"({"environment": {"A": 1.5}})", "environment"},
      {R"({"environment": {"A": "$B"}})", "environment"},
      {R"({"volumes": [{"type": "volume", "source": "v", "target": "/v", "volume": {"subpath": "x"}}]})", "volumes"},
      {R"({"volumes": ["/t/a:b:/c:ro"]})", "volumes"},
      {R"({"extra_hosts": ["a=1.2.3.4"]})", "extra_hosts"},
      {R"({"expose": ["3000-3005"]})", "expose"},
      {R"({"init": "/sbin/init"})", "init"},
      {R"({"healthcheck": {"start_interval": "1s"}})", "healthcheck"},
      {R"({"mem_limit": "much"})", "limits"},
      {R"({"some_new_key": 1})", "some_new_key"},
  };
  for (const auto& [definition, key] : table) {
    INFO(definition);
    const auto container = made(definition);
    REQUIRE_FALSE(container);
    CHECK(container.error() == key);
  }
}
