// How an update relates to what it updates, with histories made by git.
#include <catch2/catch.hpp>

#include "git/repository.hpp"
#include "support/scratch_repository.hpp"

using namespace gate;
using gate::test::ScratchRepository;

namespace {

using Relation = History::Relation;

std::unique_ptr<OpenRepository> open_at(const ScratchRepository& scratch,
                                        const std::filesystem::path& where = {}) {
  auto opened = open_repository(scratch.environment(), where.empty() ? scratch.path() : where);
  INFO((opened ? std::string() : opened.error().message));
  REQUIRE(opened);
  return *std::move(opened);
}

History history_in(OpenRepository& repository, const Oid& old_tip, const Oid& new_tip,
                   const std::vector<BranchTip>& sources = {}) {
  auto found = repository.history(old_tip, new_tip, sources);
  INFO((found ? std::string() : found.error().message));
  REQUIRE(found);
  return *std::move(found);
}

BranchTip source(const std::string& name, const Oid& tip) {
  return {*RefName::branch(name), tip};
}

std::vector<Oid> oids_of(const History& history) {
  std::vector<Oid> oids;
  for (const LineCommit& commit : history.line) {
    oids.push_back(commit.oid);
  }
  return oids;
}

} // namespace

TEST_CASE("a fast-forward lists its commits, newest first") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid one = scratch.commit("one");
  const Oid two = scratch.commit("  two words\nstill the subject\n\nbody");
  const auto repository = open_at(scratch);

  const History history = history_in(*repository, base, two);
  CHECK(history.relation == Relation::descends);
  REQUIRE(oids_of(history) == std::vector<Oid>{two, one});
  CHECK(history.line[0].subject == "  two words");
  CHECK_FALSE(history.line[0].is_merge);
  CHECK_FALSE(history.contained_in);

  CHECK(history_in(*repository, two, two).relation == Relation::descends);
  CHECK(history_in(*repository, two, two).line.empty());
}

TEST_CASE("going back and turning aside are no descent") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid mine = scratch.commit("mine");
  const Oid theirs = scratch.commit_with({base}, "theirs");
  scratch.git({"checkout", "--quiet", "--orphan", "other"});
  const Oid unrelated = scratch.commit("unrelated");
  const auto repository = open_at(scratch);

  CHECK(history_in(*repository, mine, base).relation == Relation::diverged);
  CHECK(history_in(*repository, mine, theirs).relation == Relation::diverged);
  CHECK(history_in(*repository, mine, unrelated).relation == Relation::diverged);
  CHECK(history_in(*repository, mine, base).line.empty());
}

TEST_CASE("a source that contains the new tip is named") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid one = scratch.commit("one");
  const Oid two = scratch.commit("two");
  const auto repository = open_at(scratch);

  const History history =
      history_in(*repository, base, one, {source("old", base), source("development", two)});
  REQUIRE(history.contained_in);
  CHECK(history.contained_in->full() == "refs/heads/development");
  CHECK(history_in(*repository, base, two, {source("development", two)}).contained_in);
  CHECK_FALSE(history_in(*repository, base, two, {source("development", one)}).contained_in);
}

TEST_CASE("merges are told from commits, and their parents from foreign ones") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid dev = scratch.commit_with({scratch.commit_with({base}, "dev 1")}, "dev 2");
  const Oid feature = scratch.commit_with({base}, "feature");
  const Oid merge = scratch.commit_with({base, dev}, "merge dev");
  const Oid foreign = scratch.commit_with({merge, feature}, "merge feature");
  const Oid octopus = scratch.commit_with({foreign, dev, feature, base}, "octopus");
  const Oid direct = scratch.commit_with({octopus}, "direct");
  const auto repository = open_at(scratch);

  const History history = history_in(*repository, base, direct, {source("development", dev)});
  CHECK(history.relation == Relation::descends);
  REQUIRE(oids_of(history) == std::vector<Oid>{direct, octopus, foreign, merge});
  CHECK_FALSE(history.line[0].is_merge);
  CHECK_FALSE(history.line[1].is_merge); // it has four parents, and its first contains all others
  CHECK(history.line[1].foreign_parents == std::vector<Oid>{feature});
  CHECK(history.line[2].is_merge);
  CHECK(history.line[3].is_merge);
  CHECK(history.line[2].foreign_parents == std::vector<Oid>{feature});
  CHECK(history.line[3].foreign_parents.empty());

  SECTION("several sources count together") {
    const History both =
        history_in(*repository, base, direct, {source("development", dev), source("feature", feature)});
    CHECK(both.line[1].foreign_parents.empty());
  }
  SECTION("without sources all of them are foreign") {
    CHECK(history_in(*repository, base, merge).line[0].foreign_parents == std::vector<Oid>{dev});
  }
}

