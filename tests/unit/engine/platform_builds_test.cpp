#include "engine/platform_builds.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "engine/json.hpp"
#include "engine/private_docker_config.hpp"
#include "os/files.hpp"
#include "os/interrupt.hpp"

using namespace gate;
using namespace std::chrono_literals;

namespace fs = std::filesystem;

namespace {

using Argv = std::vector<std::string>;

const std::string k_digest = "sha256:" + std::string(64, 'd');

class Ticking final : public Progress {
public:
  void step(std::string_view, std::string_view) override {}
  void tick() override { ++ticks; }
  int ticks = 0;
};

std::string text_in(const fs::path& file) {
  const auto text = read_file(file);
  return text && *text ? **text : std::string();
}

OutboxEntry an_entry() {
  OutboxEntry entry(RefName::parse("refs/heads/staging").value(), Oid());
  entry.rule = "api";
  entry.destination = "registry.example.com:5000/team/app";
  entry.commit_tags = {"c0ffee", "staging-c0ffee"};
  entry.platforms = {"linux/amd64", "linux/arm64"};
  return entry;
}

/// A machine with a docker that writes down what it is given, and a checkout.
struct World {
  World() {
    for (const char* const name : {"bin", "run", "home/.docker/cli-plugins", "tree/api"}) {
      fs::create_directories(at(name));
    }
    REQUIRE(write_file(at("home/.docker/config.json"), R"({"auths":{"other.example":{"auth":"b3RoZXI6Y2FuYXJ5"}},"credsStore":"pass",)"
                                                       R"("proxies":{"default":{"httpProxy":"http://proxy:3128"}}})",
                       0600));
    REQUIRE(write_file(at("tree/api/Dockerfile"), "FROM scratch\n", 0644));
    docker("case $2 in version) exit 0 ;; esac\n"
           "while [ $# -gt 0 ]; do [ \"$1\" = --metadata-file ] && printf '%s' '{\"containerimage.digest\":\"" +
           k_digest + "\"}' > \"$2\"; shift; done\n");
  }

  fs::path at(const std::string& name) const { return folder.path() / name; }

  /// What the program does once it has written down everything.
  void docker(const std::string& then) const {
    const std::string text = "#!/bin/sh\nd=" + folder.path().string() +
                             "\nprintf '%s\\n' \"$@\" > $d/argv\n/usr/bin/env > $d/env\n/bin/ls -ld \"$DOCKER_CONFIG\" > $d/mode\n"
                             "/usr/bin/readlink \"$DOCKER_CONFIG/config.json\" > $d/link\n/bin/cat \"$DOCKER_CONFIG/config.json\" > $d/config\n"
                             "/bin/ls \"$DOCKER_CONFIG\" > $d/names\n" +
                             then;
    REQUIRE(write_file(at("bin/docker"), text, 0755));
  }

  Environment env() const {
    return {"PATH=" + at("bin").string(),           "HOME=" + at("home").string(), "XDG_RUNTIME_DIR=" + at("run").string(),
            "DOCKER_HOST=unix:///no/such/socket", "AWS_SECRET_ACCESS_KEY=canary"};
  }

  Result<Digest> push(const OutboxEntry& entry, const RegistryLogin* login) {
    const auto builds = make_platform_builds(env(), interrupt, [this](const OutboxEntry&) -> Result<PlatformSource> {
      ++sources;
      return PlatformSource{nullptr, at("tree"), build};
    });
    return builds->push(entry, login, progress);
  }

