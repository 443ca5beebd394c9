#include "engine/rewrite.hpp"
#include "os/files.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace gate;

namespace {

using Names = std::vector<std::string>;

const Json k_model = Json::parse(R"({
  "version": "3.7",
  "services": {
    "api": {"build": {"context": "/t/api"}, "ports": [{"published": 80, "target": 80}], "container_name": "fixed",
            "restart": "always", "depends_on": {"db": {"condition": "service_healthy"}}, "links": ["cache:c"],
            "labels": {"own": "1"}, "volumes": ["data:/d:rw", "/t/web:/code:ro", "/anonymous"],
            "networks": {"back": null}, "logging": {"driver": "syslog"}, "profiles": ["x"],
            "deploy": {"restart_policy": {"condition": "any"}, "resources": {"limits": {"memory": "64M"}}},
            "secrets": [{"source": "key"}], "environment": {"A": "$$B"}},
    "db": {"image": "postgres", "network_mode": "service:net"},
    "cache": {"image": "redis", "labels": ["a=b", "c"]},
    "net": {"image": "pause"},
    "other": {"image": "x", "depends_on": ["db"]},
    "debug": {"image": "y", "profiles": ["debug"]}
  },
  "networks": {"back": {"name": "fixed_net", "driver": "bridge"}, "unused": {}},
  "volumes": {"data": {"name": "fixed_volume"}, "unused": {}},
  "secrets": {"key": {"file": "/t/key"}}
})");

ComposeSource source(const char* service, ServiceScope scope) {
  return {"docker-compose.yml", service, scope};
}

} // namespace

TEST_CASE("the services that a suite starts") {
  CHECK(services_to_start(k_model, source("api", ServiceScope::with_dependencies)) ==
        Names{"api", "cache", "db", "net"});
  CHECK(services_to_start(k_model, source("api", ServiceScope::alone)) == Names{"api"});
  CHECK(services_to_start(k_model, source("other", ServiceScope::with_dependencies)) ==
        Names{"db", "net", "other"});
  CHECK(services_to_start(k_model, source("other", ServiceScope::whole_file)) ==
        Names{"cache", "db", "net", "other"});
  CHECK(services_to_start(k_model, source("debug", ServiceScope::whole_file)) ==
        Names{"cache", "db", "debug", "net", "other"});
  CHECK(services_to_start(k_model, source("none", ServiceScope::with_dependencies)).empty());
}

TEST_CASE("what binds a run to the machine or outlives it is dropped, and everything is labelled") {
  const Rewrite how{{"api", "cache", "db", "net"}, {{"api", "gate-run/1:t"}}, {{"io.gate.run", "1"}}, "/"};
  const Json file = Json::parse(rewritten(k_model, how));
  const Json& api = file["services"]["api"];
  for (const char* const key : {"build", "ports", "container_name", "restart", "profiles"}) {
    CHECK_FALSE(api.contains(key));
  }
  CHECK(api["logging"]["driver"] == "json-file");
  CHECK(api["logging"]["options"].contains("max-size"));
  CHECK(api["image"] == "gate-run/1:t");
  CHECK(api["labels"] == Json::parse(R"({"own":"1","io.gate.run":"1"})"));
  CHECK(api["depends_on"]["db"]["condition"] == "service_healthy");
  CHECK(api["deploy"] == Json::parse(R"({"resources":{"limits":{"memory":"64M"}}})"));
  CHECK(api["environment"]["A"] == "$$B");
  CHECK(file["services"]["cache"]["labels"] == Json::parse(R"({"a":"b","c":"","io.gate.run":"1"})"));
  CHECK_FALSE(file["services"].contains("other"));
  CHECK(
      file["networks"] ==
      Json::parse(
          R"({"back":{"driver":"bridge","labels":{"io.gate.run":"1"}},"default":{"labels":{"io.gate.run":"1"}}})"));
  CHECK(file["volumes"] == Json::parse(R"({"data":{"labels":{"io.gate.run":"1"}}})"));
  CHECK(file["secrets"] == Json::parse(R"({"key":{"file":"/t/key"}})"));
  CHECK(file["version"] == "3.7");
}

TEST_CASE("a service alone leans on nothing") {
  const Json file = Json::parse(rewritten(k_model, {{"api"}, {}, {}, "/"}));
  CHECK_FALSE(file["services"]["api"].contains("depends_on"));
  CHECK_FALSE(file["services"]["api"].contains("links"));
}

TEST_CASE("a variable without a value is not taken from gate's environment") {
  const Json model = Json::parse(R"({"services": {
    "map": {"image": "x", "environment": {"HTTPS_PROXY": null, "KEPT": "1", "EMPTY": ""}},
    "list": {"image": "x", "environment": ["HTTPS_PROXY", "KEPT=1"]},
    "none": {"image": "x", "environment": {"HTTPS_PROXY": null}}}})");
  const Json file = Json::parse(rewritten(model, {{"list", "map", "none"}, {}, {}, "/"}));
  CHECK(file["services"]["map"]["environment"] == Json::parse(R"({"KEPT": "1", "EMPTY": ""})"));
  CHECK(file["services"]["list"]["environment"] == Json::parse(R"(["KEPT=1"])"));
  CHECK_FALSE(file["services"]["none"].contains("environment"));
}

TEST_CASE("binds are given to the Engine as they were judged, without symlinks") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "rewrite-").value();
  const auto tree = std::filesystem::canonical(folder.path());
  std::filesystem::create_directories(tree / "a");
  std::filesystem::create_directories(tree / "d");
  std::filesystem::create_directory_symlink("../a", tree / "d" / "link");
  const std::string link = (tree / "d" / "link").string();
  Json model = Json::parse(R"({"services": {"s": {"image": "x"}}})");
  model["services"]["s"]["volumes"] = {link + ":/short:ro", {{"type", "bind"}, {"source", link}, {"target", "/long"}}, "named:/v"};
  const Json volumes = Json::parse(rewritten(model, {{"s"}, {}, {}, tree}))["services"]["s"]["volumes"];
  CHECK(volumes[0] == (tree / "a").string() + ":/short:ro");
  CHECK(volumes[1]["source"] == (tree / "a").string());
  CHECK(volumes[2] == "named:/v");
}
