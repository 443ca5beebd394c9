#include "engine/endpoint.hpp"

#include <filesystem>
#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include "os/files.hpp"
#include "os/interrupt.hpp"

using namespace gate;

TEST_CASE("a unix socket is taken from the host") {
  const auto endpoint = endpoint_of_host("unix:///run/user/1000/docker.sock", std::nullopt);
  REQUIRE(endpoint);
  CHECK(endpoint->socket == "/run/user/1000/docker.sock");
  CHECK(endpoint->host == "unix:///run/user/1000/docker.sock");
  CHECK(endpoint->is_local());
  CHECK_FALSE(endpoint_of_host("unix://", std::nullopt));
  CHECK_FALSE(endpoint_of_host("unix://relative.sock", std::nullopt));
}

TEST_CASE("TLS is for networks: a socket has none") {
  const auto endpoint = endpoint_of_host("unix:///run/d.sock", EngineTls{"/c/ca.pem", {}, {}, true});
  REQUIRE(endpoint);
  CHECK_FALSE(endpoint->tls);
}

TEST_CASE("an address in the network gets the port that docker gives it") {
  const auto url = [](const char* host, const std::optional<EngineTls>& tls) { return endpoint_of_host(host, tls).value().url; };
  const EngineTls tls{"/c/ca.pem", "/c/cert.pem", "/c/key.pem", true};
  CHECK(url("tcp://10.0.0.1:4243", std::nullopt) == "http://10.0.0.1:4243");
  CHECK(url("tcp://build.example.org", std::nullopt) == "http://build.example.org:2375");
  CHECK(url("tcp://build.example.org/", tls) == "https://build.example.org:2376");
  CHECK(url("build.example.org:1", tls) == "https://build.example.org:1");
  CHECK(url("tcp://[::1]:1", std::nullopt) == "http://[::1]:1");
  CHECK(url("tcp://[fe80::1]", tls) == "https://[fe80::1]:2376");
  CHECK(url("tcp://", std::nullopt) == "http://127.0.0.1:2375");
  CHECK(endpoint_of_host("build.example.org", tls)->host == "tcp://build.example.org:2376");
  CHECK(endpoint_of_host("build.example.org", tls)->cert_path == "/c");
  CHECK_FALSE(endpoint_of_host("build.example.org", tls)->is_local());
}

TEST_CASE("an address that is none is an error") {
  for (const char* const host : {"tcp://h:0", "tcp://h:65536", "tcp://h:999999", "tcp://h:", "tcp://h:x", "tcp://h:1:2", "tcp://me@h:1", "tcp://h:1/path",
                                 "tcp://h?x", "tcp://[::1", "tcp://[]:1", "tcp://[::1]x:1", "tcp://h h", "tcp://[h]:1"}) {
    CAPTURE(host);
    const auto endpoint = endpoint_of_host(host, std::nullopt);
    REQUIRE_FALSE(endpoint);
    CHECK(endpoint.error().kind == ErrorKind::could_not_run);
    CHECK_FALSE(endpoint.error().remedy.empty());
  }
}

TEST_CASE("a host that gate can't talk to says what is supported, and how to forward it") {
  for (const char* const host : {"ssh://me@host", "npipe:////./pipe/docker_engine", "fd://"}) {
    const auto endpoint = endpoint_of_host(host, std::nullopt);
    REQUIRE_FALSE(endpoint);
    CHECK(endpoint.error().kind == ErrorKind::could_not_run);
    CHECK(endpoint.error().message.find("gate supports unix sockets and tcp only") != std::string::npos);
    CHECK(endpoint.error().remedy.find("ssh -nNT -L") != std::string::npos);
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

TEST_CASE("a context's host and files are those that docker says it keeps") {
  const auto endpoint = endpoint_of_context("far", R"([{"Name": "far", "Metadata": {},
    "Endpoints": {"docker": {"Host": "tcp://far:2376", "SkipTLSVerify": false}},
    "TLSMaterial": {"docker": ["ca.pem", "cert.pem", "key.pem"]},
    "Storage": {"MetadataPath": "/h/contexts/meta/ab", "TLSPath": "/h/contexts/tls/ab"}}])");
  REQUIRE(endpoint);
  REQUIRE(endpoint->tls);
  CHECK(endpoint->url == "https://far:2376");
  CHECK(endpoint->tls->ca == "/h/contexts/tls/ab/docker/ca.pem");
  CHECK(endpoint->tls->cert == "/h/contexts/tls/ab/docker/cert.pem");
  CHECK(endpoint->tls->key == "/h/contexts/tls/ab/docker/key.pem");
  CHECK(endpoint->tls->verify);
  CHECK(engine_environment({}, *endpoint) == Environment{"LANG=C.UTF-8", "DOCKER_HOST=tcp://far:2376", "DOCKER_TLS_VERIFY=1",
                                                         "DOCKER_CERT_PATH=/h/contexts/tls/ab/docker"});
}

