// gate hook NAME PATH ARGUMENTS: what the shims in .git/hooks call.
#include <cerrno>
#include <chrono>

#include <unistd.h>

#include "base/duration.hpp"
#include "cli/become.hpp"
#include "cli/bypass.hpp"
#include "cli/command.hpp"
#include "cli/finisher.hpp"
#include "cli/git_push.hpp"
#include "cli/hook_shims.hpp"
#include "cli/own_consent.hpp"
#include "cli/publish.hpp"
#include "cli/receive.hpp"
#include "cli/session.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

// git serves idle connections for minutes only; a push whose hook ran longer may die without a word.
constexpr auto k_long_run = std::chrono::seconds(60);

struct HookCall {
  std::string name;
  std::string path; ///< of the shim itself, as git called it
  std::vector<std::string> arguments;
};

Result<HookCall> read_call(const Invocation& invocation) {
  const auto words = invocation.arguments();
  if (words.size() < 2) {
    return fail(ErrorKind::usage, "gate hook is what the hooks in .git/hooks call", "to judge HEAD by hand: gate check");
  }
  return HookCall{words[0], words[1], {words.begin() + 2, words.end()}};
}

Result<std::string> read_stdin() {
  std::string text;
  std::string chunk(4096, '\0'); // one page: every page touched is a fault that each push pays for
  while (true) {
    const ssize_t got = read(STDIN_FILENO, chunk.data(), chunk.size());
    if (got == 0) {
      return text;
    }
    if (got < 0 && errno != EINTR) {
      return could_not_run("cannot read what git gave to the hook on standard input");
    }
    text.append(chunk, 0, got < 0 ? 0 : static_cast<std::size_t>(got));
  }
}

// The hook that was there before runs as git would have run it: only if it is executable, with the same arguments,
// standard input and environment. Its exit code is then the hook's.
ExitCode run_kept_hook(const HookCall& call, const Invocation& invocation, const std::optional<std::string>& stdin_text, const Terminal& err) {
  const std::string kept = call.path + std::string(k_kept_suffix);
  if (access(kept.c_str(), X_OK) != 0) {
    return ExitCode::allowed;
  }
  if (const auto text = read_file(kept, 16U << 20U); text && *text && is_hook_shim(**text)) {
    return ExitCode::allowed; // an install was cut off: this is gate's own
  }
  std::vector<std::string> argv = {kept};
  argv.insert(argv.end(), call.arguments.begin(), call.arguments.end());
  err.print(render(become(kept, argv, without_signing_key(invocation.env), stdin_text), err.style("")));
  return ExitCode::could_not_run;
}

ExitCode judge_push(const HookCall& call, const Invocation& invocation, const std::string& input, const Terminal& err) {
  const auto style = err.style("push");
  const auto began = std::chrono::steady_clock::now();
  auto updates = parse_ref_updates(input);
  if (!updates) {
    err.print(render(updates.error(), style));
    return exit_code_of(updates.error().kind);
  }
  if (updates->empty()) {
    return ExitCode::allowed;
  }
  JudgeTerms terms;
  auto bypass = bypass_from_environment(invocation);
  if (!bypass) {
    err.print(render(bypass.error(), style));
    return exit_code_of(bypass.error().kind);
  }
  terms.bypass = *std::move(bypass);
  auto session = Session::open(invocation);
  if (!session) {
    err.print(render(session.error(), style));
    return exit_code_of(session.error().kind);
  }
  const Push push{call.arguments.at(0), call.arguments.at(1), *std::move(updates)};
  auto conclusion = session->check(push, terms, invocation, input, err);
  if (!conclusion) {
    err.print(render(conclusion.error(), style));
    return exit_code_of(conclusion.error().kind);
  }
  note_unused_bypass(conclusion->judgement, std::string(k_skip_variable));
  const bool was_told = conclusion->allowed() && is_push_of_gate(*session, invocation);
  if (!was_told) {
    err.print(render(*conclusion, style));
  }
  if (conclusion->allowed()) {
    if (const auto written = record_bypasses(conclusion->judgement, push, *session); !written) {
      err.print(render(written.error(), style));
      return exit_code_of(written.error().kind);
    }
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  if (conclusion->allowed()) {
    start_finisher(push.updates, *session, invocation, err);
  }
  if (conclusion->allowed() && took >= k_long_run) {
    err.print("gate: that took " + format_duration(took) +
              "; if git now reports a closed connection, push again: the result is kept and it is instant\n");
  }
  return exit_code_of(*conclusion);
}

ExitCode run_pre_push(const HookCall& call, const Invocation& invocation, const Terminal& err) {
  if (call.arguments.size() != 2) {
    err.print(render({ErrorKind::usage, "pre-push is called with a remote's name and URL (githooks(5))", ""}, err.style("")));
    return ExitCode::usage;
  }
  const auto input =
      invocation.had_no_stdin
          ? Result<std::string>(could_not_run("the pre-push hook was called with standard input closed: what would be pushed can't be known"))
          : read_stdin();
  if (!input) {
    err.print(render(input.error(), err.style("")));
    return ExitCode::could_not_run;
  }
  const ExitCode code = judge_push(call, invocation, *input, err);
  return code == ExitCode::allowed ? run_kept_hook(call, invocation, *input, err) : code;
}

ExitCode run_receive_hook(const HookCall& call, const Invocation& invocation, const Terminal& err) {
  const bool is_after = call.name == "post-receive";
  const auto input =
      invocation.had_no_stdin
          ? Result<std::string>(could_not_run("the " + call.name + " hook was called with standard input closed: what was pushed can't be known"))
          : read_stdin();
  if (!input) {
    err.print(render(input.error(), {}));
    return is_after ? run_kept_hook(call, invocation, std::nullopt, err) : ExitCode::could_not_run;
  }
  if (is_after) {
    post_receive(invocation, *input, err);
    return run_kept_hook(call, invocation, *input, err);
  }
  const ExitCode code = pre_receive(invocation, *input, err);
  return code == ExitCode::allowed ? run_kept_hook(call, invocation, *input, err) : code;
}

} // namespace

ExitCode run_hook(const Invocation& invocation) {
  const Terminal err(Terminal::Stream::err, invocation.env);
  if (invocation.argv.size() > 2 && invocation.argv[2] == "finisher") {
    return run_finisher({invocation.argv.begin() + 3, invocation.argv.end()}, invocation);
  }
  const auto call = read_call(invocation);
  if (!call) {
    err.print(render(call.error(), err.style("")));
    return exit_code_of(call.error().kind);
  }
  if (call->name == "pre-push") {
    return run_pre_push(*call, invocation, err);
  }
  if (call->name == "pre-receive" || call->name == "post-receive") {
    return run_receive_hook(*call, invocation, err);
  }
  if (call->name == "post-merge" || call->name == "post-commit") {
    const bool is_merge = call->name == "post-merge";
    const bool is_squash = is_merge && !call->arguments.empty() && call->arguments[0] == "1";
    if (!is_merge) {
      consent_by_own_commit(invocation);
    }
    publish_after_merge(is_merge ? MergeFacts::Event::merge : MergeFacts::Event::commit, is_squash, invocation, err);
    return run_kept_hook(*call, invocation, std::nullopt, err);
  }
  err.print(render({ErrorKind::usage, "gate has no hook called \"" + call->name + "\"", "wire the hooks anew: gate install"}, err.style("")));
  return ExitCode::usage;
}

} // namespace gate
