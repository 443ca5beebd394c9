// Opening repositories of every shape, as git's environment names them.
#include <catch2/catch.hpp>

#include "git/repository.hpp"
#include "support/scratch_repository.hpp"

using namespace gate;
using gate::test::ScratchRepository;
namespace fs = std::filesystem;

namespace {

std::unique_ptr<OpenRepository> open_at(const ScratchRepository& scratch, const fs::path& where = {},
                                        const Environment& more = {}) {
  Environment environment = scratch.environment();
  environment.insert(environment.begin(), more.begin(), more.end());
  auto opened = open_repository(environment, where.empty() ? scratch.path() : where);
  INFO((opened ? std::string() : opened.error().message));
  REQUIRE(opened);
  return *std::move(opened);
}

Error refusal(const ScratchRepository& scratch, const fs::path& where, const Environment& more = {}) {
  Environment environment = scratch.environment();
  environment.insert(environment.begin(), more.begin(), more.end());
  const auto opened = open_repository(environment, where);
  REQUIRE_FALSE(opened);
  return opened.error();
}

} // namespace

TEST_CASE("the folders of a plain repository") {
  ScratchRepository scratch;
  fs::create_directories(scratch.path() / "sub");
  for (const fs::path& where : {scratch.path(), scratch.path() / "sub"}) {
    const auto repository = open_at(scratch, where);
    CHECK(repository->git_dir() == scratch.path() / ".git");
    CHECK(repository->common_dir() == scratch.path() / ".git");
    CHECK(repository->work_dir() == scratch.path());
  }
}

TEST_CASE("a linked work tree shares objects and refs") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const auto linked = scratch.around() / "linked";
  scratch.git({"worktree", "add", "--quiet", "-b", "side", linked.string()});
  const Environment as_git_does = {"GIT_DIR=" + (scratch.path() / ".git/worktrees/linked").string()};
  for (const Environment& more : {Environment(), as_git_does}) {
    const auto repository = open_at(scratch, linked, more);
    CHECK(repository->git_dir() == scratch.path() / ".git/worktrees/linked");
    CHECK(repository->common_dir() == scratch.path() / ".git");
    CHECK(repository->work_dir() == linked);
    CHECK((*repository->current_branch())->full() == "refs/heads/side");
    CHECK(*repository->rev_parse("main") == base);
  }
}

TEST_CASE("a bare repository has no work tree") {
  const ScratchRepository scratch({"--bare"});
  const auto repository = open_at(scratch);
  CHECK(repository->git_dir() == scratch.path());
  CHECK_FALSE(repository->work_dir());
  CHECK((*repository->current_branch())->full() == "refs/heads/main");
}

TEST_CASE("a submodule is a repository of its own") {
  ScratchRepository scratch;
  scratch.commit("base", {{"file", "x"}});
  const auto above = scratch.around() / "above";
  scratch.git({"init", "--quiet", above.string()}, scratch.around());
  scratch.git({"submodule", "--quiet", "add", scratch.path().string(), "sub"}, above);
  const auto repository =
      open_at(scratch, above / "sub", {"GIT_DIR=" + (above / ".git/modules/sub").string()});
  CHECK(repository->git_dir() == above / ".git/modules/sub");
  CHECK(repository->work_dir() == above / "sub");
  CHECK(*repository->rev_parse("HEAD") == scratch.tip());
  CHECK(open_at(scratch, above / "sub")->git_dir() == above / ".git/modules/sub");
}

TEST_CASE("objects come from alternates, too") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const auto clone = scratch.around() / "clone";
  scratch.git({"clone", "--quiet", "--shared", scratch.path().string(), clone.string()}, scratch.around());
  CHECK(open_at(scratch, clone)->peel(base)->kind == Peeled::Kind::commit);
}

