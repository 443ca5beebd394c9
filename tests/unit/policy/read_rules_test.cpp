#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <vector>

#include "policy/byte_size.hpp"
#include "policy/parse.hpp"

using namespace gate;

namespace {

const std::string k_block = "schema = 1\n[[branch]]\nmatch = [\"a\"]\n";

Block right(const std::string& rules) {
  auto parsed = parse_policy(k_block + rules, "gate.toml", "0.1.0");
  if (!parsed) {
    FAIL(parsed.error().list.front().place.str() + ": " + parsed.error().list.front().message);
  }
  return parsed->blocks.front();
}

std::vector<std::string> wrong(const std::string& rules) {
  const auto parsed = parse_policy(k_block + rules, "gate.toml", "0.1.0");
  INFO(rules);
  REQUIRE_FALSE(parsed);
  std::vector<std::string> all;
  for (const auto& p : parsed.error().list) {
    all.push_back(std::to_string(p.place.line) + ":" + std::to_string(p.place.column) + " " + p.message + (p.hint.empty() ? "" : " (" + p.hint + ")"));
  }
  return all;
}

using Strings = std::vector<std::string>;

} // namespace

TEST_CASE("every rule of a block is read") {
  const Block block = right(R"(first_parent = true
linear = true
name = '^(feature|fix)/[a-z0-9-]+$'
merge_content = "clean-or-resolved"
signed = "merge"
allowed_signers = "team/allowed_signers"
freeze = [{ from = 2026-12-20T00:00:00Z, until = 2027-01-05T00:00:00Z, reason = "holidays" }]
enforcement = "evaluate"
bypass = ["lead@example.org"]
commits.message = '^[A-Z].{9,}'
commits.subject_max = 72
commits.author_email = '@example\.org$'
commits.committer_email = '@example\.org$'
commits.sign_off = true
files.max_size = "5MiB"
files.deny = ["*.pem", ".env", "secrets/**"]
files.owners = [{ paths = ["infra/**"], by = ["lead@example.org"] }]
files.secrets = true
)");
  const Rules& rules = block.rules;
  for (const auto& key : rule_keys()) {
    INFO(key);
    CHECK(has_rule(rules, key) == (key != "allow" && key != "from" && key != "require"));
  }
  CHECK(rules.first_parent->line == 4);
  CHECK(rules.name.at(0).value.search("feature/x") == Regex::Answer::matches);
  CHECK(rules.merge_content->value == MergeContent::clean_or_resolved);
  CHECK(rules.signed_commits->value == SignedCommits::merge);
  CHECK(rules.allowed_signers.at(0).value == "team/allowed_signers");
  CHECK(rules.freeze.at(0).value.reason == "holidays");
  CHECK(rules.freeze[0].place.line == 10);
  CHECK(std::chrono::system_clock::to_time_t(rules.freeze[0].value.from) == 1797724800);
  CHECK(block.enforcement.value == Enforcement::evaluate);
  CHECK(block.enforcement.place.line == 11);
  CHECK(block.bypass.allows("lead@example.org"));
  CHECK(rules.subject_max->value == 72);
  CHECK(rules.max_size->value == 5 * 1024 * 1024);
  REQUIRE(rules.deny.size() == 3);
  CHECK(rules.deny[2].value.matches("secrets/a/b"));
  CHECK(rules.deny[1].place.column == 24);
  CHECK(rules.owners.at(0).value.by == Strings{"lead@example.org"});
  CHECK(rules.owners[0].value.paths.at(0).matches("infra/x"));
}

TEST_CASE("a tag's block takes the same keys") {
  const auto parsed = parse_policy("schema = 1\n[[tag]]\nmatch = [\"v*\"]\nsigned = \"all\"\nname = '^v[0-9.]+$'\n[tag.commits]\nsubject_max = 50\n", "gate.toml", "0.1.0");
  REQUIRE(parsed);
  CHECK(parsed->blocks[0].rules.signed_commits->value == SignedCommits::all);
  CHECK(parsed->blocks[0].rules.subject_max->value == 50);
}

