#include <catch2/catch.hpp>

#include <algorithm>

#include "policy/lint.hpp"
#include "policy/parse.hpp"

using namespace gate;

namespace {

constexpr std::chrono::system_clock::time_point k_now{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}};
const std::string k_suites = "\n[suite.a]\nbuild = \".\"\nrun = [\"t\"]\n";

std::vector<Finding> findings(const std::string& text) { return lint(parse_policy("schema = 1\n" + text + k_suites, "gate.toml", "0.1.0").value(), k_now); }

std::vector<Finding> in_block(const std::string& rules) { return findings("[[branch]]\nmatch = [\"staging\"]\n" + rules + "\n"); }

bool tells(const std::vector<Finding>& found, const std::string& words, Finding::Severity severity = Finding::Severity::warning) {
  return std::any_of(found.begin(), found.end(), [&](const Finding& f) { return f.severity == severity && f.diagnostic.message.find(words) != std::string::npos; });
}

} // namespace

TEST_CASE("nothing is found in a policy that is meant so") {
  CHECK(findings("[[branch]]\nmatch = [\"staging\"]\nallow = [\"merge\", \"fast-forward\"]\nfrom = [\"development\"]\nfirst_parent = true\n"
                 "merge_content = \"clean-or-resolved\"\n[[branch]]\nmatch = [\"**\"]\nmerge_content = \"clean-or-resolved\"\n[[tag]]\nmatch = [\"v*\"]\nallow = [\"create\"]\nname = '^v[0-9]'\n").empty());
  CHECK(in_block("freeze = [{ from = 2026-12-20T00:00:00Z, until = 2027-01-05T00:00:00Z, reason = \"rest\" }]").empty());
}

TEST_CASE("rules that can never decide are told") {
  CHECK(tells(in_block("allow = [\"commit\"]\nfrom = [\"development\"]"), "\"from\" never decides"));
  CHECK_FALSE(tells(in_block("allow = [\"fast-forward\"]\nfrom = [\"development\"]"), "\"from\" never decides"));
  CHECK(tells(in_block("allow = [\"merge\"]\nname = '^s'"), "\"name\" never decides"));
  CHECK_FALSE(tells(in_block("allow = [\"create\"]\nname = '^s'"), "\"name\" never decides"));
  CHECK(tells(in_block("allow = [\"commit\"]\nmerge_content = \"clean\""), "\"merge_content\" never decides"));
  CHECK_FALSE(tells(in_block("allow = [\"fast-forward\"]\nmerge_content = \"clean\""), "\"merge_content\" never decides"));
  CHECK(tells(in_block("allow = [\"delete\"]\ncommits.sign_off = true"), "\"commits.sign_off\" never decides"));
  CHECK_FALSE(tells(in_block("allow = [\"create\"]\ncommits.sign_off = true"), "never decides"));
  CHECK(tells(in_block("linear = true\nmerge_content = \"clean\""), "\"linear\" refuses every merge"));
  CHECK(tells(in_block("allow = [\"fast-forward\"]\nfirst_parent = true"), "\"first_parent\" refuses"));
}

TEST_CASE("a rule that a stricter one overrules everywhere is told, with its line") {
  const std::string strict = "[[branch]]\nmatch = [\"**\"]\ncommits.subject_max = 50\n";
  CHECK(tells(findings(strict + "[[branch]]\nmatch = [\"m\"]\ncommits.subject_max = 72\n"), "the one at gate.toml:4:"));
  CHECK_FALSE(tells(findings(strict + "[[branch]]\nmatch = [\"m\"]\ncommits.subject_max = 40\n"), "never decides"));
}

TEST_CASE("a policy under which nothing can pass is an error") {
  CHECK(tells(in_block("linear = true\nallow = [\"merge\"]"), "nothing can pass", Finding::Severity::error));
  CHECK(tells(in_block("linear = true\nallow = [\"merge\", \"commit\"]"), "\"allow\" admits merges"));
  CHECK(tells(findings("[[branch]]\nmatch = [\"*\"]\nallow = [\"merge\"]\n[[branch]]\nmatch = [\"m\"]\nallow = [\"commit\"]\n"), "have nothing in common", Finding::Severity::error));
}

