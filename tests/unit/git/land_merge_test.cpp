#include <catch2/catch.hpp>

#include "git/land_merge.hpp"
#include "os/interrupt.hpp"
#include "support/scratch_repository.hpp"

using namespace gate;
using namespace gate::test;

namespace {

/// main and side have parted; what is made is looked at by git itself.
struct LandWorld {
  ScratchRepository scratch;
  Interrupt interrupt;
  Oid base = scratch.commit("base", {{"a", "a\n"}, {"b", "b\n"}});

  // Else it would be the repository that this process stands in.
  LandGit git() const {
    Environment environment = scratch.environment();
    environment.push_back("GIT_DIR=" + (scratch.path() / ".git").string());
    return {std::move(environment), interrupt, {}};
  }

  /// A commit on a branch of its own, from the first one on.
  Oid side(const std::string& name, const ScratchRepository::Files& files) {
    scratch.git({"switch", "--quiet", "-c", name, base.hex()});
    const Oid oid = scratch.commit(name, files);
    scratch.git({"switch", "--quiet", "main"});
    return oid;
  }
};

RefName branch(const std::string& name) { return *RefName::branch(name); }

} // namespace

TEST_CASE("a merge is made as git merge makes it, and touches nothing", "[land]") {
  LandWorld world;
  const Oid side = world.side("side", {{"b", "other\n"}, {"c", "new\n"}});
  const Oid ours = world.scratch.commit("ours", {{"a", "changed\n"}});
  const std::string refs = world.scratch.git({"for-each-ref"});
  const auto merged = world.git().merge(ours, side);
  REQUIRE(merged);
  CHECK(merged->is_clean);
  CHECK(merged->conflicts.empty());
  const auto made = world.git().commit(merged->tree, {ours, side}, "Merge branch 'side' into main");
  REQUIRE(made);
  CHECK(world.scratch.git({"for-each-ref"}) == refs);
  CHECK(world.scratch.git({"status", "--porcelain"}).empty());
  CHECK(world.scratch.git({"log", "-1", "--format=%P %s", made->hex()}) == ours.hex() + " " + side.hex() + " Merge branch 'side' into main");
  world.scratch.git({"merge", "--quiet", "--no-ff", "-m", "by git", "side"});
  CHECK(world.scratch.git({"rev-parse", "HEAD^{tree}"}) == merged->tree.hex());
}

TEST_CASE("conflicts are named, whatever the paths are called", "[land]") {
  LandWorld world;
  const Oid side = world.side("side", {{"a", "theirs\n"}, {"line\nfeed", "theirs\n"}, {"b", "fine\n"}});
  const Oid ours = world.scratch.commit("ours", {{"a", "ours\n"}, {"line\nfeed", "ours\n"}});
  const auto merged = world.git().merge(ours, side);
  REQUIRE(merged);
  CHECK_FALSE(merged->is_clean);
  CHECK(merged->conflicts == std::vector<std::string>{"a", "line\nfeed"});
}

TEST_CASE("what git can't merge is an error", "[land]") {
  LandWorld world;
  world.scratch.git({"switch", "--quiet", "--orphan", "alone"});
  const Oid alone = world.scratch.commit("alone", {{"z", "z\n"}});
  CHECK_FALSE(world.git().merge(world.base, alone));
  CHECK_FALSE(world.git().merge(world.base, *Oid::parse("0123456789012345678901234567890123456789")));
}

TEST_CASE("a merge is signed where commits are, and not made where they can't be", "[land]") {
  LandWorld world;
  const Oid tree = oid_in(world.scratch.git({"rev-parse", "HEAD^{tree}"}));
  world.scratch.git({"config", "commit.gpgSign", "true"});
  world.scratch.git({"config", "gpg.format", "ssh"});
  world.scratch.git({"config", "user.signingKey", (world.scratch.around() / "none").string()});
  CHECK_FALSE(world.git().commit(tree, {world.base}, "m"));
  const auto key = run_captured({{"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", (world.scratch.around() / "none").string()}, world.scratch.environment(), {}});
  REQUIRE((key && key->end.ok()));
  const auto made = world.git().commit(tree, {world.base}, "m");
  REQUIRE(made);
  CHECK(world.scratch.git({"cat-file", "commit", made->hex()}).find("gpgsig -----BEGIN SSH SIGNATURE-----") != std::string::npos);
}

TEST_CASE("branches of a remote are found by their whole names, and fetched to where they are tracked", "[land]") {
  LandWorld world;
  const Oid side = world.side("side", {{"c", "c\n"}});
  world.scratch.git({"branch", "x/refs/heads/gone", side.hex()});
  world.scratch.git({"clone", "--quiet", "--bare", world.scratch.path().string(), (world.scratch.around() / "remote.git").string()});
  world.scratch.git({"remote", "add", "origin", (world.scratch.around() / "remote.git").string()});
  const auto found = world.git().branches_of("origin", {branch("side"), branch("gone"), branch("main")});
  REQUIRE(found);
  CHECK(*found == std::vector<RefName>{branch("side"), branch("main")});
  REQUIRE(world.git().fetch("origin", *found));
  CHECK(world.scratch.git({"rev-parse", "refs/remotes/origin/side"}) == side.hex());
  CHECK_FALSE(fs::exists(world.scratch.path() / ".git" / "FETCH_HEAD"));
  CHECK_FALSE(world.git().fetch("origin", {branch("gone")}));
  CHECK_FALSE(world.git().branches_of("nowhere", {branch("main")}));
}

TEST_CASE("a remote that says nothing is let go", "[land]") {
  LandWorld world;
  world.scratch.git({"remote", "add", "silent", "ext::sleep 60"});
  Environment environment = world.scratch.environment();
  environment.push_back("GIT_DIR=" + (world.scratch.path() / ".git").string());
  environment.emplace_back("GIT_ALLOW_PROTOCOL=ext");
  const LandGit git(std::move(environment), world.interrupt, {}, {std::chrono::seconds(1), std::chrono::seconds(1)});
  const auto began = std::chrono::steady_clock::now();
  const auto asked = git.branches_of("silent", {branch("main")});
  REQUIRE_FALSE(asked);
  CHECK(asked.error().message == "the remote silent could not be asked: git was not done after 1 s, and was stopped");
  CHECK(asked.error().remedy == "try it by hand: git ls-remote silent");
  const auto fetched = git.fetch("silent", {branch("main")});
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().message == "nothing could be fetched from silent: git was not done after 1 s, and was stopped");
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(30));
}

TEST_CASE("a local branch moves only from where it was, and where it is checked out is known", "[land]") {
  LandWorld world;
  const Oid side = world.side("side", {{"c", "c\n"}});
  const Oid next = world.scratch.commit("next", {{"a", "next\n"}});
  CHECK(world.git().work_tree_of(branch("side")).value() == "");
  CHECK(fs::equivalent(world.git().work_tree_of(branch("main")).value(), world.scratch.path()));
  CHECK_FALSE(world.git().move(branch("side"), next, world.base, "why"));
  CHECK(world.scratch.git({"rev-parse", "side"}) == side.hex());
  REQUIRE(world.git().move(branch("side"), side, next, "why"));
  CHECK(world.scratch.git({"rev-parse", "side"}) == next.hex());
}
