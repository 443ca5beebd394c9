// gate install and gate uninstall.
#include <algorithm>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cli/command.hpp"
#include "cli/hooks_folder.hpp"
#include "cli/options.hpp"
#include "cli/terminal.hpp"
#include "os/files.hpp"

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

template <typename ChangeHook> ExitCode change_hooks(const Invocation& invocation, const std::string& nothing_to_do, ChangeHook change_hook) {
  const Terminal out(Terminal::Stream::out, invocation.env);
  const Terminal err(Terminal::Stream::err, invocation.env);
  const auto folder = hooks_folder(invocation);
  if (!folder) {
    err.print(render(folder.error(), err.style("")));
    return exit_code_of(folder.error().kind);
  }
  std::string said;
  for (const auto& shim : k_hook_shims) {
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

} // namespace

ExitCode run_install(const Invocation& invocation) {
  Options options("gate install", "Wires gate into this repository's git hooks: pre-push, post-merge and post-commit.\n"
                                  "A hook that is there already is kept and runs after gate. Installing twice changes nothing.");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  const std::string gate = own_path(invocation).string();
  return change_hooks(invocation, "gate: the hooks are in place already\n",
                      [&gate](const fs::path& hook, const HookShim& shim) { return install_hook(hook, hook_text(shim, gate)); });
}

ExitCode run_uninstall(const Invocation& invocation) {
  Options options("gate uninstall", "Takes gate's hooks away; hooks that were there before come back as they were.\n"
                                    "The kept verdicts stay in .git/gate; remove that folder to forget them.");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  return change_hooks(invocation, "gate: there are no hooks of gate's here\n",
                      [](const fs::path& hook, const HookShim&) { return uninstall_hook(hook); });
}

} // namespace gate