TEST_CASE("freezes, enforcement and bypass") {
  CHECK(tells(in_block("freeze = [{ from = 2025-12-20T00:00:00Z, until = 2026-01-05T00:00:00Z, reason = \"rest\" }]"), "this freeze is over"));
  CHECK(tells(in_block("linear = true\nenforcement = \"off\""), "nothing of this block holds"));
  CHECK(tells(in_block("linear = true\nenforcement = \"evaluate\"\nbypass = [\"lead\"]"), "needs to bypass"));
  CHECK_FALSE(tells(in_block("linear = true\nbypass = [\"lead\"]"), "needs to bypass"));
  CHECK(tells(in_block(""), "says nothing"));
}

TEST_CASE("sources are branches that stay and that somebody looks after") {
  CHECK(tells(in_block("from = [\"feature/x\"]"), "looks like a branch that goes away"));
  CHECK(tells(in_block("from = [\"staging\"]"), "itself"));
  CHECK(tells(in_block("from = [\"integration\"]"), "no block says anything about that branch"));
  CHECK_FALSE(tells(findings("[[branch]]\nmatch = [\"staging\"]\nfrom = [\"integration\"]\n[[branch]]\nmatch = [\"integration\"]\nlinear = true\n"), "no block says anything"));
  CHECK(in_block("from = [\"release/1\"]").empty());
}

TEST_CASE("tags are not merged into") {
  CHECK(tells(findings("[[tag]]\nmatch = [\"v*\"]\nallow = [\"create\", \"merge\"]\n"), "never a \"merge\""));
  CHECK(tells(findings("[[tag]]\nmatch = [\"v*\"]\nfrom = [\"master\"]\n"), "nothing is merged into a tag"));
  CHECK(tells(findings("[[branch]]\nmatch = [\"m\", \"refs/tags/v*\"]\nlinear = true\n"), "branches and tags"));
}

TEST_CASE("signatures need somebody who is known") {
  CHECK(tells(in_block("signed = \"all\""), "signatures are asked for"));
  CHECK_FALSE(tells(in_block("signed = \"all\"\nallowed_signers = \"s\""), "signatures are asked for"));
  CHECK(tells(findings("[policy]\nowners = [\"lead\"]\n"), "owner's signature"));
  CHECK_FALSE(tells(findings("[policy]\nowners = [\"lead\"]\nallowed_signers = \"s\"\n"), "owner's signature"));
}

TEST_CASE("what is published from an open branch, and suites that hardly run") {
  const std::string publish = "[publish.x]\nbranch = \"master\"\nsuite = \"a\"\nto = \"registry.example.org/x\"\n";
  CHECK(tells(findings(publish), "no block protects that branch"));
  CHECK_FALSE(tells(findings("[[branch]]\nmatch = [\"master\"]\nallow = [\"merge\"]\n" + publish), "no block protects"));
  CHECK(tells(in_block("require = []"), "it runs only for refs that no block matches"));
  CHECK_FALSE(tells(in_block("require = [\"a\"]"), "it runs only"));
}

