#include "git/verdict_notes.hpp"

#include <algorithm>
#include <chrono>

#include <catch2/catch.hpp>

#include "base/digest.hpp"
#include "git/note_lines.hpp"
#include "support/scratch_repository.hpp"

using namespace gate;
using namespace gate::test;

namespace {

using Texts = std::vector<std::string>;

const std::string k_signer = "0123456789abcdef";
const std::string k_other_signer = "fedcba9876543210";

/// A tree's name; there need not be such a tree.
Oid made_up(std::size_t number) {
  auto hex = Digest::of("tree " + std::to_string(number)).str();
  return *Oid::parse(hex.substr(hex.size() - 40));
}

struct NotesWorld {
  ScratchRepository scratch;
  std::unique_ptr<OpenRepository> repository;
  std::unique_ptr<VerdictNotes> notes;

  NotesWorld() {
    scratch.commit("first", {{"a", "b"}});
    auto opened = open_repository(scratch.environment(), scratch.path());
    REQUIRE(opened);
    repository = *std::move(opened);
    notes = verdict_notes_of(*repository);
  }

  std::string blob(const std::string& text) const { return scratch.git_with_input(text, {"hash-object", "-w", "--stdin"}); }
  std::string tree(const std::string& entries) const { return scratch.git_with_input(entries, {"mktree", "--missing"}); }
  Oid tip_of_tree(const std::string& tree) const { return oid_in(scratch.git({"commit-tree", tree, "-m", "notes"})); }
  void ref_is(const std::string& tree) const { scratch.set_ref(verdict_ref_of(k_signer), tip_of_tree(tree)); }
  Texts read(const Oid& tree) const { return notes->envelopes(tree, {k_signer}); }
};

std::string note_entry(const std::string& name, const std::string& blob) { return "100644 blob " + blob + "\t" + name + "\n"; }
std::string folder_entry(const std::string& name, const std::string& tree) { return "040000 tree " + tree + "\t" + name + "\n"; }

} // namespace

TEST_CASE("notes on a tree that git itself wrote are read, line by line") {
  NotesWorld world;
  const auto tree = world.scratch.tree_of();
  CHECK(world.read(tree).empty());
  world.scratch.git({"notes", "--ref=gate/" + k_signer, "add", "-m", "{\"a\":1}", tree.hex()});
  CHECK(world.read(tree) == Texts{"{\"a\":1}"});
  world.scratch.git({"notes", "--ref=gate/" + k_signer, "append", "-m", "{\"b\":2}", tree.hex()}); // a blank line stands between
  CHECK(world.read(tree) == Texts{"{\"a\":1}", "{\"b\":2}"});
  CHECK(world.read(world.scratch.tip()).empty());
}

TEST_CASE("the same line of several signers comes once") {
  NotesWorld world;
  const auto tree = world.scratch.tree_of().hex();
  world.scratch.git({"notes", "--ref=gate/" + k_signer, "add", "-m", "one", tree});
  world.scratch.git({"notes", "--ref=gate/" + k_other_signer, "add", "-m", "one\ntwo", tree});
  CHECK(world.notes->envelopes(world.scratch.tree_of(), {k_signer, k_other_signer}) == Texts{"one", "two"});
  CHECK(world.notes->envelopes(world.scratch.tree_of(), {k_other_signer, "ffffffffffffffff"}) == Texts{"one", "two"});
}

TEST_CASE("git merges the notes of two writers, and all of it is read") {
  NotesWorld world;
  const auto tree = world.scratch.tree_of().hex();
  for (const std::string& who : {k_signer, k_other_signer}) {
    world.scratch.git({"notes", "--ref=gate/" + who, "append", "-m", "by " + who, tree});
    world.scratch.git({"notes", "--ref=gate/" + who, "append", "-m", "by both", tree});
  }
  world.scratch.git({"notes", "--ref=gate/" + k_signer, "merge", "--strategy=cat_sort_uniq", "refs/notes/gate/" + k_other_signer});
  auto lines = world.read(world.scratch.tree_of());
  std::sort(lines.begin(), lines.end());
  CHECK(lines == Texts{"by " + k_signer, "by both", "by " + k_other_signer});
}

