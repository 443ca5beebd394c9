#include <catch2/catch.hpp>

#include "git/publication_ledger.hpp"
#include "git/repository.hpp"
#include "os/interrupt.hpp"
#include "support/scratch_repository.hpp"

using namespace gate;
using namespace gate::test;

namespace {

Environment env_of(const ScratchRepository& scratch) {
  Environment env = scratch.environment();
  env.insert(env.begin(), "GIT_DIR=" + (scratch.path() / ".git").string());
  return env;
}

PublishRule rule_with(const std::vector<std::string>& tags, const std::string& git_tag = {}) {
  ImageDestination image;
  image.commit_tags = tags;
  return {"api", {}, *RefName::branch("staging"), image, PublishRule::By::anyone, PublishRule::Finish::automatic, git_tag};
}

Result<TagFacts> facts_of(const ScratchRepository& scratch, const Oid& commit, const std::vector<PublishRule>& rules = {rule_with({"{commit}", "v{version}"})}) {
  const Interrupt interrupt;
  const auto repository = open_repository(env_of(scratch), scratch.path());
  REQUIRE(repository);
  return tag_facts(*RefName::branch("staging"), commit, rules, **repository, env_of(scratch), interrupt);
}

} // namespace

TEST_CASE("a commit's tree, its committer's date and the tag next to it") {
  ScratchRepository scratch;
  const auto branch = *RefName::branch("staging");
  const Oid first = scratch.commit("first", {{"a", "b"}});
  const auto without = facts_of(scratch, first);
  REQUIRE(without);
  CHECK(without->version.empty());
  CHECK(without->branch == branch);
  CHECK(without->commit == first);
  CHECK(without->tree == scratch.tree_of());
  CHECK(std::chrono::system_clock::to_time_t(without->date) == std::stoll(scratch.git({"log", "-1", "--format=%ct"})));
  scratch.git({"tag", "v1.2.0"});
  const Oid second = scratch.commit("second");
  scratch.git({"tag", "-a", "-m", "x", "v2"});
  CHECK(facts_of(scratch, second)->version == "v2");
  CHECK(facts_of(scratch, first)->version == "v1.2.0");
}

TEST_CASE("tags that the commit does not have are none, and a commit that is not there is an error") {
  ScratchRepository scratch;
  const Oid first = scratch.commit("first");
  scratch.commit("second");
  scratch.git({"tag", "v1"});
  CHECK(facts_of(scratch, first)->version.empty());
  const auto missing = facts_of(scratch, Oid());
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message.rfind("the commit 00000000 could not be read: ", 0) == 0);
}

TEST_CASE("a tag that gate itself has made is no version") {
  ScratchRepository scratch;
  scratch.commit("first");
  scratch.git({"tag", "v1"});
  const Oid second = scratch.commit("second");
  scratch.git({"tag", "staging-2026-05-04-0123456789ab"});
  const auto version = [&](const std::string& git_tag) {
    const auto facts = facts_of(scratch, second, {rule_with({"{commit}", "{version}"}, git_tag)});
    REQUIRE(facts);
    return facts->version;
  };
  CHECK(version("{branch}-{date}-{short_commit}") == "v1");
  CHECK(version("other-{short_commit}") == "staging-2026-05-04-0123456789ab");
  CHECK(version("") == "staging-2026-05-04-0123456789ab");
}

TEST_CASE("git is asked for a version only where a tag has it") {
  ScratchRepository scratch;
  const Oid first = scratch.commit("first");
  scratch.git({"tag", "v1"});
  CHECK(facts_of(scratch, first, {rule_with({"{commit}", "x-{tree}"})})->version.empty());
  CHECK(facts_of(scratch, first, {rule_with({"{commit}"}), rule_with({"{commit}"}, "of-{version}")})->version == "v1");
  auto moving = rule_with({"{commit}"});
  std::get<ImageDestination>(moving.what).branch_tags = {"{branch}", "latest-{version}"};
  CHECK(facts_of(scratch, first, {moving})->version == "v1");
}
