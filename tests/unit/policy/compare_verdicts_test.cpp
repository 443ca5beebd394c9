#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "policy/compare.hpp"
#include "policy/parse.hpp"

using namespace gate;

namespace {

using Lines = std::vector<std::string>;

Lines between(const std::string& a, const std::string& b) {
  const auto policy = [](const std::string& table) { return parse_policy("schema = 1\n" + table, "gate.toml", "0.1.0").value(); };
  Lines all;
  for (const auto& d : compare(policy(a), policy(b))) {
    all.push_back(d.what + " " + d.from + " -> " + d.to + " " + std::string(name_of(d.direction)));
  }
  return all;
}

const std::string k_table = "[verdicts]\nallowed_signers = \"a\"\nci = [\"c\"]\n";

} // namespace

TEST_CASE("more signers, roles, platforms and age loosen, fewer tighten") {
  CHECK(between(k_table, k_table).empty());
  CHECK(between(k_table, "[verdicts]\nallowed_signers = [\"a\", \"b\"]\nci = [\"c\"]\n") == Lines{"verdicts.allowed_signers a -> a and b loosens"});
  CHECK(between(k_table, "[verdicts]\nallowed_signers = \"b\"\nci = [\"c\"]\n") ==
        Lines{"verdicts.allowed_signers a -> a and b loosens", "verdicts.allowed_signers a and b -> b tightens"});
  CHECK(between(k_table, "[verdicts]\nallowed_signers = \"a\"\nci = [\"c\", \"d\"]\n") == Lines{"verdicts.ci c -> c and d loosens"});
  CHECK(between("[verdicts]\nallowed_signers = \"a\"\nci = [\"c\", \"d\"]\n", k_table) == Lines{"verdicts.ci c and d -> c tightens"});
  CHECK(between(k_table, k_table + "max_age = \"60d\"\n") == Lines{"verdicts.max_age \"30d\" -> \"60d\" loosens"});
  CHECK(between(k_table, k_table + "max_age = \"1d\"\n") == Lines{"verdicts.max_age \"30d\" -> \"1d\" tightens"});
  CHECK(between(k_table + "platforms = [\"linux/amd64\"]\n", k_table + "platforms = [\"linux/amd64\", \"linux/arm64\"]\n") ==
        Lines{"verdicts.platforms linux/amd64 -> linux/amd64 and linux/arm64 loosens"});
}

TEST_CASE("what spares runs here and is asked for there changes") {
  CHECK(between("", k_table) == Lines{"verdicts nothing -> allowed_signers = \"a\", ci = [\"c\"], max_age = \"30d\" changes"});
  CHECK(between(k_table, "") == Lines{"verdicts allowed_signers = \"a\", ci = [\"c\"], max_age = \"30d\" -> nothing changes"});
  CHECK(between(k_table, k_table + "share = true\n") == Lines{"verdicts.share false -> true changes"});
  CHECK(between(k_table, k_table + "platforms = [\"linux/arm64\"]\n") == Lines{"verdicts.platforms nothing -> linux/arm64 changes"});
  CHECK(between("[verdicts]\nallowed_signers = \"a\"\ndev = [\"d\"]\n", k_table) == Lines{"verdicts.ci nothing -> c changes", "verdicts.dev d -> nothing changes"});
}
