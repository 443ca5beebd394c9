// What must hold of any layers, tried on many that a small generator makes: the same ones in every run.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "policy/policy.hpp"

using namespace gate;

namespace {

constexpr int k_cases = 1500;

class Maker {
public:
  explicit Maker(std::uint32_t seed) : m_engine(seed) {}

  std::size_t below(std::size_t limit) { return m_engine() % limit; } // the same on every machine, as distributions are not
  bool chance(std::size_t percent) { return below(100) < percent; }

  Policy layer(unsigned rank) {
    Policy policy;
    const std::string name = "layer" + std::to_string(rank);
    policy.layers = {{name, rank, {}}};
    const auto count = below(3) + 1;
    for (unsigned line = 1; line <= count; ++line) {
      policy.blocks.push_back(block({name, line, 1}));
    }
    for (const char* const suite : {"s1", "s2", "s3"}) {
      policy.suites[suite].name = suite;
      policy.suites[suite].place = {"suites", 1, 1};
    }
    return policy;
  }

private:
  Block block(const Place& place) {
    Block block;
    block.place = place;
    const auto kind = RefPattern::Kind::branch;
    block.match = {{*RefPattern::parse(chance(70) ? "m" : chance(50) ? "*" : "other", kind)}, place};
    block.enforcement = {chance(75) ? Enforcement::active : chance(50) ? Enforcement::evaluate : Enforcement::off, place};
    block.bypass.by = chance(70) ? std::vector<std::string>{} : std::vector<std::string>{chance(50) ? "*" : "lead"};
    fill(block.rules, place);
    return block;
  }

  void fill(Rules& rules, const Place& place) {
    if (chance(50)) {
      // Merges are in nearly all sets, or most cases would be contradictions.
      ShapeSet shapes;
      for (const Shape shape : {Shape::commit, Shape::fast_forward, Shape::force, Shape::create, Shape::remove}) {
        if (chance(50)) {
          shapes.insert(shape);
        }
      }
      if (chance(90)) {
        shapes.insert(Shape::merge);
      }
      rules.allow = Located<ShapeSet>{shapes, place};
    }
    if (chance(30)) {
      rules.from = Located<std::vector<RefName>>{{*RefName::branch("development")}, place};
      if (chance(50)) {
        rules.from->value.push_back(*RefName::branch(chance(50) ? "x" : "y"));
      }
    }
    if (chance(30)) {
      rules.require = Located<std::vector<std::string>>{{"s" + std::to_string(1 + below(3))}, place};
    }
    rules.first_parent = chance(20) ? std::optional(place) : std::nullopt;
    rules.linear = chance(20) ? std::optional(place) : std::nullopt;
    rules.sign_off = chance(20) ? std::optional(place) : std::nullopt;
    rules.secrets = chance(20) ? std::optional(place) : std::nullopt;
    if (chance(30)) {
      rules.merge_content = Located<MergeContent>{static_cast<MergeContent>(below(3)), place};
    }
    if (chance(30)) {
      rules.signed_commits = Located<SignedCommits>{static_cast<SignedCommits>(below(3)), place};
    }
    if (chance(30)) {
      rules.subject_max = Located<std::int64_t>{static_cast<std::int64_t>(50 + below(5)), place};
    }
    if (chance(30)) {
      rules.max_size = Located<std::int64_t>{static_cast<std::int64_t>(1000 + below(5)), place};
    }
    if (chance(30)) {
      rules.deny.push_back({*PathPattern::parse(chance(50) ? "*.pem" : ".env"), place});
    }
    if (chance(30)) {
      rules.message.push_back({m_patterns.at(below(m_patterns.size())), place});
    }
  }

