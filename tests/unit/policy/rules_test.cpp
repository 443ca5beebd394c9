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
  CHECK(found.active().allow->value.str() == "merge");
  CHECK(found.active().allow->place.line == 8);
  CHECK(found.require->value == std::vector<std::string>{"a", "b"});
}

TEST_CASE("allow = [] is legal: only the forge updates that branch") {
  const auto found = rules("[[branch]]\nmatch = [\"master\"]\nallow = []\n[[branch]]\nmatch = [\"*\"]\nallow = [\"merge\"]\n", "refs/heads/master");
  CHECK(found.active().allow->value.empty());
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
  REQUIRE(found.active().from->value.size() == 1);
  CHECK(found.active().from->value[0].brief() == "y");
  CHECK(found.is_protected());
}

TEST_CASE("a block for some remotes does not speak of others") {
  const std::string blocks = "[[branch]]\nmatch = [\"master\"]\nremotes = [\"origin\"]\nallow = [\"merge\"]\n";
  CHECK(rules(blocks, "refs/heads/master", "origin").is_protected());
  CHECK_FALSE(rules(blocks, "refs/heads/master", "my-fork").is_protected());
  // A URL that fits no remote may be origin in another spelling.
  CHECK(rules(blocks, "refs/heads/master", std::nullopt).is_protected());
}

TEST_CASE("blocks that are enforced alike are one group, others are groups of their own") {
  const auto found = rules("[[branch]]\nmatch = [\"*\"]\nallow = [\"merge\", \"create\"]\nbypass = [\"b\", \"a\"]\n"
                           "[[branch]]\nmatch = [\"m\"]\nlinear = true\nbypass = [\"a\", \"b\", \"a\"]\n"
                           "[[branch]]\nmatch = [\"m\"]\nfirst_parent = true\n"
                           "[[branch]]\nmatch = [\"m\"]\nrequire = [\"a\"]\nenforcement = \"evaluate\"\n"
                           "[[branch]]\nmatch = [\"m\"]\nrequire = [\"b\"]\nenforcement = \"off\"\n",
                           "refs/heads/m");
  REQUIRE(found.groups.size() == 3);
  CHECK(found.groups[0].rules.allow);
  CHECK(found.groups[0].rules.linear);
  CHECK(found.groups[0].bypass.allows("a"));
  CHECK_FALSE(found.groups[0].bypass.allows("c"));
  CHECK_FALSE(found.groups[0].bypass.allows(""));
  CHECK(found.groups[1].rules.first_parent);
  CHECK(found.groups[2].enforcement == Enforcement::evaluate);
  CHECK(found.blocks.size() == 4);
  REQUIRE(found.off.size() == 1);
  CHECK(found.off[0].line == 17);
  // What is only told, or off, requires nothing.
  CHECK_FALSE(found.require);
  CHECK(found.active().linear);
  CHECK(found.active().first_parent);
  CHECK_FALSE(found.active().require);
}

TEST_CASE("require unites over active groups") {
  const auto found = rules("[[branch]]\nmatch = [\"*\"]\nrequire = [\"a\"]\nbypass = [\"*\"]\n[[branch]]\nmatch = [\"m\"]\nrequire = [\"b\"]\n", "refs/heads/m");
  REQUIRE(found.require);
  CHECK(found.require->value == std::vector<std::string>{"a", "b"});
  CHECK(rules("[[branch]]\nmatch = [\"m\"]\nrequire = []\n", "refs/heads/m").require->value.empty());
}

TEST_CASE("a block that is off is mentioned and demands nothing") {
  const auto found = rules("[[branch]]\nmatch = [\"m\"]\nallow = []\nenforcement = \"off\"\n", "refs/heads/m");
  CHECK(found.mentioned);
  CHECK(found.groups.empty());
  CHECK_FALSE(found.is_protected());
}

TEST_CASE("anybody may bypass where the policy says so") {
  CHECK(Bypass{{"*"}, {}}.allows("x"));
  CHECK(Bypass{{"*"}, {}}.allows(""));
  CHECK_FALSE(Bypass{}.allows("x"));
  CHECK_FALSE(Bypass{{"x@y"}, {}}.allows("X@y"));
}

TEST_CASE("contradictions are found across groups, and an empty set hides none") {
  const std::string a = "[[branch]]\nmatch = [\"m\"]\nallow = [\"merge\"]\n";
  const std::string b = "[[branch]]\nmatch = [\"m\"]\nallow = [\"commit\"]\nbypass = [\"*\"]\n";
  const std::string none = "[[branch]]\nmatch = [\"m\"]\nallow = []\n";
  const std::string told = "[[branch]]\nmatch = [\"m\"]\nallow = [\"commit\"]\nenforcement = \"evaluate\"\n";
  const std::string off = "[[branch]]\nmatch = [\"m\"]\nallow = [\"commit\"]\nenforcement = \"off\"\n";
  const auto agree = [](const std::string& blocks) { return rules_for(policy_of(blocks), *RefName::branch("m"), "origin").has_value(); };
  CHECK_FALSE(agree(a + b));
  CHECK_FALSE(agree(b + a));
  CHECK(agree(a + told));
  CHECK(agree(told + a));
  CHECK_FALSE(agree(a + none + b));
  CHECK_FALSE(agree(none + a + b));
  CHECK(agree(a + none));
  CHECK(agree(none + a));
  CHECK(agree(a + off));
}

TEST_CASE("what limits shape, history, merges or signers protects a ref; the rest does not") {
  const auto is_protected = [](const std::string& rule) { return rules("[[branch]]\nmatch = [\"m\"]\n" + rule + "\n", "refs/heads/m").is_protected(); };
  for (const char* const rule : {"allow = [\"merge\"]", "from = [\"x\"]", "first_parent = true", "linear = true", "merge_content = \"clean\"",
                                 "merge_content = \"clean-or-resolved\"", "signed = \"merge\"", "signed = \"all\""}) {
    INFO(rule);
    CHECK(is_protected(rule));
    CHECK_FALSE(is_protected(std::string(rule) + "\nenforcement = \"evaluate\""));
  }
  for (const char* const rule : {"", "allow = [\"commit\", \"merge\", \"fast-forward\", \"force\", \"create\", \"delete\"]", "first_parent = false", "linear = false",
                                 "merge_content = \"any\"", "signed = \"none\"", "require = [\"a\"]", "commits.subject_max = 72", "files.secrets = true"}) {
    INFO(rule);
    CHECK_FALSE(is_protected(rule));
  }
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
  other_source.source = BuildSource{"x", {}, {}, {}};
  Suite joined = base;
  joined.run = {"a", "b"};
  Suite split = base;
  split.run = {"a\nrun 1:b"};
  CHECK_FALSE(other_run.definition() == base.definition());
  CHECK_FALSE(other_time.definition() == base.definition());
  CHECK_FALSE(other_source.definition() == base.definition());
  CHECK_FALSE(joined.definition() == split.definition());
}