TEST_CASE("so many notes that git makes folders of them are read fast") {
  NotesWorld world;
  constexpr std::size_t k_many = 1000;
  std::string import = "commit refs/notes/gate/" + k_signer + "\ncommitter A <a@example.org> 1700000000 +0000\ndata 0\n";
  for (std::size_t i = 0; i < k_many; ++i) {
    const auto text = "note " + std::to_string(i);
    import += "M 100644 inline " + made_up(i).hex() + "\ndata " + std::to_string(text.size()) + "\n" + text + "\n";
  }
  world.scratch.git_with_input(import, {"fast-import", "--quiet"});
  REQUIRE(world.scratch.git({"ls-tree", verdict_ref_of(k_signer)}).find("\tab\n") == std::string::npos);
  CHECK(world.read(made_up(7)) == Texts{"note 7"});
  // git writes all of it anew, in as many folders as it takes.
  world.scratch.git({"notes", "--ref=gate/" + k_signer, "append", "-m", "more", world.scratch.tree_of().hex()});
  REQUIRE(world.scratch.git({"ls-tree", verdict_ref_of(k_signer)}).find("040000 tree") == 0);
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < k_many; ++i) {
    REQUIRE(world.read(made_up(i)) == Texts{"note " + std::to_string(i)});
  }
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(3)); // with sanitizers
}

TEST_CASE("a tree that is noted in several folders at once has the lines of all of them") {
  NotesWorld world;
  const auto object = made_up(1);
  const auto& hex = object.hex();
  const auto deep = world.tree(note_entry(hex.substr(4), world.blob("deep\nflat\n")));
  const auto middle = world.tree(note_entry(hex.substr(2), world.blob("middle")) + folder_entry(hex.substr(2, 2), deep));
  world.ref_is(world.tree(note_entry(hex, world.blob("flat\n")) + folder_entry(hex.substr(0, 2), middle) + note_entry("README", world.blob("no note"))));
  CHECK(world.read(object) == Texts{"flat", "middle", "deep"});
  CHECK(world.read(made_up(2)).empty());
}

TEST_CASE("of one signer's lines on a tree the first 64 count, and none that is too long") {
  NotesWorld world;
  const auto object = made_up(1);
  std::string text = std::string(k_longest_note_line + 1, 'x') + "\n";
  for (int i = 0; i < 100; ++i) {
    text += std::to_string(i) + "\n";
  }
  world.ref_is(world.tree(note_entry(object.hex(), world.blob(text))));
  const auto lines = world.read(object);
  REQUIRE(lines.size() == 64);
  CHECK(lines.front() == "0");
  CHECK(lines.back() == "63");
  world.ref_is(world.tree(note_entry(object.hex(), world.blob(text + std::string(k_largest_note, '\n')))));
  CHECK(world.read(object).empty());
}

TEST_CASE("what is no notes tree has no notes") {
  NotesWorld world;
  const auto object = made_up(1);
  const auto& hex = object.hex();
  const auto ref = verdict_ref_of(k_signer);
  const auto blob = world.blob("line");
  const auto good = world.tip_of_tree(world.tree(note_entry(hex, blob)));
  SECTION("a ref to a blob") { world.scratch.set_ref(ref, oid_in(blob)); }
  SECTION("a ref to a tree") { world.scratch.set_ref(ref, oid_in(world.tree(note_entry(hex, blob)))); }
  SECTION("a tag") {
    world.scratch.git({"tag", "-a", "-m", "x", "notes", good.hex()});
    world.scratch.set_ref(ref, oid_in(world.scratch.git({"rev-parse", "refs/tags/notes"})));
  }
  SECTION("refs that stand for each other") {
    REQUIRE(write_file(world.scratch.path() / ".git" / ref, "ref: refs/notes/gate/" + k_other_signer + "\n", 0644));
    REQUIRE(write_file(world.scratch.path() / ".git" / verdict_ref_of(k_other_signer), "ref: " + ref + "\n", 0644));
  }
  SECTION("a ref that is no name of an object") { REQUIRE(write_file(world.scratch.path() / ".git" / ref, "hello\n", 0644)); }
  SECTION("a commit that is not here") { REQUIRE(write_file(world.scratch.path() / ".git" / ref, made_up(3).hex() + "\n", 0644)); }
  SECTION("a note that is not here") { world.ref_is(world.tree(note_entry(hex, made_up(3).hex()))); }
  SECTION("a folder that is not here") { world.ref_is(world.tree(folder_entry(hex.substr(0, 2), made_up(3).hex()))); }
  SECTION("a folder that is a file") {
    std::string entry = "40000 " + hex.substr(0, 2) + std::string(1, '\0');
    for (std::size_t i = 0; i < blob.size(); i += 2) {
      entry += static_cast<char>(std::stoi(blob.substr(i, 2), nullptr, 16));
    }
    world.ref_is(world.scratch.git_with_input(entry, {"hash-object", "-t", "tree", "-w", "--stdin", "--literally"}));
  }
  SECTION("a note that is a folder") { world.ref_is(world.tree(folder_entry(hex, world.tree("")))); }
  SECTION("a note that is a link") { world.ref_is(world.tree("120000 blob " + blob + "\t" + hex + "\n")); }
  SECTION("a note that is a submodule") { world.ref_is(world.tree("160000 commit " + good.hex() + "\t" + hex + "\n")); }
  SECTION("a file that pretends to be a commit") {
    const auto forged = world.scratch.git_with_input("tree nonsense\n\n", {"hash-object", "-t", "commit", "-w", "--stdin", "--literally"});
    REQUIRE(write_file(world.scratch.path() / ".git" / ref, forged + "\n", 0644));
  }
  SECTION("a tree of nonsense") {
    const auto forged = world.scratch.git_with_input(hex, {"hash-object", "-t", "tree", "-w", "--stdin", "--literally"});
    const auto commit = world.scratch.git_with_input("tree " + forged + "\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nx\n",
                                                     {"hash-object", "-t", "commit", "-w", "--stdin", "--literally"});
    REQUIRE(write_file(world.scratch.path() / ".git" / ref, commit + "\n", 0644));
  }
  CHECK(world.read(object).empty());
}

