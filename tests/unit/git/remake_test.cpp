// Merges that are made again, by real git.
#include <algorithm>
#include <filesystem>
#include <random>

#include <catch2/catch.hpp>

#include "git/commit_facts.hpp"
#include "support/scratch_repository.hpp"

using namespace gate;
using gate::test::oid_in;
using gate::test::ScratchRepository;

namespace {

namespace fs = std::filesystem;
using Outcome = RemadeMerge::Outcome;
using Paths = std::vector<std::string>;

std::string lines(const std::string& third, const std::string& ninth = "9") {
  std::string text;
  for (int i = 1; i < 12; ++i) {
    text += (i == 3 ? third : i == 9 ? ninth : std::to_string(i)) + "\n";
  }
  return text;
}

/// Two branches, and merges of them.
class Scene {
public:
  ScratchRepository scratch;
  Oid left;
  Oid right;

  Scene(const ScratchRepository::Files& base, const ScratchRepository::Files& ours, const ScratchRepository::Files& theirs) {
    const Oid root = scratch.commit("base", base);
    left = scratch.commit("left", ours);
    scratch.git({"checkout", "--quiet", "-B", "side", root.hex()});
    right = scratch.commit("right", theirs);
    scratch.git({"checkout", "--quiet", "main"});
  }

  /// Merges, whatever comes of it, writes these files, removes those, and commits.
  Oid merge(const ScratchRepository::Files& files = {}, const Paths& removed = {}, const std::vector<std::string>& how = {}) {
    std::vector<std::string> words = {"merge", "--quiet", "--no-ff", "--no-commit", right.hex()};
    words.insert(words.begin() + 1, how.begin(), how.end());
    scratch.try_git(words);
    for (const std::string& path : removed) {
      fs::remove(scratch.path() / path);
    }
    return scratch.commit("merge", files);
  }

  RemadeMerge remade(const Oid& commit, std::vector<Oid> parents = {}, const fs::path& where = {}) const {
    const auto made = try_remake(commit, std::move(parents), where);
    INFO((made ? std::string() : made.error().message));
    REQUIRE(made);
    CHECK(made->commit == commit);
    return *made;
  }

  Result<RemadeMerge> try_remake(const Oid& commit, std::vector<Oid> parents = {}, const fs::path& where = {}) const {
    auto environment = scratch.environment();
    environment.push_back("TMPDIR=" + scratch.around().string());
    const auto opened = open_repository(environment, where.empty() ? scratch.path() : where);
    REQUIRE(opened);
    NewCommit merge;
    merge.oid = commit;
    merge.parents = parents.empty() ? std::vector<Oid>{left, right} : std::move(parents);
    auto made = commits_of_push(**opened, RemoteRefs::tracking)->remake(merge);
    return made;
  }

  std::size_t objects() const {
    const fs::path folder = scratch.path() / ".git";
    return static_cast<std::size_t>(std::distance(fs::recursive_directory_iterator(folder), fs::recursive_directory_iterator()));
  }
};

} // namespace

TEST_CASE("a merge as git makes it is the same, and nothing is written into the repository") {
  Scene scene({{"f", lines("3")}}, {{"f", lines("left")}}, {{"f", lines("3", "right")}, {"new", "x"}});
  const Oid merge = scene.merge();
  const auto before = scene.objects();
  const auto around = static_cast<std::size_t>(std::distance(fs::directory_iterator(scene.scratch.around()), fs::directory_iterator()));
  CHECK(scene.remade(merge).outcome == Outcome::same);
  CHECK(scene.objects() == before);
  CHECK(static_cast<std::size_t>(std::distance(fs::directory_iterator(scene.scratch.around()), fs::directory_iterator())) == around);
}

TEST_CASE("what is slipped into a clean merge is named") {
  Scene scene({{"f", lines("3")}, {"old", "x"}, {"d/g", "g"}}, {{"f", lines("left")}}, {{"f", lines("3", "right")}});
  const Oid edited = scene.merge({{"f", lines("left", "evil")}, {"d/smuggled", "x"}}, {"old"});
  const auto made = scene.remade(edited);
  CHECK(made.outcome == Outcome::edited);
  CHECK(made.smuggled == Paths{"d/smuggled", "f", "old"});
}

