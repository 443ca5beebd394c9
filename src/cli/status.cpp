// gate status
#include <algorithm>

#include "cli/check_target.hpp"
#include "cli/command.hpp"
#include "cli/hooks_folder.hpp"
#include "cli/options.hpp"
#include "cli/publish.hpp"
#include "cli/session.hpp"
#include "report/clean.hpp"
#include "report/publication_text.hpp"

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
    const std::string by = need.voucher ? ", says " + clean_line(need.voucher->principal) + " (" + std::string(name_of(need.voucher->role)) + ")" : "";
    text += "suite    " + need.suite.name + (need.verdict ? ": has passed on this tree" + by + ", a push runs nothing" : ": would run") + "\n";
  }
  return text.empty() ? "suites   none are required\n" : text;
}

std::string publications_lines(const std::vector<OutboxEntry>& entries) {
  const std::string pending = render_pending(entries);
  const auto last = std::find_if(entries.rbegin(), entries.rend(), [](const OutboxEntry& e) { return e.state == PublicationState::done; });
  if (last == entries.rend()) {
    return pending;
  }
  return pending + "last     " + clean_line(last->branch.brief()) + " " + last->commit.brief() + " was published to " +
         clean_line(last->destination) + "; more: gate publish --list\n";
}

Result<std::string> branch_lines(Session& session, const Terminal& out) {
  const auto target = find_check_target({}, {}, session.repository());
  if (!target) {
    return tl::unexpected(target.error());
  }
  const auto judgement = session.judge(target->push);
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

Result<std::string> all_lines(const Invocation& invocation, const Terminal& out) {
  auto session = Session::open(invocation);
  if (!session) {
    return tl::unexpected(session.error());
  }
  const auto publications = outbox_entries(*session, invocation);
  if (!publications) {
    return tl::unexpected(publications.error());
  }
  const auto branch = branch_lines(*session, out);
  return branch ? *branch + hooks_line(invocation) + publications_lines(*publications) : branch;
}

} // namespace

ExitCode run_status(const Invocation& invocation) {
  Options options("gate status", "Tells where this branch stands: the hooks, what a push of HEAD would be asked, and what has passed. Runs nothing.");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  const Terminal out(Terminal::Stream::out, invocation.env);
  const auto lines = all_lines(invocation, out);
  if (!lines) {
    const Terminal err(Terminal::Stream::err, invocation.env);
    err.print(render(lines.error(), err.style("")));
    return exit_code_of(lines.error().kind);
  }
  out.print(*lines);
  return ExitCode::allowed;
}

} // namespace gate
