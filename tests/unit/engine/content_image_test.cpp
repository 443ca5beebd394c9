#include "engine/content_image.hpp"

#include <set>

#include <catch2/catch.hpp>

using namespace gate;

namespace {

BuildStep step_in(const std::string& tree) {
  BuildStep step;
  step.name = "api";
  step.context = tree + "/api";
  step.dockerfile = tree + "/api/Dockerfile";
  return step;
}

} // namespace

TEST_CASE("the same content has the same key, wherever it lies and whatever it is called") {
  const BuildContent content{"c", "d", "", {"sha256:1"}, "classic"};
  BuildStep other = step_in("/elsewhere");
  other.name = "tests";
  const std::string key = content_key(step_in("/t"), content);
  CHECK(key == content_key(other, content));
  CHECK(key.size() == 32);
  CHECK(key.find_first_not_of("0123456789abcdef") == std::string::npos);
}

TEST_CASE("whatever changes the image changes the key") {
  const BuildContent content{"c", "d", "", {"sha256:1"}, "classic"};
  std::set<std::string> keys{content_key(step_in("/t"), content)};
  std::size_t made = 1;
  const auto differs = [&](const auto& change) {
    BuildStep step = step_in("/t");
    BuildContent changed = content;
    change(step, changed);
    keys.insert(content_key(step, changed));
    CHECK(keys.size() == ++made);
  };
  differs([](BuildStep&, BuildContent& c) { c.context = "x"; });
  differs([](BuildStep&, BuildContent& c) { c.dockerfile = "x"; });
  differs([](BuildStep&, BuildContent& c) { c.ignore = "x"; });
  differs([](BuildStep&, BuildContent& c) { c.builder = "buildx"; });
  differs([](BuildStep&, BuildContent& c) { c.bases = {"sha256:2"}; });
  differs([](BuildStep&, BuildContent& c) { c.bases = {"sha256:1", "sha256:1"}; });
  differs([](BuildStep&, BuildContent& c) { c.bases = {}; });
  differs([](BuildStep&, BuildContent& c) { c.attributes = {".gitattributes", "x"}; });
  differs([](BuildStep&, BuildContent& c) { c.attributes = {".gitattributes", "y"}; });
  differs([](BuildStep& s, BuildContent&) { s.dockerfile = "/t/api/other"; });
  differs([](BuildStep& s, BuildContent&) { s.dockerfile = "/t/Dockerfile"; });
  differs([](BuildStep& s, BuildContent&) { s.arguments = {"A=1"}; });
  differs([](BuildStep& s, BuildContent&) { s.arguments = {"A=2"}; });
  differs([](BuildStep& s, BuildContent&) { s.labels = {"A=1"}; });
  differs([](BuildStep& s, BuildContent&) { s.cache_from = {"A=1"}; });
  differs([](BuildStep& s, BuildContent&) { s.extra_hosts = {"A=1"}; });
  differs([](BuildStep& s, BuildContent&) { s.target = "test"; });
  differs([](BuildStep& s, BuildContent&) { s.network = "none"; });
  differs([](BuildStep& s, BuildContent&) { s.shm_size = "64m"; });
}

TEST_CASE("what a build may use does not change its key") {
  const BuildContent content{"c", "d", "", {"sha256:1"}, "classic"};
  BuildStep limited = step_in("/t");
  limited.memory = 64 << 20;
  limited.nano_cpus = 1'000'000'000;
  CHECK(content_key(limited, content) == content_key(step_in("/t"), content));
}

TEST_CASE("images of gate's own names are known in every spelling, and no others") {
  for (const char* const name : {"gate-content/0a:1b", "gate-run/0a", "gate-cache/a/b:latest", "gate-image/a@sha256:0", "docker.io/gate-content/0a:1b",
                                 "index.docker.io/gate-run/a", "localhost/gate-image/a"}) {
    CHECK(is_own_image_name(name));
  }
  for (const char* const name : {"busybox", "gate-content", "gate-contents/a", "me/gate-content/a", "registry.example/gate-run/a", "docker.io/gate-demo/a", ""}) {
    CHECK_FALSE(is_own_image_name(name));
  }
}

TEST_CASE("limits go to the classic builder only") {
  CHECK(is_classic_builder({"HOME=/nowhere", "DOCKER_BUILDKIT=0"}));
  CHECK(is_classic_builder({"HOME=/nowhere", "DOCKER_BUILDKIT=false"}));
  CHECK_FALSE(is_classic_builder({"HOME=/nowhere", "DOCKER_BUILDKIT=1"}));
}

TEST_CASE("which builder docker takes is told by variables and plugins") {
  const Environment plain{"HOME=/nowhere"};
  CHECK(builder_in(plain) == builder_in({"HOME=/nowhere/else"}));
  CHECK(builder_in(plain) != builder_in({"HOME=/nowhere", "DOCKER_BUILDKIT=0"}));
  CHECK(builder_in(plain) != builder_in({"HOME=/nowhere", "DOCKER_DEFAULT_PLATFORM=linux/arm64"}));
}
