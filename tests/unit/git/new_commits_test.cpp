// Which commits an update brings, with histories made by git.
#include <algorithm>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "git/commit_facts.hpp"
#include "support/scratch_repository.hpp"

using namespace gate;
using gate::test::oid_in;
using gate::test::ScratchRepository;

namespace {

std::unique_ptr<OpenRepository> open_at(const ScratchRepository& scratch, const std::filesystem::path& where = {}) {
  auto opened = open_repository(scratch.environment(), where.empty() ? scratch.path() : where);
  INFO((opened ? std::string() : opened.error().message));
  REQUIRE(opened);
  return *std::move(opened);
}

std::vector<Oid> new_in(OpenRepository& repository, const std::vector<Oid>& tips, const std::vector<Oid>& known) {
  const auto commits = commits_of_push(repository, RemoteRefs::tracking)->new_commits(tips, known);
  INFO((commits ? std::string() : commits.error().message));
  REQUIRE(commits);
  std::vector<Oid> oids;
  for (const NewCommit& commit : *commits) {
    oids.push_back(commit.oid);
  }
  return oids;
}

std::set<Oid> ancestors(const ScratchRepository& scratch, const std::vector<Oid>& tips) {
  std::vector<std::string> words = {"rev-list"};
  for (const Oid& oid : tips) {
    words.push_back(oid.hex());
  }
  const std::string out = scratch.git(words);
  std::set<Oid> oids;
  for (std::size_t at = 0; at < out.size(); at += 41) {
    oids.insert(oid_in(out.substr(at, 40)));
  }
  return oids;
}

// By git, as a set. Not by `rev-list tips --not known`, which errs where dates lie.
std::set<Oid> by_git(const ScratchRepository& scratch, const std::vector<Oid>& tips, const std::vector<Oid>& known) {
  std::set<Oid> oids = ancestors(scratch, tips);
  for (const Oid& oid : ancestors(scratch, known)) {
    oids.erase(oid);
  }
  return oids;
}

void check_children_first(const ScratchRepository& scratch, const std::vector<Oid>& commits) {
  std::set<Oid> given;
  for (const Oid& commit : commits) {
    const std::string line = scratch.git({"rev-list", "--no-walk", "--parents", commit.hex()});
    for (std::size_t at = 41; at < line.size(); at += 41) {
      CHECK(given.count(oid_in(line.substr(at, 40))) == 0);
    }
    CHECK(given.insert(commit).second);
  }
}

} // namespace

TEST_CASE("what no known tip contains is new, children first") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid one = scratch.commit("one");
  const Oid two = scratch.commit("two\n\nbody\n");
  const auto repository = open_at(scratch);

  CHECK(new_in(*repository, {two}, {base}) == std::vector<Oid>{two, one});
  CHECK(new_in(*repository, {two}, {}) == std::vector<Oid>{two, one, base});
  CHECK(new_in(*repository, {two}, {two}).empty());
  CHECK(new_in(*repository, {base}, {two}).empty());
  CHECK(new_in(*repository, {two}, {base, one, base}) == std::vector<Oid>{two});
}

TEST_CASE("a new commit is given as it stands") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid side = scratch.commit_with({base}, "side");
  const Oid merge = scratch.commit_with({base, side}, "\nMerge\n\nwith a body\n");
  const auto repository = open_at(scratch);
  const auto commits = commits_of_push(*repository, RemoteRefs::tracking)->new_commits({merge}, {base});
  REQUIRE(commits);
  REQUIRE(commits->size() == 2);
  const NewCommit& first = commits->front();
  CHECK(first.oid == merge);
  CHECK(first.parents == std::vector<Oid>{base, side});
  CHECK(first.author.name == "Ada");
  CHECK(first.committer.email == "ada@example.org");
  CHECK(first.message == "\nMerge\n\nwith a body\n");
}

TEST_CASE("known tips that are not here are left out, and known commits spread over merges") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid left = scratch.commit_with({base}, "left");
  const Oid right = scratch.commit_with({base}, "right");
  const Oid merge = scratch.commit_with({left, right}, "merge");
  const Oid top = scratch.commit_with({merge}, "top");
  const auto repository = open_at(scratch);

  const Oid absent = *Oid::parse(std::string(40, 'a'));
  CHECK(new_in(*repository, {top}, {absent, left}) == std::vector<Oid>{top, merge, right});
  CHECK(new_in(*repository, {top}, {*Oid::parse(std::string(64, 'a')), merge}) == std::vector<Oid>{top});
  CHECK(new_in(*repository, {merge}, {right, left}) == std::vector<Oid>{merge});
}

