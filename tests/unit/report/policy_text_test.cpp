#include <catch2/catch.hpp>

#include "policy/parse.hpp"
#include "report/policy_text.hpp"

using namespace gate;

namespace {

const TextStyle k_plain;

Policy policy_of(const std::string& text) {
  return parse_policy("schema = 1\n" + text + "\n[suite.a]\nbuild = \".\"\nrun = [\"t\"]\n", "gate.toml", "0.1.0").value();
}

bool has(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

} // namespace

TEST_CASE("what loosens is told first, and nothing foreign reaches the terminal") {
  const std::vector<PolicyDifference> differences = {{{"m"}, "linear", "no", "yes", Direction::tightens}, {{"staging", "x\x1b"}, "allow", "merge", "any", Direction::loosens}};
  CHECK(render(differences, k_plain) == "  staging, x\\x1b: allow  merge → any   (loosens)\n  m: linear  no → yes   (tightens)\n");
  CHECK(render(std::vector<PolicyDifference>{}, k_plain) == "the two policies mean the same\n");
}

TEST_CASE("findings say where, what and what mends it") {
  const std::vector<Finding> findings = {{Finding::Severity::error, {{"gate.toml", 3, 1}, "wrong", "mend"}}, {Finding::Severity::warning, {{"gate.toml", 4, 1}, "odd", ""}}};
  CHECK(render(findings, k_plain) == "  gate.toml:3:1: error: wrong; mend\n  gate.toml:4:1: warning: odd\n");
}

TEST_CASE("a policy is shown with its layers, blocks and lines") {
  const auto text = render_policy(policy_of("serial = 3\n[[branch]]\nmatch = [\"staging\"]\nallow = [\"merge\"]\nbypass = [\"lead\"]\n"), k_plain);
  CHECK(has(text, "  gate.toml\n"));
  CHECK(has(text, "staging   (gate.toml:3:"));
  CHECK(has(text, "lead may break it, saying why"));
  CHECK(has(text, "[\"merge\"]   (gate.toml:5:"));
  CHECK(has(text, "suite a"));
  CHECK(has(text, "serial"));
}

TEST_CASE("a policy is shown with all that its publications do") {
  const auto text = render_policy(policy_of("[suite.stack]\ncompose = \"c.yml\"\nservice = \"web\"\nrun = [\"t\"]\n"
                                            "[publish.one]\nbranch = \"m\"\nsuite = \"a\"\nto = [\"r.example/a\", \"r.example/b\"]\nplatforms = [\"linux/arm64\"]\n"
                                            "git_tag = \"x-{commit}\"\nafter = { webhook = { env = \"HOOK\" } }\n"
                                            "[publish.two]\nbranch = \"n\"\nsuite = \"stack\"\nimages = { web = \"r.example/w\", nginx = \"r.example/n\" }\n"),
                                  k_plain);
  CHECK(has(text, "suite a's image to r.example/a, r.example/b from m, for linux/arm64, tagged in git as x-{commit}, then the webhook in HOOK   ("));
  CHECK(has(text, "suite stack's images: nginx to r.example/n; web to r.example/w from n   ("));
}

TEST_CASE("a policy is shown with those whose verdicts count") {
  const auto policy = policy_of("[verdicts]\nallowed_signers = \"s\"\nci = [\"ci@example.com\"]\ndev = [\"*@example.com\"]\n[[branch]]\nmatch = [\"m\"]\nallow = [\"merge\"]\n");
  const auto text = render_policy(policy, k_plain);
  CHECK(has(text, "\nwhose verdicts count where they did not run\n  allowed_signers"));
  CHECK(has(text, "[\"ci@example.com\"]   (gate.toml:2:"));
  CHECK(has(text, "\"30d\""));
  CHECK_FALSE(has(render_policy(policy_of(""), k_plain), "whose verdicts"));

  const auto explained = [&](const std::string& branch) {
    const auto ref = *RefName::branch(branch);
    const auto rules = rules_for(policy, ref, {}).value();
    return render(RefExplanation{ref, {}, "gate.toml", policy, rules}, k_plain);
  };
  const std::string line = "verdicts of others      signed by ci@example.com they count everywhere; by *@example.com they spare reruns";
  CHECK(has(explained("m"), line + "; a git server with gate asks for them   (gate.toml:2:1)\n"));
  CHECK(has(explained("n"), line + "   (gate.toml:2:1)\n"));
}

TEST_CASE("an explanation names the line that decides and the one that it overrules") {
  const auto policy = policy_of("[[branch]]\nmatch = [\"*\"]\ncommits.subject_max = 72\n[[branch]]\nmatch = [\"m\"]\ncommits.subject_max = 50\nallow = [\"merge\"]\n");
  const auto ref = *RefName::parse("refs/heads/m");
  const auto rules = rules_for(policy, ref, {}).value();
  const auto text = render(RefExplanation{ref, {}, "gate.toml of the work tree", policy, rules}, k_plain);
  CHECK(has(text, "refs/heads/m"));
  CHECK(has(text, "gate.toml of the work tree"));
  CHECK(has(text, "protected               yes"));
  CHECK(has(text, "50   (gate.toml:7:"));
  CHECK(has(text, ": 72   overruled by gate.toml:7:"));
  const auto brief = render(RefExplanation{ref, {}, "gate.toml", policy, rules, RefExplanation::Detail::what_holds}, k_plain);
  CHECK_FALSE(has(brief, "overruled"));
}

TEST_CASE("a ref that no block matches is told so") {
  const auto policy = policy_of("");
  const auto ref = *RefName::parse("refs/heads/x");
  const auto rules = rules_for(policy, ref, "origin").value();
  const auto text = render(RefExplanation{ref, "origin", "gate.toml", policy, rules}, k_plain);
  CHECK(has(text, "no block matches it"));
  CHECK(has(text, "every suite of the policy"));
}
