#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "policy/lint_verdicts.hpp"
#include "policy/parse.hpp"

using namespace gate;

namespace {

const std::string k_ed = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ" + std::string(41, 'A') + "B";

Policy policy_of(const std::string& text) { return parse_policy("schema = 1\n" + text, "gate.toml", "0.1.0").value(); }

std::vector<std::string> told(const std::vector<Finding>& findings) {
  std::vector<std::string> all;
  for (const auto& finding : findings) {
    CHECK(finding.severity == Finding::Severity::warning);
    CHECK_FALSE(finding.diagnostic.hint.empty());
    all.push_back(finding.diagnostic.place.str() + " " + finding.diagnostic.message);
  }
  return all;
}

std::vector<std::string> signers(const std::string& text) {
  const auto policy = policy_of("[verdicts]\nallowed_signers = \"s\"\nci = [\"ci@example.com\"]\ndev = [\"*@example.com\"]\n");
  return told(lint_verdict_signers(*policy.verdicts, text, "s"));
}

} // namespace

TEST_CASE("lint: whose word is taken for what") {
  const auto table = [](const std::string& roles) { return policy_of("[verdicts]\nallowed_signers = \"s\"\n" + roles); };
  CHECK(lint_verdicts(policy_of("")).empty());
  CHECK(lint_verdicts(table("ci = [\"ci@example.com\"]\ndev = [\"*\"]\n")).empty());
  CHECK(told(lint_verdicts(table("ci = [\"*\"]\n"))) ==
        std::vector<std::string>{"gate.toml:2:1 [verdicts] ci = [\"*\"] takes everybody's word everywhere: a signature says who claims that tests passed, not that they ran"});
  CHECK(told(lint_verdicts(table("ci = [\"c\"]\ndev = [\"d\", \"c\"]\n"))).size() == 1);
  // Also by the whole of lint, each once.
  const auto all = lint(table("ci = [\"*\"]\n"), std::chrono::system_clock::now());
  CHECK(std::count_if(all.begin(), all.end(), [](const Finding& f) { return f.diagnostic.message.find("everybody's word") != std::string::npos; }) == 1);
}

TEST_CASE("lint: a suite without a verdict that counts anywhere") {
  const std::string verdicts = "[verdicts]\nallowed_signers = \"s\"\nci = [\"c\"]\n[suite.a]\nbuild = \".\"\nrun = [\"t\"]\nreusable = false\n";
  CHECK(told(lint_verdicts(policy_of(verdicts + "[[branch]]\nmatch = [\"m\"]\n"))).size() == 1);
  CHECK(told(lint_verdicts(policy_of(verdicts + "[[branch]]\nmatch = [\"m\"]\nrequire = [\"a\"]\n"))).size() == 1);
  CHECK(lint_verdicts(policy_of(verdicts + "[[branch]]\nmatch = [\"m\"]\nrequire = []\n")).empty());
  CHECK(lint_verdicts(policy_of(verdicts)).empty());
}

TEST_CASE("lint: a line with a role whose key vouches for nothing") {
  CHECK(signers("ci@example.com namespaces=\"verdict@gate\" " + k_ed + "\na@example.com namespaces=\"git,verdict@gate\" " + k_ed + "\n").empty());
  CHECK(signers("a@elsewhere.example " + k_ed + "\n").empty()); // has no role
  CHECK(signers("# x\nci@example.com " + k_ed + "\n") ==
        std::vector<std::string>{"s:2:1 ci@example.com has the role \"ci\" in [verdicts], and this line does not have the namespace verdict@gate: the key's verdicts don't count"});
  CHECK(signers("a@example.com namespaces=\"git\" " + k_ed + "\n").size() == 1);
  CHECK(signers("a@example.com namespaces=\"*\" " + k_ed + "\n").size() == 1);
  CHECK(signers("a@example.com cert-authority,namespaces=\"verdict@gate\" " + k_ed + "\n") ==
        std::vector<std::string>{"s:1:1 a@example.com has the role \"dev\" in [verdicts], and a key that signs certificates vouches for no verdict"});
}
