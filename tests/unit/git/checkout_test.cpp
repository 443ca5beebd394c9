// Trees that become folders: exactly, and never outside of them.
#include <catch2/catch.hpp>

#include "support/scratch_checkout.hpp"

using namespace gate;
using namespace gate::test;
namespace fs = std::filesystem;

namespace {

/// The tree that git makes of the folder: no filters, modes as they are.
Oid tree_again(const ScratchRepository& scratch) {
  const Environment more = {"GIT_INDEX_FILE=" + (scratch.around() / "index").string(),
                            "GIT_WORK_TREE=" + out(scratch, "").string(),
                            "GIT_DIR=" + (scratch.path() / ".git").string()};
  fs::remove(scratch.around() / "index");
  REQUIRE(write_file(scratch.path() / ".git/info/attributes",
                     "* -text -filter -ident -working-tree-encoding\n", 0644));
  scratch.git({"-c", "core.fileMode=true", "-c", "core.autocrlf=false", "add", "--all", "--force", "."},
              out(scratch, ""), more);
  return test::oid_in(scratch.git({"write-tree"}, {}, more));
}

class Umask {
public:
  explicit Umask(mode_t mask) : m_before(::umask(mask)) {}
  ~Umask() { ::umask(m_before); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

private:
  mode_t m_before;
};

} // namespace

TEST_CASE("a checkout is exactly the tree, whatever its attributes say") {
  ScratchRepository scratch;
  fs::create_directories(scratch.path() / "deep/er");
  fs::create_symlink("../README", scratch.path() / "deep/link");
  fs::create_symlink("/etc/passwd", scratch.path() / "outside");
  scratch.commit("base", {{"README", "line\r\nline\n"},
                          {"deep/er/run.sh", "#!/bin/sh\n"},
                          {"empty", ""},
                          {"binary", std::string("\0\1\2\xff", 4)},
                          {"secret.txt", "left out of archives"},
                          {"version", "$Format:%H$ $Id$\n"},
                          {"name with \"quotes\"\nand a newline", "x"},
                          {".gitignore", "ignored\n"},
                          {".gitattributes",
                           "secret.txt export-ignore\nversion export-subst ident\n* text=auto eol=crlf\n"}});
  fs::permissions(scratch.path() / "deep/er/run.sh", fs::perms::owner_exec, fs::perm_options::add);
  scratch.commit("modes", {});

  must_check_out(scratch, scratch.tree_of());
  CHECK(tree_again(scratch) == scratch.tree_of());
  CHECK(content_of(out(scratch, "secret.txt")) == "left out of archives");
  CHECK(content_of(out(scratch, "version")) == "$Format:%H$ $Id$\n");
  CHECK(fs::read_symlink(out(scratch, "outside")) == "/etc/passwd");
}

TEST_CASE("modes do not depend on the umask") {
  ScratchRepository scratch;
  scratch.commit("base", {{"deep/run", "x"}, {"deep/read", "x"}});
  fs::permissions(scratch.path() / "deep/run", fs::perms::owner_exec, fs::perm_options::add);
  scratch.commit("modes");
  const Oid tree = scratch.tree_of();
  for (const mode_t mask : {mode_t{077}, mode_t{0}}) {
    {
      const Umask umask(mask);
      must_check_out(scratch, tree);
    }
    CHECK(mode_of(out(scratch, "")) == 0755);
    CHECK(mode_of(out(scratch, "deep")) == 0755);
    CHECK(mode_of(out(scratch, "deep/run")) == 0755);
    CHECK(mode_of(out(scratch, "deep/read")) == 0644);
  }
}

TEST_CASE("replace refs do not change what is checked out") {
  ScratchRepository scratch;
  scratch.commit("base", {{"file", "true"}});
  const std::string evil = blob(scratch, "evil");
  scratch.git({"replace", scratch.tip("HEAD:file").hex(), evil});
  must_check_out(scratch, scratch.tree_of());
  CHECK(content_of(out(scratch, "file")) == "true");
}

TEST_CASE("names that git refuses are refused, wherever they stand") {
  const ScratchRepository scratch;
  const std::string file = blob(scratch, "x");
  for (const std::string name :
       {"..", ".git", ".GIT", "git~1", "a/b", ".", ".git ", ".g\xe2\x80\x8cit", "a\\.git"}) {
    CAPTURE(name);
    const Oid bad = raw_tree(scratch, {{"100644", name, file}});
    const Oid above = raw_tree(scratch, {{"40000", "sub", bad.hex()}});
    CHECK(refusal(scratch, bad).message ==
          "the tree holds a name that git refuses to check out: \"" + name + "\"");
    CHECK(refusal(scratch, above).message ==
          "the tree holds a name that git refuses to check out: \"sub/" + name + "\"");
    const Oid folder = raw_tree(scratch, {{"40000", name, raw_tree(scratch, {{"100644", "x", file}}).hex()}});
    CHECK_FALSE(check_out(scratch, folder));
    CHECK_FALSE(fs::exists(scratch.around() / "b"));
  }
  const Oid link = raw_tree(scratch, {{"120000", ".gitmodules", file}});
  CHECK(refusal(scratch, link).message.find(".gitmodules") != std::string::npos);
}

TEST_CASE("nothing is written through a symlink") {
  const ScratchRepository scratch;
  const fs::path target = scratch.around() / "victim";
  fs::create_directories(target);
  const std::string to_target = blob(scratch, target.string());
  const std::string file = blob(scratch, "x");
  const Oid inner = raw_tree(scratch, {{"100644", "pwned", file}});

  const Oid folder_over_link = raw_tree(scratch, {{"120000", "d", to_target}, {"40000", "d", inner.hex()}});
  CHECK(refusal(scratch, folder_over_link).message == "the tree holds d twice");
  const std::string to_file = blob(scratch, (target / "pwned").string());
  const Oid file_over_link = raw_tree(scratch, {{"120000", "f", to_file}, {"100644", "f", file}});
  CHECK(refusal(scratch, file_over_link).message == "the tree holds f twice");
  CHECK(fs::is_empty(target));
}

TEST_CASE("the folder must be there and empty") {
  ScratchRepository scratch;
  scratch.commit("base", {{"file", "x"}});
  const auto repository = open_repository(scratch.environment(), scratch.path());
  REQUIRE(repository);
  const auto checkout = checkout_of(**repository);
  CHECK_FALSE(checkout->check_out(scratch.tree_of(), {}, scratch.around() / "none"));
  CHECK(checkout->check_out(scratch.tree_of(), {}, scratch.path()).error().message ==
        "cannot fill the folder " + scratch.path().string() + ": it is not empty");
}

TEST_CASE("what is missing or damaged is an error that names it") {
  ScratchRepository scratch;
  scratch.commit("base", {{"a/file", "x"}});
  const Oid tree = scratch.tree_of();
  const auto object = [&](const std::string& revision) {
    const Oid oid = scratch.tip(revision);
    return scratch.path() / ".git/objects" / oid.hex().substr(0, 2) / oid.hex().substr(2);
  };
  SECTION("a file") {
    fs::remove(object("HEAD:a/file"));
    CHECK(refusal(scratch, tree).message.rfind("a/file (", 0) == 0);
  }
  SECTION("a folder") {
    fs::remove(object("HEAD:a"));
    CHECK(refusal(scratch, tree).message.rfind("the folder a/ (tree ", 0) == 0);
  }
  SECTION("the tree itself") {
    CHECK_FALSE(check_out(scratch, *Oid::parse(std::string(40, '1'))));
    CHECK_FALSE(check_out(scratch, *Oid::parse(std::string(64, '1'))));
  }
  SECTION("a file whose content was changed") {
    const Oid other = test::oid_in(blob(scratch, "other"));
    fs::permissions(object("HEAD:a/file"), fs::perms::owner_all);
    fs::copy_file(scratch.path() / ".git/objects" / other.hex().substr(0, 2) / other.hex().substr(2),
                  object("HEAD:a/file"), fs::copy_options::overwrite_existing);
    CHECK(refusal(scratch, tree).message.find(" mismatch") != std::string::npos);
  }
}

TEST_CASE("a tree that is nested without end is refused") {
  const ScratchRepository scratch;
  Oid tree = raw_tree(scratch, {{"100644", "x", blob(scratch, "x")}});
  for (int i = 0; i < 520; ++i) {
    tree = raw_tree(scratch, {{"40000", "d", tree.hex()}});
  }
  CHECK(refusal(scratch, tree).message.find("more than 512 folders deep") != std::string::npos);
}
