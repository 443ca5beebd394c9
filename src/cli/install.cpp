// gate install and gate uninstall.
#include <algorithm>
#include <optional>
#include <vector>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cli/child_environment.hpp"
#include "cli/command.hpp"
#include "cli/hooks_folder.hpp"
#include "cli/options.hpp"
#include "cli/own_consent.hpp"
#include "cli/secret_variables.hpp"
#include "cli/terminal.hpp"
#include "git/repository.hpp"
#include "os/files.hpp"
#include "os/process.hpp"
#include "report/clean.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

enum class Change { none, written, kept_and_written, removed, restored, left_alone };

fs::path kept_path(const fs::path& hook) { return hook.string() + std::string(k_kept_suffix); }


Result<void> make_executable(const fs::path& hook) {
  // As git does for its own files: whoever may read it may run it.
  struct stat status {};
  if (stat(hook.c_str(), &status) == 0 && (status.st_mode & 0100U) != 0) {
    return {};
  }
  if (chmod(hook.c_str(), status.st_mode | ((status.st_mode & 0444U) >> 2U)) != 0) {
    return tl::unexpected(file_error("make executable", hook, errno));
  }
  return {};
}

mode_t hook_mode() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0777U & ~mask;
}

// The shim is written beside the hook and both change places in one step (renameat2(2)): at no moment is there no hook.
Result<void> put_before(const fs::path& hook, const std::string& text) {
  const fs::path kept = kept_path(hook);
  if (auto written = write_file(kept, text, hook_mode()); !written) {
    return written;
  }
  if (renameat2(AT_FDCWD, kept.c_str(), AT_FDCWD, hook.c_str(), RENAME_EXCHANGE) != 0) {
    const int reason = errno;
    fs::remove(kept);
    return tl::unexpected(file_error("put gate's hook in place of", hook, reason));
  }
  return {};
}

Result<Change> install_hook(const fs::path& hook, const std::string& text) {
  const auto state = state_of(hook);
  if (!state) {
    return tl::unexpected(state.error());
  }
  const fs::path kept = kept_path(hook);
  if (*state == HookState::gates && read_file(hook).value().value_or("") == text) {
    const auto made = make_executable(hook);
    return made ? Result<Change>(Change::none) : tl::unexpected(made.error());
  }
  if (*state != HookState::foreign) {
    const auto written = write_file(hook, text, hook_mode());
    return written ? Result<Change>(Change::written) : tl::unexpected(written.error());
  }
  const auto kept_state = state_of(kept);
  if (!kept_state) {
    return tl::unexpected(kept_state.error());
  }
  if (*kept_state == HookState::foreign) {
    return fail(ErrorKind::usage, "both " + hook.string() + " and " + kept.string() + " are hooks that gate did not write",
                "another tool has replaced gate's hook: remove the one that you no longer want, then run gate install");
  }
  const auto put = put_before(hook, text);
  return put ? Result<Change>(Change::kept_and_written) : tl::unexpected(put.error());
}

Result<Change> uninstall_hook(const fs::path& hook) {
  const auto state = state_of(hook);
  const auto kept_state = state_of(kept_path(hook));
  if (!state || !kept_state) {
    return tl::unexpected(state ? kept_state.error() : state.error());
  }
  std::error_code failed;
  if (*kept_state == HookState::gates) {
    fs::remove(kept_path(hook), failed); // an install was cut off before its exchange
  }
  if (*state != HookState::gates) {
    return *kept_state == HookState::foreign ? Change::left_alone : Change::none;
  }
  if (*kept_state == HookState::foreign) {
    fs::rename(kept_path(hook), hook, failed);
  } else {
    fs::remove(hook, failed);
  }
  if (failed) {
    return tl::unexpected(file_error("take away", hook, failed.value()));
  }
  return *kept_state == HookState::foreign ? Change::restored : Change::removed;
}

