#include <catch2/catch.hpp>

#include <string>

#include "policy/parse.hpp"
#include "policy/parse_scenarios.hpp"

using namespace gate;

namespace {

using Strings = std::vector<std::string>;

Policy policy_of(const std::string& text) {
  auto parsed = parse_policy("schema = 1\n" + text, "gate.toml", "0.1.0");
  if (!parsed) {
    FAIL(parsed.error().list.front().place.str() + ": " + parsed.error().list.front().message);
  }
  return *parsed;
}

Scenario scenario_of(const std::string& text, const std::string& before = "") {
  auto read = parse_scenarios(before + "[[test]]\nname = \"t\"\n" + text, "gate.test.toml");
  if (!read) {
    FAIL(read.error().front().place.str() + ": " + read.error().front().message);
  }
  REQUIRE(read->size() == 1);
  return read->front();
}

// What differs, as "expected | came" a line; empty: it passed.
std::string tried(const std::string& policy, const std::string& test, const std::string& before = "") {
  std::string text;
  for (const auto& mismatch : try_out(scenario_of(test, before), policy_of(policy)).mismatches) {
    text += mismatch.expected + " | " + mismatch.came + "\n";
  }
  return text;
}

// Every problem as "line:column message (hint)".
Strings wrong(const std::string& text) {
  const auto read = parse_scenarios(text, "gate.test.toml");
  REQUIRE_FALSE(read);
  Strings all;
  for (const auto& p : read.error()) {
    all.push_back(std::to_string(p.place.line) + ":" + std::to_string(p.place.column) + " " + p.message + (p.hint.empty() ? "" : " (" + p.hint + ")"));
  }
  return all;
}

const std::string k_master = "[[branch]]\nmatch = [\"master\"]\nallow = [\"merge\"]\nfrom = [\"development\"]\n";

} // namespace

TEST_CASE("a test passes when exactly the named rules refuse the update") {
  CHECK(tried(k_master, "ref = \"master\"\nupdate = \"commit\"\nrefused = [\"direct-push\"]").empty());
  CHECK(tried(k_master, "ref = \"master\"\nupdate = \"merge\"\nof = \"development\"\nallowed = true").empty());
  CHECK(tried(k_master, "ref = \"master\"\nupdate = \"merge\"\nof = \"feature\"\nrefused = [\"merge-source\"]").empty());
  CHECK(tried(k_master, "ref = \"master\"\nupdate = \"merge\"\nrefused = [\"merge-source\"]").empty());
  CHECK(tried(k_master, "ref = \"feature\"\nupdate = \"force\"\nallowed = true").empty());
}

TEST_CASE("a test fails with what came instead, and why") {
  const auto result = try_out(scenario_of("ref = \"master\"\nupdate = \"commit\"\nallowed = true"), policy_of(k_master));
  REQUIRE(result.mismatches.size() == 1);
  CHECK(result.mismatches[0].expected == "allowed");
  CHECK(result.mismatches[0].came == "refused: direct-push");
  REQUIRE(result.mismatches[0].reasons.size() == 1);
  CHECK(result.mismatches[0].reasons[0].rfind("direct-push: ", 0) == 0);
  CHECK(result.mismatches[0].reasons[0].find("(gate.toml:4:") != std::string::npos);
  CHECK(result.place.line == 1);
  CHECK(tried(k_master, "ref = \"master\"\nupdate = \"merge\"\nof = \"development\"\nrefused = [\"merge\", \"linear\"]") == "refused: linear, merge | allowed\n");
  CHECK(tried(k_master, "ref = \"master\"\nupdate = \"delete\"\nrefused = [\"deletion\", \"owners\"]") == "refused: deletion, owners | refused: deletion\n");
}