TEST_CASE("a commit dressed up as a merge of what is there already is a commit") {
  ScratchRepository scratch;
  const Oid before = scratch.commit("before");
  const Oid tip = scratch.commit("tip");
  const Oid of_an_ancestor = scratch.commit_with({tip, before}, "fake");
  const Oid of_itself = scratch.commit_with({of_an_ancestor, of_an_ancestor}, "fake");
  const Oid side = scratch.commit_with({before}, "side");
  const Oid merge = scratch.commit_with({of_itself, side, before}, "merge");
  const auto repository = open_at(scratch);

  const History history = history_in(*repository, tip, merge, {source("development", side)});
  REQUIRE(oids_of(history) == std::vector<Oid>{merge, of_itself, of_an_ancestor});
  CHECK(history.line[0].is_merge);
  CHECK_FALSE(history.line[1].is_merge);
  CHECK_FALSE(history.line[2].is_merge);
}

TEST_CASE("a long line of merges from one branch has no foreign parents") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  Oid dev = base;
  Oid staging = base;
  for (int i = 0; i < 12; ++i) {
    dev = scratch.commit_with({scratch.commit_with({dev}, "work")}, "more work");
    staging = scratch.commit_with({staging, dev}, "merge");
  }
  const History history = history_in(*open_at(scratch), base, staging,
                                     {source("development", scratch.commit_with({dev}, "ahead"))});
  REQUIRE(history.line.size() == 12);
  for (const LineCommit& commit : history.line) {
    CHECK(commit.foreign_parents.empty());
  }
}

TEST_CASE("a foxtrot merge does not hide the commits on its own side") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid remote = scratch.commit_with({base}, "already on the remote");
  const Oid mine = scratch.commit_with({base}, "committed on the protected branch");
  const Oid foxtrot = scratch.commit_with({mine, remote}, "git pull");
  const auto repository = open_at(scratch);

  const History history = history_in(*repository, remote, foxtrot);
  CHECK(history.relation == Relation::descends);
  CHECK(oids_of(history) == std::vector<Oid>{foxtrot, mine});
}

TEST_CASE("a criss-cross merge ends where the old tip begins") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid a = scratch.commit_with({base}, "a");
  const Oid b = scratch.commit_with({base}, "b");
  const Oid a2 = scratch.commit_with({a, b}, "a merges b");
  const Oid b2 = scratch.commit_with({b, a}, "b merges a");
  const Oid a3 = scratch.commit_with({a2, b2}, "a merges b again");
  const auto repository = open_at(scratch);

  CHECK(oids_of(history_in(*repository, b2, a3)) == std::vector<Oid>{a3, a2});
  CHECK(history_in(*repository, a2, b2).relation == Relation::diverged);
}

TEST_CASE("a merge onto an unrelated root lists down to that root") {
  ScratchRepository scratch;
  const Oid old_tip = scratch.commit("old");
  scratch.git({"checkout", "--quiet", "--orphan", "other"});
  const Oid root = scratch.commit("other root");
  const Oid merge = scratch.commit_with({root, old_tip}, "merge");

  const History history = history_in(*open_at(scratch), old_tip, merge);
  CHECK(history.relation == Relation::descends);
  CHECK(oids_of(history) == std::vector<Oid>{merge, root});
}