  std::mt19937 m_engine;
  std::vector<Regex> m_patterns = {Regex::compile("^a").value(), Regex::compile("b$").value()};
};

template <typename T> std::string texts(const std::vector<Located<T>>& list, const std::string& (T::*text)() const) {
  std::set<std::string> all;
  for (const auto& item : list) {
    all.insert((item.value.*text)());
  }
  std::string joined;
  for (const auto& item : all) {
    joined += item + ",";
  }
  return joined;
}

// The values alone, without places, in an order of their own.
std::string values_of(const Rules& rules) {
  std::string all = rules.allow ? "allow " + rules.allow->value.str() : "";
  if (rules.from) {
    std::set<RefName> names(rules.from->value.begin(), rules.from->value.end());
    all += " from";
    for (const auto& name : names) {
      all += " " + name.full();
    }
  }
  if (rules.require) {
    std::set<std::string> names(rules.require->value.begin(), rules.require->value.end());
    all += " require";
    for (const auto& name : names) {
      all += " " + name;
    }
  }
  all += rules.first_parent ? " first_parent" : "";
  all += rules.linear ? " linear" : "";
  all += rules.sign_off ? " sign_off" : "";
  all += rules.secrets ? " secrets" : "";
  all += rules.merge_content ? " content " + std::string(name_of(rules.merge_content->value)) : "";
  all += rules.signed_commits ? " signed " + std::string(name_of(rules.signed_commits->value)) : "";
  all += rules.subject_max ? " subject " + std::to_string(rules.subject_max->value) : "";
  all += rules.max_size ? " size " + std::to_string(rules.max_size->value) : "";
  all += " deny " + texts(rules.deny, &PathPattern::text) + " message " + texts(rules.message, &Regex::pattern);
  return all;
}

std::string values_of(const Policy& policy) {
  const auto rules = rules_for(policy, *RefName::branch("m"), "origin");
  if (!rules) {
    return "contradiction";
  }
  std::set<std::string> groups;
  for (const auto& group : rules->groups) {
    std::string by;
    for (const auto& who : group.bypass.by) {
      by += who + ",";
    }
    groups.insert(std::string(name_of(group.enforcement)) + " " + by + " " + values_of(group.rules));
  }
  std::string all = rules->mentioned ? "mentioned " : "";
  all += rules->is_protected() ? "protected " : "";
  for (const auto& group : groups) {
    all += group + "\n";
  }
  return all + values_of(rules->active());
}

Policy joined(std::vector<Policy> files) { return join_layers(std::move(files)).value(); }

bool holds_all(const ShapeSet& small, const ShapeSet& large) { return (small & large) == small; }

// Is there no update that `one` refuses and `both` lets pass?
void check_as_strict(const Rules& both, const Rules& one) {
  CHECK((!one.allow || (both.allow && holds_all(both.allow->value, one.allow->value))));
  if (one.from) {
    REQUIRE(both.from);
    CHECK(std::all_of(both.from->value.begin(), both.from->value.end(), [&](const RefName& name) {
      return std::find(one.from->value.begin(), one.from->value.end(), name) != one.from->value.end();
    }));
  }
  if (one.require) {
    REQUIRE(both.require);
    CHECK(std::all_of(one.require->value.begin(), one.require->value.end(), [&](const std::string& name) {
      return std::find(both.require->value.begin(), both.require->value.end(), name) != both.require->value.end();
    }));
  }
  CHECK((!one.first_parent || both.first_parent));
  CHECK((!one.linear || both.linear));
  CHECK((!one.sign_off || both.sign_off));
  CHECK((!one.secrets || both.secrets));
  CHECK((!one.merge_content || (both.merge_content && both.merge_content->value >= one.merge_content->value)));
  CHECK((!one.signed_commits || (both.signed_commits && both.signed_commits->value >= one.signed_commits->value)));
  CHECK((!one.subject_max || (both.subject_max && both.subject_max->value <= one.subject_max->value)));
  CHECK((!one.max_size || (both.max_size && both.max_size->value <= one.max_size->value)));
  for (const auto& item : one.deny) {
    CHECK(std::any_of(both.deny.begin(), both.deny.end(), [&](const auto& other) { return other.value == item.value; }));
  }
  for (const auto& item : one.message) {
    CHECK(std::any_of(both.message.begin(), both.message.end(), [&](const auto& other) { return other.value == item.value; }));
  }
}

} // namespace

TEST_CASE("joining layers is commutative, associative and idempotent in effect") {
  Maker make(1);
  int agreeing = 0;
  for (int i = 0; i < k_cases; ++i) {
    const Policy a = make.layer(1);
    const Policy b = make.layer(2);
    const Policy c = make.layer(3);
    const auto all = values_of(joined({a, b, c}));
    agreeing += all == "contradiction" ? 0 : 1;
    REQUIRE(values_of(joined({c, a, b})) == all);
    REQUIRE(values_of(joined({b, c, a})) == all);
    REQUIRE(values_of(joined({joined({a, b}), c})) == all);
    REQUIRE(values_of(joined({a, joined({c, b})})) == all);
    REQUIRE(values_of(joined({a, b, c, b})) == all);
    REQUIRE(values_of(joined({a, a})) == values_of(a));
  }
  CHECK(agreeing > k_cases / 2);
}

TEST_CASE("the order of blocks changes no value") {
  Maker make(2);
  for (int i = 0; i < k_cases; ++i) {
    Policy policy = joined({make.layer(1), make.layer(2)});
    const auto before = values_of(policy);
    for (std::size_t k = policy.blocks.size(); k > 1; --k) {
      std::swap(policy.blocks[k - 1], policy.blocks[make.below(k)]);
    }
    REQUIRE(values_of(policy) == before);
  }
}

TEST_CASE("overrides do not depend on the order of layers either") {
  Maker make(3);
  const auto& keys = rule_keys();
  for (int i = 0; i < k_cases; ++i) {
    Policy a = make.layer(1);
    Policy b = make.layer(2);
    Policy c = make.layer(3);
    for (Policy* policy : {&a, &b, &c}) {
      policy->layers.front().allow_override = {keys[make.below(keys.size())], keys[make.below(keys.size())]};
    }
    const auto all = values_of(joined({a, b, c}));
    REQUIRE(values_of(joined({c, b, a})) == all);
    REQUIRE(values_of(joined({joined({c, a}), b})) == all);
  }
}

TEST_CASE("layers together never allow what one of them forbids") {
  Maker make(4);
  const RefName ref = *RefName::branch("m");
  int compared = 0;
  for (int i = 0; i < k_cases; ++i) {
    const std::vector<Policy> files = {make.layer(1), make.layer(2), make.layer(3)};
    const Policy both = joined(files);
    const auto together = rules_for(both, ref, "origin");
    if (!together) {
      continue; // an error denies everything
    }
    for (const auto& file : files) {
      const auto alone = rules_for(file, ref, "origin");
      REQUIRE(alone); // a contradiction of one is one of all
      ++compared;
      check_as_strict(together->active(), alone->active());
      CHECK((together->is_protected() || !alone->is_protected()));
      // Nobody may bypass more: each group is in the group of the same people.
      for (const auto& group : alone->groups) {
        const auto same = std::find_if(together->groups.begin(), together->groups.end(), [&](const RuleGroup& other) {
          return other.enforcement == group.enforcement && other.bypass == group.bypass;
        });
        REQUIRE(same != together->groups.end());
        check_as_strict(same->rules, group.rules);
      }
    }
  }
  CHECK(compared > k_cases);
}