TEST_CASE("every shape of update is told as a repository would have it") {
  const auto closed = [](const std::string& but) {
    return "[[branch]]\nmatch = [\"master\"]\nallow = [" + but + "]\n[[tag]]\nmatch = [\"v*\"]\nallow = [" + but + "]\n";
  };
  const std::vector<std::pair<std::string, std::string>> shapes = {{"commit", "direct-push"}, {"merge", "merge"}, {"force", "force-push"},
                                                                   {"create", "creation"}, {"delete", "deletion"}};
  for (const auto& [shape, rule] : shapes) {
    CAPTURE(shape);
    CHECK(tried(closed("\"" + shape + "\""), "ref = \"master\"\nupdate = \"" + shape + "\"\nallowed = true").empty());
    CHECK(tried(closed(""), "ref = \"master\"\nupdate = \"" + shape + "\"\nrefused = [\"" + rule + "\"]").empty());
  }
  CHECK(tried(closed("\"fast-forward\""), "ref = \"master\"\nupdate = \"fast-forward\"\nof = \"x\"\nallowed = true").empty());
  CHECK(tried(closed("\"create\""), "ref = \"refs/tags/v1\"\nupdate = \"create\"\nallowed = true").empty());
  CHECK(tried(closed("\"create\""), "ref = \"refs/tags/v1\"\nupdate = \"force\"\nrefused = [\"force-push\"]").empty());
}

TEST_CASE("described commits are judged one by one") {
  const std::string policy = "[[branch]]\nmatch = [\"**\"]\ncommits.message = '^[A-Z]'\ncommits.author_email = '@example\\.org$'\nfiles.max_size = \"5MiB\"\nfiles.deny = [\"*.pem\"]\n";
  const auto commit = [&](const std::string& described) { return "ref = \"x\"\nupdate = \"commit\"\ncommits = [" + described + "]\n"; };
  CHECK(tried(policy, commit("{ message = \"mend\" }") + "refused = [\"message\"]").empty());
  CHECK(tried(policy, commit("{ message = \"Mend\" }, { author = \"a@elsewhere.example\" }") + "refused = [\"author-email\"]").empty());
  CHECK(tried(policy, commit("{ files = [\"a\", { path = \"b\", size = \"5MiB\" }] }") + "allowed = true").empty());
  CHECK(tried(policy, commit("{ files = [{ path = \"b\", size = \"6MiB\" }, \"k/x.pem\"] }") + "refused = [\"file-size\", \"denied-file\"]").empty());
  CHECK(tried(policy, commit("{ files = [{ path = \"x.pem\", removed = true }] }") + "allowed = true").empty());
  CHECK(tried(policy, commit("{}") + "allowed = true", "[defaults]\nmessage = \"Mend\"\nauthor = \"b@example.org\"\n").empty());
  CHECK(tried(policy, commit("{}") + "allowed = true", "[defaults]\nmessage = \"mend\"\n") == "allowed | refused: message\n");
}

TEST_CASE("signatures are described, not made") {
  const std::string policy = "[policy]\nallowed_signers = \"signers\"\n[[branch]]\nmatch = [\"**\"]\nsigned = \"all\"\n[[tag]]\nmatch = [\"v*\"]\nsigned = \"merge\"\n";
  const std::string commit = "ref = \"x\"\nupdate = \"commit\"\n";
  CHECK(tried(policy, commit + "refused = [\"signature\"]").empty());
  CHECK(tried(policy, commit + "commits = [{ signed_by = \"a@example.org\" }]\nallowed = true").empty());
  CHECK(tried(policy, commit + "commits = [{ signed_by = \"a@example.org\", signature = \"revoked\" }]\nrefused = [\"signature\"]").empty());
  CHECK(tried(policy, commit + "allowed = true", "[defaults]\nsigned_by = \"a@example.org\"\n").empty());
  const std::string tag = "ref = \"refs/tags/v1\"\nupdate = \"create\"\n";
  CHECK(tried(policy, tag + "tag = { signed_by = \"a@example.org\" }\nallowed = true").empty());
  CHECK(tried(policy, tag + "tag = {}\nrefused = [\"signature\"]").empty());
  CHECK(tried(policy, tag + "refused = [\"signature\"]").empty());
}

