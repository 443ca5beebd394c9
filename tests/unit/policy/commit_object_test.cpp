#include <catch2/catch.hpp>

#include "policy/commit_object.hpp"

using namespace gate;

namespace {

const std::string k_tree(40, 'a');
const std::string k_parent(40, 'b');
const std::string k_people = "author A U Thor <author@example.org> 1700000000 +0100\n"
                             "committer C O Mitter <committer@example.org> 1700000001 -0500\n";

std::string commit(const std::string& parents, const std::string& people, const std::string& rest) {
  return "tree " + k_tree + "\n" + parents + people + rest;
}

Person author_of(const std::string& ident) {
  const std::string bytes = commit("", "author " + ident + "\ncommitter C <c@x> 1 +0000\n", "\nm\n");
  const auto parsed = parse_commit_object(bytes);
  REQUIRE(parsed);
  return parsed->author;
}

std::int64_t date_of(const std::string& date) {
  const std::string bytes = commit("", "author A <a@x> 1 +0000\ncommitter C <c@x>" + date + "\n", "\nm\n");
  const auto parsed = parse_commit_object(bytes);
  REQUIRE(parsed);
  return parsed->committed;
}

} // namespace

TEST_CASE("a commit object gives what it says") {
  const std::string bytes = commit("parent " + k_parent + "\nparent " + k_tree + "\n", k_people, "encoding latin1\n\nSubject\n\nBody\n");
  const auto parsed = parse_commit_object(bytes);
  REQUIRE(parsed);
  CHECK(parsed->tree.hex() == k_tree);
  REQUIRE(parsed->parents.size() == 2);
  CHECK(parsed->parents[0].hex() == k_parent);
  CHECK(parsed->author.name == "A U Thor");
  CHECK(parsed->author.email == "author@example.org");
  CHECK(parsed->committer.name == "C O Mitter");
  CHECK(parsed->committer.email == "committer@example.org");
  CHECK(parsed->committed == 1700000001);
  CHECK_FALSE(parsed->is_signed);
  CHECK(parsed->message == "Subject\n\nBody\n");
}

TEST_CASE("a commit of a SHA-256 repository is read") {
  const std::string tree(64, 'c');
  const auto parsed = parse_commit_object("tree " + tree + "\n" + k_people + "\nm");
  REQUIRE(parsed);
  CHECK(parsed->tree.hex() == tree);
}

TEST_CASE("a signature header is seen, and only as a header") {
  CHECK(parse_commit_object(commit("", k_people, "gpgsig -----BEGIN SSH SIGNATURE-----\n abc\n -----END SSH SIGNATURE-----\n\nm\n"))->is_signed);
  CHECK(parse_commit_object(commit("", k_people, "gpgsig-sha256 x\n\nm\n"))->is_signed);
  CHECK_FALSE(parse_commit_object(commit("", k_people, "\ngpgsig x\n"))->is_signed);
  CHECK_FALSE(parse_commit_object(commit("", k_people, "mergetag object x\n gpgsig y\n\nm\n"))->is_signed);
  CHECK_FALSE(parse_commit_object(commit("", k_people, "gpgsigs x\n\nm\n"))->is_signed);
}

TEST_CASE("a commit without a message, or without the empty line, has an empty one") {
  CHECK(parse_commit_object(commit("", k_people, ""))->message.empty());
  CHECK(parse_commit_object(commit("", k_people, "\n"))->message.empty());
  CHECK(parse_commit_object(commit("", k_people, "encoding x"))->message.empty());
}

TEST_CASE("a message is given byte for byte") {
  const std::string message("a\0b\xff\n", 5);
  const std::string bytes = commit("", k_people, "\n" + message);
  CHECK(parse_commit_object(bytes)->message == message);
}

TEST_CASE("a damaged commit is none") {
  CHECK_FALSE(parse_commit_object(""));
  CHECK_FALSE(parse_commit_object("tree"));
  CHECK_FALSE(parse_commit_object("tree " + k_tree));
  CHECK_FALSE(parse_commit_object("tree " + k_tree + "\n"));
  CHECK_FALSE(parse_commit_object(k_people + "tree " + k_tree + "\n\nm\n"));
  CHECK_FALSE(parse_commit_object("tree " + std::string(39, 'a') + "\n" + k_people + "\nm"));
  CHECK_FALSE(parse_commit_object("tree " + std::string(40, 'A') + "\n" + k_people + "\nm"));
  CHECK_FALSE(parse_commit_object(commit("parent " + std::string(64, 'b') + "\n", k_people, "\nm")));
  CHECK_FALSE(parse_commit_object(commit("parent zz\n", k_people, "\nm")));
  CHECK_FALSE(parse_commit_object(commit("", "author A <a@x> 1 +0000\n", "\nm")));
  CHECK_FALSE(parse_commit_object(commit("", "committer A <a@x> 1 +0000\n", "\nm")));
  CHECK_FALSE(parse_commit_object(commit("", "author A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000", "")));
}

