// gate push
#include <algorithm>

#include "cli/bypass.hpp"
#include "cli/command.hpp"
#include "cli/git_push.hpp"
#include "cli/publish.hpp"
#include "cli/recorded_push.hpp"
#include "cli/run_headings.hpp"
#include "cli/session.hpp"
#include "cli/sharing.hpp"
#include "cli/wiring.hpp"
#include "report/clean.hpp"

namespace gate {

namespace {

constexpr std::string_view k_help =
    "usage: gate push [ARGUMENTS OF GIT PUSH]\n\n"
    "Judges and tests what git push with the same arguments would push, and only then runs it. git keeps the connection to\n"
    "the server open while its pre-push hook runs, and a server closes an idle one after minutes: with a long suite, this is\n"
    "the safe way. The hook then finds the result and is instant. With -v gate, too, says more: the headings of the runs' logs.\n"
    "Where [verdicts] of the policy says share = true, it fetches what others vouch for before it runs anything, and sends what\n"
    "has passed here before git pushes.\n";

// What git itself says of a push that it will refuse anyway goes to the user as git says it, made safe line by line.
void show(const std::string& git_said, const Terminal& err) {
  std::string_view rest = git_said;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    err.print(clean_line(rest.substr(0, end)) + "\n");
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
}

// git push ends with 1 when a ref was rejected, with 129 when its arguments are wrong, with 128 when it could not do its work.
ExitCode exit_code_of(const CommandEnd& end) {
  constexpr int k_usage = 129;
  if (end.ok()) {
    return ExitCode::allowed;
  }
  if (end.how == CommandEnd::How::exited && end.code == 1) {
    return ExitCode::refused;
  }
  return end.how == CommandEnd::How::exited && end.code == k_usage ? ExitCode::usage : ExitCode::could_not_run;
}

// git's own -v; it gets that, too.
bool is_verbose(const Invocation& invocation) {
  const auto words = invocation.arguments();
  return std::any_of(words.begin(), words.end(), [](const std::string& word) { return word == "-v" || word == "--verbose"; });
}

Result<ExitCode> judge_first(const RecordedPush& recorded, Session& session, const Invocation& invocation, const Terminal& err) {
  if (!recorded.git_end.ok() && recorded.pushes.empty()) {
    show(recorded.git_said, err);
    return exit_code_of(recorded.git_end);
  }
  JudgeTerms terms;
  auto bypass = bypass_from_environment(invocation);
  if (!bypass) {
    return tl::unexpected(bypass.error());
  }
  terms.bypass = *std::move(bypass);
  std::vector<SharedPush> passed;
  for (const auto& push : recorded.pushes) {
    auto conclusion = session.check(push, terms, invocation, std::nullopt, err, Session::Verdicts::fetched_first);
    if (!conclusion) {
      return tl::unexpected(conclusion.error());
    }
    note_unused_bypass(conclusion->judgement, std::string(k_skip_variable));
    if (is_verbose(invocation)) {
      err.print(headings_of(conclusion->suites));
    }
    err.print(render(*conclusion, err.style("push")));
    if (!conclusion->allowed()) {
      return exit_code_of(*conclusion);
    }
    if (auto written = record_bypasses(conclusion->judgement, push, session); !written) {
      return tl::unexpected(written.error());
    }
    passed.push_back({*std::move(conclusion), push.remote});
  }
  // Before git's own push: a server that asks for verdicts looks for them while that lasts.
  const auto sent = send_verdicts(passed, session, invocation, err);
  return sent ? Result<ExitCode>(ExitCode::allowed) : tl::unexpected(sent.error());
}

bool updates(const RefName& branch, const RecordedPush& recorded) {
  return std::any_of(recorded.pushes.begin(), recorded.pushes.end(), [&](const Push& push) {
    return std::any_of(push.updates.begin(), push.updates.end(), [&](const RefUpdate& u) { return !u.removes() && u.ref == branch; });
  });
}

// The outbox, not the marker: that is about what a finisher may go on with, and here also goes on what is not to have one.
Result<std::vector<RefName>> branches_waited_for(const RecordedPush& recorded, Session& session, const Invocation& invocation) {
  const auto entries = outbox_entries(session, invocation);
  if (!entries) {
    return tl::unexpected(entries.error());
  }
  std::vector<RefName> branches;
  for (const auto& entry : *entries) {
    if (!entry.is_over() && entry.state != PublicationState::unknown && updates(entry.branch, recorded)) {
      branches.push_back(entry.branch);
    }
  }
  return branches;
}

Result<ExitCode> push(const Invocation& invocation, const Terminal& err) {
  auto session = Session::open(invocation);
  if (!session) {
    return tl::unexpected(session.error());
  }
  Invocation dry_run = invocation;
  dry_run.env = without_signing_key(invocation.env);
  const auto recorded = record_push(invocation.arguments(), dry_run, session->folder().scratch());
  if (!recorded) {
    return tl::unexpected(recorded.error());
  }
  auto judged = judge_first(*recorded, *session, invocation, err);
  if (!judged || *judged != ExitCode::allowed) {
    return judged;
  }
  const auto end = run_attached(git_push(invocation.arguments(), invocation.env, session->repository().common_dir()));
  if (!end) {
    return tl::unexpected(end.error());
  }
  if (end->how != CommandEnd::How::exited) {
    return exit_code_of(*end);
  }
  // Also when git says that something was rejected: something else may have arrived, and the remote knows.
  const auto waited_for = branches_waited_for(*recorded, *session, invocation);
  if (!waited_for) {
    err.print(render(waited_for.error(), err.style("publication")) + "gate: what is pending stays pending: gate publish\n");
  } else if (!waited_for->empty()) {
    publish_after_push(*waited_for, Publishing::Tests::may_run, *session, invocation, err);
  }
  return exit_code_of(*end);
}

} // namespace

ExitCode run_push(const Invocation& invocation) {
  const Terminal err(Terminal::Stream::err, invocation.env);
  const auto arguments = invocation.arguments();
  if (!arguments.empty() && (arguments.front() == "--help" || arguments.front() == "-h")) {
    Terminal(Terminal::Stream::out, invocation.env).print(k_help);
    return ExitCode::allowed;
  }
  // The dry run is a child and touches the network: a gate that may have to begin anew does so before it.
  if (auto complete = ensure_all_adapters(invocation, std::nullopt); !complete) {
    err.print(render(complete.error(), err.style("push")));
    return exit_code_of(complete.error().kind);
  }
  keep_key_from_children(invocation.env);
  const auto code = push(invocation, err);
  if (!code) {
    err.print(render(code.error(), err.style("push")));
    return exit_code_of(code.error().kind);
  }
  return *code;
}

} // namespace gate
