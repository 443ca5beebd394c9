#include "engine/build.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/image_cache.hpp"

using namespace gate;

namespace {

using Argv = std::vector<std::string>;

Json service(const char* text) {
  return Json::parse(text);
}

} // namespace

TEST_CASE("a service without build is not built") {
  CHECK_FALSE(build_step("db", service(R"({"image":"redis"})"), "/t"));
}

TEST_CASE("a build in the short spelling") {
  const auto step = build_step("api", service(R"({"build":"./api"})"), "/t");
  REQUIRE(step);
  CHECK(build_argv(*step, "tag", "/s/id") == Argv{"docker", "build", "--force-rm", "--iidfile", "/s/id",
                                                  "--tag", "tag", "--file", "/t/api/Dockerfile", "/t/api"});
}

TEST_CASE("every key of a build becomes a flag, never a part of another") {
  const auto step = build_step("api", service(R"({"build":{
    "context":"/t/api", "dockerfile":"docker/Dockerfile.test", "target":"test", "network":"none", "shm_size":"64m",
    "args":{"A":"$$1 --privileged","N":7,"FROM_ENV":null}, "labels":["l=1"], "cache_from":["a:b"],
    "extra_hosts":{"db":"10.0.0.1"}, "no_cache":true}})"),
                               "/t");
  REQUIRE(step);
  CHECK(build_argv(*step, "tag", "/s/id") == Argv{"docker",
                                                  "build",
                                                  "--force-rm",
                                                  "--iidfile",
                                                  "/s/id",
                                                  "--tag",
                                                  "tag",
                                                  "--file",
                                                  "/t/api/docker/Dockerfile.test",
                                                  "--build-arg",
                                                  "A=$1 --privileged",
                                                  "--build-arg",
                                                  "N=7",
                                                  "--label",
                                                  "l=1",
                                                  "--cache-from",
                                                  "a:b",
                                                  "--add-host",
                                                  "db:10.0.0.1",
                                                  "--target",
                                                  "test",
                                                  "--network",
                                                  "none",
                                                  "--shm-size",
                                                  "64m",
                                                  "--no-cache",
                                                  "/t/api"});
}

TEST_CASE("what a build runs has limits, swap included") {
  BuildStep step;
  step.context = "/t";
  step.dockerfile = "/t/Dockerfile";
  step.memory = 64 << 20;
  step.nano_cpus = 1'500'000'000;
  CHECK(build_argv(step, {}, {}) == Argv{"docker", "build", "--force-rm", "--file", "/t/Dockerfile", "--memory", "67108864", "--memory-swap",
                                         "67108864", "--cpu-period", "100000", "--cpu-quota", "150000", "/t"});
  step.memory = 0;
  step.nano_cpus = 1;
  CHECK(build_argv(step, {}, {}) == Argv{"docker", "build", "--force-rm", "--file", "/t/Dockerfile", "--cpu-period", "100000", "--cpu-quota", "1000", "/t"});
}

TEST_CASE("the ends of a build's stages are read from its output") {
  const std::string output =
      "Step 1/6 : FROM base AS one\n ---> aaaaaaaaaaaa\nStep 2/6 : RUN x\n ---> Running in 123456789012\n"
      " ---> bbbbbbbbbbbb\nStep 3/6 : FROM base\n ---> aaaaaaaaaaaa\nStep 4/6 : COPY --from=one a b\n"
      " ---> Using cache\n ---> cccccccccccc\nStep 5/6 : RUN y\n ---> dddddddddddd\nnoise ---> eeeeeeeeeeee\n"
      " ---> NOTANIDATALL\n";
  CHECK(stage_images(output) == Argv{"bbbbbbbbbbbb", "dddddddddddd"});
  CHECK(last_image(output) == "dddddddddddd");
  CHECK(stage_images("Step 1/2 : FROM base\n ---> aaaaaaaaaaaa\nStep 2/2 : RUN false\n") == Argv{""});
  CHECK(last_image("Step 1/2 : FROM base\n ---> aaaaaaaaaaaa\nStep 2/2 : RUN false\n") == "aaaaaaaaaaaa");
  CHECK(stage_images("#5 [2/3] COPY . .\n").empty());
  CHECK(last_image("").empty());
}

TEST_CASE("a cache's name is a legal image name, and different for different suites") {
  CHECK(cache_repository("0a1b", "unit-tests", "api") == "gate-cache/0a1b/unit-tests-api");
  CHECK(cache_repository("r", "Api", "web") != cache_repository("r", "api", "web"));
  CHECK(cache_repository("r", "a_b", "web") != cache_repository("r", "ab", "web"));
  CHECK(cache_repository("r", "../../x", "é").find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-/") ==
        std::string::npos);
  CHECK(cache_repository("r", "-", "a--b").find("--") == std::string::npos);
  CHECK(cache_repository("r", std::string(500, 'a'), "s").size() < 128);
}
