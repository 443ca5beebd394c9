#include "engine/rendered_config.hpp"

#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "os/files.hpp"

namespace fs = std::filesystem;
using namespace gate;

namespace {

struct World {
  TemporaryFolder folder = std::move(*TemporaryFolder::make(fs::canonical(fs::temp_directory_path()), "gate-test-"));
  fs::path tree = folder.path() / "one" / "tree";
  fs::path other = folder.path() / "two" / "tree";
  fs::path cache = folder.path() / "cache";
  RenderedConfigs configs{cache};
  Digest key = Digest::of("key");

  World() {
    fs::create_directories(tree);
    fs::create_directories(other);
  }

  std::optional<Digest> key_of(const fs::path& root, const std::string& text, const std::optional<std::string>& env_file = {}, const Environment& env = {"HOME=/h", "PATH=/p"},
                               const std::string& variables = "") const {
    DrawnFiles drawn;
    drawn.contents = {{root / "c.yml", text}, {root / "x.env", env_file}};
    drawn.variables = {{root / ".env", variables}};
    return rendering_key({root, {root / "c.yml"}, drawn, env});
  }
  fs::path file() const { return cache / (key.hex() + ".json"); }
};

} // namespace

TEST_CASE("a rendering is known by all that compose reads, and by nothing else") {
  const World world;
  const auto key = world.key_of(world.tree, "services: {}", "A=1");
  REQUIRE(key);
  CHECK(key == world.key_of(world.other, "services: {}", "A=1"));
  CHECK(key == world.key_of(world.tree, "services: {}", "A=1", {"HOME=/elsewhere", "PATH=/p"}));
  CHECK_FALSE(key == world.key_of(world.tree, "services: { }", "A=1"));
  CHECK_FALSE(key == world.key_of(world.tree, "services: {}", "A=2"));
  CHECK_FALSE(key == world.key_of(world.tree, "services: {}", std::nullopt));
  CHECK_FALSE(world.key_of(world.tree, "services: {}", "") == world.key_of(world.tree, "services: {}", std::nullopt));
  CHECK_FALSE(key == world.key_of(world.tree, "services: {}", "A=1", {"HOME=/h", "PATH=/p"}, "B=1"));
}

TEST_CASE("a variable counts where a file could mean it") {
  const World world;
  for (const std::string text : {"a: ${HOME}", "a: '~/x'", "a: \"\\x48OME\""}) {
    INFO(text);
    CHECK_FALSE(world.key_of(world.tree, text, {}, {"HOME=/h"}) == world.key_of(world.tree, text, {}, {"HOME=/other"}));
  }
  CHECK_FALSE(world.key_of(world.tree, "a: 1", "HOME", {"HOME=/h"}) == world.key_of(world.tree, "a: 1", "HOME", {"HOME=/other"}));
}

TEST_CASE("what can't be keyed for sure has no key") {
  const World world;
  CHECK_FALSE(world.key_of(world.tree, "a: 1", {}, {}, "COMPOSE_ENV_FILES=x"));
  DrawnFiles drawn;
  drawn.complete = false;
  CHECK_FALSE(rendering_key({world.tree, {world.tree / "c.yml"}, drawn, {}}));
}

TEST_CASE("what was rendered in one checkout fits the next") {
  const World world;
  const Json model{{"services", {{"api", {{"build", world.tree.string() + "/api"}, {"volumes", {world.tree.string() + ":/x"}}, {"image", "x"}}}}}};
  world.configs.store(world.key, world.tree, "v1", model);
  const auto found = world.configs.find(world.key, world.other, "v1");
  REQUIRE(found);
  CHECK((*found)["services"]["api"]["build"] == world.other.string() + "/api");
  CHECK((*found)["services"]["api"]["volumes"][0] == world.other.string() + ":/x");
  CHECK(world.configs.find(world.key, world.tree, "v1") == model);
  CHECK((fs::status(world.file()).permissions() & fs::perms::mask) == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK((fs::status(world.cache).permissions() & fs::perms::mask) == fs::perms::owner_all);
}

TEST_CASE("another compose renders anew; where none is there, what there was will do") {
  const World world;
  world.configs.store(world.key, world.tree, "v1", {{"services", Json::object()}});
  CHECK_FALSE(world.configs.find(world.key, world.tree, "v2"));
  CHECK(world.configs.find(world.key, world.tree, ""));
  CHECK_FALSE(world.configs.find(Digest::of("other"), world.tree, "v1"));
}

TEST_CASE("what would lead to this checkout for ever is not kept") {
  const World world;
  for (const std::string& text : {world.tree.parent_path().string() + "/beside", world.tree.string() + "x/y", std::string("a\x01tree\x01"
                                                                                                                         "b")}) {
    INFO(text);
    world.configs.store(world.key, world.tree, "v1", {{"a", text}});
    CHECK_FALSE(world.configs.find(world.key, world.tree, "v1"));
  }
  world.configs.store(world.key, world.tree, "", {{"a", "b"}});
  CHECK_FALSE(fs::exists(world.file()));
}

TEST_CASE("a damaged file is ignored") {
  const World world;
  world.configs.store(world.key, world.tree, "v1", {{"a", "b"}});
  const std::string good = **read_file(world.file());
  for (const std::string& text : {good.substr(0, good.size() - 1), good + " ", std::string("{}"), std::string(), std::string(64, '0') + good.substr(64)}) {
    REQUIRE(write_file(world.file(), text, 0600));
    CHECK_FALSE(world.configs.find(world.key, world.tree, "v1"));
  }
  REQUIRE(write_file(world.file(), good, 0600));
  CHECK(world.configs.find(world.key, world.tree, "v1"));
}

TEST_CASE("only so many are kept, the ones in use among them") {
  const World world;
  world.configs.store(world.key, world.tree, "v1", {{"a", "b"}});
  for (std::size_t i = 0; i < RenderedConfigs::k_most + 5; ++i) {
    world.configs.store(Digest::of(std::to_string(i)), world.tree, "v1", {{"a", i}});
    CHECK(world.configs.find(world.key, world.tree, "v1"));
  }
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(world.cache)) {
    count += entry.is_regular_file() ? 1U : 0U;
  }
  CHECK(count == RenderedConfigs::k_most);
}
