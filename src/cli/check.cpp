// gate check
#include "cli/bypass.hpp"
#include "cli/check_target.hpp"
#include "cli/ci_event.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/run_headings.hpp"
#include "cli/secret_variables.hpp"
#include "cli/session.hpp"
#include "cli/sharing.hpp"

namespace gate {

namespace {

bool has_uncommitted_changes(const Session& session, const Invocation& invocation) {
  const auto env = children_environment(invocation.env, session.secret_variables());
  const auto asked = run_captured({{"git", "status", "--porcelain", "--untracked-files=no"}, env, {}});
  return asked && asked->end.ok() && !asked->out.empty();
}

std::string heading(const CheckTarget& target) {
  const auto& update = target.push.updates.front();
  const std::string how = update.creates() ? ", which is new there as far as was fetched" : "";
  return "gate: checking " + update.new_oid.brief() + " for " + update.ref.full() + ", " + target.origin + how + "\n";
}

// Whoever asked takes the answer for a push that may go. Nothing is pushed yet, and what CI has here is thrown away.
Result<void> record_bypass(Conclusion& conclusion, const Push& push, Session& session, const Environment& env) {
  if (!conclusion.allowed() || conclusion.judgement.bypassed.empty()) {
    return {};
  }
  if (auto written = record_bypasses(conclusion.judgement, push, session, BypassRecord::State::granted); !written) {
    return written;
  }
  const std::string path = bypass_file_of(session.repository()).path().string();
  const std::string fate = is_in_ci(env) ? ", which goes away with what CI has here: keep this report" : "";
  conclusion.judgement.notices.push_back("what was skipped is written down in " + path + fate);
  return {};
}

// "sha256:" and 64 digits, as gate names a surface when it refuses one.
Result<std::optional<Digest>> surface_named(const std::optional<std::string>& text) {
  constexpr std::string_view k_prefix = "sha256:";
  if (!text) {
    return std::optional<Digest>();
  }
  const auto digest = text->rfind(k_prefix, 0) == 0 ? Digest::parse(text->substr(k_prefix.size())) : std::nullopt;
  return digest ? Result<std::optional<Digest>>(digest) : fail(ErrorKind::usage, "--trust takes \"sha256:\" and 64 hexadecimal digits", "gate check without it names the surface that it needs");
}

struct OwnFlags {
  std::optional<std::string> trust;
  bool verbose = false;
};

Result<ExitCode> check(const CheckFlags& flags, const OwnFlags& own, const Invocation& invocation, const Terminal& out, const Terminal& err) {
  auto session = Session::open(invocation);
  if (!session) {
    return tl::unexpected(session.error());
  }
  const auto admitted = surface_named(own.trust);
  if (!admitted) {
    return tl::unexpected(admitted.error());
  }
  if (*admitted) {
    session->admit(**admitted);
  }
  auto target = find_check_target(flags, invocation.env, session->repository());
  if (!target) {
    return tl::unexpected(target.error());
  }
  if (target->push.updates.empty()) {
    out.print("gate: nothing to judge: the branch is gone (" + target->origin + ")\n");
    return ExitCode::allowed;
  }
  JudgeTerms terms;
  auto bypass = bypass_from_environment(invocation);
  if (!bypass) {
    return tl::unexpected(bypass.error());
  }
  terms.bypass = *std::move(bypass);
  const auto verdicts = is_in_ci(invocation.env) ? Session::Verdicts::fetched_first : Session::Verdicts::as_they_are_here;
  auto conclusion = session->check(target->push, terms, invocation, std::nullopt, err, verdicts);
  if (!conclusion) {
    return tl::unexpected(conclusion.error());
  }
  note_unused_bypass(conclusion->judgement, std::string(k_skip_variable));
  if (const auto written = record_bypass(*conclusion, target->push, *session, invocation.env); !written) {
    return tl::unexpected(written.error());
  }
  out.print(heading(*target));
  if (target->is_head && has_uncommitted_changes(*session, invocation)) {
    out.print("gate: note: there are uncommitted changes; what is judged and tested is the commit, without them\n");
  }
  if (own.verbose) {
    out.print(headings_of(conclusion->suites));
  }
  out.print(render(*conclusion, out.style("check")));
  if (conclusion->allowed()) {
    out.print("gate: a push of this would be allowed\n");
  }
  const ExitCode code = exit_code_of(*conclusion);
  // Also of what has passed beside a suite that failed.
  if (is_in_ci(invocation.env) && code != ExitCode::interrupted) {
    if (auto sent = send_verdicts({{*std::move(conclusion), target->push.remote}}, *session, invocation, err); !sent) {
      return tl::unexpected(sent.error());
    }
  }
  return code;
}

} // namespace

ExitCode run_check(const Invocation& invocation) {
  CheckFlags flags;
  Options options("gate check", "Judges and tests HEAD's commit as a push of it to its upstream would be. In GitHub Actions it judges the event:\n"
                                "a push from its old commit, a pull request by its target's rules on the merge result.");
  options.add_text("--branch", flags.branch, "the branch by whose rules to judge (default: the upstream of the current one)");
  options.add_text("--from", flags.from, "the commit that the branch has now (default: as last fetched; 40 zeros: it is new)");
  options.add_text("--to", flags.to, "the commit that it would get (default: HEAD)");
  options.add_text("--remote", flags.remote, "the remote (default: the upstream's, or origin)");
  OwnFlags own;
  options.add_flag("-v,--verbose", own.verbose, "tell what was built, started and by what: the headings of the runs' logs");
  options.add_text("--trust", own.trust, "what the suites would run, by the digest that gate named when it refused it: it is agreed to, this once");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  const Terminal out(Terminal::Stream::out, invocation.env);
  const Terminal err(Terminal::Stream::err, invocation.env);
  const auto code = check(flags, own, invocation, out, err);
  if (!code) {
    err.print(render(code.error(), err.style("check")));
    return exit_code_of(code.error().kind);
  }
  return *code;
}

} // namespace gate
