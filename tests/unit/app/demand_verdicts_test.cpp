#include <catch2/catch.hpp>

#include "app/foreign_verdicts.hpp"
#include "support/foreign_world.hpp"

using namespace gate;
using namespace gate::test;

namespace {

Judgement demanded(ForeignWorld& world) {
  Judgement judgement;
  judgement.needs = {world.need};
  demand_verdicts(judgement, world.ports(), world.now, "origin");
  return judgement;
}

} // namespace

TEST_CASE("a server asks for a verdict from elsewhere for each suite, and says what mends it") {
  ForeignWorld world;
  world.need.trusts = {ForeignWorld::trust(signer_line(k_dev), {})};
  world.need.refs.push_back(*RefName::branch("staging"));
  auto refused = demanded(world);
  REQUIRE(refused.violations.size() == 2);
  CHECK(refused.needs.size() == 1);
  CHECK(refused.notices.empty());
  const auto& violation = refused.violations.front();
  CHECK(violation.rule == "verdict");
  CHECK(violation.ref == *RefName::branch("master"));
  CHECK(violation.what == "no verdict that holds for suite \"api\" on " + oid("commit").brief() + " (tree " + oid("tree").brief() + ")");
  CHECK(violation.why == "[verdicts] asks for a signed pass before master moves");
  CHECK(violation.remedy == "gate push (or, tested already: gate verdict push origin), then push again");
  CHECK(refused.violations.back().why == "[verdicts] asks for a signed pass before staging moves");
  world.note(k_dev, world.verdict());
  const auto passed = demanded(world);
  CHECK(passed.violations.empty());
  CHECK(passed.needs.empty());
  CHECK(world.store.vouched() == 1);
}

TEST_CASE("a server that asks for ci says so to who has a developer's verdict only") {
  ForeignWorld world;
  world.note(k_dev, world.verdict());
  const auto refused = demanded(world);
  REQUIRE(refused.violations.size() == 1);
  CHECK(refused.violations.front().what.find("; the one by alice@example.com: it is by a dev signer") != std::string::npos);
  CHECK(refused.violations.front().remedy == "push the branch to where CI tests it, and push here once its verdict is there");
  CHECK(world.store.vouched() == 0);
}

TEST_CASE("a server asks a run of its own for nothing, and takes what was verified before") {
  ForeignWorld world;
  world.need.verdict = world.verdict();
  CHECK(demanded(world).violations.size() == 1);
  world.need.voucher = Voucher{k_ci, SignerRole::ci, "SHA256:x"};
  CHECK(demanded(world).violations.empty());
  CHECK(demanded(world).needs.empty());
}

TEST_CASE("a server tells of three doubts at most") {
  ForeignWorld world;
  for (int i = 0; i < 5; ++i) {
    auto verdict = world.verdict();
    verdict.tree = oid("other " + std::to_string(i));
    world.note(k_ci, verdict);
  }
  const std::string what = demanded(world).violations.front().what;
  std::size_t count = 0;
  for (auto at = what.find("; the one by"); at != std::string::npos; at = what.find("; the one by", at + 1)) {
    ++count;
  }
  CHECK(count == 3);
}

TEST_CASE("a server says what it can't tell, and what can never hold") {
  ForeignWorld world;
  world.need.unknown_key = "it takes TOKEN of the machine's environment";
  CHECK(demanded(world).violations.front().what.find("can't be told here: it takes TOKEN") != std::string::npos);
  world.need.unknown_key.clear();
  world.need.suite.reusable = false;
  CHECK(demanded(world).violations.front().what.find("reusable = false") != std::string::npos);
  world.need.suite.reusable = true;
  world.need.trusts = {nullptr};
  CHECK(demanded(world).violations.front().what.find("nobody's verdict counts") != std::string::npos);
}