TEST_CASE("histories at random are walked as git walks them") {
  const bool dates_lie = GENERATE(false, true);
  const int in_graph = GENERATE(0, 31, 61); // the rest has no generations
  ScratchRepository scratch;
  std::mt19937 random(dates_lie ? 7 : 3);
  std::vector<Oid> all = {scratch.commit("root")};
  const auto write_graph = [&] {
    for (std::size_t at = 0; at < all.size(); ++at) {
      scratch.set_ref("refs/heads/x" + std::to_string(at), all[at]);
    }
    scratch.git({"commit-graph", "write", "--reachable"});
  };
  for (int i = 0; i < 60; ++i) {
    const auto some = [&] { return all[all.size() - 1 - random() % std::min<std::size_t>(all.size(), 6)]; };
    const Oid first = some();
    const Oid second = some();
    if (dates_lie) {
      scratch.set_clock(1'700'000'000 + static_cast<std::int64_t>(random() % 5000));
    }
    if (in_graph == i + 1) {
      write_graph();
    }
    all.push_back(scratch.commit_with(first == second ? std::vector<Oid>{first} : std::vector<Oid>{first, second}, std::to_string(i)));
  }
  if (in_graph == 61) {
    write_graph();
  }
  const auto repository = open_at(scratch);
  for (int i = 0; i < 40; ++i) {
    const std::vector<Oid> tips = {all[random() % all.size()], all[random() % all.size()]};
    const std::vector<Oid> known = {all[random() % all.size()], all[random() % all.size()]};
    const auto found = new_in(*repository, tips, known);
    const std::set<Oid> as_set(found.begin(), found.end());
    const auto expected = by_git(scratch, tips, known);
    CHECK(std::includes(as_set.begin(), as_set.end(), expected.begin(), expected.end()));
    if (!dates_lie || in_graph == 61) {
      CHECK(as_set == expected);
      check_children_first(scratch, found);
    }
    CHECK(found == new_in(*open_at(scratch), tips, known));
  }
}

TEST_CASE("equal dates hide nothing and add nothing") {
  ScratchRepository scratch;
  std::vector<Oid> all;
  for (int i = 0; i < 12; ++i) {
    scratch.set_clock(1'700'000'000);
    all.push_back(scratch.commit(std::to_string(i)));
  }
  scratch.set_clock(1'700'000'000);
  const Oid aside = scratch.commit_with({all[2]}, "aside");
  const auto repository = open_at(scratch);
  CHECK(new_in(*repository, {aside}, {all[11]}) == std::vector<Oid>{aside});
}

TEST_CASE("a commit that is not here is an error that says how to get it") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid middle = scratch.commit("middle");
  const Oid top = scratch.commit("top");
  std::filesystem::remove(scratch.path() / ".git/objects" / middle.hex().substr(0, 2) / middle.hex().substr(2));
  const auto repository = open_at(scratch);
  const auto commits = commits_of_push(*repository, RemoteRefs::tracking);

  const auto missing = commits->new_commits({top}, {base});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message.find(middle.hex()) != std::string::npos);
  CHECK(missing.error().remedy.find("git fetch") != std::string::npos);
  CHECK_FALSE(commits->new_commits({middle}, {base}));
  // The remote has it: what is behind it is no business of this push.
  CHECK(new_in(*repository, {top}, {middle}) == std::vector<Oid>{top});
}

TEST_CASE("a malformed commit is an error that names it") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid broken = oid_in(scratch.git_with_input("tree " + scratch.tree_of().hex() + "\nparent " + base.hex() + "\n\nno author\n",
                                                   {"hash-object", "-t", "commit", "-w", "--literally", "--stdin"}));
  const auto repository = open_at(scratch);
  const auto found = commits_of_push(*repository, RemoteRefs::tracking)->new_commits({broken}, {base});
  REQUIRE_FALSE(found);
  CHECK(found.error().message.find(broken.hex()) != std::string::npos);
}

TEST_CASE("the edge of a shallow clone may be known, but not new") {
  ScratchRepository scratch;
  const Oid one = scratch.commit("one");
  const Oid two = scratch.commit("two");
  const Oid three = scratch.commit("three");
  scratch.git({"clone", "--quiet", "--depth=2", "file://" + scratch.path().string(), (scratch.around() / "shallow").string()});
  const auto repository = open_at(scratch, scratch.around() / "shallow");
  CHECK(new_in(*repository, {three}, {two}) == std::vector<Oid>{three});
  CHECK(new_in(*repository, {two, three}, {three}).empty());
  for (const auto& known : {std::vector<Oid>{}, std::vector<Oid>{one}}) {
    const auto found = commits_of_push(*repository, RemoteRefs::tracking)->new_commits({three}, known);
    REQUIRE_FALSE(found);
    CHECK(found.error().message.find(two.hex()) != std::string::npos);
    CHECK(found.error().remedy.find("git fetch --unshallow") != std::string::npos);
  }
}

