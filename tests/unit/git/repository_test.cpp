// Peeling, reading and naming.
#include <algorithm>

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

std::vector<std::string> names_of(const std::vector<BranchTip>& tips) {
  std::vector<std::string> names;
  for (const BranchTip& tip : tips) {
    names.push_back(tip.branch.full());
  }
  return names;
}

} // namespace

TEST_CASE("peel goes through tags, whatever they are of") {
  ScratchRepository scratch;
  const Oid commit = scratch.commit("base", {{"a/b", "text"}});
  const Oid tree = scratch.tree_of();
  const Oid blob = scratch.tip("HEAD:a/b");
  scratch.git({"tag", "-a", "-m", "x", "one"});
  scratch.git({"tag", "-a", "-m", "x", "nested", "one"});
  scratch.git({"tag", "-a", "-m", "x", "of-tree", tree.hex()});
  scratch.git({"tag", "-a", "-m", "x", "of-blob", blob.hex()});
  const auto repository = open_at(scratch);

  for (const std::string name : {"main", "one", "nested"}) {
    const auto peeled = repository->peel(scratch.tip(name));
    REQUIRE(peeled);
    CHECK(peeled->kind == Peeled::Kind::commit);
    CHECK(peeled->commit == commit);
    CHECK(peeled->tree == tree);
  }
  const auto of_tree = repository->peel(scratch.tip("of-tree"));
  CHECK(of_tree->kind == Peeled::Kind::tree);
  CHECK(of_tree->tree == tree);
  CHECK_FALSE(of_tree->commit);
  CHECK(repository->peel(scratch.tip("of-blob"))->kind == Peeled::Kind::blob);
  CHECK(repository->peel(Oid())->kind == Peeled::Kind::missing);
  CHECK(repository->peel(*Oid::parse(std::string(64, '1')))->kind == Peeled::Kind::missing);
}

TEST_CASE("file_at gives a file's bytes, and nothing where there is none") {
  ScratchRepository scratch;
  fs::create_symlink("gate.toml", scratch.path() / "link");
  const Oid commit =
      scratch.commit("base", {{"gate.toml", "schema = 1\r\n"}, {"team/gate.toml", std::string("a\0b", 3)}});
  const auto repository = open_at(scratch);

  CHECK(*repository->file_at(commit, "gate.toml") == "schema = 1\r\n");
  CHECK(*repository->file_at(commit, "team/gate.toml") == std::string("a\0b", 3));
  CHECK_FALSE(*repository->file_at(commit, "none"));
  CHECK_FALSE(*repository->file_at(commit, "gate.toml/none"));
  CHECK_FALSE(*repository->file_at(commit, "team/none/none"));
  CHECK_FALSE(*repository->file_at(commit, "../gate.toml"));
  CHECK_FALSE(*repository->file_at(commit, ""));

  CHECK(repository->file_at(commit, "link").error().message ==
        "link in " + commit.brief() + " is not a regular file");
  CHECK(repository->file_at(commit, "team").error().message ==
        "team in " + commit.brief() + " is not a regular file");
  CHECK_FALSE(repository->file_at(Oid(), "gate.toml"));
}

TEST_CASE("file_at refuses a file that is too large to be a policy") {
  ScratchRepository scratch;
  const Oid commit = scratch.commit(
      "base", {{"fits", std::string(1U << 20U, 'x')}, {"large", std::string((1U << 20U) + 1, 'x')}});
  const auto repository = open_at(scratch);
  CHECK(repository->file_at(commit, "fits"));
  CHECK(repository->file_at(commit, "large").error().message ==
        "large in " + commit.brief() + " is larger than 1 MiB");
}

