#include "git/land_merge.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/shell_word.hpp"
#include "git/live_remotes.hpp"
#include "git/remote_git.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

constexpr const char* k_merge_needs = "this takes git 2.38 or newer and the whole history: git --version; git fetch --unshallow";

// As for all children that talk to remotes; and replace refs are this clone's own, which nobody else sees.
Environment for_landing(Environment environment) {
  constexpr std::array<std::string_view, 4> k_settings{"GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS_REQUIRE=never", "GIT_NO_REPLACE_OBJECTS=1"};
  for (const auto setting : k_settings) {
    const auto name = setting.substr(0, setting.find('=') + 1);
    std::erase_if(environment, [&](const std::string& variable) { return variable.rfind(name, 0) == 0; });
    environment.emplace_back(setting);
  }
  return environment;
}

std::string reason_of_end(const Captured& ran, std::optional<std::chrono::seconds> limit) {
  const bool is_late = ran.end.how == CommandEnd::How::timed_out && limit;
  return is_late ? "git was not done after " + std::to_string(limit->count()) + " s, and was stopped" : without_secrets_in(reason_in(ran.err));
}

std::string without_line_end(std::string text) {
  text.erase(text.find_last_not_of('\n') + 1);
  return text;
}

// git-merge-tree(1), OUTPUT with -z --name-only --no-messages: the tree, and each path that has a conflict.
std::optional<MergedTree> merged_tree_in(std::string_view text, bool is_clean) {
  std::vector<std::string> fields;
  while (!text.empty()) {
    const auto end = text.find('\0');
    if (end == std::string_view::npos) {
      return std::nullopt;
    }
    if (end > 0) {
      fields.emplace_back(text.substr(0, end));
    }
    text.remove_prefix(end + 1);
  }
  const auto tree = fields.empty() ? std::nullopt : Oid::parse(fields.front());
  if (!tree) {
    return std::nullopt;
  }
  fields.erase(fields.begin());
  std::sort(fields.begin(), fields.end());
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  return MergedTree{*tree, is_clean, std::move(fields)};
}

} // namespace

LandGit::LandGit(Environment environment, const Interrupt& interrupt, std::function<void()> tick, LandPatience patience)
    : m_environment(for_landing(std::move(environment))), m_interrupt(interrupt), m_tick(std::move(tick)), m_patience(patience) {}

Result<Captured> LandGit::run(std::vector<std::string> arguments, Limit limit, const Environment& more) const {
  arguments.insert(arguments.begin(), {"git", "-c", "gc.auto=0", "-c", "maintenance.auto=false"});
  Environment environment = more;
  environment.insert(environment.end(), m_environment.begin(), m_environment.end());
  CommandLimits limits{std::nullopt, &m_interrupt, m_tick};
  if (limit) {
    limits.deadline = std::chrono::steady_clock::now() + *limit;
  }
  return run_captured({std::move(arguments), std::move(environment), {}}, limits);
}

Result<std::string> LandGit::output(std::vector<std::string> arguments, const std::string& what, const std::string& remedy, Limit limit) const {
  auto ran = run(std::move(arguments), limit);
  if (!ran) {
    return tl::unexpected(ran.error());
  }
  if (!ran->end.ok()) {
    return could_not_run(what + ": " + reason_of_end(*ran, limit), remedy);
  }
  return without_line_end(std::move(ran->out));
}

Result<std::vector<RefName>> LandGit::branches_of(const std::string& remote, const std::vector<RefName>& among) const {
  std::vector<std::string> arguments{"ls-remote", "--", remote};
  std::transform(among.begin(), among.end(), std::back_inserter(arguments), [](const RefName& branch) { return branch.full(); });
  const auto listing = output(std::move(arguments), "the remote " + remote + " could not be asked", "try it by hand: git ls-remote " + shell_word(remote), m_patience.answer);
  if (!listing) {
    return tl::unexpected(listing.error());
  }
  std::vector<RefName> branches;
  const auto refs = remote_refs_in(*listing);
  for (const auto& branch : among) {
    // A pattern fits the end of a name, too.
    if (std::any_of(refs.begin(), refs.end(), [&](const RemoteRef& ref) { return ref.name == branch.full(); })) {
      branches.push_back(branch);
    }
  }
  return branches;
}

