#include <catch2/catch.hpp>

#include "report/text.hpp"

using namespace gate;

namespace {

const Oid k_commit = *Oid::parse("1a2b3c4d" + std::string(32, '0'));

Need need(const std::string& name) {
  Suite suite;
  suite.name = name;
  suite.run = {"python", "manage.py", "test"};
  return {suite, k_commit, k_commit, k_commit, Digest::of(""), {*RefName::branch("feature")}, {}};
}

} // namespace

TEST_CASE("a refused push says what, why and how to mend it") {
  Conclusion conclusion;
  conclusion.judgement.violations.push_back({"direct-push", *RefName::branch("master"), "1a2b3c4d \"Fix\" would land straight on master", "master takes merge only",
                                             {"9f8e7d6c:gate.toml", 5, 9}, "git push origin x"});
  CHECK(render(conclusion, {false, "push"}) == "gate: push refused\n"
                                               "\n"
                                               "  direct-push  refs/heads/master\n"
                                               "    what  1a2b3c4d \"Fix\" would land straight on master\n"
                                               "    why   master takes merge only   (9f8e7d6c:gate.toml:5:9)\n"
                                               "    mend  git push origin x\n"
                                               "\n");
}

TEST_CASE("a failed suite shows its last lines and its log") {
  Conclusion conclusion;
  SuiteResult result{need("api"), false, {}, {}, {"/r/.git/gate/logs/x.log"}};
  result.run.outcome = SuiteRun::Outcome::failed;
  result.run.reason = "\"python manage.py test\" ended with exit code 1";
  result.run.tail = "first\n\x1b[2Jgate: api passed\n";
  result.run.duration = std::chrono::milliseconds(3200);
  conclusion.suites.push_back(result);
  conclusion.judgement.needs.push_back(result.need);
  CHECK(render(conclusion, {false, "push"}) == "gate: push refused\n"
                                               "\n"
                                               "  suite api failed after 3.2 s  on 1a2b3c4d (feature)\n"
                                               "    what  \"python manage.py test\" ended with exit code 1\n"
                                               "    | first\n"
                                               "    | \\x1b[2Jgate: api passed\n"
                                               "    log   /r/.git/gate/logs/x.log\n"
                                               "    mend  mend it, commit, and try it before the next push: gate check\n"
                                               "\n");
}

