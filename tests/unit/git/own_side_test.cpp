// The receiving side of a push, in a bare repository made by git.
#include <catch2/catch.hpp>

#include "git/own_side.hpp"
#include "support/scratch_repository.hpp"

using namespace gate;
using gate::test::ScratchRepository;

TEST_CASE("a receiving repository is its own remote") {
  ScratchRepository scratch;
  const Oid one = scratch.commit("one", {{"f", "content"}});
  const Oid two = scratch.commit("two");
  scratch.git({"branch", "side", one.hex()});
  scratch.git({"tag", "v1"});
  const auto bare = scratch.around() / "bare.git";
  scratch.git({"clone", "--quiet", "--bare", scratch.path().string(), bare.string()});
  const auto repository = open_repository(scratch.environment(), bare);
  REQUIRE(repository);
  const auto own = own_side_of(**repository);

  for (const std::string remote : {"origin", "upstream", "https://example.org/x.git", ""}) {
    CHECK(own->remote_named(remote).value() == std::optional<std::string>("origin"));
    CHECK(own->remote_head(remote).value() == RefName::branch("main"));
    const auto tips = own->tracking_tips(remote);
    REQUIRE(tips);
    REQUIRE(tips->size() == 2);
    CHECK(tips->at(0).branch == *RefName::branch("main"));
    CHECK(tips->at(0).tip == two);
    CHECK(tips->at(1).branch == *RefName::branch("side"));
    CHECK(own->tracking_tip(remote, *RefName::branch("side")).value() == std::optional(one));
    CHECK_FALSE(own->tracking_tip(remote, *RefName::branch("none")).value());
    CHECK_FALSE(own->tracking_tip(remote, *RefName::parse("refs/tags/v1")).value());
  }

  CHECK(own->peel(two).value().commit == two);
  CHECK(own->first_parent(two).value() == std::optional(one));
  CHECK(own->file_at(two, "f").value() == std::optional<std::string>("content"));
  CHECK(own->history(one, two, {}).value().relation == History::Relation::descends);
}

TEST_CASE("a receiving repository without a branch, or with a detached head, has no head branch") {
  ScratchRepository scratch;
  const auto empty = open_repository(scratch.environment(), scratch.path());
  REQUIRE(empty);
  CHECK(own_side_of(**empty)->tracking_tips("origin").value().empty());
  CHECK(own_side_of(**empty)->remote_head("origin").value() == RefName::branch("main"));

  scratch.commit("one");
  scratch.git({"checkout", "--quiet", "--detach"});
  const auto detached = open_repository(scratch.environment(), scratch.path());
  REQUIRE(detached);
  CHECK_FALSE(own_side_of(**detached)->remote_head("origin").value());
}

TEST_CASE("history tells whether the old tip stays on the first-parent line") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid mine = scratch.commit_with({base}, "mine");
  const Oid theirs = scratch.commit_with({base}, "theirs");
  const Oid onto_theirs = scratch.commit_with({theirs, mine}, "the wrong way round");
  const Oid onto_mine = scratch.commit_with({mine, theirs}, "the right way round");
  const Oid above = scratch.commit_with({onto_mine}, "above");
  const auto repository = open_repository(scratch.environment(), scratch.path());
  REQUIRE(repository);
  const auto stays = [&](const Oid& old_tip, const Oid& new_tip) {
    const auto history = (*repository)->history(old_tip, new_tip, {});
    REQUIRE(history);
    REQUIRE(history->relation == History::Relation::descends);
    return history->on_first_parent_line;
  };
  CHECK(stays(mine, onto_mine));
  CHECK(stays(mine, above));
  CHECK(stays(mine, mine));
  CHECK(stays(base, above));
  CHECK_FALSE(stays(mine, onto_theirs));
  CHECK_FALSE(stays(theirs, above));
}
