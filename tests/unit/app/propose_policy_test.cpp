#include <catch2/catch.hpp>

#include "app/propose_policy.hpp"
#include "policy/parse.hpp"

using namespace gate;

namespace {
Policy parsed(const ProjectFacts& project) {
  const std::string text = propose_policy(project);
  INFO(text);
  auto policy = parse_policy(text, "gate.toml", "0.1.0");
  REQUIRE(policy);
  return *policy;
}
} // namespace

TEST_CASE("the publication that it proposes holds once its comment signs are gone") {
  const std::string text = propose_policy({"c.yml", {{"Api", "Api", {"manage.py"}}}, {"master", "staging", "development"}});
  const auto at = text.find("# [publish.");
  REQUIRE(at != std::string::npos);
  std::string block = text.substr(at);
  for (auto sign = block.find("# "); sign != std::string::npos; sign = block.find("\n# ", sign)) {
    block.erase(block[sign] == '\n' ? sign + 1 : sign, 2);
  }
  INFO(block);
  const auto policy = parse_policy(text.substr(0, at) + block, "gate.toml", "0.1.0");
  REQUIRE(policy);
  REQUIRE(policy->publications.size() == 1);
  CHECK(policy->publications.front().branch.brief() == "staging");
}

TEST_CASE("a compose project gets a suite for each service whose tests are known") {
  const auto policy = parsed({"docker-compose.yml", {{"api", "api", {"Dockerfile", "manage.py"}}}, {"master"}});
  REQUIRE(policy.suites.count("api") == 1);
  CHECK(policy.suites.at("api").run == std::vector<std::string>{"python", "manage.py", "test"});
  CHECK(std::get<ComposeSource>(policy.suites.at("api").source).service == "api");
  CHECK(policy.blocks.front().match.value.front().full() == "refs/heads/master");
}

TEST_CASE("a command that can't be guessed stands as a comment, never as a test that passes") {
  const auto policy = parsed({std::nullopt, {{"", "", {"Dockerfile"}}}, {}});
  CHECK(policy.suites.empty());
}

TEST_CASE("main is protected where main is the branch, and staging where there is one") {
  const auto policy = parsed({std::nullopt, {{"web", "", {"Dockerfile", "package.json"}}}, {"main", "staging", "development"}});
  CHECK(policy.blocks[0].match.value[0].full() == "refs/heads/main");
  CHECK(policy.blocks[1].rules.from->value[0].brief() == "development");
  CHECK(std::get<BuildSource>(policy.suites.at("web").source).context == "web");
}

TEST_CASE("names that are no bare keys come out right") {
  const auto policy = parsed({"c.yml", {{"a b", "my api\"x", {"go.mod"}}}, {}});
  CHECK(policy.suites.size() == 1);
}
