#include <catch2/catch.hpp>

#include <map>

#include "app/layering.hpp"
#include "support/fake_repository.hpp"

using namespace gate;
using gate::test::FakeSources;

namespace {

struct Files final : PolicyFiles {
  std::map<std::string, std::string> texts;
  Result<std::optional<std::string>> read(const std::string& path) override {
    const auto found = texts.find(path);
    return found == texts.end() ? std::optional<std::string>() : found->second;
  }
  std::string name_of(const std::string& path) const override { return path; }
};

struct World {
  Files files;
  FakeSources sources;
  tl::expected<Policy, PolicyFailure> load(const std::string& text) { return load_policy("schema = 1\n" + text, "gate.toml", files, sources, "0.1.0"); }
  std::string first_problem(const std::string& text) {
    const auto loaded = load(text);
    return loaded ? "none" : loaded.error().error ? "error: " + loaded.error().error->remedy : loaded.error().problems.list.at(0).message;
  }
};

const std::string k_block = "schema = 1\n[[branch]]\nmatch = [\"master\"]\nallow = [\"merge\"]\n";
const std::string k_digest(64, 'a');
const std::string k_pin = "extends = [{ git = \"https://example.org/p\", rev = \"" + std::string(40, 'b') + "\", path = \"t.toml\", sha256 = \"" + k_digest + "\" }]\n";

std::size_t blocks(const tl::expected<Policy, PolicyFailure>& policy) { return policy ? policy->blocks.size() : 99; }

} // namespace

TEST_CASE("a file alone is a policy of one layer") {
  World world;
  const auto policy = world.load("[[branch]]\nmatch = [\"x\"]\n");
  REQUIRE(policy);
  CHECK(policy->layers.size() == 1);
}

TEST_CASE("what a file extends is joined: ready-made, beside it, pinned, and the system's above all") {
  World world;
  world.sources.ready["trunk"] = k_block;
  world.files.texts["team.toml"] = k_block;
  world.sources.pins[k_digest] = k_block;
  CHECK(blocks(world.load("extends = [\"gate:trunk\"]\n")) == 1);
  CHECK(blocks(world.load("extends = [\"team.toml\", \"gate:trunk\"]\n")) == 2);
  CHECK(blocks(world.load(k_pin)) == 1);
  world.sources.system_file = PolicySources::SystemFile{"/etc/gate/policy.toml", k_block};
  const auto policy = world.load("extends = [\"team.toml\"]\n");
  REQUIRE(policy);
  CHECK(policy->blocks.size() == 2);
  REQUIRE(policy->layers.size() == 3);
  CHECK(policy->layers[0].name == "/etc/gate/policy.toml");
  CHECK(policy->layers[2].name == "gate.toml");
}

TEST_CASE("what is extended twice is there once, and a circle ends") {
  World world;
  world.files.texts["a.toml"] = "schema = 1\nextends = [\"b.toml\"]\n[[branch]]\nmatch = [\"a\"]\n";
  world.files.texts["b.toml"] = "schema = 1\nextends = [\"a.toml\"]\n[[branch]]\nmatch = [\"b\"]\n";
  CHECK(blocks(world.load("extends = [\"a.toml\", \"b.toml\"]\n")) == 2);
}

TEST_CASE("what can't be had is a problem at its place, or an error with the command that fetches it") {
  World world;
  CHECK(world.first_problem("extends = [\"gate:none\"]\n").find("no ready-made policy \"none\"") != std::string::npos);
  CHECK(world.first_problem("extends = [\"missing.toml\"]\n").find("no file \"missing.toml\"") != std::string::npos);
  CHECK(world.first_problem(k_pin) == "error: gate policy fetch");
}

TEST_CASE("problems of every layer come back at once") {
  World world;
  world.files.texts["a.toml"] = "schema = 1\nmtach = 1\n";
  world.files.texts["b.toml"] = "schema = 1\nnonsense = 1\n";
  const auto loaded = world.load("extends = [\"a.toml\", \"b.toml\"]\n");
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().problems.list.size() == 2);
}

TEST_CASE("a chain that is too long is refused") {
  World world;
  for (int i = 0; i < 12; ++i) {
    world.files.texts["f" + std::to_string(i) + ".toml"] = "schema = 1\nextends = [\"f" + std::to_string(i + 1) + ".toml\"]\n";
  }
  CHECK(world.first_problem("extends = [\"f0.toml\"]\n").find("8 deep") != std::string::npos);
}

TEST_CASE("a file beside a pinned policy can't be meant") {
  World world;
  world.sources.pins[k_digest] = "schema = 1\nextends = [\"other.toml\"]\n";
  world.files.texts["other.toml"] = k_block;
  CHECK(world.first_problem(k_pin).find("only a policy in the repository") != std::string::npos);
}

TEST_CASE("a higher layer may require a suite that only the repository defines") {
  World world;
  world.files.texts["team.toml"] = "schema = 1\n[[branch]]\nmatch = [\"master\"]\nrequire = [\"api\"]\n";
  CHECK(world.load("extends = [\"team.toml\"]\n[suite.api]\nbuild = \".\"\nrun = [\"t\"]\n"));
  CHECK(world.first_problem("extends = [\"team.toml\"]\n").find("suite \"api\"") != std::string::npos);
}

TEST_CASE("whose verdicts count is not said by a policy from outside: its file of signers would be another's") {
  const std::string table = "schema = 1\n[verdicts]\nallowed_signers = \"signers\"\nci = [\"ci@example.com\"]\n";
  World world;
  world.sources.pins[k_digest] = table;
  world.sources.ready["trunk"] = table;
  world.files.texts["team.toml"] = table;
  CHECK(world.first_problem(k_pin).find("[verdicts] does not count in a policy from outside of the repository") == 0);
  CHECK(world.first_problem("extends = [\"gate:trunk\"]\n").find("[verdicts] does not count in a policy from outside of the repository") == 0);
  const auto beside = world.load("extends = [\"team.toml\"]\n");
  REQUIRE(beside);
  CHECK(beside->verdicts);
  world.sources.system_file = PolicySources::SystemFile{"/etc/gate/policy.toml", "schema = 1\n[verdicts]\nallowed_signers = \"/etc/gate/signers\"\nci = [\"c\"]\n"};
  CHECK(world.load("")->verdicts);
}
