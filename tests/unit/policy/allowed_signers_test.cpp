#include <catch2/catch.hpp>

#include "policy/allowed_signers.hpp"

using namespace gate;

namespace {

// Four bytes of length, "ssh-ed25519", the length of 32 bytes, and those.
const std::string k_key = "AAAAC3NzaC1lZDI1NTE5AAAAIJ" + std::string(41, 'A') + "B";
const std::string k_ed = "ssh-ed25519 " + k_key;

AllowedSigners read(const std::string& text) { return parse_allowed_signers(text, "signers"); }

std::string problem(const std::string& line) {
  const auto found = read(line);
  REQUIRE(found.problems.size() == 1);
  CHECK(found.problems[0].place.str() == "signers:1:1");
  CHECK_FALSE(found.problems[0].hint.empty());
  return found.problems[0].message;
}

} // namespace

TEST_CASE("a line of allowed signers names principals, options and a key") {
  const auto found = read("# people\n\nlead@example.org,*@ops.example.org namespaces=\"git,file\",valid-after=\"20260101\",valid-before=\"20270101000000Z\" " +
                          k_ed + " a comment\r\n");
  CHECK(found.problems.empty());
  REQUIRE(found.signers.size() == 1);
  const auto& signer = found.signers[0];
  CHECK(signer.principals == std::vector<std::string>{"lead@example.org", "*@ops.example.org"});
  CHECK(signer.namespaces == std::vector<std::string>{"git", "file"});
  CHECK(signer.valid_after == "20260101");
  CHECK(signer.valid_before == "20270101000000Z");
  CHECK(signer.key_type == "ssh-ed25519");
  CHECK(signer.key == k_key);
  CHECK(signer.line == 3);
  CHECK_FALSE(signer.is_authority);
  CHECK(found.knows("lead@example.org"));
  CHECK(found.knows("a@ops.example.org"));
  CHECK_FALSE(found.knows("a@example.org"));
}

TEST_CASE("quotes keep the principals together, and ! excludes") {
  const auto found = read("\"*@example.org,!guest@example.org\" cert-authority " + k_ed);
  CHECK(found.problems.empty());
  REQUIRE(found.signers.size() == 1);
  CHECK(found.signers[0].is_authority);
  CHECK(found.knows("lead@example.org"));
  CHECK_FALSE(found.knows("guest@example.org"));
}

TEST_CASE("options are read whatever their case") {
  CHECK(read("a NameSpaces=\"git\",CERT-authority " + k_ed).problems.empty());
}

TEST_CASE("a key for other namespaces signs no commit, which is said") {
  CHECK(problem("a namespaces=\"file\" " + k_ed) == "this key never signs a commit: its namespaces leave git out");
  CHECK_FALSE(read("a namespaces=\"file\" " + k_ed).knows("a"));
  CHECK(read("a namespaces=\"g*\" " + k_ed).knows("a"));
}

TEST_CASE("a key for verdicts signs no commit, and need not") {
  const auto found = read("a namespaces=\"verdict@gate\" " + k_ed);
  CHECK(found.problems.empty());
  CHECK_FALSE(found.knows("a"));
  REQUIRE(found.signers.size() == 1);
  CHECK(found.signers[0].names("verdict@gate"));
  CHECK_FALSE(found.signers[0].names("git"));
  CHECK_FALSE(read("a namespaces=\"*\" " + k_ed).signers[0].names("verdict@gate"));
  CHECK_FALSE(read("a " + k_ed).signers[0].names("verdict@gate"));
}

TEST_CASE("every line that ssh-keygen would not take is a problem") {
  CHECK(problem("a") == "there is no type of key like ssh-ed25519 before the key");
  CHECK(problem("\"a " + k_ed) == "the quotes round the principals don't end");
  CHECK(problem("\"\" " + k_ed) == "there is no principal");
  CHECK(problem("a namespaces=\"git " + k_ed) == "the quotes in the options don't end");
  CHECK(problem("a namespaces=git " + k_ed) == "the value of \"namespaces\" must stand in double quotes");
  CHECK(problem("a namespaces=\"git\"") == "there is no key after the principals");
  CHECK(problem("a valid-before=\"tomorrow\" " + k_ed) == "\"valid-before\" is no time like 20260131 or 20260131235959Z");
  CHECK(problem("a no-pty " + k_ed) == "there is no option \"no-pty\"");
  CHECK(problem("a cert-authority ssh-other " + k_key) == "there is no type of key like ssh-ed25519 before the key");
  CHECK(problem("a ssh-rsa " + k_key) == "this is no key of the type ssh-rsa");
  CHECK(problem("a ssh-ed25519 AAAA") == "this is no key of the type ssh-ed25519");
  CHECK(problem("a ssh-ed25519") == "this is no key of the type ssh-ed25519");
  CHECK(problem("a ssh-ed25519 !!!!") == "this is no key of the type ssh-ed25519");
}

TEST_CASE("a wrong line does not hide the others") {
  const auto found = read("a\nb " + k_ed + "\n");
  CHECK(found.problems.size() == 1);
  CHECK(found.knows("b"));
}

TEST_CASE("a pattern of many stars takes no time, and hostile bytes no harm") {
  const auto found = read(std::string(2000, '*') + "b " + k_ed);
  CHECK_FALSE(found.knows(std::string(20000, 'a')));
  CHECK(read(std::string("\0\"\xff\\ =,\n\"\\\"", 11)).signers.empty());
  CHECK(read(std::string(20000, '\n') + "a " + k_ed).problems.size() == 1);
}