TEST_CASE("an object that is missing is an error, not an absent file") {
  ScratchRepository scratch;
  const Oid commit = scratch.commit("base", {{"team/gate.toml", "x"}});
  const auto remove = [&](const Oid& oid) {
    fs::remove(scratch.path() / ".git/objects" / oid.hex().substr(0, 2) / oid.hex().substr(2));
  };
  SECTION("the folder") {
    remove(scratch.tip("HEAD:team"));
  }
  SECTION("the file") {
    remove(scratch.tip("HEAD:team/gate.toml"));
  }
  const auto found = open_at(scratch)->file_at(commit, "team/gate.toml");
  REQUIRE_FALSE(found);
  CHECK(found.error().message.find("is not in this repository") != std::string::npos);
}

TEST_CASE("a partial clone lacks files and says so") {
  ScratchRepository scratch;
  scratch.commit("base", {{"gate.toml", "old"}});
  const Oid before = scratch.tip();
  scratch.commit("next", {{"gate.toml", "new"}});
  scratch.git({"config", "uploadpack.allowFilter", "true"});
  const auto clone = scratch.around() / "partial";
  scratch.git({"clone", "--quiet", "--filter=blob:none", "file://" + scratch.path().string(), clone.string()},
              scratch.around());
  const auto repository = open_at(scratch, clone);

  CHECK(*repository->file_at(scratch.tip(), "gate.toml") == "new");
  const auto missing = repository->file_at(before, "gate.toml");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().remedy.find("--refetch") != std::string::npos);
  CHECK(repository->history(before, scratch.tip(), {})->relation == History::Relation::descends);

  scratch.git({"fetch", "--quiet", "--refetch", "--no-filter"}, clone);
  CHECK(*open_at(scratch, clone)->file_at(before, "gate.toml") == "old");
}

TEST_CASE("tracking refs are a remote's branches as last seen") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid next = scratch.commit("next");
  scratch.set_ref("refs/remotes/origin/main", base);
  scratch.set_ref("refs/remotes/origin/feature/x", next);
  scratch.set_ref("refs/remotes/origin2/other", next);
  scratch.set_ref("refs/remotes/team/up/main", next);
  scratch.git({"symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"});
  scratch.git({"symbolic-ref", "refs/remotes/origin2/HEAD", "refs/heads/elsewhere"});
  const bool packed = GENERATE(false, true);
  if (packed) {
    scratch.git({"pack-refs", "--all"});
  }
  const auto repository = open_at(scratch);

  const auto tips = repository->tracking_tips("origin");
  REQUIRE(tips);
  CHECK(names_of(*tips) == std::vector<std::string>{"refs/heads/feature/x", "refs/heads/main"});
  CHECK(tips->at(1).tip == base);
  CHECK(names_of(*repository->tracking_tips("team/up")) == std::vector<std::string>{"refs/heads/main"});
  CHECK(repository->tracking_tips("none")->empty());

  CHECK(*repository->tracking_tip("origin", *RefName::branch("feature/x")) == next);
  CHECK_FALSE(*repository->tracking_tip("origin", *RefName::branch("none")));
  CHECK_FALSE(*repository->tracking_tip("origin", *RefName::parse("refs/tags/main")));
  CHECK((*repository->remote_head("origin"))->full() == "refs/heads/main");
  CHECK_FALSE(*repository->remote_head("origin2"));
  CHECK_FALSE(*repository->remote_head("none"));
}

TEST_CASE("a remote's name that can't be in a ref has no tracking refs") {
  ScratchRepository scratch;
  scratch.set_ref("refs/remotes/origin/main", scratch.commit("base"));
  const auto repository = open_at(scratch);
  for (const std::string odd :
       {"", "..", "*", "or?gin", "../heads", "a b", "https://example.org/x.git", "o\norigin", "origin/"}) {
    CAPTURE(odd);
    CHECK(repository->tracking_tips(odd)->empty());
    CHECK_FALSE(*repository->tracking_tip(odd, *RefName::branch("main")));
    CHECK_FALSE(*repository->remote_head(odd));
  }
}

