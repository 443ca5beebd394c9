#include "engine/image_cache.hpp"

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "../support/fake_engine.hpp"

using namespace gate;
using namespace std::chrono_literals;

namespace {

const std::string k_repository = "gate-image/0a";

struct Image {
  std::vector<std::string> tags;
  std::string named;
};

/// An Engine with these images, by id; connected.
struct World {
  explicit World(std::map<std::string, Image> there)
      : images(std::move(there)), engine([this](const FakeEngine::Request& request) { return answer(request); }), api(engine.endpoint()) {
    engine.answer();
    REQUIRE(engine.works());
    REQUIRE(api.connect(patience()));
  }

  static Patience patience() { return {std::chrono::steady_clock::now() + 10s, nullptr, {}}; }

  static std::string json_of(const std::string& id, const Image& image) {
    std::string tags;
    for (const std::string& tag : image.tags) {
      tags += (tags.empty() ? "\"" : ",\"") + k_repository + ":" + tag + "\"";
    }
    return R"({"Id":")" + id + R"(","RepoTags":[)" + tags + R"(],"Metadata":{"LastTagTime":")" + image.named + "\"}}";
  }

  FakeEngine::Answer answer(const FakeEngine::Request& request) {
    if (request.method == "DELETE") {
      removed.push_back(request.path.substr(request.path.find("%3A") + 3));
      return {200, "[]"};
    }
    if (request.path.rfind("/images/json", 0) == 0) {
      std::string list;
      for (const auto& [id, image] : images) {
        list += (list.empty() ? "" : ",") + json_of(id, image);
      }
      return {200, "[" + list + "]"};
    }
    for (const auto& [id, image] : images) {
      if (request.path == "/images/" + id + "/json") {
        return {200, json_of(id, image)};
      }
    }
    return {};
  }

  std::vector<std::string> removed;
  std::map<std::string, Image> images;
  FakeEngine engine;
  EngineApi api;
};

using Names = std::vector<std::string>;

} // namespace

TEST_CASE("a service's image has a name beside that of the tested one") {
  CHECK(kept_service_name("gate-image/0a:1b", "nginx") == "gate-image/0a:1b-nginx");
  CHECK(kept_service_name("gate-image/0a:1b", "My_web.1") == "gate-image/0a:1b-My_web.1");
  const std::string longest = kept_service_name("gate-image/0a:1b", std::string(125, 's'));
  CHECK(longest == "gate-image/0a:1b-" + std::string(125, 's'));
  const std::string cut = kept_service_name("gate-image/0a:1b", std::string(126, 's'));
  CHECK(cut.size() == std::string("gate-image/0a:1b-").size() + 32);
  CHECK(cut != kept_service_name("gate-image/0a:1b", std::string(127, 's')));
}

TEST_CASE("the services' images stay and go with the tested one, and are not counted beside it") {
  World world({{"a", {{"01"}, "2026-01-01T00:00:00Z"}},
               {"b", {{"02"}, "2026-01-02T00:00:00Z"}},
               {"c", {{"03", "03-api"}, "2026-01-03T00:00:00Z"}},
               // The same in each run: it was named last with the newest of them.
               {"d", {{"01-nginx", "02-nginx", "03-nginx"}, "2026-01-03T00:00:01Z"}}});
  REQUIRE(keep_newest(world.api, k_repository, 3, World::patience()));
  CHECK(world.removed.empty());
  REQUIRE(keep_newest(world.api, k_repository, 2, World::patience()));
  CHECK(world.removed == Names{"01", "01-nginx"});
}

TEST_CASE("what is left of a stack whose tested image is gone goes first") {
  World world({{"a", {{"01"}, "2026-01-01T00:00:00Z"}}, {"d", {{"00-nginx"}, "2026-01-03T00:00:01Z"}}});
  REQUIRE(keep_newest(world.api, k_repository, 1, World::patience()));
  CHECK(world.removed == Names{"00-nginx"});
}