Result<void> LandGit::fetch(const std::string& remote, const std::vector<RefName>& branches) const {
  std::vector<std::string> arguments{"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--", remote};
  for (const auto& branch : branches) {
    arguments.push_back("+" + branch.full() + ":refs/remotes/" + remote + "/" + branch.brief());
  }
  const auto fetched = output(std::move(arguments), "nothing could be fetched from " + remote, "try it by hand: git fetch " + shell_word(remote), m_patience.transfer);
  return fetched ? Result<void>() : tl::unexpected(fetched.error());
}

Result<MergedTree> LandGit::merge(const Oid& ours, const Oid& theirs) const {
  // git before 2.43 does not know the variable, and reads the work tree's.
  const auto ran = run({"merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours.hex(), theirs.hex()}, m_patience.transfer,
                       {"GIT_ATTR_SOURCE=" + ours.hex()});
  if (!ran) {
    return tl::unexpected(ran.error());
  }
  if (ran->end.how == CommandEnd::How::timed_out) {
    return could_not_run("git can't merge " + theirs.brief() + " into " + ours.brief() + ": " + reason_of_end(*ran, m_patience.transfer), "git fetch, then again");
  }
  constexpr int k_conflicts = 1;
  const bool has_conflicts = ran->end.how == CommandEnd::How::exited && ran->end.code == k_conflicts;
  auto merged = ran->end.ok() || has_conflicts ? merged_tree_in(ran->out, ran->end.ok()) : std::nullopt;
  // Up to 2.43 git goes on without a commit that it can't read, as if the histories had nothing in common.
  if (!merged || ran->err.rfind("error: ", 0) == 0 || ran->err.find("\nerror: ") != std::string::npos) {
    return could_not_run("git can't merge " + theirs.brief() + " into " + ours.brief() + ": " + reason_in(ran->err), k_merge_needs);
  }
  return *std::move(merged);
}

Result<Oid> LandGit::commit(const Oid& tree, const std::vector<Oid>& parents, const std::string& message) const {
  // git commit-tree does not look at it. Anything but a yes or no makes git fail here as it does for every commit.
  const auto wish = run({"config", "--type=bool", "--default=false", "--get", "commit.gpgSign"});
  if (!wish) {
    return tl::unexpected(wish.error());
  }
  if (!wish->end.ok()) {
    return could_not_run("whether commits are to be signed can't be told: " + reason_in(wish->err), "git config --type=bool commit.gpgSign true");
  }
  std::vector<std::string> arguments{"commit-tree"};
  if (wish->out == "true\n") {
    arguments.emplace_back("-S");
  }
  for (const auto& parent : parents) {
    arguments.insert(arguments.end(), {"-p", parent.hex()});
  }
  arguments.insert(arguments.end(), {"-m", message, tree.hex()});
  const auto made = output(std::move(arguments), "the merge could not be committed", "who commits and signs is git's: git config --list --show-origin");
  if (!made) {
    return tl::unexpected(made.error());
  }
  const auto oid = Oid::parse(*made);
  return oid ? Result<Oid>(*oid) : could_not_run("git commit-tree says something that makes no sense");
}

Result<std::string> LandGit::work_tree_of(const RefName& branch) const {
  return output({"for-each-ref", "--format=%(worktreepath)", branch.full()}, "whether " + branch.brief() + " is checked out can't be told", "git worktree list");
}

Result<void> LandGit::move(const RefName& branch, const Oid& from, const Oid& to, const std::string& reason) const {
  const auto moved = output({"update-ref", "-m", reason, branch.full(), to.hex(), from.hex()}, branch.full() + " could not be moved here",
                            "git fetch . " + to.hex() + ":" + shell_word(branch.full()));
  return moved ? Result<void>() : tl::unexpected(moved.error());
}

} // namespace gate