TEST_CASE("a push in quarantine is seen as git's environment says") {
  ScratchRepository scratch;
  scratch.commit("base");
  const auto quarantine = scratch.around() / "incoming";
  fs::create_directories(quarantine);
  const auto objects = (scratch.path() / ".git/objects").string();
  const Environment more = {"GIT_DIR=.git", "GIT_OBJECT_DIRECTORY=" + quarantine.string(),
                            "GIT_ALTERNATE_OBJECT_DIRECTORIES=" + objects,
                            "GIT_QUARANTINE_PATH=" + quarantine.string()};
  const Oid pushed =
      test::oid_in(scratch.git({"commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "pushed"}, {}, more));

  CHECK(open_at(scratch)->peel(pushed)->kind == Peeled::Kind::missing);
  const auto repository = open_at(scratch, {}, more);
  CHECK(repository->peel(pushed)->kind == Peeled::Kind::commit);
  CHECK(repository->history(scratch.tip(), pushed, {})->relation == History::Relation::descends);

  const auto quoted = refusal(scratch, scratch.path(), {"GIT_ALTERNATE_OBJECT_DIRECTORIES=\"/a:b\""});
  CHECK(quoted.message.find("quoted path") != std::string::npos);
}

TEST_CASE("GIT_WORK_TREE and GIT_COMMON_DIR do not keep it from opening") {
  ScratchRepository scratch;
  scratch.commit("base");
  const auto elsewhere = scratch.around() / "elsewhere";
  fs::create_directories(elsewhere);
  const auto git_dir = "GIT_DIR=" + (scratch.path() / ".git").string();
  CHECK(open_at(scratch, elsewhere, {git_dir, "GIT_WORK_TREE=."})->work_dir() == elsewhere / "");
  CHECK(open_at(scratch, elsewhere, {git_dir})->work_dir() == elsewhere);
  CHECK(open_at(scratch, scratch.path(), {"GIT_COMMON_DIR=.git"}));
  CHECK(refusal(scratch, scratch.path(), {"GIT_COMMON_DIR=/nowhere"}).remedy == "unset GIT_COMMON_DIR");
}

TEST_CASE("worktreeConfig, as sparse-checkout sets it, is understood") {
  ScratchRepository scratch;
  scratch.commit("base", {{"a/x", "x"}, {"b/x", "x"}});
  scratch.git({"sparse-checkout", "set", "--cone", "--sparse-index", "a"});
  const Oid tip = scratch.tip();
  REQUIRE(scratch.git({"config", "extensions.worktreeConfig"}) == "true");
  const auto repository = open_at(scratch);
  CHECK(*repository->rev_parse("HEAD") == tip);
  CHECK(repository->work_dir() == scratch.path());

  scratch.git({"config", "--worktree", "core.bare", "true"});
  CHECK_FALSE(open_at(scratch)->work_dir());
}

TEST_CASE("what libgit2 can't open is refused in one sentence") {
  SECTION("SHA-256") {
    const ScratchRepository scratch({"--object-format=sha256"});
    const Error error = refusal(scratch, scratch.path());
    CHECK(error.kind == ErrorKind::could_not_run);
    CHECK(error.message.rfind("cannot read the repository at " + scratch.path().string() +
                                  ": it names its objects by SHA-256, which libgit2 ",
                              0) == 0);
    CHECK(error.remedy == "gate guards SHA-1 repositories only: take its hooks out of this one");
  }
  SECTION("reftable") {
    const ScratchRepository scratch;
    scratch.git({"config", "core.repositoryFormatVersion", "1"});
    scratch.git({"config", "extensions.refStorage", "reftable"});
    CHECK(refusal(scratch, scratch.path()).message.find("it keeps its refs in a reftable") !=
          std::string::npos);
  }
  SECTION("an extension that nobody knows") {
    const ScratchRepository scratch;
    scratch.git({"config", "core.repositoryFormatVersion", "1"});
    scratch.git({"config", "extensions.frobnicate", "true"});
    CHECK(refusal(scratch, scratch.path()).message.find("extensions.frobnicate") != std::string::npos);
  }
  SECTION("no repository") {
    const ScratchRepository scratch;
    CHECK(refusal(scratch, scratch.around()).message ==
          "there is no git repository at " + scratch.around().string() + " or above it");
    CHECK(refusal(scratch, scratch.path(), {"GIT_DIR=none"}).message ==
          "GIT_DIR names " + (scratch.path() / "none").string() + ", which is no git repository");
  }
}

TEST_CASE("a person's own configuration can't keep it from opening") {
  ScratchRepository scratch;
  scratch.commit("base");
  REQUIRE(write_file(scratch.around() / ".gitconfig", "[core\nthis is no configuration", 0644));
  CHECK(*open_at(scratch)->rev_parse("HEAD") == scratch.tip());
}