  TemporaryFolder folder = TemporaryFolder::make(fs::temp_directory_path(), "buildx-").value();
  BuildSource build{"api", "", "", {}};
  Interrupt interrupt;
  Ticking progress;
  int sources = 0;
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("one command builds for all platforms and pushes") {
  OutboxEntry entry = an_entry();
  const PlatformSource plain{nullptr, "/t", {"api", "", "", {}}};
  CHECK(buildx_argv(plain, entry, "/m") == Argv{"docker",          "buildx",
                                                "build",           "--progress",
                                                "plain",           "--platform",
                                                "linux/amd64,linux/arm64", "--file",
                                                "/t/api/Dockerfile", "--tag",
                                                "registry.example.com:5000/team/app:c0ffee", "--push",
                                                "--provenance=false", "--sbom=false",
                                                "--metadata-file", "/m",
                                                "/t/api"});
  const PlatformSource full{nullptr, "/t", {"./api/.", "build/Dockerfile.release", "release", {{"A", "1"}, {"B", "x y"}}}};
  const Argv argv = buildx_argv(full, entry, "/m");
  for (const Argv& part : {Argv{"--file", "/t/build/Dockerfile.release"}, Argv{"--target", "release"}, Argv{"--build-arg", "A=1", "--build-arg", "B=x y"}}) {
    CHECK(std::search(argv.begin(), argv.end(), part.begin(), part.end()) != argv.end());
  }
  CHECK(std::find(argv.begin(), argv.end(), "--label") == argv.end());
}

TEST_CASE("the digest is that which buildx says") {
  World world;
  const auto pushed = world.push(an_entry(), nullptr);
  REQUIRE(pushed);
  CHECK(pushed->str() == k_digest);
  CHECK(world.sources == 1);
  CHECK(has(text_in(world.at("config")), R"("auths":{"other.example":{"auth":"b3RoZXI6Y2FuYXJ5"}})"));
}

TEST_CASE("the login is in no argument, no variable and no file") {
  World world;
  const RegistryLogin login{"ada", Secret("canary-password")};
  REQUIRE(world.push(an_entry(), &login));
  for (const char* const file : {"argv", "env", "names", "link"}) {
    CHECK_FALSE(has(text_in(world.at(file)), "canary"));
    CHECK_FALSE(has(text_in(world.at(file)), "YWRhOmNhbmFyeS1wYXNzd29yZA=="));
  }
  CHECK(has(text_in(world.at("link")), "/proc/" + std::to_string(getpid()) + "/fd/"));
  CHECK(has(text_in(world.at("mode")), "drwx------"));
  CHECK(has(text_in(world.at("names")), "cli-plugins"));
  const Json config = parse_json(text_in(world.at("config")));
  CHECK(config["auths"] == Json{{"registry.example.com:5000", {{"auth", "YWRhOmNhbmFyeS1wYXNzd29yZA=="}}}, {"other.example", {{"auth", "b3RoZXI6Y2FuYXJ5"}}}});
  CHECK(config["credHelpers"] == Json{{"other.example", "pass"}});
  CHECK(config["proxies"]["default"]["httpProxy"] == "http://proxy:3128");
  CHECK_FALSE(config.contains("credsStore"));
  // Nothing stays.
  CHECK(fs::is_empty(world.at("run")));
}

TEST_CASE("the private configuration is removed after a failure, too") {
  World world;
  world.docker("[ $2 = version ] || { echo 'ERROR: failed to solve: process \"/bin/sh -c make\" did not complete successfully: exit code: 2'; exit 1; }\n");
  const RegistryLogin login{"ada", Secret("canary-password")};
  const auto pushed = world.push(an_entry(), &login);
  REQUIRE_FALSE(pushed);
  CHECK(pushed.error().message == "docker buildx could not build registry.example.com:5000/team/app for linux/amd64,linux/arm64: failed to solve: process "
                                  "\"/bin/sh -c make\" did not complete successfully: exit code: 2");
  CHECK(has(pushed.error().remedy, "docker buildx build --platform linux/amd64,linux/arm64"));
  CHECK(fs::is_empty(world.at("run")));
}

TEST_CASE("without buildx nothing is checked out") {
  World world;
  world.docker("exit 1\n");
  const auto pushed = world.push(an_entry(), nullptr);
  REQUIRE_FALSE(pushed);
  CHECK(pushed.error().kind == ErrorKind::could_not_run);
  CHECK(pushed.error().message == "[publish.api]: platforms needs docker buildx, which is not here");
  CHECK(world.sources == 0);
  fs::remove(world.at("bin/docker"));
  CHECK(has(world.push(an_entry(), nullptr).error().message, "platforms needs docker buildx"));
}

TEST_CASE("a registry's no to the push is told as any other") {
  World world;
  world.docker("[ $2 = version ] || { echo 'ERROR: failed to solve: failed to push registry.example.com:5000/team/app:c0ffee: denied: not for "
               "canary-password'; exit 1; }\n");
  const RegistryLogin login{"ada", Secret("canary-password")};
  const auto pushed = world.push(an_entry(), &login);
  REQUIRE_FALSE(pushed);
  CHECK(has(pushed.error().message, "registry.example.com:5000 refused the credentials"));
  CHECK_FALSE(has(pushed.error().message, "canary"));
}

TEST_CASE("what the builder lacks is said") {
  World world;
  world.docker("[ $2 = version ] || { echo 'ERROR: Multi-platform build is not supported for the docker driver.'; echo 'Switch to a different driver'; exit 1; }\n");
  CHECK(world.push(an_entry(), nullptr).error().remedy == "docker buildx create --use makes a builder that can");
  world.docker("[ $2 = version ] || { echo 'unknown flag: --provenance'; exit 125; }\n");
  CHECK(world.push(an_entry(), nullptr).error().remedy == "install buildx 0.10 or later");
}

TEST_CASE("a push without a digest is none") {
  for (const char* const text : {"", "{}", "[", R"({"containerimage.digest":"sha256:abc"})", R"({"containerimage.digest":7})"}) {
    World world;
    world.docker("while [ $# -gt 0 ]; do [ \"$1\" = --metadata-file ] && printf '%s' '" + std::string(text) + "' > \"$2\"; shift; done\n");
    const auto pushed = world.push(an_entry(), nullptr);
    REQUIRE_FALSE(pushed);
    CHECK(has(pushed.error().message, "did not say what it has pushed"));
  }
}

TEST_CASE("a build file that leads out of the tree is not read") {
  World world;
  fs::remove(world.at("tree/api/Dockerfile"));
  CHECK(has(world.push(an_entry(), nullptr).error().message, "the tree has no api/Dockerfile"));
  REQUIRE(write_file(world.at("secret"), "FROM scratch\n", 0644));
  fs::create_symlink(world.at("secret"), world.at("tree/api/Dockerfile"));
  CHECK(has(world.push(an_entry(), nullptr).error().message, "api/Dockerfile lies outside of the tree"));
  fs::remove(world.at("tree/api/Dockerfile"));
  REQUIRE(write_file(world.at("tree/api/Dockerfile"), "FROM scratch\n", 0644));
  fs::create_symlink(world.at("secret"), world.at("tree/api/.dockerignore"));
  CHECK(has(world.push(an_entry(), nullptr).error().message, "api/.dockerignore lies outside of the tree"));
  world.build.context = "../home";
  CHECK_FALSE(world.push(an_entry(), nullptr));
}

TEST_CASE("an interrupt ends the build") {
  World world;
  world.docker("[ $2 = version ] || exec /bin/sleep 60\n");
  std::thread later([] {
    std::this_thread::sleep_for(1s);
    kill(getpid(), SIGTERM);
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto pushed = world.push(an_entry(), nullptr);
  later.join();
  REQUIRE_FALSE(pushed);
  CHECK(pushed.error().kind == ErrorKind::interrupted);
  CHECK(std::chrono::steady_clock::now() - begin < 30s);
  CHECK(world.progress.ticks > 0);
  CHECK(fs::is_empty(world.at("run")));
}

TEST_CASE("docker's configuration keeps what is no login, and has one login") {
  const RegistryLogin ada{"ada", Secret("pass word")};
  const auto text = [](const std::string& own, const std::string& registry, const RegistryLogin* login) {
    return parse_json(docker_config_text(own, registry, login).reveal());
  };
  CHECK(text("", "r", nullptr) == Json{{"auths", Json::object()}});
  CHECK(text("[]", "r", nullptr) == Json{{"auths", Json::object()}});
  CHECK(text("no json", "r", &ada) == Json{{"auths", {{"r", {{"auth", "YWRhOnBhc3Mgd29yZA=="}}}}}});
  CHECK(text("{}", "docker.io", &ada)["auths"].contains("https://index.docker.io/v1/"));
  const RegistryLogin token{std::string(k_identity_token_user), Secret("t\"0\\k")};
  CHECK(text("{}", "r", &token)["auths"] == Json{{"r", {{"identitytoken", "t\"0\\k"}}}});
  const Json kept = text(R"({"auths":{"o":{"auth":"x"}},"credsStore":"s","currentContext":"c","credHelpers":{"r":"a","o":"b"},)"
                         R"("HttpHeaders":{"X":"1"},"cliPluginsExtraDirs":["/p"]})",
                         "r", &ada);
  CHECK(kept == Json{{"auths", {{"o", {{"auth", "x"}}}, {"r", {{"auth", "YWRhOnBhc3Mgd29yZA=="}}}}},
                     {"credHelpers", {{"o", "b"}}},
                     {"HttpHeaders", {{"X", "1"}}},
                     {"cliPluginsExtraDirs", {"/p"}}});
}

TEST_CASE("other registries' logins are still found where docker has them") {
  const RegistryLogin ada{"ada", Secret("pass word")};
  const Json config = parse_json(docker_config_text(R"({"auths":{"o":{},"p":{},"https://r/v1/":{},"R:5":{}},"credsStore":"s","credHelpers":{"p":"own"}})", "r", &ada).reveal());
  CHECK(config == Json{{"auths", {{"o", Json::object()}, {"p", Json::object()}, {"R:5", Json::object()}, {"r", {{"auth", "YWRhOnBhc3Mgd29yZA=="}}}}},
                       {"credHelpers", {{"o", "s"}, {"p", "own"}, {"R:5", "s"}}}});
  const Json broken = parse_json(docker_config_text(R"({"auths":[],"credsStore":"s","credHelpers":7})", "r", nullptr).reveal());
  CHECK(broken == Json{{"auths", Json::object()}});
  const Json hub = parse_json(docker_config_text(R"({"auths":{"https://index.docker.io/v1/":{}},"credsStore":"s"})", "docker.io", nullptr).reveal());
  CHECK(hub == Json{{"auths", Json::object()}});
}

TEST_CASE("the private configuration has a place where there is no runtime folder") {
  const auto there = PrivateDockerConfig::make({"XDG_RUNTIME_DIR=/no/such/folder", "TMPDIR=relative"}, "r", nullptr);
  REQUIRE(there);
  CHECK(there->folder().parent_path() == "/tmp");
  CHECK(text_in(there->folder() / "config.json") == R"({"auths":{}})");
}
