// gate status
#include "cli/check_target.hpp"
#include "cli/command.hpp"
#include "cli/hooks_folder.hpp"
#include "cli/options.hpp"
#include "cli/session.hpp"
#include "report/clean.hpp"

namespace gate {

namespace {

std::string hooks_line(const Invocation& invocation) {
  const auto folder = hooks_folder(invocation);
  if (!folder) {
    return "hooks    not installed: " + folder.error().message + "\n";
  }
  std::string missing;
  for (const auto& shim : k_hook_shims) {
    const auto state = state_of(*folder / shim.name);
    if (!state || *state != HookState::gates) {
      missing += " " + std::string(shim.name);
    }
  }
  if (missing.empty()) {
    return "hooks    in place, in " + clean_line(folder->string()) + "\n";
  }
  return "hooks    not gate's:" + missing + "; wire them: gate install\n";
}

std::string needs_lines(const Judgement& judgement) {
  std::string text;
  for (const auto& need : judgement.needs) {
    text += "suite    " + need.suite.name + (need.verdict ? ": has passed on this tree, a push runs nothing" : ": would run") + "\n";
  }
  return text.empty() ? "suites   none are required\n" : text;
}

Result<std::string> branch_lines(const Invocation& invocation, const Terminal& out) {
  auto session = Session::open(invocation);
  if (!session) {
    return tl::unexpected(session.error());
  }
  const auto target = find_check_target({}, {}, session->repository());
  if (!target) {
    return tl::unexpected(target.error());
  }
  const auto judgement = judge(target->push, session->repository(), session->verdicts(), own_identity());
  if (!judgement) {
    return tl::unexpected(judgement.error());
  }
  const auto& update = target->push.updates.front();
  std::string text = "branch   " + clean_line(update.ref.brief()) + " at " + update.new_oid.brief() + ", on " + clean_line(target->push.remote) +
                     (update.creates() ? " not yet" : " at " + update.old_oid.brief()) + "\n";
  if (judgement->denied()) {
    return text + render({*judgement, {}}, out.style("a push of this would be"));
  }
  for (const auto& notice : judgement->notices) {
    text += "note     " + clean_line(notice) + "\n";
  }
  return text + needs_lines(*judgement);
}

} // namespace

ExitCode run_status(const Invocation& invocation) {
  Options options("gate status", "Tells where this branch stands: the hooks, what a push of HEAD would be asked, and what has passed. Runs nothing.");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  const Terminal out(Terminal::Stream::out, invocation.env);
  const auto lines = branch_lines(invocation, out);
  if (!lines) {
    const Terminal err(Terminal::Stream::err, invocation.env);
    err.print(render(lines.error(), err.style("")));
    return exit_code_of(lines.error().kind);
  }
  out.print(*lines + hooks_line(invocation));
  return ExitCode::allowed;
}

} // namespace gate