TEST_CASE("merges are described: their content, and which side they were made on") {
  const std::string policy = "[[branch]]\nmatch = [\"master\"]\nallow = [\"merge\"]\nmerge_content = \"clean-or-resolved\"\nfirst_parent = true\n";
  const std::string merge = "ref = \"master\"\nupdate = \"merge\"\nof = \"x\"\n";
  CHECK(tried(policy, merge + "allowed = true").empty());
  CHECK(tried(policy, merge + "commits = [{ merge = \"resolved\", files = [\"a\"] }]\nallowed = true").empty());
  CHECK(tried(policy, merge + "commits = [{ merge = \"edited\", files = [\"a\"] }]\nrefused = [\"merge-content\"]").empty());
  CHECK(tried(policy, merge + "turned_around = true\nrefused = [\"direct-push\", \"first-parent\"]").empty());
}

TEST_CASE("a freeze is on only when the test says so") {
  const std::string policy = "[[branch]]\nmatch = [\"master\"]\nfreeze = [{ from = 2026-12-20T00:00:00Z, until = 2027-01-05T00:00:00Z, reason = \"holidays\" }]\n";
  const std::string commit = "ref = \"master\"\nupdate = \"commit\"\n";
  CHECK(tried(policy, commit + "allowed = true").empty());
  CHECK(tried(policy, commit + "at = 2026-12-24T18:00:00Z\nrefused = [\"freeze\"]").empty());
  CHECK(tried(policy, commit + "at = 2026-12-20T01:00:00+01:00\nrefused = [\"freeze\"]").empty());
  CHECK(tried(policy, commit + "at = 2026-12-20T00:59:59+01:00\nallowed = true").empty());
  CHECK(tried(policy, commit + "at = 2027-01-05T00:00:00Z\nallowed = true").empty());
}

TEST_CASE("who bypasses what, and what is only told") {
  const std::string policy = "[[branch]]\nmatch = [\"master\"]\nallow = [\"merge\"]\nbypass = [\"lead@example.org\"]\n"
                             "[[branch]]\nmatch = [\"master\"]\nenforcement = \"evaluate\"\ncommits.message = '^[A-Z]'\n";
  const std::string commit = "ref = \"master\"\nupdate = \"commit\"\ncommits = [{ message = \"mend\" }]\n";
  CHECK(tried(policy, commit + "bypass = { by = \"lead@example.org\", reason = \"fire\" }\nallowed = true\nbypassed = [\"direct-push\"]\ntold = [\"message\"]").empty());
  CHECK(tried(policy, commit + "bypass = { by = \"other@example.org\", reason = \"fire\" }\nrefused = [\"direct-push\"]\nbypassed = []").empty());
  CHECK(tried(policy, commit + "refused = [\"direct-push\"]\ntold = []") == "told: none | told: message\n");
}

TEST_CASE("the suites that an update needs") {
  const std::string suites = "[suite.api]\nbuild = \"api\"\nrun = [\"t\"]\n[suite.web]\nbuild = \"web\"\nrun = [\"t\"]\n";
  const std::string policy = "[[branch]]\nmatch = [\"master\"]\nrequire = [\"api\"]\n" + suites;
  CHECK(tried(policy, "ref = \"master\"\nupdate = \"commit\"\nallowed = true\nsuites = [\"api\"]").empty());
  CHECK(tried(policy, "ref = \"x\"\nupdate = \"commit\"\nallowed = true\nsuites = [\"web\", \"api\"]").empty());
  CHECK(tried(policy, "ref = \"x\"\nupdate = \"delete\"\nallowed = true\nsuites = []").empty());
  CHECK(tried(policy, "ref = \"refs/notes/x\"\nupdate = \"commit\"\nallowed = true\nsuites = []").empty());
  CHECK(tried(policy, "ref = \"master\"\nupdate = \"commit\"\nallowed = true\nsuites = [\"web\"]") == "suites: web | suites: api\n");
}