TEST_CASE("a resolved conflict is resolved, and what is slipped in beside it is not") {
  Scene scene({{"f", lines("3")}, {"g", "g"}}, {{"f", lines("left")}}, {{"f", lines("right")}});
  const Oid resolved = scene.merge({{"f", lines("both")}});
  CHECK(scene.remade(resolved).outcome == Outcome::resolved);
  CHECK(scene.remade(resolved).smuggled.empty());
  scene.scratch.git({"reset", "--quiet", "--hard", scene.left.hex()});
  const Oid edited = scene.merge({{"f", lines("both")}, {"g", "evil"}});
  CHECK(scene.remade(edited).outcome == Outcome::edited);
  CHECK(scene.remade(edited).smuggled == Paths{"g"});
}

TEST_CASE("another strategy is an edit") {
  Scene scene({{"f", lines("3")}, {"g", lines("3")}}, {{"f", lines("left")}}, {{"f", lines("right")}, {"g", lines("right")}});
  const Oid ours = scene.merge({}, {}, {"--strategy=ours"});
  CHECK(scene.remade(ours).outcome == Outcome::edited);
  CHECK(scene.remade(ours).smuggled == Paths{"g"});
}

TEST_CASE("conflicts of names are resolved under any of the names") {
  ScratchRepository scratch;
  const Oid root = scratch.commit("base", {{"a", lines("3")}, {"x", "file"}});
  scratch.git({"mv", "a", "b"});
  const Oid left = scratch.commit("renamed");
  scratch.git({"checkout", "--quiet", root.hex()});
  fs::remove(scratch.path() / "a");
  const Oid right = scratch.commit("deleted");
  const auto remade = [&](const std::string& tree) {
    auto environment = scratch.environment();
    const auto opened = open_repository(environment, scratch.path());
    REQUIRE(opened);
    NewCommit merge;
    merge.oid = oid_in(scratch.git({"commit-tree", "-p", left.hex(), "-p", right.hex(), "-m", "merge", tree}));
    merge.parents = {left, right};
    const auto made = commits_of_push(**opened, RemoteRefs::tracking)->remake(merge);
    INFO((made ? std::string() : made.error().message));
    REQUIRE(made);
    return *made;
  };
  CHECK(remade(scratch.tree_of(left.hex()).hex()).outcome == Outcome::resolved);
  CHECK(remade(scratch.tree_of(right.hex()).hex()).outcome == Outcome::resolved);
  CHECK(remade(scratch.tree_of(root.hex()).hex()).outcome == Outcome::resolved);
  scratch.git({"checkout", "--quiet", left.hex()});
  scratch.commit("x", {{"x", "changed"}});
  CHECK(remade(scratch.tree_of().hex()).smuggled == Paths{"x"});
}

TEST_CASE("the first parent's attributes have a say, nobody's configuration has") {
  Scene scene({{".gitattributes", "*.lock -merge\n"}, {"d/x.lock", lines("3")}, {"f", lines("3")}}, {{"d/x.lock", lines("left")}},
              {{"d/x.lock", lines("3", "right")}});
  const Oid merge = scene.merge({{"d/x.lock", lines("left", "by hand")}});
  // The checked out files are somebody's own affair.
  scene.scratch.git({"checkout", "--quiet", "--orphan", "elsewhere"});
  scene.scratch.git({"rm", "-r", "--quiet", "--force", "."});
  CHECK(scene.remade(merge).outcome == Outcome::resolved);

  const fs::path mark = scene.scratch.around() / "mark";
  Scene driven({{"d/.gitattributes", "f merge=mine\n"}, {"d/f", lines("3")}}, {{"d/f", lines("left")}}, {{"d/f", lines("3", "right")}});
  const Oid plain = driven.merge();
  driven.scratch.git({"config", "merge.mine.driver", "touch " + mark.string()});
  driven.scratch.git({"config", "merge.renames", "false"});
  driven.scratch.git({"config", "core.attributesFile", (driven.scratch.path() / "d/.gitattributes").string()});
  CHECK(driven.remade(plain).outcome == Outcome::same);
  CHECK_FALSE(fs::exists(mark));
}