TEST_CASE("passes are one line each") {
  Conclusion conclusion;
  SuiteResult fresh{need("api"), false, {}, {}, {}};
  fresh.run.outcome = SuiteRun::Outcome::passed;
  fresh.run.duration = std::chrono::milliseconds(12'400);
  conclusion.suites = {fresh, {need("web"), true, {}, {}, {}}};
  conclusion.judgement.needs = {fresh.need, need("web")};
  CHECK(render(conclusion, {false, "push"}) == "gate: feature 1a2b3c4d: suite api passed in 12 s\n"
                                               "gate: feature 1a2b3c4d: suite web passed before on this very tree\n");
}

TEST_CASE("a pass that was taken over says on whose word, and how old it is") {
  Conclusion conclusion;
  SuiteResult taken{need("api"), true, {}, {}, {}};
  const auto now = std::chrono::system_clock::now();
  Verdict verdict{};
  verdict.finished = now - std::chrono::minutes(150);
  taken.need.verdict = verdict;
  taken.need.voucher = Voucher{"ci@example.com\x1b[2J", SignerRole::ci, "SHA256:x"};
  conclusion.suites = {taken};
  conclusion.judgement.needs = {taken.need};
  CHECK(render(conclusion, {false, "push", now}) == "gate: feature 1a2b3c4d: suite api passed before, says ci@example.com\\x1b[2J (ci), 2 h ago\n");
}

TEST_CASE("a pass on a further attempt is called flaky") {
  Conclusion conclusion;
  SuiteResult flaky{need("api"), false, {}, {}, {}};
  flaky.need.suite.retries = 2;
  flaky.run.outcome = SuiteRun::Outcome::passed;
  flaky.run.duration = std::chrono::milliseconds(12'400);
  flaky.attempts = 2;
  conclusion.suites = {flaky};
  conclusion.judgement.needs = {flaky.need};
  CHECK(render(conclusion, {false, "push"}) == "gate: feature 1a2b3c4d: suite api passed on attempt 2 of 3 in 12 s: flaky; how often: gate log --suite api\n");
  conclusion.suites.front().logs = {"/r/2-0002-api.log", "/r/1-0001-api.log"};
  CHECK(render(conclusion, {false, "push"}).find("gate log --suite api\n      log of attempt 1, which failed: /r/1-0001-api.log\n") != std::string::npos);
  conclusion.suites.front().need.suite.shards = 2;
  conclusion.suites.front().logs = {"/r/1-0001-api-1-2.log", "/r/2-0003-api-2-2.log", "/r/1-0002-api-2-2.log"};
  CHECK(render(conclusion, {false, "push"}).find("\n      log of attempt 1 of shard 2, which failed: /r/1-0002-api-2-2.log\n") != std::string::npos);
}

TEST_CASE("a failure tells its attempt, and where the logs of its shards are") {
  Conclusion conclusion;
  SuiteResult failed{need("api"), false, {}, {}, {"/r/2-0003-api-2-4.log", "/r/1-0002-api-2-4.log", "/r/1-0001-api-1-4.log"}};
  failed.need.suite.retries = 1;
  failed.need.suite.shards = 4;
  failed.shard = 2;
  failed.run.reason = "no";
  failed.run.duration = std::chrono::milliseconds(1000);
  failed.attempts = 2;
  conclusion.suites = {failed};
  conclusion.judgement.needs = {failed.need};
  CHECK(render(conclusion, {false, "push"}) == "gate: push refused\n"
                                               "\n"
                                               "  suite api 2/4 failed on attempt 2 of 2 after 1.0 s  on 1a2b3c4d (feature)\n"
                                               "    what  no\n"
                                               "    log   /r/2-0003-api-2-4.log\n"
                                               "          attempt 1: /r/1-0002-api-2-4.log\n"
                                               "          those of the other shards: gate log\n"
                                               "    mend  mend it, commit, and try it before the next push: gate check\n"
                                               "\n");
}

TEST_CASE("a suite that another one's failure has stopped is named, and not called a failure") {
  Conclusion conclusion;
  SuiteResult stopped{need("web"), false, {}, {}, {"/log"}};
  stopped.stopped = true;
  stopped.run.reason = "another suite had failed";
  conclusion.suites = {stopped};
  conclusion.judgement.needs = {stopped.need};
  CHECK(render(conclusion, {false, "push"}) == "gate: push refused\n"
                                               "\n"
                                               "  suite web stopped  on 1a2b3c4d (feature)\n"
                                               "    what  another suite had failed\n"
                                               "\n");
}

TEST_CASE("a suite that could not run says why, and every failure is named") {
  Conclusion conclusion;
  SuiteResult lost{need("api"), false, {}, Error{ErrorKind::could_not_run, "the Engine does not answer", "start it"}, {}};
  SuiteResult failed{need("web"), false, {}, {}, {"/log"}};
  conclusion.suites = {lost, failed};
  conclusion.judgement.needs = {lost.need, failed.need};
  const std::string text = render(conclusion, {false, "check"});
  CHECK(text.find("suite api could not run") != std::string::npos);
  CHECK(text.find("    what  the Engine does not answer\n    mend  start it\n") != std::string::npos);
  CHECK(text.find("suite web failed") != std::string::npos);
}

TEST_CASE("a suite that could not run shows what its log says, an interrupt or a pass does not") {
  Conclusion conclusion;
  SuiteResult lost{need("api"), false, {}, Error{ErrorKind::could_not_run, "docker pull ended with 1", "try again"}, {"/log"}};
  lost.run.tail = "no such host\n";
  conclusion.suites = {lost};
  conclusion.judgement.needs = {lost.need};
  CHECK(render(conclusion, {false, "check"}).find("    what  docker pull ended with 1\n    | no such host\n    log   /log\n    mend  try again\n") != std::string::npos);
  conclusion.suites.front().error->kind = ErrorKind::interrupted;
  CHECK(render(conclusion, {false, "check"}).find("log") == std::string::npos);
  conclusion.suites.front().error->kind = ErrorKind::could_not_run;
  conclusion.suites.front().run.outcome = SuiteRun::Outcome::passed;
  CHECK(render(conclusion, {false, "check"}).find("log") == std::string::npos);
}

TEST_CASE("colour is there only when it is asked for") {
  const Error error{ErrorKind::usage, "no", "yes"};
  CHECK(render(error, {false, ""}) == "gate: no\n      mend: yes\n");
  CHECK(render(error, {true, ""}).find('\x1b') != std::string::npos);
}

TEST_CASE("problems of a policy have their place and hint") {
  CHECK(render(std::vector<Diagnostic>{{{"gate.toml", 3, 1}, "unknown key \"alow\"", "did you mean \"allow\"?"}}, {false, ""}) ==
        "  gate.toml:3:1: unknown key \"alow\"; did you mean \"allow\"?\n");
}

TEST_CASE("what was bypassed is always said, with who and why") {
  Conclusion conclusion;
  conclusion.judgement.bypass = BypassRequest{"lead@example.org", "down \x1b[2J"};
  conclusion.judgement.bypassed.push_back({"direct-push", *RefName::branch("master"), "it would land on master", "", {}, "", Enforcement::active, {}});
  CHECK(render(conclusion, {false, "push"}) ==
        "gate: bypassed: direct-push on refs/heads/master: it would land on master, by lead@example.org: down \\x1b[2J\n");
  conclusion.judgement.bypass->who.clear();
  CHECK(render(conclusion, {false, "push"}).find("by somebody who is not known: down") != std::string::npos);
}

TEST_CASE("rules that are only evaluated are told, and refuse nothing") {
  Conclusion conclusion;
  conclusion.judgement.told.push_back({"linear", *RefName::branch("master"), "a merge", "no merges", {}, "rebase", Enforcement::evaluate, {}});
  CHECK(render(conclusion, {false, "push"}) == "gate: would be refused, once these rules are enforced\n"
                                               "\n"
                                               "  linear  refs/heads/master\n"
                                               "    what  a merge\n"
                                               "    why   no merges\n"
                                               "    mend  rebase\n"
                                               "\n");
}

TEST_CASE("a rule that a bypass does not reach says whom it takes") {
  Conclusion conclusion;
  auto& judgement = conclusion.judgement;
  judgement.bypass = BypassRequest{"dev@example.org", "please"};
  judgement.violations.push_back({"direct-push", *RefName::branch("master"), "what", "why", {}, "", Enforcement::active, {}});
  CHECK(render(conclusion, {false, "push"}).find("    skip  nobody may skip this rule") != std::string::npos);
  judgement.violations[0].bypass.by = {"lead@example.org", "boss@example.org"};
  CHECK(render(conclusion, {false, "push"}).find("    skip  only lead@example.org, boss@example.org may skip this rule, not dev@example.org\n") != std::string::npos);
  judgement.bypass->who.clear();
  CHECK(render(conclusion, {false, "push"}).find("git push --signed -o gate.skip=") != std::string::npos);
  judgement.bypass.reset();
  CHECK(render(conclusion, {false, "push"}).find("skip") == std::string::npos);
}
