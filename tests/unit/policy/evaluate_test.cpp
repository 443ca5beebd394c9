#include <catch2/catch.hpp>

#include "policy/evaluate.hpp"

using namespace gate;

namespace {

const Oid k_old = *Oid::parse(std::string(40, '1'));
const Oid k_new = *Oid::parse(std::string(40, '2'));
const Oid k_other = *Oid::parse(std::string(40, '3'));
const RefName k_branch = *RefName::branch("staging");

RefRules rules(std::initializer_list<Shape> shapes, std::vector<std::string> from = {}) {
  Rules found;
  ShapeSet set;
  for (const Shape shape : shapes) {
    set.insert(shape);
  }
  found.allow = Located<ShapeSet>{set, {"gate.toml", 5, 9}};
  if (!from.empty()) {
    std::vector<RefName> branches;
    for (const auto& name : from) {
      branches.push_back(*RefName::branch(name));
    }
    found.from = Located<std::vector<RefName>>{branches, {"gate.toml", 6, 9}};
  }
  RefRules of_ref;
  of_ref.mentioned = true;
  of_ref.groups.push_back({Enforcement::active, {}, std::move(found)});
  return of_ref;
}

std::vector<Violation> judged(const RefRules& rules, const RefUpdate& change, const std::optional<History>& history) {
  UpdateFacts facts;
  facts.histories = {history};
  return evaluate(rules, change, facts, {"origin"});
}

RefUpdate update(const Oid& old_oid, const Oid& new_oid, const RefName& ref = k_branch) { return {"x", new_oid, ref, old_oid}; }

LineCommit plain() { return {k_new, "a fix", false, {}}; }
LineCommit merge(std::vector<Oid> foreign = {}) { return {k_new, "Merge x", true, std::move(foreign)}; }

History descends(std::vector<LineCommit> line, std::optional<RefName> contained_in = {}) {
  return {History::Relation::descends, std::move(line), std::move(contained_in), {}, true};
}

std::vector<std::string> ids(const RefRules& rules, const RefUpdate& change, std::optional<History> history) {
  std::vector<std::string> found;
  for (const auto& violation : judged(rules, change, history)) {
    CHECK_FALSE(violation.what.empty());
    CHECK_FALSE(violation.why.empty());
    CHECK_FALSE(violation.remedy.empty());
    CHECK(violation.origin.line > 0);
    found.push_back(violation.rule);
  }
  return found;
}

using Ids = std::vector<std::string>;

} // namespace

TEST_CASE("a commit straight onto a branch that takes merges only is a direct push") {
  CHECK(ids(rules({Shape::merge}), update(k_old, k_new), descends({plain()})) == Ids{"direct-push"});
  CHECK(ids(rules({Shape::merge}), update(k_old, k_new), descends({merge(), plain()})) == Ids{"direct-push"});
  CHECK(ids(rules({Shape::commit}), update(k_old, k_new), descends({plain()})) == Ids{});
}

TEST_CASE("merges alone are a merge") {
  CHECK(ids(rules({Shape::merge}), update(k_old, k_new), descends({merge(), merge()})) == Ids{});
  CHECK(ids(rules({Shape::commit}), update(k_old, k_new), descends({merge()})) == Ids{"merge"});
}

TEST_CASE("without from, a merge may bring in anything") {
  CHECK(ids(rules({Shape::merge}), update(k_old, k_new), descends({merge({k_other})})) == Ids{});
}

TEST_CASE("with from, what is merged must be in a source branch") {
  CHECK(ids(rules({Shape::merge}, {"development"}), update(k_old, k_new), descends({merge({k_other})})) == Ids{"merge-source"});
  CHECK(ids(rules({Shape::merge}, {"development"}), update(k_old, k_new), descends({merge()})) == Ids{});
  CHECK(ids(rules({Shape::merge, Shape::commit}, {"development"}), update(k_old, k_new), descends({plain(), merge({k_other})})) == Ids{"merge-source"});
}

TEST_CASE("a direct commit beside a foreign merge breaks both rules") {
  CHECK(ids(rules({Shape::merge}, {"development"}), update(k_old, k_new), descends({plain(), merge({k_other})})) == Ids{"direct-push", "merge-source"});
}

TEST_CASE("a fast-forward to a source branch passes where it is admitted, whatever the line holds") {
  const auto development = RefName::branch("development");
  CHECK(ids(rules({Shape::fast_forward}, {"development"}), update(k_old, k_new), descends({plain()}, development)) == Ids{});
  CHECK(ids(rules({Shape::merge}, {"development"}), update(k_old, k_new), descends({plain()}, development)) == Ids{"fast-forward"});
  CHECK(ids(rules({Shape::fast_forward}, {"development"}), update(k_old, k_new), descends({plain()})) == Ids{"direct-push"});
}

TEST_CASE("force, creation and deletion are shapes of their own") {
  const History diverged{History::Relation::diverged, {}, {}, {}, true};
  CHECK(ids(rules({Shape::merge}), update(k_old, k_new), diverged) == Ids{"force-push"});
  CHECK(ids(rules({Shape::merge, Shape::force}), update(k_old, k_new), diverged) == Ids{});
  CHECK(ids(rules({Shape::merge}), update(k_old, Oid()), {}) == Ids{"deletion"});
  CHECK(ids(rules({Shape::merge, Shape::remove}), update(k_old, Oid()), {}) == Ids{});
  CHECK(ids(rules({Shape::merge}), update(Oid(), k_new), {}) == Ids{"creation"});
  CHECK(ids(rules({Shape::merge, Shape::create}), update(Oid(), k_new), {}) == Ids{});
}

TEST_CASE("what can't be told is denied on a protected ref and names the fetch") {
  const History unknown{History::Relation::cannot_tell, {}, {}, {}, true};
  const auto found = judged(rules({Shape::merge, Shape::force}), update(k_old, k_new), unknown);
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "history");
  CHECK(found[0].remedy.find("git fetch origin staging") == 0);
  CHECK(ids(rules({Shape::merge}), update(k_old, k_new), std::nullopt) == Ids{"history"});
}

TEST_CASE("a ref that admits everything is not held to anything") {
  RefRules open;
  CHECK(judged(open, update(k_old, Oid()), {}).empty());
  open.groups.push_back({});
  CHECK(judged(open, update(k_old, Oid()), {}).empty());
  CHECK(judged(open, update(k_old, k_new), {}).empty());
}

TEST_CASE("an empty allow refuses every shape") {
  CHECK(ids(rules({}), update(k_old, k_new), descends({merge()})) == Ids{"merge"});
  CHECK(ids(rules({}), update(Oid(), k_new), {}) == Ids{"creation"});
}

TEST_CASE("a moved tag is told in a tag's words") {
  const auto tag = *RefName::parse("refs/tags/v1");
  const auto found = judged(rules({Shape::create}), update(k_old, k_new, tag), History{History::Relation::diverged, {}, {}, {}, true});
  REQUIRE(found.size() == 1);
  CHECK(found[0].what == "the tag v1 is on origin already and would be moved");
}
