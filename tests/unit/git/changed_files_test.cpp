// What new commits change, with trees made by git.
#include <algorithm>
#include <filesystem>

#include <catch2/catch.hpp>

#include "git/commit_facts.hpp"
#include "support/scratch_repository.hpp"

using namespace gate;
using gate::test::oid_in;
using gate::test::ScratchRepository;

namespace {

std::unique_ptr<OpenRepository> open_at(const ScratchRepository& scratch, const std::filesystem::path& where = {}) {
  auto opened = open_repository(scratch.environment(), where.empty() ? scratch.path() : where);
  REQUIRE(opened);
  return *std::move(opened);
}

Result<std::vector<ChangedFile>> try_changes(OpenRepository& repository, const Oid& commit, const std::vector<Oid>& parents) {
  NewCommit asked;
  asked.oid = commit;
  asked.parents = parents;
  return commits_of_push(repository, RemoteRefs::tracking)->changed_files(asked);
}

// "path size" each, "path -" for what has no content; sorted.
std::vector<std::string> changes(OpenRepository& repository, const Oid& commit, const std::vector<Oid>& parents) {
  const auto files = try_changes(repository, commit, parents);
  INFO((files ? std::string() : files.error().message));
  REQUIRE(files);
  std::vector<std::string> lines;
  for (const ChangedFile& file : *files) {
    CHECK(file.commit == commit);
    lines.push_back(file.path + " " + (file.blob ? std::to_string(file.size) : "-"));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

using Lines = std::vector<std::string>;

// A commit of a tree out of lines for git mktree.
Oid commit_of_tree(ScratchRepository& scratch, const std::string& lines, const std::vector<std::string>& parents = {}) {
  const Oid tree = oid_in(scratch.git_with_input(lines, {"mktree", "--missing"}));
  std::vector<std::string> words = {"commit-tree", "-m", "of a tree", tree.hex()};
  words.insert(words.end(), parents.begin(), parents.end());
  return oid_in(scratch.git(words));
}

} // namespace

TEST_CASE("a root commit brings all its files, others what they change") {
  ScratchRepository scratch;
  const Oid root = scratch.commit("root", {{"a", "1"}, {"d/e/f", "four"}, {"d/g", ""}, {"d.x", "x"}});
  const Oid next = scratch.commit("next", {{"d/e/f", "fours"}, {"new", "12"}});
  scratch.git({"mv", "d/g", "h"});
  const Oid moved = scratch.commit("moved");
  const auto repository = open_at(scratch);

  CHECK(changes(*repository, root, {}) == Lines{"a 1", "d.x 1", "d/e/f 4", "d/g 0"});
  CHECK(changes(*repository, next, {root}) == Lines{"d/e/f 5", "new 2"});
  CHECK(changes(*repository, moved, {next}) == Lines{"d/g -", "h 0"});
  CHECK(changes(*repository, next, {next}).empty());
}

TEST_CASE("a change of kind or mode is a change") {
  ScratchRepository scratch;
  const Oid first = scratch.commit("first", {{"file", "x"}, {"link", "file"}, {"folder", "x"}});
  std::filesystem::permissions(scratch.path() / "file", std::filesystem::perms(0755));
  std::filesystem::remove(scratch.path() / "link");
  std::filesystem::create_symlink("file", scratch.path() / "link");
  std::filesystem::remove(scratch.path() / "folder");
  const Oid second = scratch.commit("second", {{"folder/inside", "xy"}});
  const auto repository = open_at(scratch);
  CHECK(changes(*repository, second, {first}) == Lines{"file 1", "folder -", "folder/inside 2", "link 4"});
  CHECK(changes(*repository, first, {second}) == Lines{"file 1", "folder 1", "folder/inside -", "link 4"});
}

TEST_CASE("a merge has what differs from every parent, and loses what every parent has") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base", {{"a", "1"}, {"b", "1"}, {"both", "1"}, {"d/x", "1"}, {"e/y", "1"}});
  const Oid left = scratch.commit("left", {{"a", "22"}, {"d/left", "1"}});
  scratch.git({"checkout", "--quiet", base.hex()});
  std::filesystem::remove(scratch.path() / "b");
  const Oid right = scratch.commit("right", {{"d/right", "1"}});
  const Oid clean = oid_in(scratch.git({"commit-tree", "-p", left.hex(), "-p", right.hex(), "-m", "clean",
                                        scratch.git({"merge-tree", "--write-tree", left.hex(), right.hex()})}));
  scratch.git({"checkout", "--quiet", clean.hex()});
  std::filesystem::remove(scratch.path() / "e/y");
  std::filesystem::remove(scratch.path() / "d/left");
  scratch.commit("evil", {{"a", "333"}, {"smuggled", "1"}, {"d/right", "55555"}});
  const Oid tree = scratch.tree_of();
  const Oid evil = oid_in(scratch.git({"commit-tree", "-p", left.hex(), "-p", right.hex(), "-m", "evil", tree.hex()}));
  const auto repository = open_at(scratch);

  CHECK(changes(*repository, clean, {left, right}).empty());
  // d/left is only the left one's: to lose it is to take the right one's side.
  CHECK(changes(*repository, evil, {left, right}) == Lines{"a 3", "d/right 5", "e/y -", "smuggled 1"});
}

TEST_CASE("a submodule has no content") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base");
  const Oid commit = commit_of_tree(scratch, "160000 commit " + base.hex() + "\tmodule\n", {"-p", base.hex()});
  const auto repository = open_at(scratch);
  CHECK(changes(*repository, commit, {base}) == Lines{"module -"});
}

