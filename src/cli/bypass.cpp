#include "cli/bypass.hpp"

#include <algorithm>

#include "app/bypass_log.hpp"
#include "cli/secret_variables.hpp"

namespace gate {

namespace {

constexpr std::size_t k_longest_reason = 1000; // bytes

// git-var(1), GIT_COMMITTER_IDENT: "name <e-mail> seconds zone". What git takes for an address holds no angle brackets.
Result<std::string> committer_email(const Invocation& invocation) {
  const auto asked = run_captured({{"git", "var", "GIT_COMMITTER_IDENT"}, children_environment(invocation.env), {}});
  if (!asked) {
    return tl::unexpected(asked.error());
  }
  const auto open = asked->out.rfind('<');
  const auto close = asked->out.rfind('>');
  if (!asked->end.ok() || open == std::string::npos || close == std::string::npos || close < open + 2) {
    return fail(ErrorKind::usage, std::string(k_skip_variable) + " is set, and git does not know who you are", "git config user.email you@example.org");
  }
  return asked->out.substr(open + 1, close - open - 1);
}

} // namespace

Result<std::string> usable_reason(std::string reason, const std::string& how) {
  if (reason.find_first_not_of(" \t\r\n") == std::string::npos) {
    return fail(ErrorKind::usage, "to skip a rule takes a reason, and it is empty", how);
  }
  if (reason.find('\n') != std::string::npos) {
    return fail(ErrorKind::usage, "the reason for skipping a rule has more than one line", how);
  }
  if (reason.size() > k_longest_reason) {
    return fail(ErrorKind::usage, "the reason for skipping a rule is longer than " + std::to_string(k_longest_reason) + " bytes", how);
  }
  return reason;
}

Result<std::optional<BypassRequest>> bypass_from_environment(const Invocation& invocation) {
  const auto value = value_of(invocation.env, k_skip_variable);
  if (!value) {
    return std::nullopt;
  }
  auto reason = usable_reason(*value, "say it: GATE_SKIP=\"why this must go now\" git push   (or unset GATE_SKIP)");
  if (!reason) {
    return tl::unexpected(reason.error());
  }
  auto who = committer_email(invocation);
  if (!who) {
    return tl::unexpected(who.error());
  }
  return BypassRequest{*std::move(who), *std::move(reason)};
}

void note_unused_bypass(Judgement& judgement, const std::string& means) {
  if (judgement.bypass && judgement.bypassed.empty() && !judgement.denied()) {
    judgement.notices.push_back(means + " is given, and there was nothing to skip");
  }
}

BypassFile bypass_file_of(OpenRepository& repository) { return BypassFile(repository.common_dir() / "gate" / "bypasses.jsonl"); }

Result<void> record_bypasses(const Judgement& judgement, const Push& push, Session& session, BypassRecord::State state) {
  if (judgement.bypassed.empty()) {
    return {};
  }
  const auto remote = session.repository().remote_named(push.remote);
  if (!remote) {
    return tl::unexpected(remote.error());
  }
  // A URL may hold a password.
  auto records = bypass_records(judgement, {BypassRecord::Where::client, state, remote->value_or("(a URL)"), std::chrono::system_clock::now()});
  const BypassFile file = bypass_file_of(session.repository());
  const auto there = file.read();
  if (!there) {
    return tl::unexpected(there.error());
  }
  std::erase_if(records, [&](const BypassRecord& record) {
    return std::any_of(there->records.begin(), there->records.end(), [&](const BypassRecord& old) { return says_the_same(old, record); });
  });
  auto appended = file.append(records);
  if (!appended) {
    appended.error().message = "nothing is let through, since what was bypassed can't be written down: " + appended.error().message;
  }
  return appended;
}

} // namespace gate
