#include <catch2/catch.hpp>

#include "cli/shared_verdicts.hpp"

using namespace gate;

namespace {

const Oid k_tree = *Oid::parse(std::string(40, 'a'));

Suite suite_named(const std::string& name) {
  Suite suite;
  suite.name = name;
  suite.run = {"true"};
  return suite;
}

Verdict verdict_of(const Suite& suite, const std::string& key) {
  Verdict verdict{};
  verdict.key = Digest::of(key);
  verdict.tree = k_tree;
  verdict.suite = suite.name;
  verdict.definition = suite.definition();
  return verdict;
}

SuiteResult passed(const Suite& suite) {
  SuiteResult result{{suite, k_tree, k_tree, k_tree, Digest::of("need"), {}, {}}, false, {}, {}, {}};
  result.run.outcome = SuiteRun::Outcome::passed;
  return result;
}

} // namespace

TEST_CASE("what has passed here is sent: by the newest verdict of the run, or by the one that was found") {
  const Suite api = suite_named("api");
  const Suite web = suite_named("web");
  SuiteResult found = passed(web);
  found.reused = true;
  found.need.verdict = verdict_of(web, "found");
  const std::vector<Verdict> newest{verdict_of(api, "new"), verdict_of(api, "old"), verdict_of(web, "other")};
  const auto own = own_passes({passed(api), found}, newest, Passes::reused_too);
  REQUIRE(own.size() == 2);
  CHECK(own[0].key == Digest::of("new"));
  CHECK(own[1].key == Digest::of("found"));
  const auto of_now = own_passes({passed(api), found}, newest, Passes::of_this_process);
  REQUIRE(of_now.size() == 1);
  CHECK(of_now[0].key == Digest::of("new"));
}

TEST_CASE("a verdict that somebody else vouches for is not sent, nor what did not pass") {
  const Suite api = suite_named("api");
  SuiteResult taken = passed(api);
  taken.reused = true;
  taken.need.verdict = verdict_of(api, "taken");
  taken.need.voucher = Voucher{"ci@example.com", SignerRole::ci, "SHA256:x"};
  SuiteResult failed = passed(api);
  failed.run.outcome = SuiteRun::Outcome::failed;
  SuiteResult broken = passed(api);
  broken.error = Error{ErrorKind::could_not_run, "no engine", ""};
  const std::vector<Verdict> newest{verdict_of(api, "of before")};
  CHECK(own_passes({taken, failed, broken}, newest, Passes::reused_too).empty());
}

TEST_CASE("a run of a suite that leaves no verdict is not mistaken for an older one") {
  Suite api = suite_named("api");
  const std::vector<Verdict> newest{verdict_of(api, "of before")};
  api.reusable = false;
  CHECK(own_passes({passed(api)}, newest, Passes::reused_too).empty());
  Suite changed = suite_named("api");
  changed.run = {"false"};
  CHECK(own_passes({passed(changed)}, newest, Passes::reused_too).empty());
}

TEST_CASE("one verdict for two refs is sent once") {
  const Suite api = suite_named("api");
  CHECK(own_passes({passed(api), passed(api)}, {verdict_of(api, "new")}, Passes::reused_too).size() == 1);
}

TEST_CASE("what does not count is told, three of them a suite") {
  const DoubtedVerdict doubt{"ci@example.com", "its key was valid until 2026-01-31"};
  CHECK(doubt_notices({{"api", {doubt}}}) ==
        std::vector<std::string>{"a verdict for suite api by ci@example.com does not count: its key was valid until 2026-01-31"});
  const auto many = doubt_notices({{"api", {5, doubt}}, {"web", {}}});
  REQUIRE(many.size() == 4);
  CHECK(many.back() == "2 more verdicts for suite api do not count: gate verify");
  CHECK(doubt_notices({{"api", {{"", "it is no JSON"}}}}).front() == "a verdict for suite api by somebody does not count: it is no JSON");
}

TEST_CASE("what was sent is said in a line, and what was not with the command that does it later; no password is shown") {
  CHECK(sent_text({1, "SHA256:x", "", ""}, "origin") == "gate: 1 verdict sent to origin, signed by SHA256:x\n");
  CHECK(sent_text({2, "SHA256:x", "", ""}, "https://me:secret@example.com/r.git") == "gate: 2 verdicts sent to https://example.com/r.git, signed by SHA256:x\n");
  CHECK(sent_text({0, "SHA256:x", "", ""}, "origin").empty());
  CHECK(sent_text({0, "", "others wrote\x1b[2J", ""}, "origin") ==
        "gate: note: verdicts were not sent to origin: others wrote\\x1b[2J; gate verdict push origin\n");
  CHECK(trouble_text("fetched from", "origin", {ErrorKind::could_not_run, "no route to host", "see your network"}) ==
        "gate: note: verdicts were not fetched from origin: no route to host; see your network\n");
}
