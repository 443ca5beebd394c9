#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "report/verify_json.hpp"
#include "report/verify_text.hpp"

using namespace gate;
using namespace std::chrono_literals;

namespace {

const Oid k_a = *Oid::parse(std::string(40, 'a'));
const auto k_now = std::chrono::system_clock::from_time_t(1'780'000'000);

Verification found() {
  const Verdict verdict{Digest::of("k"), k_a, k_a, "api", Digest::of("d"), "linux/amd64", k_now - 3h, k_now - 2h, "0.1.0", "", {}};
  const VouchedVerdict vouched{verdict, {"ci@example.com\x1b[2J", SignerRole::ci, "SHA256:x"}, "{}"};
  SuiteStanding good{"api", k_a, verdict, {vouched}, {}, "", true, true};
  SuiteStanding bad{"unit-all", k_a, {}, {}, {{"bob@example.com", "it is of the tree \x1b[31m"}}, "", false, false};
  return {"origin", Asker::client, {{k_a, *RefName::branch("master"), "red \x1b[31m \xff", {good, bad}, {}}}, {"a note"}, {}};
}

} // namespace

TEST_CASE("a verification tells commit by commit what holds, by whom, since when, and what was doubted") {
  CHECK(render(found(), k_now, {false, "verify"}) ==
        "gate: note: a note\n"
        "gate: aaaaaaaa \"red \\x1b[31m \\xff\" for master: 1 of 2 suites does not hold\n"
        "  api       holds: this machine, 2026-05-28 18:26 UTC, 2 h ago\n"
        "            holds: ci@example.com\\x1b[2J (ci), SHA256:x, 2026-05-28 18:26 UTC, 2 h ago\n"
        "  unit-all  does not hold: of the verdicts that are there none counts\n"
        "            doubted: the one by bob@example.com: it is of the tree \\x1b[31m\n"
        "      mend: gate verdict fetch origin   (brings what others have signed since; a push runs what is left)\n");
}

TEST_CASE("a verification where all holds says no more than that") {
  auto all = found();
  all.commits.front().suites.pop_back();
  all.notices.clear();
  const auto text = render(all, k_now, {false, "verify"});
  CHECK(text.find("for master: 1 suite holds\n") != std::string::npos);
  CHECK(text.find("mend") == std::string::npos);
}

TEST_CASE("what a run of this machine is not enough for is said") {
  auto all = found();
  all.asker = Asker::authority;
  auto& suite = all.commits.front().suites.front();
  suite.vouched.clear();
  suite.holds_for_authority = false;
  const auto text = render(all, k_now, {false, "verify"});
  CHECK(text.find("does not hold: only a run of this machine is here") != std::string::npos);
  CHECK(text.find("not enough: this machine, 2026") != std::string::npos);
  CHECK(text.find("mend: gate push") != std::string::npos);
}

TEST_CASE("a range ends with how many of it hold") {
  auto all = found();
  all.commits.push_back(all.commits.front());
  all.commits.back().suites.pop_back();
  CHECK(render(all, k_now, {false, "verify"}).find("gate: 1 of 2 commits hold for a client\n") != std::string::npos);
}

TEST_CASE("a verification as JSON has everything, in words that are stable") {
  const auto json = nlohmann::json::parse(to_json(found()));
  CHECK(json["schema"] == "gate-verify/1");
  CHECK(json["version"] == 1);
  CHECK(json["as"] == "client");
  CHECK(json["holds"] == false);
  CHECK(json["commits"][0]["commit"] == k_a.hex());
  CHECK(json["commits"][0]["ref"] == "refs/heads/master");
  const auto& api = json["commits"][0]["suites"][0];
  CHECK(api["holds"] == nlohmann::json::parse(R"({"client":true,"server":true})"));
  CHECK(api["own"]["finished"] == "2026-05-28T18:26:40Z");
  CHECK(api["vouched"][0]["role"] == "ci");
  CHECK(api["vouched"][0]["signer"] == "SHA256:x");
  const auto& unit = json["commits"][0]["suites"][1];
  CHECK(unit["own"].is_null());
  CHECK(unit["doubts"][0]["by"] == "bob@example.com");
}
