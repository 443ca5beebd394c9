#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "policy/describe.hpp"
#include "policy/parse.hpp"
#include "policy/policy_change.hpp"

using namespace gate;

namespace {

using Strings = std::vector<std::string>;

const std::string k_least = "allowed_signers = \".gate/signers\"\nci = [\"ci@example.com\"]\n";

VerdictSettings right(const std::string& table, PolicyRole role = PolicyRole::whole) {
  const auto parsed = parse_policy("schema = 1\n[verdicts]\n" + table, "gate.toml", "0.1.0", role);
  if (!parsed) {
    FAIL(parsed.error().list.front().message);
  }
  REQUIRE(parsed->verdicts);
  return *parsed->verdicts;
}

Strings wrong(const std::string& table, PolicyRole role = PolicyRole::whole) {
  const auto parsed = parse_policy("schema = 1\n" + table, "gate.toml", "0.1.0", role);
  REQUIRE_FALSE(parsed);
  Strings all;
  for (const auto& problem : parsed.error().list) {
    all.push_back(problem.place.str() + " " + problem.message);
  }
  return all;
}

Policy layer(const std::string& name, unsigned rank, const std::string& text) {
  auto parsed = parse_policy("schema = 1\n" + text, name, "0.1.0", PolicyRole::layer).value();
  parsed.layers.front().rank = rank;
  return parsed;
}

} // namespace

TEST_CASE("verdicts from elsewhere: the least that the policy must say, and all that it may") {
  CHECK_FALSE(parse_policy("schema = 1\n", "gate.toml", "0.1.0")->verdicts);

  const auto least = right(k_least);
  REQUIRE(least.allowed_signers.size() == 1);
  CHECK(least.allowed_signers[0].value == ".gate/signers");
  CHECK(least.allowed_signers[0].place.line == 3);
  CHECK(least.ci == Strings{"ci@example.com"});
  CHECK(least.dev.empty());
  CHECK(least.max_age == std::chrono::hours(24 * 30));
  CHECK(least.platforms.empty());
  CHECK_FALSE(least.share);
  CHECK(least.place.line == 2);

  const auto most = right("allowed_signers = [\"./a\", \"b/c\"]\nci = [\"ci@*\"]\ndev = [\"*@example.com\", \"x\"]\nmax_age = \"12h\"\nplatforms = [\"linux/amd64\", \"linux/arm/v7\", \"linux/amd64\"]\nshare = true\n");
  REQUIRE(most.allowed_signers.size() == 2);
  CHECK(most.allowed_signers[0].value == "a");
  CHECK(most.allowed_signers[1].value == "b/c");
  CHECK(most.dev == Strings{"*@example.com", "x"});
  CHECK(most.max_age == std::chrono::hours(12));
  CHECK(most.platforms == Strings{"linux/amd64", "linux/arm/v7"});
  CHECK(most.share);
}

TEST_CASE("verdicts from elsewhere: what is wrong with the table is said with its place") {
  CHECK(wrong("verdicts = 1\n") == Strings{"gate.toml:2:12 \"verdicts\" is a table"});
  CHECK(wrong("[verdicts]\n") ==
        Strings{"gate.toml:2:1 [verdicts] needs \"allowed_signers\": whose keys are good", "gate.toml:2:1 [verdicts] gives nobody a role: it needs \"ci\" or \"dev\""});
  CHECK(wrong("[verdicts]\n" + k_least + "age = \"1d\"\n") == Strings{"gate.toml:5:1 unknown key \"age\" in [verdicts]"});
  CHECK(wrong("[verdicts]\n" + k_least + "max_age = \"1 month\"\n") == Strings{"gate.toml:5:11 \"1 month\" is no age"});
  CHECK(wrong("[verdicts]\n" + k_least + "platforms = [\"linux\"]\n") == Strings{"gate.toml:5:14 \"linux\" is no platform"});
  CHECK(wrong("[verdicts]\n" + k_least + "platforms = [\"linux//amd64\", \"linux/a/b/c\", \"/a\", \"a/\", \"Linux/amd64\"]\n").size() == 5);
  CHECK(wrong("[verdicts]\n" + k_least + "platforms = []\n") == Strings{"gate.toml:5:13 \"platforms\" names nothing"});
  CHECK(wrong("[verdicts]\n" + k_least + "dev = []\n") == Strings{"gate.toml:5:7 \"dev\" names nothing"});
  CHECK(wrong("[verdicts]\n" + k_least + "share = \"yes\"\n").size() == 1);
  CHECK(wrong("[verdicts]\nallowed_signers = []\nci = [\"c\"]\n") == Strings{"gate.toml:3:19 \"allowed_signers\" names nothing"});
  CHECK(wrong("[verdicts]\nallowed_signers = \"../signers\"\nci = [\"c\"]\n").size() == 1);
  CHECK(wrong("[verdicts]\nallowed_signers = [\"../signers\", \"/etc/signers\", \".\"]\nci = [\"c\"]\n").size() == 3);
  CHECK(wrong("[verdicts]\nallowed_signers = 1\nci = [\"c\"]\n").size() == 1);
}

