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
  return {{"docker-compose.yml"}, service, scope};
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
  CHECK_FALSE(api.contains("deploy")); // its limits are the service's own
  CHECK(api["mem_limit"] == 64 << 20);
  CHECK(api["pids_limit"] == SuiteLimits::k_pids);
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

TEST_CASE("the stricter of the suite's limits and the file's own is written into every service") {
  const Json model = Json::parse(R"({"services": {
    "strict": {"image": "x", "mem_limit": "64m", "cpus": 0.5, "pids_limit": 10, "memswap_limit": "2g", "mem_reservation": "128m"},
    "wide": {"image": "x", "mem_limit": "8g", "cpus": "4", "pids_limit": -1},
    "quota": {"image": "x", "cpu_quota": 50000, "cpu_period": 100000},
    "none": {"image": "x"}}})");
  Rewrite how{{"none", "quota", "strict", "wide"}, {}, {}, "/"};
  how.limits = {1'500'000'000, 1 << 30, 100};
  const Json services = Json::parse(rewritten(model, how))["services"];
  CHECK(services["strict"]["mem_limit"] == 64 << 20);
  CHECK(services["strict"]["memswap_limit"] == 64 << 20);
  CHECK(services["strict"]["mem_reservation"] == 64 << 20);
  CHECK(services["strict"]["cpus"] == 0.5);
  CHECK(services["strict"]["pids_limit"] == 10);
  for (const char* const name : {"wide", "none"}) {
    CHECK(services[name]["mem_limit"] == 1 << 30);
    CHECK(services[name]["cpus"] == 1.5);
    CHECK(services[name]["pids_limit"] == 100);
  }
  CHECK(services["quota"]["cpus"] == 0.5);
  CHECK_FALSE(services["quota"].contains("cpu_quota"));
}

TEST_CASE("the suite's limits are written where the file's own can't be read") {
  const Json model = Json::parse(R"({"services": {
    "pids": {"image": "x", "pids_limit": -5}, "memory": {"image": "x", "mem_limit": "+8g", "mem_reservation": "-1g"},
    "deploy": {"image": "x", "deploy": {"resources": {"limits": {"cpus": "-1"}}}}}})");
  Rewrite how{{"deploy", "memory", "pids"}, {}, {}, "/"};
  how.limits = {1'000'000'000, 64 << 20, 50};
  const Json services = Json::parse(rewritten(model, how))["services"];
  for (const Json& service : services) {
    CHECK(service["mem_limit"] == 64 << 20);
    CHECK(service["memswap_limit"] == 64 << 20);
    CHECK(service["cpus"] == 1.0);
    CHECK(service["pids_limit"] == 50);
    CHECK_FALSE(service.contains("mem_reservation"));
    CHECK_FALSE(service.contains("deploy"));
  }
  how.limits = {0, 0, 50};
  CHECK_FALSE(Json::parse(rewritten(model, how))["services"]["memory"].contains("mem_limit"));
}

TEST_CASE("compose finds no variable in what gate writes") {
  const Json model = Json::parse(R"({"services": {
    "a": {"image": "x", "volumes": ["data:/x/${HTTPS_PROXY}", "/t/$A:/y/$B:ro", "/anon/$C", {"type": "volume", "source": "data", "target": "/z/$$D"}],
          "volumes_from": ["b:$HOME"], "command": ["echo", "$$E", "$$$$F"]},
    "b": {"image": "x"}}, "volumes": {"data": null}})");
  Rewrite how{{"a", "b"}, {}, {}, "/"};
  how.tested = "a";
  how.caches = Json::parse(R"([{"Type": "volume", "Source": "gate-cache-r-1", "Target": "/c/$$G"}])");
  const Json service = Json::parse(rewritten(model, how))["services"]["a"];
  CHECK(service["volumes"][0] == "data:/x/$${HTTPS_PROXY}");
  CHECK(service["volumes"][1] == "/t/$$A:/y/$$B:ro");
  CHECK(service["volumes"][2] == "/anon/$$C");
  CHECK(service["volumes"][3]["target"] == "/z/$$D");
  CHECK(service["volumes"][4]["target"] == "/c/$$$$G");
  CHECK(service["volumes_from"][0] == "b:$$HOME");
  CHECK(service["command"] == Json::parse(R"(["echo", "$$E", "$$$$F"])"));
}

TEST_CASE("a suite without a network has no resolver") {
  const Json model = Json::parse(R"({"services": {"a": {"image": "x", "dns": ["127.0.0.1"]}, "b": {"image": "x", "network_mode": "service:a", "dns": "127.0.0.1"}}})");
  Rewrite how{{"a", "b"}, {}, {}, "/"};
  CHECK(Json::parse(rewritten(model, how))["services"]["a"]["dns"][0] == "127.0.0.1");
  how.network = SuiteNetwork::none;
  const Json services = Json::parse(rewritten(model, how))["services"];
  CHECK(services["a"]["dns"] == Json::array({k_no_resolver}));
  CHECK_FALSE(services["b"].contains("dns"));
}

TEST_CASE("a suite without a network has internal networks only") {
  const Json model = Json::parse(R"({"services": {"a": {"image": "x", "networks": ["n"]}, "b": {"image": "x", "network_mode": "bridge"}}, "networks": {"n": null}})");
  Rewrite how{{"a", "b"}, {}, {}, "/"};
  how.network = SuiteNetwork::none;
  const Json file = Json::parse(rewritten(model, how));
  CHECK(file["networks"]["n"]["internal"] == true);
  CHECK(file["networks"]["default"]["internal"] == true);
  CHECK(file["networks"]["default"]["driver_opts"][k_no_host_address] == "true"); // else the machine itself is in reach
  CHECK_FALSE(file["services"]["b"].contains("network_mode"));
}

TEST_CASE("caches are external volumes of the tested service") {
  const Json model = Json::parse(R"({"services": {"a": {"image": "x", "volumes": ["v:/v"]}, "b": {"image": "x"}}, "volumes": {"v": null}})");
  Rewrite how{{"a", "b"}, {}, {}, "/"};
  how.tested = "a";
  how.caches = Json::parse(R"([{"Type": "volume", "Source": "gate-cache-r-1", "Target": "/root/.cache"}])");
  const Json file = Json::parse(rewritten(model, how));
  CHECK(file["services"]["a"]["volumes"][1] == Json::parse(R"({"type": "volume", "source": "gate-cache-0", "target": "/root/.cache"})"));
  CHECK_FALSE(file["services"]["b"].contains("volumes"));
  CHECK(file["volumes"]["gate-cache-0"] == Json::parse(R"({"external": true, "name": "gate-cache-r-1"})"));
  CHECK(file["volumes"]["v"].contains("labels"));
}

TEST_CASE("what is external and let through keeps its name and gets no labels") {
  const Json model = Json::parse(R"({"services": {"a": {"image": "x", "networks": ["n"]}}, "networks": {"n": {"external": true, "name": "theirs"}}})");
  const Json file = Json::parse(rewritten(model, {{"a"}, {}, {{"io.gate.run", "1"}}, "/"}));
  CHECK(file["networks"]["n"] == Json::parse(R"({"external": true, "name": "theirs"})"));
}