TEST_CASE("a change of the policy is judged, too") {
  const std::string policy = "serial = 3\n[policy]\nowners = [\"lead@example.org\"]\nallowed_signers = \"signers\"\n[[branch]]\nmatch = [\"master\"]\nallow = [\"commit\"]\n";
  const std::string commit = "ref = \"master\"\nupdate = \"commit\"\ncommits = [{ signed_by = \"lead@example.org\", files = [\"gate.toml\"] }]\n";
  CHECK(tried(policy, commit + "policy = { old_serial = 3, new_serial = 4 }\nallowed = true").empty());
  CHECK(tried(policy, commit + "policy = { old_serial = 3, new_serial = 2 }\nrefused = [\"policy-serial\"]").empty());
  CHECK(tried(policy, "ref = \"master\"\nupdate = \"commit\"\ncommits = [{ files = [\"gate.toml\"] }]\npolicy = { old_serial = 3, new_serial = 3 }\nrefused = [\"policy-owner\"]").empty());
}

TEST_CASE("a block may speak of one remote only") {
  const std::string policy = "[[branch]]\nmatch = [\"master\"]\nremotes = [\"origin\"]\nallow = [\"merge\"]\n";
  CHECK(tried(policy, "ref = \"master\"\nupdate = \"commit\"\nrefused = [\"direct-push\"]").empty());
  CHECK(tried(policy, "ref = \"master\"\nupdate = \"commit\"\nremote = \"fork\"\nallowed = true").empty());
  CHECK(tried(policy, "ref = \"master\"\nupdate = \"commit\"\nallowed = true", "[defaults]\nremote = \"fork\"\n").empty());
}

TEST_CASE("a policy that contradicts itself fails the test that meets it") {
  const std::string policy = "[[branch]]\nmatch = [\"x\"]\nfrom = [\"a\"]\n[[branch]]\nmatch = [\"**\"]\nfrom = [\"b\"]\n";
  CHECK(tried(policy, "ref = \"x\"\nupdate = \"commit\"\nallowed = true") == "an answer | the policy contradicts itself on x\n");
}

TEST_CASE("all problems of a test file are told at once") {
  CHECK(wrong("") == Strings{"0:0 there is no test in this file (write: [[test]] with \"name\", \"ref\", \"update\" and what is expected)"});
  const auto all = wrong("[[test]]\nnam = \"x\"\nref = \"a b\"\nupdate = \"comit\"\nrefused = [\"direct-psh\"]\n");
  CHECK(all.size() >= 4);
  CHECK(all[0].find("[[test]] needs \"name\"") != std::string::npos);
  CHECK(all[1] == "2:1 unknown key \"nam\" in [[test]] (did you mean \"name\"?)");
  CHECK(all[2].find("3:7 \"a b\" can't be a ref") == 0);
  CHECK(all[3].find("4:10 \"update\" can't be \"comit\" (did you mean \"commit\"?)") == 0);
}

TEST_CASE("what is expected is said once, and makes sense") {
  const std::string head = "[[test]]\nname = \"t\"\nref = \"x\"\nupdate = \"delete\"\n";
  CHECK(wrong(head).front().find("needs either \"allowed\" or \"refused\"") != std::string::npos);
  CHECK(wrong(head + "allowed = true\nrefused = [\"deletion\"]").front().find("needs either") != std::string::npos);
  CHECK(wrong(head + "allowed = false").front().find("name the rules that refuse it") != std::string::npos);
  CHECK(wrong(head + "refused = []").front().find("allowed = true") != std::string::npos);
  CHECK(wrong(head + "refused = [\"deletion\"]\nsuites = [\"api\"]").front().find("runs no suite") != std::string::npos);
  CHECK(wrong(head + "refused = [\"deletoin\"]").front().find("did you mean \"deletion\"?") != std::string::npos);
  CHECK(wrong(head + "allowed = true\ncommits = [{}]").front().find("brings no commits") != std::string::npos);
  CHECK(wrong(head + "allowed = true\nbypass = { by = \"a\" }").front().find("needs \"reason\"") != std::string::npos);
  CHECK(wrong(head + "allowed = true\nat = 2026-12-24").size() == 1);
  CHECK(wrong(head + "allowed = true\ntag = 1").size() == 1);
}

TEST_CASE("hostile test files are refused before the parser sees them") {
  CHECK(wrong(std::string(70000, '#')).size() == 1);
  CHECK(wrong("\xff").size() == 1);
  CHECK(wrong("[[test]\n").size() == 1);
}
