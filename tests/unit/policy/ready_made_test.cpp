#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "cli/ready_made.hpp"
#include "policy/parse.hpp"
#include "policy/parse_scenarios.hpp"

using namespace gate;

namespace {

std::string text_of(const std::string& file) {
  std::ifstream stream(std::string(GATE_SOURCE_DIR) + "/policies/" + file);
  REQUIRE(stream);
  return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace

TEST_CASE("the ready-made policies are those of the folder, byte for byte") {
  std::vector<std::string> names;
  for (const auto& policy : ready_made_policies()) {
    names.emplace_back(policy.name);
    CHECK(policy.text == text_of(std::string(policy.name) + ".toml"));
  }
  CHECK(names == std::vector<std::string>{"feature-branch", "release-branches", "staging-release", "trunk"});
  CHECK(policy_schema() == text_of("gate.schema.json"));
}

TEST_CASE("each ready-made policy parses, and passes its tests") {
  for (const auto& ready : ready_made_policies()) {
    const std::string name(ready.name);
    CAPTURE(name);
    const auto policy = parse_policy(ready.text, name + ".toml", "0.1.0");
    if (!policy) {
      FAIL_CHECK(policy.error().list.front().place.str() + ": " + policy.error().list.front().message);
      continue;
    }
    const auto scenarios = parse_scenarios(text_of(name + ".test.toml"), name + ".test.toml");
    if (!scenarios) {
      FAIL_CHECK(scenarios.error().front().place.str() + ": " + scenarios.error().front().message);
      continue;
    }
    for (const auto& scenario : *scenarios) {
      const auto result = try_out(scenario, *policy);
      CAPTURE(result.name);
      for (const auto& mismatch : result.mismatches) {
        std::string reasons;
        for (const auto& reason : mismatch.reasons) {
          reasons += "\n" + reason;
        }
        FAIL_CHECK("expected " + mismatch.expected + ", came " + mismatch.came + reasons);
      }
    }
  }
}

TEST_CASE("a ready-made policy names no suites: they are the repository's") {
  for (const auto& ready : ready_made_policies()) {
    const auto policy = parse_policy(ready.text, std::string(ready.name), "0.1.0", PolicyRole::layer);
    REQUIRE(policy);
    CHECK(policy->suites.empty());
    CHECK(policy->publications.empty());
    CHECK(policy->extends.empty());
    CHECK_FALSE(policy->layers.front().allow_override.empty());
    CHECK(std::none_of(policy->blocks.begin(), policy->blocks.end(), [](const Block& block) { return block.rules.require.has_value(); }));
  }
}
