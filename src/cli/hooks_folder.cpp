#include "cli/hooks_folder.hpp"

#include "cli/secret_variables.hpp"
#include "os/files.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

// The output of a git command without its last newline; nothing when it ended with 1 ("no such setting").
Result<std::optional<std::string>> ask_git(const Invocation& invocation, std::vector<std::string> words) {
  words.insert(words.begin(), "git");
  auto asked = run_captured({words, children_environment(invocation.env), {}});
  if (!asked) {
    return tl::unexpected(asked.error());
  }
  if (asked->end.how == CommandEnd::How::exited && asked->end.code == 1) {
    return std::nullopt;
  }
  if (!asked->end.ok()) {
    return fail(ErrorKind::usage, "git does not know a repository here: " + asked->err.substr(0, asked->err.find('\n')),
                "change into the repository, or make one with: git init");
  }
  if (!asked->out.empty() && asked->out.back() == '\n') {
    asked->out.pop_back();
  }
  return std::move(asked->out);
}

} // namespace

Result<fs::path> hooks_folder(const Invocation& invocation) {
  const auto folder = ask_git(invocation, {"rev-parse", "--git-path", "hooks"});
  if (!folder) {
    return tl::unexpected(folder.error());
  }
  const auto setting = ask_git(invocation, {"config", "--show-scope", "--get", "core.hooksPath"});
  if (!setting) {
    return tl::unexpected(setting.error());
  }
  if (*setting) {
    const std::string scope = (*setting)->substr(0, (*setting)->find('\t'));
    if (scope != "local" && scope != "worktree") {
      return fail(ErrorKind::usage,
                  "core.hooksPath is set in git's " + scope +
                      " configuration: its folder is shared by all your repositories, and gate does not write there",
                  "give this repository hooks of its own, then install: git config --local core.hooksPath \"$(git rev-parse --path-format=absolute "
                  "--git-common-dir)/hooks\" && gate install");
    }
  }
  std::error_code failed;
  const fs::path absolute = fs::absolute(folder->value_or(""), failed);
  if (failed || !*folder || (*folder)->empty()) {
    return could_not_run("git names no folder for hooks here", "git rev-parse --git-path hooks");
  }
  return absolute;
}

Result<HookState> state_of(const fs::path& hook) {
  std::error_code failed;
  const auto status = fs::symlink_status(hook, failed);
  if (!fs::exists(status)) {
    return HookState::absent;
  }
  if (!fs::is_regular_file(status)) {
    return HookState::foreign;
  }
  auto text = read_file(hook, 16U << 20U);
  if (!text) {
    return tl::unexpected(text.error());
  }
  return *text && is_hook_shim(**text) ? HookState::gates : HookState::foreign;
}

} // namespace gate