TEST_CASE("several tips are walked as one") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid left = scratch.commit_with({base}, "left");
  const Oid right = scratch.commit_with({base}, "right");
  const Oid top = scratch.commit_with({left}, "top");
  const auto repository = open_at(scratch);

  CHECK(new_in(*repository, {left, right, top, left}, {base}) == std::vector<Oid>{top, right, left});
  CHECK(new_in(*repository, {left, right, base}, {left}) == std::vector<Oid>{right});
  CHECK(new_in(*repository, {right, left}, {top, right}).empty());
  CHECK(new_in(*repository, {}, {base}).empty());
}

TEST_CASE("a known annotated tag stands for its commit, and what is no commit for nothing") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid top = scratch.commit("top");
  scratch.git({"tag", "--annotate", "-m", "a tag", "v1", base.hex()});
  scratch.git({"-c", "advice.nestedTag=false", "tag", "--annotate", "-m", "a tag of a tag", "v2", "v1"});
  scratch.git({"tag", "--annotate", "-m", "a tag of a tree", "v3", scratch.tree_of().hex()});
  const Oid blob = oid_in(scratch.git_with_input("text", {"hash-object", "-w", "--stdin"}));
  const auto repository = open_at(scratch);

  CHECK(new_in(*repository, {top}, {scratch.tip("v1")}) == std::vector<Oid>{top});
  CHECK(new_in(*repository, {top}, {scratch.tip("v2")}) == std::vector<Oid>{top});
  CHECK(new_in(*repository, {top}, {scratch.tip("v3"), blob, scratch.tree_of()}) == std::vector<Oid>{top, base});
}

TEST_CASE("with generations, nothing is read below a known commit that can't lead to a new one") {
  ScratchRepository scratch;
  const Oid unreadable = scratch.commit("unreadable");
  const Oid known = scratch.commit("known");
  const bool has_graph = GENERATE(false, true);
  if (has_graph) {
    scratch.git({"commit-graph", "write", "--reachable"});
  }
  scratch.set_clock(1'600'000'000); // by the dates, all that is known would have to be looked at
  const Oid fresh = scratch.commit_with({known}, "fresh");
  const auto object = scratch.path() / ".git/objects" / unreadable.hex().substr(0, 2) / unreadable.hex().substr(2);
  std::filesystem::remove(object);
  REQUIRE(write_file(object, "", 0444));
  const auto repository = open_at(scratch);
  const auto found = commits_of_push(*repository, RemoteRefs::tracking)->new_commits({fresh}, {known});
  CHECK(found.has_value() == has_graph);
}

TEST_CASE("the tips that the remote has: tracking refs, or one's own") {
  ScratchRepository scratch;
  const Oid one = scratch.commit("one");
  const Oid two = scratch.commit("two");
  const Oid three = scratch.commit("three");
  scratch.set_ref("refs/remotes/origin/master", one);
  scratch.set_ref("refs/remotes/origin/deep/er", one);
  scratch.set_ref("refs/remotes/other/master", two);
  scratch.git({"symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/master"});
  scratch.git({"symbolic-ref", "refs/remotes/origin/nowhere", "refs/remotes/origin/gone"});
  scratch.git({"tag", "--annotate", "-m", "a tag", "v1", two.hex()});
  scratch.git({"tag", "tree", scratch.tree_of().hex()});
  scratch.git({"pack-refs", "--all"});
  scratch.set_ref("refs/remotes/origin/loose", two);
  const auto repository = open_at(scratch);

  const auto sorted = [](std::vector<Oid> oids) {
    std::sort(oids.begin(), oids.end());
    return oids;
  };
  const auto tracking = commits_of_push(*repository, RemoteRefs::tracking);
  CHECK(sorted(tracking->known_tips("origin").value()) == sorted({one, two}));
  CHECK(tracking->known_tips("other").value() == std::vector<Oid>{two});
  CHECK(tracking->known_tips("https://example.org/x.git").value().empty());
  CHECK(tracking->known_tips("*").value().empty());

  auto own = sorted(commits_of_push(*repository, RemoteRefs::own)->known_tips("origin").value());
  own.erase(std::unique(own.begin(), own.end()), own.end());
  CHECK(own == sorted({one, two, three}));
}
