#include <catch2/catch.hpp>

#include <algorithm>

#include "policy/describe.hpp"
#include "policy/parse.hpp"

using namespace gate;

namespace {

Policy policy_of(const std::string& blocks) {
  return parse_policy("schema = 1\n" + blocks + "\n[suite.a]\nbuild = \".\"\nrun = [\"t\"]\n[suite.b]\nbuild = \".\"\nrun = [\"t\"]\n", "gate.toml", "0.1.0").value();
}

std::string value_under(const std::string& key, const std::string& rules) {
  const auto policy = policy_of("[[branch]]\nmatch = [\"x\"]\n" + rules);
  for (const auto& row : describe(policy.blocks.front().rules)) {
    if (row.key == key) {
      return row.value;
    }
  }
  return "silent";
}

ExplainedRule explained(const Policy& policy, const char* ref, const std::string& key) {
  const auto rules = rules_for(policy, *RefName::parse(ref), "origin").value();
  for (const auto& group : explain(policy, rules)) {
    for (const auto& rule : group.rules) {
      if (rule.row.key == key) {
        return rule;
      }
    }
  }
  return {};
}

std::vector<LineFate> fates(const ExplainedRule& rule) {
  std::vector<LineFate> all;
  for (const auto& line : rule.lines) {
    all.push_back(line.fate);
  }
  return all;
}

} // namespace

TEST_CASE("a rule is described as a policy file spells it") {
  CHECK(value_under("allow", "allow = [\"fast-forward\", \"merge\"]") == "[\"merge\", \"fast-forward\"]");
  CHECK(value_under("allow", "allow = []") == "[]");
  CHECK(value_under("allow", "linear = true") == "silent");
  CHECK(value_under("from", "from = [\"development\"]") == "[\"development\"]");
  CHECK(value_under("require", "require = []") == "[]");
  CHECK(value_under("linear", "linear = true") == "true");
  CHECK(value_under("name", "name = '^(feature|fix)/\\w+$'") == "'^(feature|fix)/\\w+$'");
  CHECK(value_under("merge_content", "merge_content = \"clean\"") == "\"clean\"");
  CHECK(value_under("signed", "signed = \"merge\"") == "\"merge\"");
  CHECK(value_under("commits.subject_max", "commits.subject_max = 72") == "72");
  CHECK(value_under("files.max_size", "files.max_size = \"5MiB\"") == "\"5MiB\"");
  CHECK(value_under("files.max_size", "files.max_size = \"1001\"") == "\"1001\"");
  CHECK(value_under("files.deny", "files.deny = [\"*.pem\"]") == "[\"*.pem\"]");
  CHECK(value_under("files.owners", "files.owners = [{ paths = [\"infra/**\"], by = [\"lead\"] }]") == "[{ paths = [\"infra/**\"], by = [\"lead\"] }]");
  CHECK(value_under("freeze", "freeze = [{ from = 2026-12-20T00:00:00Z, until = 2027-01-05T01:00:00+01:00, reason = \"rest\" }]") ==
        "[{ from = 2026-12-20T00:00:00Z, until = 2027-01-05T00:00:00Z, reason = \"rest\" }]");
}

TEST_CASE("rows come in the order of the reference, each with its line") {
  const auto policy = policy_of("[[branch]]\nmatch = [\"x\"]\nfiles.secrets = true\ncommits.sign_off = true\nfrom = [\"y\"]\nallow = [\"merge\"]\n");
  std::vector<std::string> keys;
  for (const auto& row : describe(policy.blocks.front().rules)) {
    keys.push_back(row.key);
  }
  CHECK(keys == std::vector<std::string>{"allow", "from", "commits.sign_off", "files.secrets"});
  CHECK(describe(policy.blocks.front().rules).front().places.front().line == 7);
}

TEST_CASE("a text is spelt so that TOML reads it again") {
  CHECK(toml_text("a b") == "\"a b\"");
  CHECK(toml_text("it's") == "\"it's\"");
  CHECK(toml_text("^\\d$") == "'^\\d$'");
  CHECK(toml_text("'\\") == "\"'\\\\\"");
  CHECK(toml_text("a\nb") == "\"a\\u000Ab\"");
}

TEST_CASE("of two lines the stricter decides, and the other is overruled") {
  const auto policy = policy_of("[[branch]]\nmatch = [\"*\"]\ncommits.subject_max = 72\n[[branch]]\nmatch = [\"master\"]\ncommits.subject_max = 50\n");
  const auto rule = explained(policy, "refs/heads/master", "commits.subject_max");
  CHECK(rule.row.value == "50");
  CHECK(fates(rule) == std::vector{LineFate::overruled, LineFate::decides});
  CHECK(fates(explained(policy, "refs/heads/other", "commits.subject_max")) == std::vector{LineFate::decides});
}

TEST_CASE("lines that say the same agree; sets and lists are made of several") {
  const auto policy = policy_of("[[branch]]\nmatch = [\"*\"]\nlinear = true\nallow = [\"commit\", \"create\"]\nrequire = [\"a\"]\nfiles.deny = [\"*.pem\"]\n"
                                "[[branch]]\nmatch = [\"m\"]\nlinear = true\nallow = [\"commit\", \"force\"]\nrequire = [\"b\"]\nfiles.deny = [\"*.key\"]\n");
  CHECK(fates(explained(policy, "refs/heads/m", "linear")) == std::vector{LineFate::decides, LineFate::agrees});
  CHECK(fates(explained(policy, "refs/heads/m", "allow")) == std::vector{LineFate::joins, LineFate::joins});
  CHECK(fates(explained(policy, "refs/heads/m", "require")) == std::vector{LineFate::joins, LineFate::joins});
  const auto deny = explained(policy, "refs/heads/m", "files.deny");
  CHECK(deny.row.value == "[\"*.pem\", \"*.key\"]");
  CHECK(fates(deny) == std::vector{LineFate::joins, LineFate::joins});
}

TEST_CASE("a higher layer's line gives way where it says so") {
  auto team = parse_policy("schema = 1\nallow_override = [\"commits.subject_max\"]\n[[branch]]\nmatch = [\"*\"]\ncommits.subject_max = 50\n", "team.toml", "0.1.0").value();
  auto own = parse_policy("schema = 1\n[[branch]]\nmatch = [\"*\"]\ncommits.subject_max = 72\n", "gate.toml", "0.1.0").value();
  team.layers.front().rank = 1;
  own.layers.front().rank = 2;
  const auto joined = join_layers({own, team}).value();
  const auto rule = explained(joined, "refs/heads/m", "commits.subject_max");
  CHECK(rule.row.value == "72");
  REQUIRE(rule.lines.size() == 2);
  for (const auto& line : rule.lines) {
    CHECK(line.fate == (line.place.file == "team.toml" ? LineFate::loosened : LineFate::decides));
  }
}

TEST_CASE("a sample matches its pattern, whatever the wildcards") {
  for (const char* text : {"staging", "release/*", "**", "v?.*", "a/**/b", "*x*"}) {
    const auto pattern = *RefPattern::parse(text, RefPattern::Kind::branch);
    CAPTURE(text);
    const auto samples = samples_of(pattern);
    REQUIRE_FALSE(samples.empty());
    CHECK(std::all_of(samples.begin(), samples.end(), [&](const RefName& ref) { return pattern.matches(ref); }));
  }
  CHECK(samples_of(*RefPattern::parse("**", RefPattern::Kind::tag)).size() == 2);
  CHECK(samples_of(*RefPattern::parse("a..b", RefPattern::Kind::branch)).empty());
}