TEST_CASE("only what a key can be called is looked up") {
  NotesWorld world;
  const auto tree = world.scratch.tree_of();
  world.scratch.git({"notes", "--ref=gate/" + k_signer, "add", "-m", "one", tree.hex()});
  for (const std::string& id : Texts{"", ".", "..", "../gate/0123456789abcdef", "0123456789ABCDEF", "0123456789abcdef\n", "0123456789abcde", "0123456789abcdef0"}) {
    CHECK(world.notes->envelopes(tree, {id}).empty());
    CHECK_FALSE(is_verdict_ref_id(id));
  }
  CHECK(is_verdict_ref_id(k_signer));
  CHECK(world.notes->envelopes(*Oid::parse(std::string(64, 'a')), {k_signer}).empty());
}

TEST_CASE("what arrives with a push counts instead of what is there") {
  NotesWorld world;
  const auto object = made_up(1);
  const auto note = [&](const std::string& text) { return world.tip_of_tree(world.tree(note_entry(object.hex(), world.blob(text)))); };
  world.scratch.set_ref(verdict_ref_of(k_signer), note("old"));
  world.scratch.set_ref(verdict_ref_of(k_other_signer), note("other"));
  const auto arriving = [&](const Oid& tip) { return verdict_notes_of(*world.repository, {{k_signer, tip}})->envelopes(object, {k_signer, k_other_signer}); };
  CHECK(arriving(note("new")) == Texts{"new", "other"});
  CHECK(arriving(Oid()) == Texts{"other"});
  CHECK(world.read(object) == Texts{"old"});
}

TEST_CASE("objects in quarantine are read, with git's environment") {
  NotesWorld world;
  const auto object = made_up(1);
  const auto remote = world.scratch.around() / "server.git";
  world.scratch.git({"clone", "--quiet", "--bare", world.scratch.path().string(), remote.string()});
  const auto said = world.scratch.around() / "environment";
  REQUIRE(write_file(remote / "hooks/pre-receive", "#!/bin/sh\nenv | grep ^GIT_ >" + said.string() + "\ncp -r \"$GIT_OBJECT_DIRECTORY\" " +
                                                       (world.scratch.around() / "quarantine").string() + "\nexit 1\n", 0700));
  const auto tip = world.tip_of_tree(world.tree(note_entry(object.hex(), world.blob("line"))));
  world.scratch.set_ref(verdict_ref_of(k_signer), tip);
  CHECK_FALSE(world.scratch.try_git({"push", "--quiet", remote.string(), verdict_ref_of(k_signer)}).end.ok());
  Environment env = world.scratch.environment();
  env.insert(env.begin(), {"GIT_DIR=.", "GIT_OBJECT_DIRECTORY=" + (world.scratch.around() / "quarantine").string(),
                           "GIT_ALTERNATE_OBJECT_DIRECTORIES=" + (remote / "objects").string()});
  auto opened = open_repository(env, remote);
  REQUIRE(opened);
  CHECK(verdict_notes_of(**opened, {{k_signer, tip}})->envelopes(object, {k_signer}) == Texts{"line"});
}