TEST_CASE("false demands nothing, and a block that says nothing is active") {
  const Block block = right("first_parent = false\nlinear = false\ncommits.sign_off = false\nfiles.secrets = false\nbypass = false\n");
  for (const auto& key : rule_keys()) {
    INFO(key);
    CHECK_FALSE(has_rule(block.rules, key));
  }
  CHECK(block.enforcement.value == Enforcement::active);
  CHECK(block.bypass.by.empty());
  CHECK(block.bypass.place->line == 8);
}

TEST_CASE("unknown keys of rules say what was meant") {
  CHECK(wrong("subject_max = 7\n") == Strings{"4:1 unknown key \"subject_max\" in [[branch]] (did you mean \"commits.subject_max\"?)"});
  CHECK(wrong("deny = []\n") == Strings{"4:1 unknown key \"deny\" in [[branch]] (did you mean \"files.deny\"?)"});
  CHECK(wrong("commits.mesage = 'x'\n") == Strings{"4:9 unknown key \"mesage\" in \"commits\" of [[branch]] (did you mean \"message\"?)"});
  CHECK(wrong("files.max_sise = 'x'\n") == Strings{"4:7 unknown key \"max_sise\" in \"files\" of [[branch]] (did you mean \"max_size\"?)"});
  CHECK(wrong("enforcment = \"off\"\n") == Strings{"4:1 unknown key \"enforcment\" in [[branch]] (did you mean \"enforcement\"?)"});
  CHECK(wrong("commits = 1\n").size() == 1);
  CHECK(wrong("files = []\n").size() == 1);
}

TEST_CASE("a word that is none of the words says which there are") {
  CHECK(wrong("enforcement = \"activ\"\n") == Strings{"4:15 \"enforcement\" can't be \"activ\" (did you mean \"active\"?)"});
  CHECK(wrong("merge_content = \"pure\"\n") == Strings{"4:17 \"merge_content\" can't be \"pure\" (it is \"any\", \"clean-or-resolved\" or \"clean\")"});
  CHECK(wrong("signed = \"merges\"\n") == Strings{"4:10 \"signed\" can't be \"merges\" (did you mean \"merge\"?)"});
  CHECK(wrong("signed = true\n").size() == 1);
}

TEST_CASE("a regular expression that can't be compiled is an error with its place") {
  CHECK(wrong("name = '(a'\n").front().rfind("4:8 \"name\" is no regular expression: missing closing parenthesis (at byte 2)", 0) == 0);
  CHECK(wrong("commits.message = '" + std::string(1025, 'a') + "'\n").size() == 1);
  CHECK(wrong("commits.message = ''\n").size() == 1);
  CHECK(wrong("commits.author_email = ['a']\n").size() == 1);
}

