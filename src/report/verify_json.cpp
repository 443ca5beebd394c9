#include "report/verify_json.hpp"

#include <nlohmann/json.hpp>

#include "report/time_text.hpp"

namespace gate {

namespace {

using VerifyJson = nlohmann::ordered_json;

VerifyJson json_of(const Verdict& verdict) {
  return {{"finished", rfc3339_text(verdict.finished)}, {"commit", verdict.commit.hex()}, {"platform", verdict.platform}, {"key", verdict.key.hex()}};
}

VerifyJson json_of(const VouchedVerdict& vouched) {
  VerifyJson document = json_of(vouched.verdict);
  document["by"] = vouched.voucher.principal;
  document["role"] = name_of(vouched.voucher.role);
  document["signer"] = vouched.voucher.fingerprint;
  return document;
}

VerifyJson json_of(const SuiteStanding& suite) {
  VerifyJson vouched = VerifyJson::array();
  for (const auto& one : suite.vouched) {
    vouched.push_back(json_of(one));
  }
  VerifyJson doubts = VerifyJson::array();
  for (const auto& doubt : suite.doubts) {
    doubts.push_back({{"by", doubt.who}, {"why", doubt.why}});
  }
  return {{"suite", suite.suite},
          {"tree", suite.seen.hex()},
          {"holds", {{"client", suite.holds_for_client}, {"server", suite.holds_for_authority}}},
          {"own", suite.own ? json_of(*suite.own) : VerifyJson()},
          {"vouched", std::move(vouched)},
          {"doubts", std::move(doubts)},
          {"unknown_key", suite.unknown_key}};
}

VerifyJson json_of(const CommitStanding& commit) {
  VerifyJson suites = VerifyJson::array();
  for (const auto& suite : commit.suites) {
    suites.push_back(json_of(suite));
  }
  return {{"commit", commit.commit.hex()},
          {"ref", commit.ref.full()},
          {"subject", commit.subject},
          {"holds", {{"client", commit.holds(Asker::client)}, {"server", commit.holds(Asker::authority)}}},
          {"problems", commit.problems},
          {"suites", std::move(suites)}};
}

} // namespace

std::string to_json(const Verification& verification) {
  VerifyJson commits = VerifyJson::array();
  for (const auto& commit : verification.commits) {
    commits.push_back(json_of(commit));
  }
  VerifyJson problems = VerifyJson::array();
  for (const auto& problem : verification.problems) {
    problems.push_back(problem.place.str() + ": " + problem.message);
  }
  const VerifyJson document = {{"schema", "gate-verify/1"},
                               {"version", 1},
                               {"remote", verification.remote},
                               {"as", verification.asker == Asker::client ? "client" : "server"},
                               {"holds", verification.holds()},
                               {"notices", verification.notices},
                               {"problems", std::move(problems)},
                               {"commits", std::move(commits)}};
  return document.dump(2, ' ', false, VerifyJson::error_handler_t::replace) + "\n";
}

} // namespace gate
