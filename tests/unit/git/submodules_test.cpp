// Submodules in a checkout.
#include <catch2/catch.hpp>

#include "git/tree_source.hpp"
#include "support/scratch_checkout.hpp"

using namespace gate;
using namespace gate::test;
namespace fs = std::filesystem;

namespace {

/// A repository "lib" beside the scratch one, with one commit that holds these files.
fs::path make_library(const ScratchRepository& scratch, const std::string& name, const std::string& content) {
  const fs::path library = scratch.around() / name;
  scratch.git({"init", "--quiet", library.string()}, scratch.around());
  REQUIRE(write_file(library / "lib.txt", content, 0644));
  scratch.git({"add", "."}, library);
  scratch.git({"commit", "--quiet", "-m", "lib"}, library);
  return library;
}

} // namespace

TEST_CASE("a submodule's tree stands in its place") {
  ScratchRepository scratch;
  const fs::path inner = make_library(scratch, "inner", "inner");
  const fs::path library = make_library(scratch, "lib", "outer");
  scratch.git({"submodule", "--quiet", "add", inner.string(), "third party/inner"}, library);
  scratch.git({"commit", "--quiet", "-m", "nested"}, library);
  scratch.commit("base", {{"file", "x"}});
  scratch.git({"submodule", "--quiet", "add", "--name", "libs/one", library.string(), "vendor/lib"});
  scratch.commit("with submodule");
  const Oid tree = scratch.tree_of();

  SECTION("nested and missing") {
    const Error error = refusal(scratch, tree);
    CHECK(error.message.find("of the submodule at vendor/lib/third party/inner is not here") !=
          std::string::npos);
    CHECK(error.remedy == "fetch it: git submodule update --init --recursive -- vendor/lib");
  }
  SECTION("nested and present") {
    scratch.git({"submodule", "--quiet", "update", "--init", "--recursive"});
    must_check_out(scratch, tree);
    CHECK(content_of(out(scratch, "vendor/lib/lib.txt")) == "outer");
    CHECK(content_of(out(scratch, "vendor/lib/third party/inner/lib.txt")) == "inner");
    CHECK(mode_of(out(scratch, "vendor/lib")) == 0755);
    CHECK_FALSE(fs::exists(out(scratch, "vendor/lib/.git")));

    SECTION("also when the work tree has gone") {
      fs::remove_all(scratch.path() / "vendor");
      must_check_out(scratch, tree);
      CHECK(content_of(out(scratch, "vendor/lib/third party/inner/lib.txt")) == "inner");
    }
    SECTION("also from a linked work tree") {
      const auto linked = scratch.around() / "linked";
      scratch.git({"worktree", "add", "--quiet", linked.string()});
      must_check_out(scratch, tree, linked);
      CHECK(content_of(out(scratch, "vendor/lib/lib.txt")) == "outer");
    }
  }
}

TEST_CASE("a submodule that is not here is named") {
  ScratchRepository scratch;
  const fs::path library = make_library(scratch, "lib", "x");
  scratch.git({"submodule", "--quiet", "add", library.string(), "it's lib"});
  scratch.commit("base");
  const Oid commit = scratch.tip("HEAD:it's lib");
  const auto clone = scratch.around() / "clone";
  scratch.git({"clone", "--quiet", scratch.path().string(), clone.string()}, scratch.around());

  const Error error = refusal(scratch, scratch.tree_of(), clone);
  CHECK(error.message == "the commit " + commit.hex() + " of the submodule at it's lib is not here");
  CHECK(error.remedy == "fetch it: git submodule update --init -- 'it'\\''s lib'");
}

TEST_CASE("a submodule as git made them once, with its own .git folder") {
  ScratchRepository scratch;
  const fs::path library = make_library(scratch, "main/lib", "old style");
  REQUIRE(write_file(scratch.path() / ".gitmodules", "[submodule \"lib\"]\n\tpath = lib\n\turl = ../lib\n",
                     0644));
  scratch.commit("base");
  must_check_out(scratch, scratch.tree_of());
  CHECK(content_of(out(scratch, "lib/lib.txt")) == "old style");
}

TEST_CASE("a gitlink that .gitmodules does not know") {
  const ScratchRepository scratch;
  const std::string commit(40, 'a');
  const Oid tree = raw_tree(scratch, {{"160000", "stray", commit}});
  CHECK(refusal(scratch, tree).message ==
        "the commit " + commit +
            " of the submodule at stray is not here, and .gitmodules does not say where it comes from");
}

TEST_CASE("hostile submodule names are refused") {
  ScratchRepository scratch;
  for (const std::string name : {"../../../evil", "a/../../b", "..", "/etc"}) {
    CAPTURE(name);
    const std::string modules = blob(scratch, "[submodule \"" + name + "\"]\n\tpath = lib\n\turl = x\n");
    const Oid tree =
        raw_tree(scratch, {{"100644", ".gitmodules", modules}, {"160000", "lib", std::string(40, 'a')}});
    CHECK(refusal(scratch, tree).message.find("has a name that git refuses") != std::string::npos);
  }
  CHECK(is_submodule_name("libs/one"));
  CHECK(is_submodule_name("..a/b.."));
  CHECK_FALSE(is_submodule_name(""));
  CHECK_FALSE(is_submodule_name("a\\..\\b"));
}

TEST_CASE("a hostile .gitmodules can't make git read other files") {
  const ScratchRepository scratch;
  const fs::path other = scratch.around() / "other";
  REQUIRE(write_file(other, "[submodule \"found\"]\n\tpath = lib\n", 0644));
  const std::string modules = blob(scratch, "[include]\n\tpath = " + other.string() + "\n");
  const Oid tree =
      raw_tree(scratch, {{"100644", ".gitmodules", modules}, {"160000", "lib", std::string(40, 'a')}});
  CHECK(refusal(scratch, tree).message.find(".gitmodules does not say") != std::string::npos);
}
