#include <catch2/catch.hpp>

#include "policy/parse.hpp"

using namespace gate;

namespace {

Policy policy_of(const std::string& blocks) {
  return parse_policy("schema = 1\n" + blocks + "[suite.a]\nbuild = \".\"\nrun = [\"t\"]\n[suite.b]\nbuild = \".\"\nrun = [\"t\"]\n", "gate.toml", "0.1.0").value();
}

RefRules rules(const std::string& blocks, const char* ref, const std::optional<std::string>& remote = "origin") {
  return rules_for(policy_of(blocks), *RefName::parse(ref), remote).value();
}

} // namespace

TEST_CASE("a ref that no block mentions admits everything and needs every suite") {
  const auto found = rules("[[branch]]\nmatch = [\"master\"]\nallow = [\"merge\"]\n", "refs/heads/feature");
  CHECK_FALSE(found.mentioned);
  CHECK_FALSE(found.is_protected());
  CHECK_FALSE(found.require);
}

TEST_CASE("of several blocks the strictest value wins") {
  const auto found = rules("[[branch]]\nmatch = [\"*\"]\nallow = [\"merge\", \"commit\", \"create\"]\nrequire = [\"a\"]\n"
                           "[[branch]]\nmatch = [\"master\"]\nallow = [\"merge\", \"force\"]\nrequire = [\"b\"]\n",
                           "refs/heads/master");
  CHECK(found.allow.value.str() == "merge");
  CHECK(found.allow.place.line == 8);
  CHECK(found.require->value == std::vector<std::string>{"a", "b"});
}

TEST_CASE("allow = [] is legal: only the forge updates that branch") {
  const auto found = rules("[[branch]]\nmatch = [\"master\"]\nallow = []\n[[branch]]\nmatch = [\"*\"]\nallow = [\"merge\"]\n", "refs/heads/master");
  CHECK(found.allow.value.empty());
  CHECK(found.is_protected());
}

TEST_CASE("two sets that meet in nothing are an error that names both lines") {
  const auto found = rules_for(policy_of("[[branch]]\nmatch = [\"*\"]\nallow = [\"merge\"]\nfrom = [\"x\"]\n[[branch]]\nmatch = [\"master\"]\nallow = [\"commit\"]\nfrom = [\"y\"]\n"),
                               *RefName::branch("master"), "origin");
  REQUIRE_FALSE(found);
  REQUIRE(found.error().size() == 2);
  CHECK(found.error()[0].place.line == 8);
  CHECK(found.error()[0].message.find("gate.toml:4:9") != std::string::npos);
  CHECK(found.error()[1].place.line == 9);
}

TEST_CASE("from sets intersect") {
  const auto found = rules("[[branch]]\nmatch = [\"*\"]\nfrom = [\"x\", \"y\"]\n[[branch]]\nmatch = [\"s\"]\nfrom = [\"y\", \"z\"]\n", "refs/heads/s");
  REQUIRE(found.from->value.size() == 1);
  CHECK(found.from->value[0].brief() == "y");
  CHECK(found.is_protected());
}

TEST_CASE("a block for some remotes does not speak of others") {
  const std::string blocks = "[[branch]]\nmatch = [\"master\"]\nremotes = [\"origin\"]\nallow = [\"merge\"]\n";
  CHECK(rules(blocks, "refs/heads/master", "origin").is_protected());
  CHECK_FALSE(rules(blocks, "refs/heads/master", "my-fork").is_protected());
  // A URL that fits no remote may be origin in another spelling.
  CHECK(rules(blocks, "refs/heads/master", std::nullopt).is_protected());
}

TEST_CASE("what a suite is defined by changes its digest, where it stands does not") {
  const Suite base = policy_of("").suites.at("a");
  Suite moved = base;
  moved.place.line = 99;
  CHECK(moved.definition() == base.definition());
  Suite other_run = base;
  other_run.run = {"t", ""};
  Suite other_time = base;
  other_time.timeout = std::chrono::seconds(1);
  Suite other_source = base;
  other_source.source = BuildSource{"x"};
  Suite joined = base;
  joined.run = {"a", "b"};
  Suite split = base;
  split.run = {"a\nrun 1:b"};
  CHECK_FALSE(other_run.definition() == base.definition());
  CHECK_FALSE(other_time.definition() == base.definition());
  CHECK_FALSE(other_source.definition() == base.definition());
  CHECK_FALSE(joined.definition() == split.definition());
}