std::string sentence(Change change, const std::string& hook) {
  switch (change) {
  case Change::none:
    return "";
  case Change::written:
    return "gate: " + hook + " is wired\n";
  case Change::kept_and_written:
    return "gate: " + hook + " is wired; the hook that was there is kept as " + hook + std::string(k_kept_suffix) + " and runs after gate\n";
  case Change::removed:
    return "gate: " + hook + " is taken away\n";
  case Change::restored:
    return "gate: " + hook + " is what it was before gate\n";
  case Change::left_alone:
    break;
  }
  return "gate: " + hook + " is another tool's by now and stays; the older hook is still kept as " + hook + std::string(k_kept_suffix) + "\n";
}

template <typename ChangeHook>
ExitCode change_hooks(const Invocation& invocation, const std::vector<HookShim>& shims, const std::string& nothing_to_do, ChangeHook change_hook) {
  const Terminal out(Terminal::Stream::out, invocation.env);
  const Terminal err(Terminal::Stream::err, invocation.env);
  const auto folder = hooks_folder(invocation);
  if (!folder) {
    err.print(render(folder.error(), err.style("")));
    return exit_code_of(folder.error().kind);
  }
  std::string said;
  for (const auto& shim : shims) {
    const auto change = change_hook(*folder / shim.name, shim);
    if (!change) {
      out.print(said);
      err.print(render(change.error(), err.style("")));
      return exit_code_of(change.error().kind);
    }
    said += sentence(*change, std::string(shim.name));
  }
  out.print(said.empty() ? nothing_to_do : said + "      in " + folder->string() + "\n");
  return ExitCode::allowed;
}

Result<Captured> run_git(const Invocation& invocation, std::vector<std::string> words) {
  words.insert(words.begin(), "git");
  return run_captured({std::move(words), children_environment(invocation.env), {}});
}

// Where git knows no repository there is none; looking for its hooks then says so.
bool is_bare(const Invocation& invocation) {
  const auto asked = run_git(invocation, {"rev-parse", "--is-bare-repository"});
  return asked && asked->end.ok() && asked->out == "true\n";
}

// The value of a setting, from whatever file; nothing when it has none.
std::optional<std::string> setting(const Invocation& invocation, const std::string& key) {
  const auto asked = run_git(invocation, {"config", "--get", key});
  return asked && asked->end.ok() ? std::optional(asked->out.substr(0, asked->out.find('\n'))) : std::nullopt;
}

constexpr const char* k_push_options = "receive.advertisePushOptions";

// git-config(1): without it git sends no push options, and nobody can say why a rule must be skipped.
std::string admit_push_options(const Invocation& invocation) {
  const std::string how = "a push may ask for a bypass: git push -o gate.skip=\"REASON\"\n";
  if (const auto set = setting(invocation, k_push_options)) {
    const auto asked = run_git(invocation, {"config", "--type=bool", "--get", k_push_options});
    const bool is_on = asked && asked->end.ok() && asked->out == "true\n";
    return is_on ? "gate: " + how
                 : "gate: " + std::string(k_push_options) + " is " + clean_line(*set) + " here and stays so: no push can ask for a bypass (it would be: git config " + k_push_options + " true)\n";
  }
  const auto made = run_git(invocation, {"config", "--local", k_push_options, "true"});
  return made && made->end.ok() ? "gate: " + std::string(k_push_options) + " is set to true: " + how
                                : "gate: no push can ask for a bypass until you set it: git config " + std::string(k_push_options) + " true\n";
}

// What these hooks can't do, and what it takes.
std::string limits_of_server(const Invocation& invocation) {
  std::string text = "gate: suites are not run here: that is for those who push, and for CI (gate check)\n";
  std::string commands;
  if (!setting(invocation, "receive.certNonceSeed")) {
    commands += "        git config receive.certNonceSeed \"$(openssl rand -hex 32)\"\n";
  }
  if (!setting(invocation, "gpg.ssh.allowedSignersFile")) {
    commands += "        git config gpg.ssh.allowedSignersFile /etc/git/allowed_signers   (ssh-keygen(1), ALLOWED SIGNERS)\n";
  }
  return commands.empty() ? text : text + "gate: only a signed push (git push --signed) tells who pushes, which a bypass for somebody asks; it needs\n" + commands;
}

