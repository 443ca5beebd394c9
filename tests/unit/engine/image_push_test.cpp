#include "engine/image_store.hpp"

#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "../support/fake_engine.hpp"
#include "os/interrupt.hpp"

using namespace gate;
using namespace std::chrono_literals;

namespace {

const ImageName k_name{"registry.example.com:5000", "team/app"};
const std::string k_id = "sha256:" + std::string(64, 'a');
const std::string k_digest(64, 'd');
const std::string k_good = R"({"status":"Layer already exists","progressDetail":{},"id":"aaaa"})"
                           "\r\n"
                           R"({"progressDetail":{},"aux":{"Tag":"v1","Digest":"sha256:)" +
                           k_digest + R"(","Size":527}})" + "\r\n";

class Counting final : public Progress {
public:
  void step(std::string_view, std::string_view) override {}
  void tick() override {}
  void sent(std::string_view layer, std::int64_t bytes, std::int64_t total) override {
    layers.push_back(std::string(layer) + " " + std::to_string(bytes) + "/" + std::to_string(total));
  }
  std::vector<std::string> layers;
};

/// An Engine whose pushes end in these, one after the other; then well.
struct World {
  explicit World(std::deque<std::string> pushes)
      : answers(std::move(pushes)), engine([this](const FakeEngine::Request& request) { return answer(request); }) {
    engine.answer();
    REQUIRE(engine.works());
  }

  FakeEngine::Answer answer(const FakeEngine::Request& request) {
    if (request.path.find("/push?") == std::string::npos) {
      return {request.path.find("/tag?") == std::string::npos ? 200 : 201, R"({"Id":")" + k_id + R"(","RepoTags":["gate-publish/x:1"]})"};
    }
    ++attempts;
    std::string text = answers.empty() ? k_good : answers.front();
    if (!answers.empty()) {
      answers.pop_front();
    }
    return {200, text};
  }

  tl::expected<Digest, PushFailure> push() {
    const auto store = make_image_store({"DOCKER_HOST=unix://" + engine.socket_path()}, interrupt);
    const RegistryLogin login{"ada", Secret("pass word")};
    return store->push(k_id, k_name, "v1", &login, progress);
  }

  Interrupt interrupt;
  Counting progress;
  std::deque<std::string> answers;
  int attempts = 0;
  FakeEngine engine;
};

} // namespace

TEST_CASE("a push gives the digest, and tells of its layers") {
  World world({});
  const auto pushed = world.push();
  REQUIRE(pushed);
  CHECK(pushed->hex() == k_digest);
  CHECK(world.progress.layers == std::vector<std::string>{"aaaa 0/0"});
}

TEST_CASE("a manifest that the registry stumbles over is pushed again, after a pause that is not the same for all") {
  World world({R"({"error":"received unexpected HTTP status: 504 Gateway Timeout"})"});
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(world.push());
  const auto took = std::chrono::steady_clock::now() - begin;
  CHECK(world.attempts == 2);
  CHECK(took >= 500ms);
  CHECK(took < 5s);
}

TEST_CASE("what a registry refuses is not asked of it twice") {
  for (const char* const text : {"name unknown: x", "tag invalid: x", "denied: x"}) {
    World world({R"({"error":")" + std::string(text) + "\"}"});
    const auto pushed = world.push();
    REQUIRE_FALSE(pushed);
    CHECK_FALSE(pushed.error().login_is_old);
    CHECK(world.attempts == 1);
  }
}

TEST_CASE("an old login is said to be one, and not tried again") {
  World world({R"({"error":"denied: Your authorization token has expired. Reauthenticate and try again."})"});
  const auto pushed = world.push();
  REQUIRE_FALSE(pushed);
  CHECK(pushed.error().login_is_old);
  CHECK(world.attempts == 1);
}
