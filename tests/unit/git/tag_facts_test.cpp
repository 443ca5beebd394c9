#include <catch2/catch.hpp>

#include "git/publication_ledger.hpp"
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

} // namespace

TEST_CASE("a commit's tree, its committer's date and the tag next to it") {
  ScratchRepository scratch;
  const Interrupt interrupt;
  const auto branch = *RefName::branch("staging");
  const Oid first = scratch.commit("first", {{"a", "b"}});
  const auto without = tag_facts(branch, first, {}, env_of(scratch), interrupt);
  REQUIRE(without);
  CHECK(without->version.empty());
  CHECK(without->branch == branch);
  CHECK(without->commit == first);
  CHECK(without->tree == scratch.tree_of());
  CHECK(std::chrono::system_clock::to_time_t(without->date) == std::stoll(scratch.git({"log", "-1", "--format=%ct"})));
  scratch.git({"tag", "v1.2.0"});
  const Oid second = scratch.commit("second");
  scratch.git({"tag", "-a", "-m", "x", "v2"});
  CHECK(tag_facts(branch, second, {}, env_of(scratch), interrupt)->version == "v2");
  CHECK(tag_facts(branch, first, {}, env_of(scratch), interrupt)->version == "v1.2.0");
}

TEST_CASE("tags that the commit does not have are none, and a commit that is not there is an error") {
  ScratchRepository scratch;
  const Interrupt interrupt;
  const Oid first = scratch.commit("first");
  scratch.commit("second");
  scratch.git({"tag", "v1"});
  CHECK(tag_facts(*RefName::branch("staging"), first, {}, env_of(scratch), interrupt)->version.empty());
  const auto missing = tag_facts(*RefName::branch("staging"), Oid(), {}, env_of(scratch), interrupt);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message.rfind("the commit 00000000 could not be read: ", 0) == 0);
}

TEST_CASE("a tag that gate itself has made is no version") {
  ScratchRepository scratch;
  const Interrupt interrupt;
  scratch.commit("first");
  scratch.git({"tag", "v1"});
  const Oid second = scratch.commit("second");
  scratch.git({"tag", "staging-2026-05-04-0123456789ab"});
  const auto version = [&](const std::vector<std::string>& not_these) {
    const auto facts = tag_facts(*RefName::branch("staging"), second, not_these, env_of(scratch), interrupt);
    REQUIRE(facts);
    return facts->version;
  };
  CHECK(version({"other-*", "staging-[0-9][0-9][0-9][0-9]-*-[0-9a-f]*"}) == "v1");
  CHECK(version({"other-*"}) == "staging-2026-05-04-0123456789ab");
  CHECK(version({"*"}).empty());
}
