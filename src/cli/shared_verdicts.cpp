#include "cli/shared_verdicts.hpp"

#include <algorithm>

#include "base/shell_word.hpp"
#include "git/live_remotes.hpp"
#include "report/clean.hpp"

namespace gate {

namespace {

const Verdict* verdict_behind(const SuiteResult& result, const std::vector<Verdict>& newest, Passes which) {
  const Need& need = result.need;
  if (!result.passed() || need.voucher || !need.suite.reusable) {
    return nullptr;
  }
  if (result.reused) {
    return which == Passes::reused_too && need.verdict ? &*need.verdict : nullptr;
  }
  const Digest definition = need.suite.definition();
  const auto found = std::find_if(newest.begin(), newest.end(),
                                  [&](const Verdict& v) { return v.tree == need.seen && v.suite == need.suite.name && v.definition == definition; });
  return found == newest.end() ? nullptr : &*found;
}

} // namespace

std::vector<Verdict> own_passes(const std::vector<SuiteResult>& suites, const std::vector<Verdict>& newest, Passes which) {
  std::vector<Verdict> passes;
  for (const auto& result : suites) {
    const Verdict* verdict = verdict_behind(result, newest, which);
    const bool is_new = verdict != nullptr && std::none_of(passes.begin(), passes.end(), [&](const Verdict& v) { return v.key == verdict->key; });
    if (is_new) {
      passes.push_back(*verdict);
    }
  }
  return passes;
}

std::vector<std::string> doubt_notices(const std::vector<DoubtsOf>& doubts) {
  constexpr std::size_t k_most = 3;
  std::vector<std::string> notices;
  for (const auto& of_suite : doubts) {
    const std::size_t all = of_suite.doubts.size();
    for (std::size_t i = 0; i < std::min(all, k_most); ++i) {
      const auto& doubt = of_suite.doubts[i];
      notices.push_back("a verdict for suite " + of_suite.suite + " by " + (doubt.who.empty() ? "somebody" : doubt.who) + " does not count: " + doubt.why);
    }
    if (all > k_most) {
      notices.push_back(std::to_string(all - k_most) + " more verdicts for suite " + of_suite.suite + " do not count: gate verify");
    }
  }
  return notices;
}

std::string sent_text(const Shared& shared, const std::string& remote) {
  const std::string to = without_secrets(remote);
  std::string text;
  if (shared.sent > 0) {
    text = "gate: " + std::to_string(shared.sent) + (shared.sent == 1 ? " verdict" : " verdicts") + " sent to " + clean_line(to) + ", signed by " +
           clean_line(shared.key) + "\n";
  }
  if (!shared.problem.empty()) {
    const std::string remedy = shared.remedy.empty() ? "gate verdict push " + shell_word(to) : shared.remedy;
    text += "gate: note: verdicts were not sent to " + clean_line(to) + ": " + clean_line(shared.problem) + "; " + clean_line(remedy) + "\n";
  }
  return text;
}

std::string trouble_text(const std::string& what, const std::string& remote, const Error& error) {
  return "gate: note: verdicts were not " + what + " " + clean_line(without_secrets(remote)) + ": " + clean_line(error.message) +
         (error.remedy.empty() ? "" : "; " + clean_line(error.remedy)) + "\n";
}

} // namespace gate