TEST_CASE("a context without TLS files has none, but for one that is not to be verified") {
  const auto plain = endpoint_of_context("p", R"([{"Endpoints": {"docker": {"Host": "tcp://p:2375", "SkipTLSVerify": false}},
    "TLSMaterial": {}, "Storage": {"TLSPath": "/t"}}])");
  REQUIRE(plain);
  CHECK_FALSE(plain->tls);
  const auto skip = endpoint_of_context("s", R"([{"Endpoints": {"docker": {"Host": "tcp://s", "SkipTLSVerify": true}},
    "TLSMaterial": {}, "Storage": {"TLSPath": "/t"}}])");
  REQUIRE(skip);
  REQUIRE(skip->tls);
  CHECK_FALSE(skip->tls->verify);
  CHECK(skip->url == "https://s:2376");
  // DOCKER_CERT_PATH can't say it.
  CHECK(engine_environment({}, *skip) == Environment{"LANG=C.UTF-8", "DOCKER_CONTEXT=s"});
}

TEST_CASE("a context that docker does not know is an error that names it") {
  for (const char* const json : {"", "[]", "{}", "no json", R"([{"Endpoints": []}])"}) {
    const auto endpoint = endpoint_of_context("gone", json);
    REQUIRE_FALSE(endpoint);
    CHECK(endpoint.error().message == "docker's context \"gone\" can't be read");
  }
}

TEST_CASE("DOCKER_HOST wins, and without anything it is the usual socket") {
  const Interrupt interrupt;
  CHECK(find_endpoint({"DOCKER_HOST=unix:///tmp/x.sock", "DOCKER_CONTEXT=other"}, interrupt)->socket == "/tmp/x.sock");
  CHECK(find_endpoint({"DOCKER_HOST=", "HOME=/nonexistent"}, interrupt)->socket == "/var/run/docker.sock");
  CHECK(find_endpoint({"DOCKER_HOST=tcp://1.2.3.4:2375", "DOCKER_TLS_VERIFY="}, interrupt)->url == "http://1.2.3.4:2375");
}

TEST_CASE("TLS of the environment: DOCKER_TLS_VERIFY, DOCKER_TLS and DOCKER_CERT_PATH, as docker reads them") {
  const Interrupt interrupt;
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "endpoint-");
  REQUIRE(folder);
  const std::string path = folder->path().string();
  const Environment verify{"DOCKER_HOST=tcp://far", "DOCKER_TLS_VERIFY=1", "DOCKER_CERT_PATH=" + path};
  const auto without = find_endpoint(verify, interrupt);
  REQUIRE_FALSE(without);
  CHECK(without.error().message == "DOCKER_TLS_VERIFY asks for TLS, but there is no " + path + "/ca.pem");
  REQUIRE(write_file(folder->path() / "ca.pem", "x", 0600));
  auto endpoint = find_endpoint(verify, interrupt);
  REQUIRE(endpoint);
  REQUIRE(endpoint->tls);
  CHECK(endpoint->url == "https://far:2376");
  CHECK(endpoint->tls->cert.empty());
  CHECK(endpoint->tls->verify);
  REQUIRE(write_file(folder->path() / "cert.pem", "x", 0600));
  REQUIRE(write_file(folder->path() / "key.pem", "x", 0600));
  // Without a path it is docker's own folder; any value counts.
  endpoint = find_endpoint({"DOCKER_HOST=far:1", "DOCKER_TLS=0", "DOCKER_CONFIG=" + path}, interrupt);
  REQUIRE(endpoint);
  REQUIRE(endpoint->tls);
  CHECK_FALSE(endpoint->tls->verify);
  CHECK(endpoint->tls->cert == folder->path() / "cert.pem");
  CHECK(value_of(engine_environment({}, *endpoint), "DOCKER_TLS") == "1");
  CHECK_FALSE(value_of(engine_environment({}, *endpoint), "DOCKER_TLS_VERIFY"));
  CHECK(value_of(engine_environment({}, *endpoint), "DOCKER_CERT_PATH") == path);
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
  const Endpoint endpoint = *endpoint_of_host("unix:///run/d.sock", std::nullopt);
  const Environment reading = reading_environment(env, endpoint);
  CHECK(reading == Environment{"LANG=C.UTF-8", "DOCKER_HOST=unix:///run/d.sock", "PATH=/bin", "HOME=/root"});
  const Environment engine = engine_environment(env, endpoint);
  CHECK(value_of(engine, "https_proxy") == "http://user:pass@proxy");
  for (const char* const name : {"GIT_DIR", "AWS_SECRET_ACCESS_KEY", "LD_PRELOAD", "COMPOSE_FILE"}) {
    CHECK_FALSE(value_of(engine, name));
  }
}