TEST_CASE("what a merge decides is told: what git makes otherwise, and conflicts, as far as they differ from a parent") {
  Scene scene({{"a", "old"}, {"b", "b"}, {"f", lines("3")}, {"same", "x"}}, {{"a", "new"}, {"f", lines("left")}, {"mine", "x"}},
              {{"f", lines("right")}, {"theirs", "x"}});
  const Oid resolved = scene.merge({{"f", lines("left")}});
  for (const auto& parents : {std::vector<Oid>{scene.left, scene.right}, {scene.right, scene.left}}) {
    CHECK(scene.remade(resolved, parents).outcome == Outcome::resolved);
    CHECK(scene.remade(resolved, parents).decided == Paths{"f"});
    const auto taken_back = scene.remade(scene.right, parents);
    CHECK(taken_back.outcome == Outcome::edited);
    CHECK(taken_back.decided == Paths{"a", "f", "mine"});
    CHECK(scene.remade(scene.left, parents).decided == Paths{"f", "theirs"});
  }
  scene.scratch.git({"reset", "--quiet", "--hard", scene.left.hex()});
  CHECK(scene.remade(scene.merge({}, {}, {"--strategy=ours"})).decided == Paths{"f", "theirs"});
  // Of three parents nothing is known but what differs from one of them.
  const Oid third = scene.scratch.commit_with({scene.left}, "third");
  CHECK(scene.remade(resolved, {scene.left, scene.right, third}).decided == Paths{"a", "f", "mine", "theirs"});
  CHECK(scene.remade(scene.left, {scene.left, scene.left, scene.left}).decided.empty());
}

TEST_CASE("a commit that has an old second parent, and its file") {
  ScratchRepository scratch;
  const Oid old = scratch.commit("old", {{"a", "old"}});
  const Oid tip = scratch.commit("new", {{"a", "new"}});
  const auto opened = open_repository(scratch.environment(), scratch.path());
  REQUIRE(opened);
  NewCommit merge;
  merge.oid = scratch.commit("back", {{"a", "old"}});
  merge.parents = {tip, old};
  CHECK(commits_of_push(**opened, RemoteRefs::tracking)->remake(merge)->decided == Paths{"a"});
  merge.oid = tip;
  CHECK(commits_of_push(**opened, RemoteRefs::tracking)->remake(merge)->decided.empty());
}

// Files of which no side renames any, so that git's merge is each file's own. Every file is "absent", or one of three contents.
TEST_CASE("property: a merge decides just what three versions of a file don't, whichever parent comes first") {
  std::mt19937 random(8);
  const auto pick = [&] { return std::uniform_int_distribution<int>(0, 3)(random); };
  const Paths names = {"a", "b", "c", "d/a", "d/b", "d/e/a", "d/e/b", "d/e/c", "e", "f", "g", "h"};
  using Versions = std::vector<int>;
  const auto versions = [&] {
    Versions all(names.size());
    std::generate(all.begin(), all.end(), pick);
    return all;
  };
  const auto commit_of = [&](ScratchRepository& scratch, const Versions& all, const std::vector<Oid>& parents) {
    ScratchRepository::Files files = {{"always", "x"}};
    fs::remove_all(scratch.path() / "d");
    for (std::size_t i = 0; i < names.size(); ++i) {
      fs::remove(scratch.path() / names[i]);
      if (all[i] != 0) {
        files.emplace_back(names[i], names[i] + " " + std::string(20, static_cast<char>('a' + all[i])) + "\n");
      }
    }
    const Oid made = scratch.commit("files", files);
    std::vector<std::string> words = {"commit-tree", "-m", "of a tree", scratch.tree_of(made.hex()).hex()};
    for (const Oid& parent : parents) {
      words.insert(words.end(), {std::string("-p"), parent.hex()});
    }
    return oid_in(scratch.git(words));
  };
  ScratchRepository scratch;
  for (int round = 0; round < 3; ++round) {
    const auto base = versions();
    auto ours = base;
    auto theirs = base;
    for (std::size_t i = 0; i < names.size(); ++i) {
      ours[i] = pick() < 2 ? pick() : ours[i];
      theirs[i] = pick() < 2 ? pick() : theirs[i];
    }
    const Oid root = commit_of(scratch, base, {});
    const Oid left = commit_of(scratch, ours, {root});
    const Oid right = commit_of(scratch, theirs, {root});
    for (int kind = 0; kind < 4; ++kind) {
      auto recorded = kind == 0 ? ours : kind == 1 ? theirs : versions();
      Paths decided;
      for (std::size_t i = 0; i < names.size(); ++i) {
        const bool is_clean = ours[i] == theirs[i] || ours[i] == base[i] || theirs[i] == base[i];
        const int made = ours[i] == base[i] ? theirs[i] : ours[i];
        recorded[i] = kind == 3 && is_clean ? made : recorded[i];
        if ((recorded[i] != ours[i] || recorded[i] != theirs[i]) && (!is_clean || recorded[i] != made)) {
          decided.push_back(names[i]);
        }
      }
      NewCommit merge;
      merge.oid = commit_of(scratch, recorded, {left, right});
      for (const auto& parents : {std::vector<Oid>{left, right}, {right, left}}) {
        merge.parents = parents;
        const auto opened = open_repository(scratch.environment(), scratch.path());
        REQUIRE(opened);
        const auto remade = commits_of_push(**opened, RemoteRefs::tracking)->remake(merge);
        REQUIRE(remade);
        CHECK(remade->decided == decided);
      }
    }
  }
}