ExitCode refuse(const Invocation& invocation, const std::string& message, const std::string& remedy) {
  const Terminal err(Terminal::Stream::err, invocation.env);
  err.print(render({ErrorKind::usage, message, remedy}, err.style("")));
  return ExitCode::usage;
}

Result<Change> put_shim(const fs::path& hook, const HookShim& shim, const Invocation& invocation) {
  return install_hook(hook, hook_text(shim, started_path(invocation).string()));
}

// On a server a hook that can't read its repository (SHA-256, reftable) would refuse every push of everybody.
Result<void> can_read(const Invocation& invocation) {
  std::error_code failed;
  const fs::path here = fs::current_path(failed);
  if (failed) {
    return could_not_run("the current folder is gone: " + failed.message(), "change into the repository");
  }
  const auto repository = open_repository(child_environment(invocation.env), here);
  if (!repository) {
    const Error& error = repository.error();
    return fail(error.kind, "nothing is installed, for every push would be refused: " + error.message, error.remedy);
  }
  return {};
}

ExitCode install_on_server(const Invocation& invocation) {
  if (!is_bare(invocation)) {
    return refuse(invocation, "this is no bare repository, and --server is for one that receives pushes", "for a repository to work in: gate install");
  }
  if (const auto readable = can_read(invocation); !readable) {
    const Terminal err(Terminal::Stream::err, invocation.env);
    err.print(render(readable.error(), err.style("")));
    return exit_code_of(readable.error().kind);
  }
  const ExitCode code = change_hooks(invocation, {k_server_shims.begin(), k_server_shims.end()}, "gate: the hooks are in place already\n",
                                     [&](const fs::path& hook, const HookShim& shim) { return put_shim(hook, shim, invocation); });
  if (code == ExitCode::allowed) {
    Terminal(Terminal::Stream::out, invocation.env).print(admit_push_options(invocation) + limits_of_server(invocation));
  }
  return code;
}

} // namespace

ExitCode run_install(const Invocation& invocation) {
  Options options("gate install", "Wires gate into this repository's git hooks: pre-push, post-merge and post-commit.\n"
                                  "A hook that is there already is kept and runs after gate. Installing twice changes nothing.\n"
                                  "What HEAD's policy would run and publish on this machine is shown, and trusted from then on.");
  bool is_server = false;
  options.add_flag("--server", is_server, "for a bare repository that receives pushes: wires pre-receive, which judges every push, and post-receive, which writes bypasses down");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  if (is_server) {
    return install_on_server(invocation);
  }
  if (is_bare(invocation)) {
    return refuse(invocation, "this is a bare repository: nobody commits or pushes here", "to judge the pushes that it receives: gate install --server");
  }
  prepare_consent_at_install(invocation);
  const ExitCode code = change_hooks(invocation, {k_hook_shims.begin(), k_hook_shims.end()}, "gate: the hooks are in place already\n",
                                     [&](const fs::path& hook, const HookShim& shim) { return put_shim(hook, shim, invocation); });
  if (code == ExitCode::allowed) {
    Terminal(Terminal::Stream::out, invocation.env).print(consent_at_install(invocation));
  }
  return code;
}

ExitCode run_uninstall(const Invocation& invocation) {
  Options options("gate uninstall", "Takes gate's hooks away; hooks that were there before come back as they were.\n"
                                    "The kept verdicts stay in .git/gate; remove that folder to forget them.");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  std::vector<HookShim> shims(k_hook_shims.begin(), k_hook_shims.end());
  shims.insert(shims.end(), k_server_shims.begin(), k_server_shims.end());
  const ExitCode code = change_hooks(invocation, shims, "gate: there are no hooks of gate's here\n",
                                     [](const fs::path& hook, const HookShim&) { return uninstall_hook(hook); });
  if (code == ExitCode::allowed && is_bare(invocation) && setting(invocation, k_push_options)) {
    Terminal(Terminal::Stream::out, invocation.env).print("gate: " + std::string(k_push_options) + " stays as it is; if nothing else needs it: git config --unset " + k_push_options + "\n");
  }
  return code;
}

} // namespace gate
