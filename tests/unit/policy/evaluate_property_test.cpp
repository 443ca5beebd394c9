// What holds for every push and every policy, tried on many of both. The same numbers every time.
#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <set>
#include <tuple>

#include "policy/evaluate.hpp"

using namespace gate;

namespace {

using Random = std::mt19937;

unsigned below(Random& random, unsigned limit) { return static_cast<unsigned>(random() % limit); }
bool coin(Random& random) { return below(random, 2) == 0; }

Oid oid(unsigned number) {
  const std::string digits = std::to_string(number);
  return *Oid::parse(std::string(40 - digits.size(), 'a') + digits);
}

Place place(Random& random) { return {"gate.toml", 1 + below(random, 50), 1}; }

template <typename T> Located<T> at(Random& random, T value) { return {std::move(value), place(random)}; }

Rules some_rules(Random& random) {
  Rules rules;
  if (coin(random)) {
    ShapeSet shapes;
    for (const Shape shape : {Shape::commit, Shape::merge, Shape::fast_forward, Shape::force}) {
      if (coin(random)) {
        shapes.insert(shape);
      }
    }
    rules.allow = at(random, shapes);
  }
  if (coin(random)) {
    rules.linear = place(random);
  }
  if (coin(random)) {
    rules.first_parent = place(random);
  }
  if (coin(random)) {
    rules.message = {at(random, *Regex::compile(coin(random) ? "^[A-Z]" : "x$"))};
  }
  if (coin(random)) {
    rules.subject_max = at<std::int64_t>(random, below(random, 6));
  }
  if (coin(random)) {
    rules.signed_commits = at(random, coin(random) ? SignedCommits::all : SignedCommits::merge);
  }
  if (coin(random)) {
    rules.owners = {at(random, Owners{{*PathPattern::parse("a")}, {coin(random) ? "lead" : "ops"}})};
  }
  if (coin(random)) {
    rules.max_size = at<std::int64_t>(random, below(random, 20));
  }
  return rules;
}

RefRules some_groups(Random& random) {
  RefRules rules;
  rules.mentioned = true;
  for (unsigned count = 1 + below(random, 4); count > 0; --count) {
    RuleGroup group;
    group.enforcement = coin(random) ? Enforcement::active : Enforcement::evaluate;
    for (const char* who : {"a", "b", "*"}) {
      if (coin(random)) {
        group.bypass.by.emplace_back(who);
      }
    }
    group.rules = some_rules(random);
    rules.groups.push_back(std::move(group));
  }
  return rules;
}

// At most three commits, so that every one of them is named.
UpdateFacts some_facts(Random& random, std::size_t groups) {
  UpdateFacts facts;
  const unsigned count = below(random, 4);
  for (unsigned i = 0; i < count; ++i) {
    NewCommit commit;
    commit.oid = oid(i);
    commit.parents = {oid(i + 1)};
    if (coin(random)) {
      commit.parents.push_back(oid(i + 2));
    }
    commit.message = coin(random) ? "Fix x" : "wip";
    if (coin(random)) {
      facts.signatures[commit.oid] = {coin(random) ? Signature::State::good : Signature::State::none, coin(random) ? "lead" : "ops", ""};
    }
    if (coin(random)) {
      facts.files.push_back({commit.oid, coin(random) ? "a" : "b", oid(100), below(random, 20)});
    }
    facts.commits.push_back(std::move(commit));
  }
  History history;
  history.relation = static_cast<History::Relation>(below(random, 3));
  for (const auto& commit : facts.commits) {
    history.line.push_back({commit.oid, commit.message, commit.parents.size() > 1, {}});
  }
  history.on_first_parent_line = coin(random);
  facts.histories.assign(groups, history);
  return facts;
}

const RefUpdate k_update{"x", oid(0), *RefName::branch("staging"), oid(50)};

std::vector<Violation> judged(const RefRules& rules, const UpdateFacts& facts) { return evaluate(rules, k_update, facts, {"origin"}); }

using Text = std::tuple<std::string, std::string, std::string, std::string, Enforcement, std::vector<std::string>>;

std::set<Text> texts(const std::vector<Violation>& found) {
  std::set<Text> all;
  for (const auto& v : found) {
    auto by = v.bypass.by;
    std::sort(by.begin(), by.end());
    all.insert({v.rule, v.what, v.why, v.origin.str(), v.enforcement, by});
  }
  return all;
}

std::set<std::pair<std::string, std::string>> names(const std::vector<Violation>& found) {
  std::set<std::pair<std::string, std::string>> all;
  for (const auto& v : found) {
    all.insert({v.rule, v.what});
  }
  return all;
}

constexpr unsigned k_rounds = 400;

} // namespace

TEST_CASE("violations are the union of what each group finds") {
  Random random(1);
  for (unsigned round = 0; round < k_rounds; ++round) {
    const RefRules rules = some_groups(random);
    const UpdateFacts facts = some_facts(random, rules.groups.size());
    std::set<std::pair<std::string, std::string>> alone;
    for (const auto& group : rules.groups) {
      RefRules one;
      one.groups = {group};
      alone.merge(names(judged(one, facts)));
    }
    CHECK(names(judged(rules, facts)) == alone);
  }
}

TEST_CASE("the order of groups changes nothing") {
  Random random(2);
  for (unsigned round = 0; round < k_rounds; ++round) {
    RefRules rules = some_groups(random);
    const UpdateFacts facts = some_facts(random, rules.groups.size());
    const auto before = texts(judged(rules, facts));
    std::shuffle(rules.groups.begin(), rules.groups.end(), random);
    CHECK(texts(judged(rules, facts)) == before);
  }
}

TEST_CASE("the order of commits changes no rule that is broken") {
  Random random(3);
  const auto rules_of = [](const std::vector<Violation>& found) {
    std::set<std::tuple<std::string, std::string, Enforcement>> all;
    for (const auto& v : found) {
      all.insert({v.rule, v.origin.str(), v.enforcement});
    }
    return all;
  };
  for (unsigned round = 0; round < k_rounds; ++round) {
    const RefRules rules = some_groups(random);
    UpdateFacts facts = some_facts(random, rules.groups.size());
    const auto before = rules_of(judged(rules, facts));
    std::shuffle(facts.commits.begin(), facts.commits.end(), random);
    std::shuffle(facts.files.begin(), facts.files.end(), random);
    CHECK(rules_of(judged(rules, facts)) == before);
  }
}

TEST_CASE("one more group never lets through what was denied") {
  Random random(4);
  for (unsigned round = 0; round < k_rounds; ++round) {
    RefRules rules = some_groups(random);
    const UpdateFacts facts = some_facts(random, rules.groups.size() + 4);
    const auto more = some_groups(random);
    const std::optional<BypassRequest> request = coin(random) ? std::optional(BypassRequest{"a", "fire"}) : std::nullopt;
    const auto before = names(decide(judged(rules, facts), request).denied);
    rules.groups.insert(rules.groups.end(), more.groups.begin(), more.groups.end());
    const auto after = names(decide(judged(rules, facts), request).denied);
    CHECK(std::includes(after.begin(), after.end(), before.begin(), before.end()));
  }
}