TEST_CASE("histories that have nothing in common are merged, too") {
  ScratchRepository scratch;
  const Oid left = scratch.commit("left", {{"a", "1"}});
  scratch.git({"checkout", "--quiet", "--orphan", "other"});
  scratch.git({"rm", "--quiet", "--force", "a"});
  const Oid right = scratch.commit("right", {{"b", "1"}});
  scratch.git({"merge", "--quiet", "--allow-unrelated-histories", "-m", "merge", left.hex()});
  const auto opened = open_repository(scratch.environment(), scratch.path());
  REQUIRE(opened);
  NewCommit merge;
  merge.oid = scratch.tip();
  merge.parents = {right, left};
  const auto made = commits_of_push(**opened, RemoteRefs::tracking)->remake(merge);
  REQUIRE(made);
  CHECK(made->outcome == Outcome::same);
}

TEST_CASE("a merge of more than two can't be told, nor one whose parents are not here") {
  Scene scene({{"f", lines("3")}}, {{"f", lines("left")}}, {{"g", "x"}});
  const Oid merge = scene.merge();
  const Oid third = scene.scratch.commit_with({scene.left}, "third");
  const auto octopus = scene.remade(merge, {scene.left, scene.right, third});
  CHECK(octopus.outcome == Outcome::cannot_tell);
  CHECK(octopus.reason.find("3 parents") != std::string::npos);

  const auto url = "file://" + scene.scratch.path().string();
  for (const std::string depth : {"1", "2"}) {
    const fs::path shallow = scene.scratch.around() / ("shallow" + depth);
    scene.scratch.git({"clone", "--quiet", "--depth=" + depth, url, shallow.string()});
    const auto made = scene.try_remake(merge, {}, shallow);
    if (made) { // the parents are here, and what they have in common is not
      CHECK(made->outcome == Outcome::cannot_tell);
      CHECK_FALSE(made->reason.empty());
    } else {
      CHECK(made.error().remedy.find("--unshallow") != std::string::npos);
    }
    CHECK(made.has_value() == (depth == "2"));
  }
}

TEST_CASE("a merge in a linked work tree, with packed and borrowed objects") {
  Scene scene({{"f", lines("3")}}, {{"f", lines("left")}}, {{"f", lines("3", "right")}});
  const Oid merge = scene.merge();
  scene.scratch.git({"gc", "--quiet"});
  const fs::path linked = scene.scratch.around() / "linked";
  scene.scratch.git({"worktree", "add", "--quiet", "--detach", linked.string(), merge.hex()});
  CHECK(scene.remade(merge, {}, linked).outcome == Outcome::same);
  const fs::path shared = scene.scratch.around() / "shared";
  scene.scratch.git({"clone", "--quiet", "--shared", scene.scratch.path().string(), shared.string()});
  CHECK(scene.remade(merge, {}, shared).outcome == Outcome::same);
}

TEST_CASE("a merge that is still in a quarantine") {
  Scene scene({{"f", lines("3")}}, {{"f", lines("left")}}, {{"f", lines("3", "right")}});
  const fs::path quarantine = scene.scratch.around() / "quarantine";
  fs::create_directories(quarantine);
  const Environment more = {"GIT_OBJECT_DIRECTORY=" + quarantine.string(),
                            "GIT_ALTERNATE_OBJECT_DIRECTORIES=" + (scene.scratch.path() / ".git/objects").string()};
  const auto tree = scene.scratch.git({"merge-tree", "--write-tree", scene.left.hex(), scene.right.hex()}, {}, more);
  NewCommit merge;
  merge.oid = oid_in(scene.scratch.git({"commit-tree", "-p", scene.left.hex(), "-p", scene.right.hex(), "-m", "merge", tree}, {}, more));
  merge.parents = {scene.left, scene.right};
  auto environment = scene.scratch.environment();
  environment.insert(environment.begin(), more.begin(), more.end());
  const auto opened = open_repository(environment, scene.scratch.path());
  REQUIRE(opened);
  const auto made = commits_of_push(**opened, RemoteRefs::own)->remake(merge);
  INFO((made ? std::string() : made.error().message));
  REQUIRE(made);
  CHECK(made->outcome == Outcome::same);
}
