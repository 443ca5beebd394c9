#include <catch2/catch.hpp>

#include "policy/plan.hpp"

using namespace gate;
using Event = MergeFacts::Event;
using Waits = PlannedPublication::WaitsForRemote;

namespace {

const RefName k_staging = *RefName::branch("staging");
const RefName k_master = *RefName::branch("master");

PublishRule image_rule(const RefName& branch) {
  ImageDestination image;
  image.suite = "api";
  image.images = {{"", {"registry.example.com/app"}}};
  image.commit_tags = {"{commit}"};
  image.branch_tags = {"{branch}"};
  return {"api", {}, branch, image};
}

PublishRule trigger_rule(const RefName& branch) { return {"hub", {}, branch, BuildTrigger{"DEPLOY"}}; }

MergeFacts merge_on(const RefName& branch) {
  MergeFacts facts;
  facts.event = Event::merge;
  facts.branch = branch;
  return facts;
}

std::size_t count(const std::vector<PublishRule>& rules, const MergeFacts& facts) { return plan_publications(rules, facts).publications.size(); }

} // namespace

TEST_CASE("A merge into a publish branch publishes; the branch tag waits for the remote") {
  const auto plan = plan_publications({image_rule(k_staging)}, merge_on(k_staging));
  REQUIRE(plan.publications.size() == 1);
  CHECK(plan.publications[0].waits == Waits::branch_tags);
}

TEST_CASE("branch_tag = merge waits for nothing, and neither does a rule without branch tags") {
  auto rule = image_rule(k_staging);
  std::get<ImageDestination>(rule.what).branch_tag = ImageDestination::BranchTag::at_merge;
  CHECK(plan_publications({rule}, merge_on(k_staging)).publications.at(0).waits == Waits::nothing);
  rule = image_rule(k_staging);
  std::get<ImageDestination>(rule.what).branch_tags.clear();
  CHECK(plan_publications({rule}, merge_on(k_staging)).publications.at(0).waits == Waits::nothing);
}

TEST_CASE("A trigger waits for the remote with everything") {
  CHECK(plan_publications({trigger_rule(k_master)}, merge_on(k_master)).publications.at(0).waits == Waits::everything);
}

TEST_CASE("Only the branch's own rules apply, by its full name") {
  CHECK(count({image_rule(k_staging), trigger_rule(k_master)}, merge_on(k_master)) == 1);
  CHECK(count({image_rule(k_staging)}, merge_on(*RefName::branch("development"))) == 0);
  CHECK(count({image_rule(k_staging)}, merge_on(*RefName::parse("refs/tags/staging"))) == 0);
}

TEST_CASE("A squash publishes nothing: nothing was committed") {
  auto facts = merge_on(k_staging);
  facts.is_squash = true;
  CHECK(count({image_rule(k_staging)}, facts) == 0);
  CHECK(plan_publications({image_rule(k_staging)}, facts).reason.empty());
}

TEST_CASE("Somebody else's merge, pulled, publishes nothing, and says nothing") {
  auto facts = merge_on(k_staging);
  facts.is_public = true;
  CHECK(count({image_rule(k_staging)}, facts) == 0);
  CHECK(plan_publications({image_rule(k_staging)}, facts).reason.empty());
  facts.event = Event::commit;
  facts.parents = 2;
  CHECK(count({image_rule(k_staging)}, facts) == 0);
}

TEST_CASE("A fast-forward by git pull is somebody else's, tracked or not; who asks gets it published") {
  auto facts = merge_on(k_staging);
  facts.is_pulled = true;
  CHECK(count({image_rule(k_staging)}, facts) == 0);
  CHECK(plan_publications({image_rule(k_staging)}, facts).reason.empty());
  facts.event = Event::asked;
  CHECK(count({image_rule(k_staging)}, facts) == 1);
}

TEST_CASE("A commit counts only if it is a merge") {
  auto facts = merge_on(k_staging);
  facts.event = Event::commit;
  CHECK(count({image_rule(k_staging)}, facts) == 0);
  facts.parents = 2;
  CHECK(count({image_rule(k_staging)}, facts) == 1);
  facts.parents = 3;
  CHECK(count({image_rule(k_staging)}, facts) == 1);
}

TEST_CASE("A detached HEAD publishes nothing; who asked is told why") {
  auto facts = merge_on(k_staging);
  facts.branch.reset();
  CHECK(plan_publications({image_rule(k_staging)}, facts).reason.empty());
  facts.event = Event::asked;
  CHECK(plan_publications({image_rule(k_staging)}, facts).publications.empty());
  CHECK_FALSE(plan_publications({image_rule(k_staging)}, facts).reason.empty());
}

TEST_CASE("Asked for, what is public is published as well") {
  auto facts = merge_on(k_staging);
  facts.event = Event::asked;
  facts.is_public = true;
  CHECK(count({image_rule(k_staging)}, facts) == 1);
}

TEST_CASE("Asked for a branch that publishes nothing, the ones that do are named once") {
  auto facts = merge_on(*RefName::branch("feature"));
  facts.event = Event::asked;
  const auto reason = plan_publications({image_rule(k_staging), trigger_rule(k_staging), trigger_rule(k_master)}, facts).reason;
  CHECK(reason.find("only from staging, master") != std::string::npos);
  CHECK(plan_publications({}, facts).reason.find("no [publish.NAME]") != std::string::npos);
}

TEST_CASE("CI publishes for a push and never for anything else") {
  auto facts = merge_on(k_staging);
  facts.event = Event::ci_push;
  facts.is_public = true;
  CHECK(count({image_rule(k_staging)}, facts) == 1);
  facts.event = Event::ci_other;
  CHECK(count({image_rule(k_staging)}, facts) == 0);
  CHECK(plan_publications({image_rule(k_staging)}, facts).reason.find("pull request") != std::string::npos);
}

TEST_CASE("by says who publishes: nobody else does") {
  auto rule = image_rule(k_staging);
  auto in_ci = merge_on(k_staging);
  in_ci.event = Event::ci_push;
  auto asked = merge_on(k_staging);
  asked.event = Event::asked;
  CHECK(count({rule}, in_ci) == 1);
  CHECK(count({rule}, asked) == 1);
  rule.by = PublishRule::By::ci;
  CHECK(count({rule}, in_ci) == 1);
  CHECK(count({rule}, merge_on(k_staging)) == 0);
  CHECK(count({rule}, asked) == 0);
  CHECK(plan_publications({rule}, asked).reason.find("by CI") != std::string::npos);
  rule.by = PublishRule::By::local;
  CHECK(count({rule}, in_ci) == 0);
  CHECK(count({rule}, merge_on(k_staging)) == 1);
  CHECK(plan_publications({rule}, in_ci).reason.find("locally") != std::string::npos);
}