TEST_CASE("names are any bytes, and trees that git would never make are judged in full") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base", {{"a", "1"}});
  const std::string blob = scratch.git({"rev-parse", "HEAD:a"});
  const std::string raw = [&] {
    std::string bytes;
    for (std::size_t i = 0; i < blob.size(); i += 2) {
      bytes += static_cast<char>(std::stoi(blob.substr(i, 2), nullptr, 16));
    }
    return bytes;
  }();
  std::string tree;
  for (const std::string name : {"z\n\xff", "a", "..", "a", "b/c"}) { // out of order, twice, forbidden
    tree += "100644 " + name + std::string(1, '\0') + raw;
  }
  const auto object = [&](const std::string& bytes) {
    return oid_in(scratch.git_with_input(bytes, {"hash-object", "-t", "tree", "-w", "--literally", "--stdin"}));
  };
  const auto commit = [&](const Oid& of) { return oid_in(scratch.git({"commit-tree", "-p", base.hex(), "-m", "x", of.hex()})); };
  const Oid strange = commit(object(tree));
  const Oid broken = commit(object("100644 a" + std::string(1, '\0') + raw + "10"));
  const auto repository = open_at(scratch);

  const auto found = changes(*repository, strange, {base});
  for (const std::string line : {"z\n\xff 1", ".. 1", "b/c 1"}) {
    CHECK(std::count(found.begin(), found.end(), line) == 1);
  }
  const auto failed = try_changes(*repository, broken, {base});
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message.find("malformed") != std::string::npos);
}

TEST_CASE("what is not here is an error with the command that fetches it") {
  ScratchRepository scratch;
  scratch.commit("one", {{"a", "1"}});
  const Oid two = scratch.commit("two", {{"a", "2"}, {"d/b", "2"}});
  scratch.git({"clone", "--quiet", "--depth=1", "file://" + scratch.path().string(), (scratch.around() / "shallow").string()});
  const auto shallow = open_at(scratch, scratch.around() / "shallow");
  const auto cut = try_changes(*shallow, two, {scratch.tip("HEAD~1")});
  REQUIRE_FALSE(cut);
  CHECK(cut.error().remedy.find("--unshallow") != std::string::npos);
  CHECK(cut.error().message.find(two.hex()) != std::string::npos);

  scratch.git({"config", "uploadpack.allowFilter", "true"});
  scratch.git({"clone", "--quiet", "--bare", "--filter=blob:none", "file://" + scratch.path().string(), (scratch.around() / "partial").string()});
  const auto partial = open_at(scratch, scratch.around() / "partial");
  const auto blobless = try_changes(*partial, two, {scratch.tip("HEAD~1")});
  REQUIRE_FALSE(blobless);
  CHECK(blobless.error().remedy.find("--refetch --no-filter") != std::string::npos);
  const auto content = commits_of_push(*partial, RemoteRefs::tracking)->content(scratch.tip("HEAD:a"));
  REQUIRE_FALSE(content);
  CHECK(content.error().remedy.find("--refetch --no-filter") != std::string::npos);
}

TEST_CASE("the content of a blob is all of it") {
  ScratchRepository scratch;
  const std::string text = std::string(2U << 20U, 'x') + std::string(1, '\0') + "end";
  scratch.commit("big", {{"big", text}});
  const auto repository = open_at(scratch);
  const auto commits = commits_of_push(*repository, RemoteRefs::tracking);
  const auto content = commits->content(scratch.tip("HEAD:big"));
  REQUIRE(content);
  CHECK((*content == text));
  CHECK_FALSE(commits->content(scratch.tree_of()));
}

TEST_CASE("objects in a quarantine are seen") {
  ScratchRepository scratch;
  const Oid base = scratch.commit("base", {{"a", "1"}});
  const auto quarantine = scratch.around() / "quarantine";
  std::filesystem::create_directories(quarantine);
  const gate::Environment more = {"GIT_OBJECT_DIRECTORY=" + quarantine.string(),
                                  "GIT_ALTERNATE_OBJECT_DIRECTORIES=" + (scratch.path() / ".git/objects").string()};
  const std::string blob = scratch.git({"hash-object", "-w", "--", (scratch.path() / ".git/HEAD").string()}, {}, more);
  scratch.git({"update-index", "--add", "--cacheinfo", "100644," + blob + ",pushed"}, {}, more);
  const std::string tree = scratch.git({"write-tree"}, {}, more);
  const Oid pushed = oid_in(scratch.git({"commit-tree", "-p", base.hex(), "-m", "pushed", tree}, {}, more));
  auto environment = scratch.environment();
  environment.insert(environment.begin(), more.begin(), more.end());
  const auto repository = open_repository(environment, scratch.path());
  REQUIRE(repository);
  const auto commits = commits_of_push(**repository, RemoteRefs::own);
  const auto found = commits->new_commits({pushed}, {base});
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(changes(**repository, pushed, {base}) == Lines{"pushed 21"});
  CHECK_FALSE(commits_of_push(*open_at(scratch), RemoteRefs::own)->new_commits({pushed}, {base}));
}