TEST_CASE("a NUL in the header hides nothing") {
  CHECK_FALSE(parse_commit_object(commit("", std::string("author A <a@x>\0<b@x> 1 +0000\n", 30) + "committer C <c@x> 1 +0000\n", "\nm")));
  CHECK_FALSE(parse_commit_object(commit("", k_people, std::string("x\0y\n\nm", 6))));
}

TEST_CASE("of several authors the first counts, as for git") {
  const std::string bytes = commit("", "author A <a@x> 1 +0000\nauthor B <b@x> 1 +0000\ncommitter C <c@x> 1 +0000\n", "\nm");
  CHECK(parse_commit_object(bytes)->author.email == "a@x");
}

TEST_CASE("names and e-mails are split as git does it") {
  CHECK(author_of("A <a@x> 1 +0000").name == "A");
  CHECK(author_of("<a@x> 1 +0000").name.empty());
  CHECK(author_of("<a@x> 1 +0000").email == "a@x");
  CHECK(author_of("A  \t <> 1 +0000").name == "A");
  CHECK(author_of("A <> 1 +0000").email.empty());
  CHECK(author_of("A <a@x>b@y> 1 +0000").email == "a@x");
  CHECK(author_of("A <<a@x> 1 +0000").email == "<a@x");
  CHECK(author_of("A > B <a@x> 1 +0000").email == "a@x");
  CHECK(author_of("A a@x 1 +0000").email.empty());
  CHECK(author_of("A <a@x 1 +0000").email.empty());
  CHECK(author_of(std::string(1 << 20, '<')).email.empty());
  CHECK(author_of("").name.empty());
}

TEST_CASE("a date that git would not take is none") {
  CHECK(date_of(" 1700000000 +0000") == 1700000000);
  CHECK(date_of("1700000000 -0130") == 1700000000);
  CHECK(date_of(" 1700000000") == 0);
  CHECK(date_of(" 1700000000 0000") == 0);
  CHECK(date_of(" -5 +0000") == 0);
  CHECK(date_of(" 99999999999999999999999 +0000") == 0);
  CHECK(date_of("") == 0);
}

TEST_CASE("a tag object gives what it says") {
  const std::string bytes = "object " + k_tree + "\ntype commit\ntag v1\ntagger T <t@x> 1 +0000\n\nOne\n";
  const auto parsed = parse_tag_object(bytes);
  REQUIRE(parsed);
  CHECK(parsed->target.hex() == k_tree);
  CHECK(parsed->type == "commit");
  CHECK(parsed->name == "v1");
  CHECK_FALSE(parsed->is_signed);
}

TEST_CASE("a tag's signature stands at the beginning of a line of its message, or in a header") {
  const std::string head = "object " + k_tree + "\ntype commit\ntag v1\ntagger T <t@x> 1 +0000\n";
  CHECK(parse_tag_object(head + "\nOne\n-----BEGIN SSH SIGNATURE-----\nabc\n")->is_signed);
  CHECK(parse_tag_object(head + "\nOne\n-----BEGIN PGP SIGNATURE-----\nabc\n")->is_signed);
  CHECK(parse_tag_object(head + "gpgsig-sha256 x\n\nOne\n")->is_signed);
  CHECK_FALSE(parse_tag_object(head + "\nOne -----BEGIN SSH SIGNATURE-----\n")->is_signed);
  CHECK_FALSE(parse_tag_object(head)->is_signed);
}

TEST_CASE("a damaged tag is none") {
  CHECK_FALSE(parse_tag_object(""));
  CHECK_FALSE(parse_tag_object("object " + k_tree + "\n"));
  CHECK_FALSE(parse_tag_object("object " + k_tree + "\ntype commit\n"));
  CHECK_FALSE(parse_tag_object("object " + k_tree + "\ntype other\ntag v1\n\n"));
  CHECK_FALSE(parse_tag_object("object x\ntype commit\ntag v1\n\n"));
  CHECK_FALSE(parse_tag_object("type commit\nobject " + k_tree + "\ntag v1\n\n"));
}

TEST_CASE("no beginning of an object is read beyond its end") {
  const std::string whole = commit("parent " + k_parent + "\n", k_people, "gpgsig a\n b\n\nm\n");
  const std::string tag = "object " + k_tree + "\ntype commit\ntag v1\ntagger T <t@x> 1 +0000\n\n-----BEGIN SSH SIGNATURE-----\n";
  for (std::size_t size = 0; size < std::max(whole.size(), tag.size()); ++size) {
    const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(std::min(size, whole.size())));
    static_cast<void>(parse_commit_object({cut.data(), cut.size()}));
    const std::vector<char> cut_tag(tag.begin(), tag.begin() + static_cast<std::ptrdiff_t>(std::min(size, tag.size())));
    static_cast<void>(parse_tag_object({cut_tag.data(), cut_tag.size()}));
  }
  SUCCEED();
}
