// `allow` and `from` of blocks that are enforced differently: together they refuse what they refuse in one block.
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "policy/evaluate.hpp"
#include "policy/parse.hpp"

using namespace gate;

namespace {

using Ids = std::vector<std::string>;

std::string block(const std::string& rules) { return "[[branch]]\nmatch = [\"staging\"]\n" + rules + "\n"; }

const std::string k_allow = "allow = [\"fast-forward\"]";
const std::string k_from = "from = [\"development\"]";

RefRules rules(const std::string& blocks) {
  const auto policy = parse_policy("schema = 1\n" + blocks, "gate.toml", "0.1.0").value();
  auto found = rules_for(policy, *RefName::branch("staging"), "origin").value();
  found.blocks.clear(); // they go with the policy
  return found;
}

// A fast-forward to the tip of `feature`, as each group sees it.
std::vector<Violation> forward_to_feature(const RefRules& found) {
  UpdateFacts facts;
  for (const auto& group : found.groups) {
    History history{History::Relation::descends, {{*Oid::parse(std::string(40, '2')), "a fix", false, {}}}, {}, {}, true};
    if (!group.rules.from) {
      history.contained_in = RefName::branch("feature");
    }
    facts.histories.emplace_back(history);
  }
  return evaluate(found, {"x", *Oid::parse(std::string(40, '2')), *RefName::branch("staging"), *Oid::parse(std::string(40, '1'))}, facts, {"origin"});
}

Ids denied_to(const RefRules& found, const std::string& who) {
  const auto request = who.empty() ? std::nullopt : std::optional(BypassRequest{who, "it burns"});
  Ids ids;
  for (const auto& violation : decide(forward_to_feature(found), request).denied) {
    ids.push_back(violation.rule);
  }
  return ids;
}

} // namespace

TEST_CASE("allow and from meet whoever may bypass them") {
  const Ids refused = {"direct-push"};
  CHECK(denied_to(rules(block(k_allow + "\n" + k_from)), "") == refused);
  for (const std::string first : {"bypass = [\"lead\"]", "bypass = [\"*\"]", ""}) {
    for (const std::string second : {"bypass = [\"dev\"]", "bypass = [\"*\"]", "bypass = [\"lead\", \"dev\"]", ""}) {
      INFO(first << " and " << second);
      CHECK(denied_to(rules(block(k_allow + "\n" + first) + block(k_from + "\n" + second)), "") == refused);
      CHECK(denied_to(rules(block(k_from + "\n" + second) + block(k_allow + "\n" + first)), "") == refused);
    }
  }
}

TEST_CASE("what only two blocks together refuse may break who may break one of them") {
  const auto found = rules(block(k_allow + "\nbypass = [\"lead\"]") + block(k_from));
  CHECK(denied_to(found, "lead").empty());
  CHECK(denied_to(found, "dev") == Ids{"direct-push"});
  const auto apart = rules(block(k_allow + "\nbypass = [\"lead\"]") + block(k_from + "\nbypass = [\"dev\"]"));
  CHECK(apart.groups.size() == 3);
  CHECK(denied_to(apart, "lead").empty());
  CHECK(denied_to(apart, "dev").empty());
  CHECK(denied_to(apart, "x") == Ids{"direct-push"});
}

TEST_CASE("what others say keeps meeting who may bypass one block") {
  const auto held = rules(block(k_allow + "\nbypass = [\"lead\"]") + block(k_from) + block(k_allow));
  CHECK(denied_to(held, "lead") == Ids{"direct-push"});
  // Three, of which no two may be bypassed by the same people.
  const auto three = rules(block(k_allow + "\nbypass = [\"a\"]") + block(k_from + "\nbypass = [\"b\"]") + block("allow = [\"fast-forward\", \"create\"]\nbypass = [\"c\"]"));
  CHECK(denied_to(three, "a") == Ids{"direct-push"});
  CHECK(denied_to(three, "b").empty());
  CHECK(denied_to(three, "c") == Ids{"direct-push"});
  CHECK(denied_to(three, "") == Ids{"direct-push"});
}

TEST_CASE("a bypass stays of use where another block says less") {
  const auto found = rules(block("allow = [\"fast-forward\", \"commit\", \"create\"]") + block("allow = [\"create\"]\nbypass = [\"lead\"]"));
  CHECK(denied_to(found, "lead").empty());
  CHECK(denied_to(found, "") == Ids{"fast-forward"});
}

TEST_CASE("blocks of one bypass need no group more, and the places are those of the lines") {
  const auto found = rules(block("linear = true\nbypass = [\"lead\"]") + block(k_allow + "\nbypass = [\"lead\"]") + block(k_from));
  REQUIRE(found.groups.size() == 2);
  REQUIRE(found.groups[0].rules.from);
  CHECK(found.groups[0].rules.allow->place.line == 8);
  CHECK(found.groups[0].rules.from->place.line == 12);
  CHECK(found.groups[0].rules.linear);
  CHECK_FALSE(found.groups[1].rules.linear);
  CHECK_FALSE(found.groups[1].rules.allow);
}

TEST_CASE("a block that is tried out is judged as if it were active beside the others") {
  const auto found = rules(block(k_allow) + block(k_from + "\nenforcement = \"evaluate\""));
  REQUIRE(found.groups.size() == 2);
  CHECK_FALSE(found.groups[0].rules.from);
  CHECK(found.groups[1].rules.allow);
  const auto decision = decide(forward_to_feature(found), std::nullopt);
  CHECK(decision.denied.empty());
  REQUIRE(decision.told.size() == 1);
  CHECK(decision.told[0].rule == "direct-push");
}

TEST_CASE("a block that is tried out contradicts nothing") {
  const auto found = rules(block(k_allow) + block("allow = [\"merge\"]\nenforcement = \"evaluate\"") + block("allow = [\"commit\"]\nenforcement = \"evaluate\""));
  const auto decision = decide(forward_to_feature(found), std::nullopt);
  CHECK(decision.denied.empty());
  CHECK(decision.told.size() == 1);
}