TEST_CASE("a freeze is whole, with offsets, and ends after it begins") {
  const std::string reason = ", reason = \"r\" }]\n";
  right("freeze = [{ from = 2026-12-20T00:00:00+01:00, until = 2026-12-20T00:00:00Z" + reason);
  CHECK(right("[[branch.freeze]]\nfrom = 2026-12-20T00:00:00Z\nuntil = 2027-12-20T00:00:00Z\nreason = 'x'\n").rules.freeze.size() == 1);
  CHECK(right("freeze = []\n").rules.freeze.empty());
  // 00:00 in UTC is before 00:00 one hour to the west.
  right("freeze = [{ from = 2026-12-20T00:00:00Z, until = 2026-12-20T00:00:00-01:00" + reason);
  CHECK(wrong("freeze = [{ from = 2026-12-20T00:00:00Z, until = 2026-12-20T00:00:00+01:00" + reason).size() == 1);
  CHECK(wrong("freeze = [{ from = 2026-12-20T00:00:00Z, until = 2026-12-20T00:00:00Z" + reason) ==
        Strings{"4:50 this freeze ends before it begins (\"until\" must be later than \"from\")"});
  for (const char* const local : {"2027-01-05T00:00:00", "2027-01-05", "00:00:00", "\"2027-01-05T00:00:00Z\"", "1797724800", "9999-01-01T00:00:00Z"}) {
    INFO(local);
    CHECK(wrong("freeze = [{ from = 2026-12-20T00:00:00Z, until = " + std::string(local) + reason).size() == 1);
  }
  CHECK(wrong("freeze = [{ from = 0001-01-01T00:00:00Z, until = 2027-01-05T00:00:00Z" + reason).size() == 1);
  right("freeze = [{ from = 1678-01-01T00:00:00Z, until = 2261-12-31T23:59:59.999999999Z" + reason);
  CHECK(wrong("freeze = [{}]\n").size() == 3);
  CHECK(wrong("freeze = [{ from = 2026-12-20T00:00:00Z, until = 2027-12-20T00:00:00Z, reason = \"\" }]\n").size() == 1);
  CHECK(wrong("freeze = { from = 2026-12-20T00:00:00Z, until = 2027-12-20T00:00:00Z, reason = \"r\" }\n").size() == 1);
  CHECK(wrong("freeze = [{ from = 2026-12-20T00:00:00Z, til = 1, until = 2027-12-20T00:00:00Z" + reason).size() == 1);
}

TEST_CASE("bypass is a list, or false") {
  CHECK(right("bypass = [\"b\", \"a\", \"b\"]\n").bypass.by == Strings{"a", "b"});
  CHECK(right("bypass = [\"b\", \"*\"]\n").bypass.by == Strings{"*"});
  CHECK(right("bypass = []\n").bypass.by.empty());
  CHECK_FALSE(right("").bypass.place);
  CHECK(wrong("bypass = true\n").size() == 1);
  CHECK(wrong("bypass = \"a\"\n").size() == 1);
  CHECK(wrong("bypass = [\"\"]\n").size() == 1);
}

TEST_CASE("owners have paths and people") {
  CHECK(wrong("files.owners = [{ paths = [\"a\"] }]\n").size() == 1);
  CHECK(wrong("files.owners = [{ by = [\"a\"] }]\n").size() == 1);
  CHECK(wrong("files.owners = [{ paths = [], by = [] }]\n").size() == 2);
  CHECK(wrong("files.owners = [{ paths = [\"../a\"], by = [\"\"] }]\n").size() == 2);
  CHECK(wrong("files.owners = [\"a\"]\n").size() == 1);
  CHECK(wrong("files.deny = [\"../a\", \"a//b\"]\n").size() == 2);
  CHECK(wrong("files.deny = \"a\"\n").size() == 1);
}

TEST_CASE("numbers of rules are above zero") {
  CHECK(wrong("commits.subject_max = 0\n").size() == 1);
  CHECK(right("commits.subject_max = 1\n").rules.subject_max->value == 1);
  CHECK(wrong("files.max_size = \"0\"\n").size() == 1);
  CHECK(wrong("files.max_size = 5\n").size() == 1);
}

TEST_CASE("sizes are read with their units") {
  CHECK(parse_byte_size("1234") == 1234);
  CHECK(parse_byte_size("500KiB") == 500 * 1024);
  CHECK(parse_byte_size("1GiB") == 1024LL * 1024 * 1024);
  CHECK(parse_byte_size("100kB") == 100'000);
  CHECK(parse_byte_size("10MB") == 10'000'000);
  CHECK(parse_byte_size("2GB") == 2'000'000'000LL);
  CHECK(parse_byte_size("9223372036854775807") == 9223372036854775807LL);
  CHECK(parse_byte_size("8589934591GiB"));
  for (const char* const text : {"", "0", "0KiB", "-1", "+1", "1 MiB", "MiB", "1.5MiB", "5mb", "5M", "5KB", "1MiBx", "9223372036854775808", "8589934592GiB", "0x10", " 1"}) {
    INFO(text);
    CHECK_FALSE(parse_byte_size(text));
  }
}