TEST_CASE("what a publication says to no effect, and tags in git that two commits share") {
  const auto publish = [](const std::string& more) { return findings("[publish.x]\nbranch = \"master\"\nsuite = \"a\"\n" + more); };
  const std::string elsewhere = "to = \"registry.example.org/x\"\n";
  CHECK(tells(publish(elsewhere + "create = true\n"), "\"create\" has no effect"));
  for (const std::string to : {"{env:AWS_REGISTRY}/x", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/x", "public.ecr.aws/team/x", "123456789012.dkr-ecr.eu-west-1.on.aws/x"}) {
    CHECK_FALSE(tells(publish("to = [\"registry.example.org/x\", \"" + to + "\"]\ncreate = true\n"), "\"create\""));
  }
  CHECK(tells(publish(elsewhere + "git_tag = \"staging-{date}\"\n"), "which two commits can have in common"));
  CHECK_FALSE(tells(publish(elsewhere + "git_tag = \"staging-{date}-{short_commit}\"\n"), "tags commits in git"));
}

TEST_CASE("what is asked of new commits is asked wherever they may be new") {
  const std::string words = "what reached another ref of the remote first is not new any more";
  const std::string everywhere = "[[branch]]\nmatch = [\"**\"]\n";
  const std::string staging = "[[branch]]\nmatch = [\"staging\"]\n";
  for (const std::string rule : {"commits.sign_off = true\n", "commits.message = '^F'\n", "files.max_size = \"1MiB\"\n", "files.deny = [\"*.pem\"]\n", "files.secrets = true\n",
                                 "signed = \"all\"\n", "merge_content = \"clean\"\n"}) {
    INFO(rule);
    CHECK(tells(findings(staging + rule), words));
    CHECK_FALSE(tells(findings(everywhere + rule), words));
    CHECK_FALSE(tells(findings(staging + rule + everywhere + rule), words));
    CHECK(tells(findings(staging + rule + "[[branch]]\nmatch = [\"*\"]\n" + rule), words));
    CHECK(tells(findings(staging + rule + everywhere + rule + "enforcement = \"evaluate\"\n"), words));
    CHECK(tells(findings(staging + rule + everywhere + rule + "remotes = [\"origin\"]\n"), words));
    CHECK_FALSE(tells(findings(staging + rule + "remotes = [\"origin\"]\n" + everywhere + rule + "remotes = [\"origin\"]\n"), words));
    CHECK_FALSE(tells(findings("[[tag]]\nmatch = [\"v*\"]\n" + rule), words));
    CHECK_FALSE(tells(findings(staging + rule + "enforcement = \"off\"\n"), words));
  }
  CHECK_FALSE(tells(in_block("merge_content = \"any\"\nsigned = \"none\"\nlinear = true\nfirst_parent = true\ncommits.sign_off = false"), words));
  // A limit that is lower elsewhere holds, one that is higher does not.
  CHECK_FALSE(tells(findings(staging + "commits.subject_max = 72\n" + everywhere + "commits.subject_max = 50\n"), words));
  CHECK(tells(findings(staging + "commits.subject_max = 50\n" + everywhere + "commits.subject_max = 72\n"), words));
  const auto found = in_block("commits.sign_off = true\nfiles.secrets = true\nfiles.deny = [\"*.pem\"]");
  REQUIRE(found.size() == 1);
  CHECK(found[0].diagnostic.place.line == 4);
  CHECK(found[0].diagnostic.message.find("\"commits.sign_off\", \"files.deny\" and \"files.secrets\" do not hold so for every other branch") == 0);
}

TEST_CASE("rules of several blocks are judged together") {
  const std::string staging = "[[branch]]\nmatch = [\"staging\"]\n";
  const std::string all = "[[branch]]\nmatch = [\"**\"]\n";
  const std::string some = "[[branch]]\nmatch = [\"stag*\"]\n";
  CHECK(tells(findings(all + "linear = true\n" + staging + "allow = [\"merge\"]\n"), "nothing can pass", Finding::Severity::error));
  CHECK(tells(findings(all + "linear = true\nenforcement = \"evaluate\"\n" + staging + "allow = [\"merge\"]\n"), "nothing can pass"));
  CHECK_FALSE(tells(findings(all + "linear = true\n" + staging + "allow = [\"commit\"]\n"), "nothing can pass", Finding::Severity::error));
  CHECK(tells(findings(all + "linear = true\n" + staging + "allow = [\"merge\", \"commit\"]\n"), "\"allow\" admits merges"));
  // Elsewhere merges pass.
  CHECK_FALSE(tells(findings(staging + "linear = true\n" + all + "allow = [\"merge\", \"commit\"]\n"), "\"allow\" admits merges"));
  CHECK(tells(findings(all + "linear = true\n" + staging + "merge_content = \"clean\"\n"), "\"merge_content\" never decides"));
  CHECK(tells(findings(all + "linear = true\n" + staging + "signed = \"merge\"\n"), "signed = \"merge\" never decides"));
  CHECK_FALSE(tells(findings(staging + "linear = true\n" + all + "merge_content = \"clean\"\n"), "\"merge_content\" never decides"));
  CHECK(tells(findings(staging + "from = [\"development\"]\n" + some + "allow = [\"commit\"]\n"), "\"from\" never decides"));
  CHECK_FALSE(tells(findings(some + "from = [\"development\"]\n" + staging + "allow = [\"commit\"]\n"), "\"from\" never decides"));
  CHECK(tells(findings(staging + "name = '^s'\n" + some + "allow = [\"merge\"]\n"), "\"name\" never decides"));
  CHECK(tells(findings(staging + "commits.sign_off = true\n" + some + "allow = [\"delete\"]\n"), "\"commits.sign_off\" never decides"));
  // One remote alone, and a block that is only tried out, say nothing of the others.
  CHECK_FALSE(tells(findings(staging + "from = [\"development\"]\n" + some + "allow = [\"commit\"]\nremotes = [\"origin\"]\n"), "\"from\" never decides"));
  CHECK_FALSE(tells(findings(staging + "from = [\"development\"]\n" + some + "allow = [\"commit\"]\nenforcement = \"evaluate\"\n"), "\"from\" never decides"));
}

TEST_CASE("a meeting in nothing is found where only an overlap has it") {
  const std::string words = "have nothing in common";
  const std::string left = "[[branch]]\nmatch = [\"a*\"]\nallow = [\"merge\"]\n";
  CHECK(tells(findings(left + "[[branch]]\nmatch = [\"*b\"]\nallow = [\"commit\"]\n"), words, Finding::Severity::error));
  CHECK_FALSE(tells(findings(left + "[[branch]]\nmatch = [\"b*\"]\nallow = [\"commit\"]\n"), words, Finding::Severity::error));
  CHECK_FALSE(tells(findings(left + "[[branch]]\nmatch = [\"*b\"]\nallow = [\"commit\", \"merge\"]\n"), words, Finding::Severity::error));
}

TEST_CASE("a forced update loses the old tip") {
  CHECK(tells(in_block("allow = [\"force\"]\nfirst_parent = true"), "nothing can pass: \"first_parent\"", Finding::Severity::error));
  CHECK(tells(in_block("allow = [\"force\", \"delete\"]\nfirst_parent = true"), "nothing can pass: \"first_parent\"", Finding::Severity::error));
  CHECK(tells(in_block("allow = [\"force\", \"merge\"]\nfirst_parent = true"), "\"allow\" admits forced updates"));
  CHECK_FALSE(tells(in_block("allow = [\"merge\"]\nfirst_parent = true"), "\"first_parent\""));
  CHECK(tells(findings("[[branch]]\nmatch = [\"**\"]\nfirst_parent = true\n[[branch]]\nmatch = [\"m\"]\nallow = [\"force\"]\n"), "nothing can pass: \"first_parent\"",
              Finding::Severity::error));
}

TEST_CASE("a waiver that another block overrules has no effect") {
  const std::string all = "[[branch]]\nmatch = [\"**\"]\n";
  const std::string docs = "[[branch]]\nmatch = [\"docs/**\"]\nallow = [\"commit\"]\n";
  for (const auto& [demand, waiver, words] : {std::tuple<std::string, std::string, std::string>{"files.secrets = true\n", "files.secrets = false\n", "files.secrets = false"},
                                              {"linear = true\n", "linear = false\n", "linear = false"},
                                              {"files.deny = [\"*.pem\"]\n", "files.deny = []\n", "files.deny = []"}}) {
    INFO(demand);
    CHECK(tells(findings(all + demand + docs + waiver), words + " has no effect: gate.toml:4:"));
    CHECK_FALSE(tells(findings(all + waiver + "allow = [\"commit\"]\n" + docs + demand), "has no effect"));
    CHECK_FALSE(tells(findings(docs + waiver), "has no effect"));
    CHECK_FALSE(tells(findings(all + demand + "enforcement = \"evaluate\"\n" + docs + waiver), "has no effect"));
    CHECK_FALSE(tells(findings(all + demand + "remotes = [\"origin\"]\n" + docs + waiver), "has no effect"));
  }
}

TEST_CASE("patterns that match nothing, or not what they seem to") {
  CHECK(tells(in_block("files.deny = [\"*.pem\", \"!test.pem\"]"), "\"!test.pem\" is no exception"));
  CHECK_FALSE(tells(in_block("files.deny = [\"*.pem\", '\\!test.pem', \"a!b\"]"), "is no exception"));
  const auto owned = [](const std::string& path) { return in_block("files.owners = [{ paths = [" + path + "], by = [\"lead\"] }]\nallowed_signers = \"s\""); };
  CHECK(tells(owned("\"infra/**\", \"!infra/x\""), "is no exception"));
  CHECK(tells(owned("\"[z-a]*\""), "no path matches \"[z-a]*\""));
  CHECK(tells(owned("\"x/.git/config\""), "no path matches"));
  CHECK(tells(in_block("files.deny = [\".GIT/**\"]"), "no path matches"));
  CHECK_FALSE(tells(owned("\"[a-z]*\", \".gitattributes\", \"[!a]\", '\\[z-a]', \"*.git\""), "no path matches"));
  CHECK(tells(findings("[[branch]]\nmatch = [\"**\", \"!wip\"]\nlinear = true\n"), "\"!wip\" is no exception"));
}
