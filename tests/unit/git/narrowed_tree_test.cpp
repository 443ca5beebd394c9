// What a tree would be with only some of its paths: as git itself makes it.
#include <catch2/catch.hpp>

#include "git/path_choice.hpp"
#include "support/scratch_checkout.hpp"

using namespace gate;
using namespace gate::test;
namespace fs = std::filesystem;

namespace {

/// The tree that git makes of these paths of HEAD alone.
Oid by_git(const ScratchRepository& scratch, const std::vector<std::string>& paths) {
  const Environment more = {"GIT_INDEX_FILE=" + (scratch.around() / "narrow-index").string()};
  fs::remove(scratch.around() / "narrow-index");
  std::vector<std::string> argv{"--literal-pathspecs", "ls-tree", "-r", "-z", "HEAD", "--"};
  argv.insert(argv.end(), paths.begin(), paths.end());
  const std::string listing = scratch.git(argv);
  std::size_t begin = 0;
  while (begin < listing.size()) {
    const std::size_t end = listing.find('\0', begin);
    const std::string line = listing.substr(begin, end - begin);
    const std::size_t tab = line.find('\t');
    const std::string mode = line.substr(0, 6);
    const std::string id = line.substr(tab - 40, 40);
    scratch.git({"update-index", "--add", "--cacheinfo", mode + "," + id + "," + line.substr(tab + 1)}, {}, more);
    begin = end + 1;
  }
  return test::oid_in(scratch.git({"write-tree"}, {}, more));
}

void fill(ScratchRepository& scratch) {
  fs::create_directories(scratch.path() / "api/deep");
  fs::create_directories(scratch.path() / "web");
  fs::create_symlink("../README", scratch.path() / "api/link");
  scratch.commit("base", {{"README", "r\n"}, {"api/a.py", "a\n"}, {"api/deep/b.py", "b\n"}, {"api.txt", "t\n"}, {"web/x", "x\n"}, {"docker-compose.yml", "c\n"}});
}

} // namespace

TEST_CASE("a narrowed tree has the id that git gives it") {
  ScratchRepository scratch;
  fill(scratch);
  auto opened = open_repository(scratch.environment(), scratch.path());
  REQUIRE(opened);
  auto& repository = *opened;
  const Oid tree = scratch.tree_of();
  for (const std::vector<std::string>& paths : {std::vector<std::string>{"api"}, {"api/deep"}, {"api/deep/b.py", "docker-compose.yml"}, {"README", "web"}, {"api", "api/deep"}, {"api/link"}}) {
    INFO(paths.front());
    const auto narrowed = repository->object_at(tree, paths, "");
    REQUIRE(narrowed);
    REQUIRE(*narrowed);
    CHECK(**narrowed == by_git(scratch, paths));
  }
}

TEST_CASE("without paths a tree stays what it is, and what is not chosen is not there") {
  ScratchRepository scratch;
  fill(scratch);
  auto opened = open_repository(scratch.environment(), scratch.path());
  REQUIRE(opened);
  auto& repository = *opened;
  const Oid tree = scratch.tree_of();
  CHECK(**repository->object_at(tree, {}, "") == tree);
  CHECK(**repository->object_at(tree, {}, "api") == test::oid_in(scratch.git({"rev-parse", "HEAD:api"})));
  CHECK(**repository->object_at(tree, {"api"}, "api") == test::oid_in(scratch.git({"rev-parse", "HEAD:api"})));
  CHECK(**repository->object_at(tree, {"api/deep"}, "api/deep/b.py") == test::oid_in(scratch.git({"rev-parse", "HEAD:api/deep/b.py"})));
  CHECK_FALSE(*repository->object_at(tree, {"api/deep"}, "api/a.py"));
  CHECK_FALSE(*repository->object_at(tree, {"api"}, "web"));
  CHECK_FALSE(*repository->object_at(tree, {"nothing"}, "nothing"));
  CHECK_FALSE(*repository->object_at(tree, {}, "README/x"));
  // The empty tree of git.
  CHECK((*repository->object_at(tree, {"nothing"}, ""))->hex() == "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
}

TEST_CASE("a commit beside the paths changes nothing, one inside does; attributes on the way are inside") {
  ScratchRepository scratch;
  fill(scratch);
  auto opened = open_repository(scratch.environment(), scratch.path());
  REQUIRE(opened);
  auto& repository = *opened;
  const auto seen = [&] { return **repository->object_at(scratch.tree_of(), {"api/deep"}, ""); };
  const Oid before = seen();
  scratch.commit("beside", {{"web/x", "y\n"}, {"api/a.py", "other\n"}});
  CHECK(seen() == before);
  scratch.commit("inside", {{"api/deep/b.py", "other\n"}});
  const Oid inside = seen();
  CHECK_FALSE(inside == before);
  scratch.commit("attributes", {{"api/.gitattributes", "*.py -text\n"}});
  CHECK_FALSE(seen() == inside);
}

TEST_CASE("a checkout of some paths is exactly the narrowed tree") {
  ScratchRepository scratch;
  fill(scratch);
  auto opened = open_repository(scratch.environment(), scratch.path());
  REQUIRE(opened);
  auto& repository = *opened;
  const auto into = scratch.around() / "narrow";
  fs::create_directories(into);
  REQUIRE(checkout_of(*repository)->check_out(scratch.tree_of(), {"api/deep", "docker-compose.yml", "web/nothing"}, into));
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(into)) {
    found.push_back(fs::relative(entry.path(), into).string());
  }
  std::sort(found.begin(), found.end());
  CHECK(found == std::vector<std::string>{"api", "api/deep", "api/deep/b.py", "docker-compose.yml"});
}

TEST_CASE("which share of a path is chosen") {
  using Share = PathChoice::Share;
  const PathChoice choice({"a/b", "c"});
  CHECK(choice.share_of("") == Share::part);
  CHECK(choice.share_of("a") == Share::part);
  CHECK(choice.share_of("a/b") == Share::all);
  CHECK(choice.share_of("a/b/x/y") == Share::all);
  CHECK(choice.share_of("a/bc") == Share::none);
  CHECK(choice.share_of("ab") == Share::none);
  CHECK(choice.share_of("c") == Share::all);
  CHECK(choice.share_of(".gitattributes") == Share::all);
  CHECK(choice.share_of("a/.gitmodules") == Share::all);
  CHECK(choice.share_of("d/.gitattributes") == Share::none);
  CHECK(PathChoice({}).share_of("anything/at/all") == Share::all);
}