TEST_CASE("verdicts from elsewhere: a machine's policy names files of the machine") {
  CHECK(right("allowed_signers = \"/etc/gate/signers\"\nci = [\"c\"]\n", PolicyRole::system).allowed_signers[0].value == "/etc/gate/signers");
  CHECK(right("allowed_signers = [\"/etc/gate/signers\", \"/b\"]\nci = [\"c\"]\n", PolicyRole::system).allowed_signers.size() == 2);
  CHECK(wrong("[verdicts]\n" + k_least, PolicyRole::system).size() == 1);
  CHECK(wrong("[verdicts]\nallowed_signers = [\"signers\"]\nci = [\"c\"]\n", PolicyRole::system).size() == 1);
}

TEST_CASE("verdicts from elsewhere: one layer alone says whose count") {
  const auto plain = layer("gate.toml", 9, "");
  const auto team = layer("team.toml", 8, "[verdicts]\n" + k_least);
  CHECK(join_layers({plain, team})->verdicts->place.file == "team.toml");
  CHECK(join_layers({plain, team, team})->verdicts->place.file == "team.toml"); // extended twice
  const auto both = join_layers({layer("gate.toml", 9, "serial = 1\n[verdicts]\n" + k_least), team});
  REQUIRE_FALSE(both);
  REQUIRE(both.error().size() == 1);
  CHECK(both.error()[0].place.str() == "gate.toml:3:1");
  CHECK(both.error()[0].message == "[verdicts] is at team.toml:2:1 already, and one file alone says whose verdicts count");
}

TEST_CASE("verdicts from elsewhere: their signers are files of the policy, but for those of the machine") {
  auto policy = layer("gate.toml", 9, "[verdicts]\nallowed_signers = [\"a\", \"b/c\"]\nci = [\"c\"]\n");
  policy.verdicts->allowed_signers.push_back({"/etc/gate/signers", {}});
  CHECK(policy_paths(policy, "gate.toml") == std::set<std::string>{"gate.toml", "a", "b/c"});
}

TEST_CASE("verdicts from elsewhere: the table in words") {
  const auto rows = [](const std::string& table) {
    Strings all;
    for (const auto& row : describe(right(table))) {
      all.push_back(row.key + " = " + row.value);
    }
    return all;
  };
  CHECK(rows(k_least) == Strings{"allowed_signers = \".gate/signers\"", "ci = [\"ci@example.com\"]", "max_age = \"30d\""});
  CHECK(rows("allowed_signers = [\"a\", \"b\"]\ndev = [\"d\"]\nmax_age = \"90m\"\nplatforms = [\"linux/arm64\"]\nshare = true\n") ==
        Strings{"allowed_signers = [\"a\", \"b\"]", "dev = [\"d\"]", "max_age = \"90m\"", "platforms = [\"linux/arm64\"]", "share = true"});
  CHECK(toml_age(std::chrono::seconds(90)) == "90s");
  CHECK(toml_age(std::chrono::hours(36)) == "36h");
  CHECK(toml_age(std::chrono::hours(48)) == "2d");
}