TEST_CASE("dates that lie change nothing") {
  ScratchRepository scratch;
  scratch.set_clock(2'000'000'000);
  const Oid base = scratch.commit("from the future");
  scratch.set_clock(100'000'000);
  const Oid old_tip = scratch.commit_with({base}, "a child older than its parent");
  scratch.set_clock(1'500'000'000);
  const Oid side = scratch.commit_with({base}, "side");
  const Oid merge = scratch.commit_with({side, old_tip}, "merge");
  const auto repository = open_at(scratch);

  CHECK(oids_of(history_in(*repository, base, old_tip)) == std::vector<Oid>{old_tip});
  CHECK(oids_of(history_in(*repository, old_tip, merge)) == std::vector<Oid>{merge, side});
  CHECK(history_in(*repository, side, old_tip).relation == Relation::diverged);
  CHECK(history_in(*repository, old_tip, base).relation == Relation::diverged);
}

TEST_CASE("an old tip that was never fetched cannot be told") {
  ScratchRepository scratch;
  const Oid tip = scratch.commit("base");
  const auto repository = open_at(scratch);
  const Oid unknown = *Oid::parse("0123456789012345678901234567890123456789");
  const Oid sha256 = *Oid::parse(std::string(64, 'a'));

  CHECK(history_in(*repository, unknown, tip).relation == Relation::cannot_tell);
  CHECK(history_in(*repository, tip, unknown).relation == Relation::cannot_tell);
  CHECK(history_in(*repository, Oid(), tip).relation == Relation::cannot_tell);
  CHECK(history_in(*repository, sha256, tip).relation == Relation::cannot_tell);
}

TEST_CASE("a shallow clone says what it can and no more") {
  ScratchRepository scratch;
  const Oid root = scratch.commit("1");
  const Oid second = scratch.commit("2");
  scratch.commit("3");
  const Oid third = scratch.tip();
  const auto clone = scratch.around() / "shallow";
  scratch.git({"clone", "--quiet", "--depth=2", "file://" + scratch.path().string(), clone.string()},
              scratch.around());
  scratch.git({"commit", "--quiet", "--allow-empty", "-m", "mine"}, clone);
  const Oid mine = test::oid_in(scratch.git({"rev-parse", "HEAD"}, clone));
  const auto repository = open_at(scratch, clone);

  CHECK(oids_of(history_in(*repository, third, mine)) == std::vector<Oid>{mine});
  CHECK(oids_of(history_in(*repository, second, mine)) == std::vector<Oid>{mine, third});
  CHECK(history_in(*repository, root, mine).relation == Relation::cannot_tell);
  CHECK(history_in(*repository, mine, third).relation == Relation::diverged);
  CHECK_FALSE(*repository->first_parent(second));
  CHECK(*repository->first_parent(third) == second);

  SECTION("a source beyond the cut matters only to a commit that is no merge") {
    const History direct = history_in(*repository, third, mine, {source("development", second)});
    CHECK(direct.relation == Relation::descends);
    const Oid merged = test::oid_in(
        scratch.git({"commit-tree", "HEAD^{tree}", "-p", "HEAD~1", "-p", "HEAD", "-m", "m"}, clone));
    CHECK(history_in(*repository, third, merged, {source("development", mine)})
              .line[0]
              .foreign_parents.empty());
    CHECK(history_in(*repository, third, merged, {source("development", second)})
              .line[0]
              .foreign_parents.size() == 1);
  }
}

TEST_CASE("what a source might hide is cannot_tell") {
  ScratchRepository scratch;
  scratch.commit("1");
  scratch.git({"branch", "dev"});
  scratch.commit("main");
  scratch.git({"checkout", "--quiet", "dev"});
  scratch.commit("dev 1");
  scratch.commit("dev 2");
  scratch.git({"checkout", "--quiet", "main"});
  const auto clone = scratch.around() / "shallow";
  scratch.git({"clone", "--quiet", "--depth=1", "--no-single-branch", "file://" + scratch.path().string(),
               clone.string()},
              scratch.around());
  const Oid old_tip = scratch.tip("main");
  const Oid dev = scratch.tip("dev");
  scratch.git({"commit", "--quiet", "--allow-empty", "-m", "feature"}, clone);
  const Oid feature = test::oid_in(scratch.git({"rev-parse", "HEAD"}, clone));
  const Oid merge = test::oid_in(scratch.git(
      {"commit-tree", "HEAD^{tree}", "-p", old_tip.hex(), "-p", feature.hex(), "-m", "m"}, clone));
  const Oid clean = test::oid_in(
      scratch.git({"commit-tree", "HEAD^{tree}", "-p", old_tip.hex(), "-p", dev.hex(), "-m", "m"}, clone));
  const auto repository = open_at(scratch, clone);

  CHECK(history_in(*repository, old_tip, merge, {source("dev", dev)}).relation == Relation::cannot_tell);
  CHECK(history_in(*repository, old_tip, feature, {source("dev", dev)}).relation == Relation::cannot_tell);
  CHECK(history_in(*repository, old_tip, feature).relation == Relation::descends);
  // Whether dev's tip was in the first parent's history already is beyond the cut.
  CHECK(history_in(*repository, old_tip, clean, {source("dev", dev)}).relation == Relation::cannot_tell);
}

TEST_CASE("replace refs and grafts have no say") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid one = scratch.commit("one");
  const Oid two = scratch.commit("two");
  scratch.git({"replace", "--graft", two.hex(), base.hex()});
  REQUIRE(write_file(scratch.path() / ".git/info/grafts", two.hex() + "\n", 0644));
  const auto repository = open_at(scratch);

  CHECK(oids_of(history_in(*repository, base, two)) == std::vector<Oid>{two, one});
  CHECK(*repository->first_parent(two) == one);
}

TEST_CASE("a commit-graph file changes no answer") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid side = scratch.commit_with({base}, "side");
  const Oid tip = scratch.commit("tip");
  scratch.set_ref("refs/heads/side", side);
  SECTION("one file") {
    scratch.git({"commit-graph", "write", "--reachable"});
  }
  SECTION("a chain") {
    scratch.git({"commit-graph", "write", "--reachable", "--split=no-merge"});
    scratch.set_ref("refs/heads/more", scratch.commit_with({side}, "more"));
    scratch.git({"commit-graph", "write", "--reachable", "--split=no-merge"});
  }
  SECTION("a damaged one") {
    scratch.git({"commit-graph", "write", "--reachable"});
    const auto path = scratch.path() / ".git/objects/info/commit-graph";
    const std::string graph = **read_file(path);
    REQUIRE(write_file(path, graph.substr(0, graph.size() / 2), 0644));
  }
  const Oid next = scratch.commit_with({tip, side}, "merge");
  const auto repository = open_at(scratch);
  CHECK(oids_of(history_in(*repository, base, tip)) == std::vector<Oid>{tip});
  CHECK(history_in(*repository, side, tip).relation == Relation::diverged);
  const History merged = history_in(*repository, tip, next, {source("base", base), source("side", side)});
  CHECK(merged.line[0].foreign_parents.empty());
  CHECK_FALSE(merged.contained_in);
  CHECK(history_in(*repository, tip, next, {source("base", base)}).line[0].foreign_parents ==
        std::vector<Oid>{side});
  CHECK(history_in(*repository, base, side, {source("base", base), source("next", next)}).contained_in);
}

TEST_CASE("a damaged commit is an error, not an answer") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid one = scratch.commit("one");
  const Oid two = scratch.commit("two");
  const auto loose = scratch.path() / ".git/objects" / one.hex().substr(0, 2) / one.hex().substr(2);
  const auto other = scratch.path() / ".git/objects" / base.hex().substr(0, 2) / base.hex().substr(2);
  std::filesystem::permissions(loose, std::filesystem::perms::owner_all);
  std::filesystem::copy_file(other, loose, std::filesystem::copy_options::overwrite_existing);
  const auto repository = open_at(scratch);

  const auto found = repository->history(base, two, {});
  REQUIRE_FALSE(found);
  CHECK(found.error().message.find(one.hex()) != std::string::npos);
}