TEST_CASE("remote_named knows a remote by its name and by its URLs") {
  ScratchRepository scratch;
  scratch.commit("base");
  scratch.git({"remote", "add", "origin", "https://example.org/team/app.git"});
  scratch.git({"remote", "add", "mirror", "gh:team/mirror"});
  scratch.git({"remote", "set-url", "--push", "mirror", "ssh://git@example.org/push"});
  scratch.git({"config", "url.https://forge.example/.insteadOf", "gh:"});
  scratch.git({"config", "url.ssh://git@forge.example/.pushInsteadOf", "https://example.org/"});
  const auto repository = open_at(scratch);
  const auto named = [&](const std::string& text) { return repository->remote_named(text)->value_or("-"); };

  CHECK(named("origin") == "origin");
  CHECK(named("https://example.org/team/app.git") == "origin");
  CHECK(named("https://example.org/team/app/") == "origin");
  CHECK(named("https://ada:secret@example.org/team/app") == "origin");
  CHECK(named("ssh://git@forge.example/team/app.git") == "origin");
  CHECK(named("gh:team/mirror") == "mirror");
  CHECK(named("https://forge.example/team/mirror") == "mirror");
  CHECK(named("ssh://git@example.org/push") == "mirror");
  CHECK(named("https://example.org/team/other") == "-");
  CHECK(named("nobody") == "-");
  CHECK(named("") == "-");
  CHECK(named("../main") == "-");

  SECTION("also when only -c or an included file says so") {
    const auto with = open_at(scratch, {}, {"GIT_CONFIG_PARAMETERS='remote.extra.url'='/srv/extra.git'"});
    CHECK(with->remote_named("/srv/extra.git")->value_or("-") == "extra");
    CHECK(with->remote_named("extra")->value_or("-") == "extra");
  }
}

TEST_CASE("current branch and upstream") {
  ScratchRepository scratch;
  CHECK((*open_at(scratch)->current_branch())->full() == "refs/heads/main");
  scratch.commit("base");
  scratch.git({"remote", "add", "origin", "/srv/x"});
  scratch.git({"config", "branch.main.remote", "origin"});
  scratch.git({"config", "branch.main.merge", "refs/heads/trunk"});
  scratch.git({"config", "branch.v1.2.remote", "."});
  scratch.git({"config", "branch.v1.2.merge", "refs/heads/main"});
  const auto repository = open_at(scratch);

  const auto upstream = repository->upstream_of(*RefName::branch("main"));
  REQUIRE(upstream);
  REQUIRE(*upstream);
  CHECK((*upstream)->remote == "origin");
  CHECK((*upstream)->branch.full() == "refs/heads/trunk");
  CHECK_FALSE(*repository->upstream_of(*RefName::branch("v1.2")));
  CHECK_FALSE(*repository->upstream_of(*RefName::branch("none")));

  scratch.git({"checkout", "--quiet", "--detach"});
  CHECK_FALSE(*repository->current_branch());
}

TEST_CASE("rev_parse tells one object") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid tip = scratch.commit("tip");
  scratch.git({"tag", "-a", "-m", "x", "v1"});
  const auto repository = open_at(scratch);
  CHECK(*repository->rev_parse("HEAD") == tip);
  CHECK(*repository->rev_parse("HEAD~1") == base);
  CHECK(*repository->rev_parse("v1^{commit}") == tip);
  CHECK(*repository->rev_parse("v1") == scratch.tip("v1"));
  CHECK(*repository->rev_parse(tip.hex().substr(0, 10)) == tip);
  CHECK_FALSE(*repository->rev_parse("none"));
  CHECK_FALSE(*repository->rev_parse(std::string(40, '1')));
  CHECK(repository->rev_parse("HEAD^{").error().kind == ErrorKind::usage);
}

TEST_CASE("first_parent ends at the root") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid side = scratch.commit_with({base}, "side");
  const Oid merge = scratch.commit_with({base, side}, "merge");
  const auto repository = open_at(scratch);
  CHECK(*repository->first_parent(merge) == base);
  CHECK_FALSE(*repository->first_parent(base));
  CHECK_FALSE(repository->first_parent(Oid()));
}
