#include "report/verify_text.hpp"

#include <algorithm>

#include "base/counted.hpp"
#include "base/shell_word.hpp"
#include "report/clean.hpp"
#include "report/time_text.hpp"
#include "report/tone.hpp"

namespace gate {

namespace {

using VerifyClock = std::chrono::system_clock;

bool holds_for(const SuiteStanding& suite, Asker asker) { return asker == Asker::client ? suite.holds_for_client : suite.holds_for_authority; }

std::string when_text(const Verdict& verdict, VerifyClock::time_point now) { return minute_text(verdict.finished) + ", " + ago_text(verdict.finished, now); }

std::string line_of(const VouchedVerdict& vouched, VerifyClock::time_point now) {
  const auto& voucher = vouched.voucher;
  return clean_line(voucher.principal) + " (" + std::string(name_of(voucher.role)) + "), " + clean_line(voucher.fingerprint) + ", " + when_text(vouched.verdict, now);
}

// Nothing counts where nobody is trusted; else it is not there, or not good enough.
std::string why_nothing_holds(const SuiteStanding& suite) {
  if (!suite.unknown_key.empty()) {
    return "does not hold: its key can't be computed here: " + clean_line(suite.unknown_key);
  }
  if (suite.own) {
    return "does not hold: only a run of this machine is here, and what it ran counts for itself alone";
  }
  return suite.doubts.empty() ? "does not hold: there is no verdict" : "does not hold: of the verdicts that are there none counts";
}

std::string suite_lines(const SuiteStanding& suite, std::size_t width, const Verification& all, VerifyClock::time_point now, const TextStyle& style) {
  const std::string name = clean_line(suite.suite);
  const std::string indent = "  " + std::string(std::max(width, name.size()) + 2, ' ');
  const bool is_good = holds_for(suite, all.asker);
  std::string text = "  " + name + std::string(std::max(width, name.size()) + 2 - name.size(), ' ');
  bool is_first = true;
  const auto add = [&](const std::string& line) {
    text += (is_first ? "" : indent) + line + "\n";
    is_first = false;
  };
  if (!is_good) {
    add(toned(why_nothing_holds(suite), Tone::bad, style));
  }
  if (suite.own) {
    add((is_good ? toned("holds", Tone::good, style) + ": " : "not enough: ") + "this machine, " + when_text(*suite.own, now));
  }
  for (const auto& vouched : suite.vouched) {
    add(toned("holds", Tone::good, style) + ": " + line_of(vouched, now));
  }
  if (is_good && is_first) {
    add(toned("holds", Tone::good, style));
  }
  for (const auto& doubt : suite.doubts) {
    add("doubted: the one by " + clean_line(doubt.who) + ": " + clean_line(doubt.why));
  }
  return text;
}

std::string commit_lines(const CommitStanding& commit, const Verification& all, VerifyClock::time_point now, const TextStyle& style) {
  const std::string subject = commit.subject.empty() ? "" : " \"" + clean_line(commit.subject) + "\"";
  std::string text = "gate: " + commit.commit.brief() + subject + " for " + clean_line(commit.ref.brief()) + ": ";
  const auto bad = static_cast<std::size_t>(std::count_if(commit.suites.begin(), commit.suites.end(), [&](const SuiteStanding& s) { return !holds_for(s, all.asker); }));
  if (!commit.problems.empty()) {
    text += toned("can't be told", Tone::bad, style);
  } else if (commit.suites.empty()) {
    text += "no suite is required";
  } else if (bad == 0) {
    text += toned(counted(commit.suites.size(), "suite") + (commit.suites.size() == 1 ? " holds" : " hold"), Tone::good, style);
  } else {
    text += toned(std::to_string(bad) + " of " + counted(commit.suites.size(), "suite") + (bad == 1 ? " does not hold" : " do not hold"), Tone::bad, style);
  }
  text += "\n";
  for (const auto& problem : commit.problems) {
    text += "  problem: " + clean_line(problem) + "\n";
  }
  std::size_t width = 0;
  for (const auto& suite : commit.suites) {
    width = std::max(width, clean_line(suite.suite).size());
  }
  for (const auto& suite : commit.suites) {
    text += suite_lines(suite, width, all, now, style);
  }
  return text;
}

std::string mend_line(const Verification& verification) {
  const std::string remote = clean_line(shell_word(verification.remote));
  return verification.asker == Asker::client
             ? "      mend: gate verdict fetch " + remote + "   (brings what others have signed since; a push runs what is left)\n"
             : "      mend: gate push, or, tested already: gate verdict push " + remote + "   (fetch what others have signed: gate verdict fetch " + remote + ")\n";
}

} // namespace

std::string render(const Verification& verification, VerifyClock::time_point now, const TextStyle& style) {
  std::string text;
  for (const auto& notice : verification.notices) {
    text += "gate: note: " + clean_line(notice) + "\n";
  }
  if (!verification.problems.empty()) {
    text += "gate: the policy that judges contradicts itself\n" + render(verification.problems, style);
  }
  for (const auto& commit : verification.commits) {
    text += commit_lines(commit, verification, now, style);
  }
  if (verification.commits.size() > 1) {
    const auto& commits = verification.commits;
    const auto good = std::count_if(commits.begin(), commits.end(), [&](const CommitStanding& commit) { return commit.holds(verification.asker); });
    text += "gate: " + std::to_string(good) + " of " + counted(commits.size(), "commit") + " hold for " +
            (verification.asker == Asker::client ? "a client" : "a server and CI") + "\n";
  }
  const bool misses = std::any_of(verification.commits.begin(), verification.commits.end(), [&](const CommitStanding& commit) {
    return std::any_of(commit.suites.begin(), commit.suites.end(), [&](const SuiteStanding& suite) { return !holds_for(suite, verification.asker); });
  });
  return text + (misses ? mend_line(verification) : "");
}

} // namespace gate
