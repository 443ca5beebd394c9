// LFS files in a checkout.
#include <catch2/catch.hpp>

#include "base/digest.hpp"
#include "support/scratch_checkout.hpp"

using namespace gate;
using namespace gate::test;
namespace fs = std::filesystem;

namespace {

std::string pointer_to(const std::string& content) {
  return "version https://git-lfs.github.com/spec/v1\noid sha256:" + Digest::of(content).hex() + "\nsize " +
         std::to_string(content.size()) + "\n";
}

void keep_in_lfs(const fs::path& git_dir, const std::string& content) {
  const std::string oid = Digest::of(content).hex();
  REQUIRE(write_file(git_dir / "lfs/objects" / oid.substr(0, 2) / oid.substr(2, 2) / oid, content, 0644));
}

} // namespace

TEST_CASE("an LFS file is what its pointer stands for") {
  ScratchRepository scratch;
  const std::string content = "large content";
  const ScratchRepository::Files files = {{".gitattributes", "*.bin filter=lfs -text\n"},
                                          {"sub/.gitattributes", "plain.bin !filter\n"},
                                          {"a.bin", pointer_to(content)},
                                          {"sub/b.bin", pointer_to(content)},
                                          {"sub/plain.bin", pointer_to(content)},
                                          {"note.txt", pointer_to(content)},
                                          {"real.bin", "committed without LFS"},
                                          {"empty.bin", ""}};
  scratch.git({"config", "filter.lfs.required", "false"});
  scratch.commit("base", files);

  SECTION("present") {
    keep_in_lfs(scratch.path() / ".git", content);
    must_check_out(scratch, scratch.tree_of());
    CHECK(content_of(out(scratch, "a.bin")) == content);
    CHECK(content_of(out(scratch, "sub/b.bin")) == content);
    CHECK(content_of(out(scratch, "sub/plain.bin")) == pointer_to(content));
    CHECK(content_of(out(scratch, "note.txt")) == pointer_to(content));
    CHECK(content_of(out(scratch, "real.bin")) == "committed without LFS");
    CHECK(mode_of(out(scratch, "a.bin")) == 0644);
  }
  SECTION("in a linked work tree") {
    keep_in_lfs(scratch.path() / ".git", content);
    const auto linked = scratch.around() / "linked";
    scratch.git({"worktree", "add", "--quiet", linked.string()});
    must_check_out(scratch, scratch.tree_of(), linked);
    CHECK(content_of(out(scratch, "a.bin")) == content);
  }
  SECTION("absent") {
    const Error error = refusal(scratch, scratch.tree_of());
    CHECK(error.message == "the LFS file a.bin (sha256:" + Digest::of(content).hex() + ") is not here");
    CHECK(error.remedy.find("git lfs fetch") != std::string::npos);
  }
  SECTION("damaged") {
    const std::string oid = Digest::of(content).hex();
    REQUIRE(write_file(scratch.path() / ".git/lfs/objects" / oid.substr(0, 2) / oid.substr(2, 2) / oid,
                       "large_content", 0644));
    CHECK(refusal(scratch, scratch.tree_of()).message.find("a.bin") != std::string::npos);
    CHECK(refusal(scratch, scratch.tree_of()).message.find("is damaged") != std::string::npos);
  }
}

TEST_CASE("git-lfs and gate agree") {
  ScratchRepository scratch;
  if (!scratch.try_git({"lfs", "version"}).end.ok()) {
    WARN("git-lfs is not installed");
    return;
  }
  scratch.git({"lfs", "install", "--local", "--skip-repo"});
  scratch.git({"lfs", "track", "*.bin"});
  scratch.commit("base", {{"a.bin", std::string(100'000, 'a')}, {"sub/b.bin", "small"}, {"c.txt", "text"}});
  REQUIRE(scratch.git({"cat-file", "blob", "HEAD:a.bin"}).rfind("version https://git-lfs", 0) == 0);

  must_check_out(scratch, scratch.tree_of());
  CHECK(content_of(out(scratch, "a.bin")) == std::string(100'000, 'a'));
  CHECK(content_of(out(scratch, "sub/b.bin")) == "small");
}
