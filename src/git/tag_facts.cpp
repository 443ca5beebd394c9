#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "git/commits.hpp"
#include "git/handles.hpp"
#include "git/live_remotes.hpp"
#include "git/publication_ledger.hpp"
#include "git/remote_git.hpp"
#include "git/repository.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

// git-describe(1) fails the same way for a commit that has no tag and for one that can't be read.
bool says_there_is_none(std::string_view said) {
  constexpr std::array<std::string_view, 3> k_none{"No names found", "No tags can describe", "No annotated tags can describe"};
  return std::any_of(k_none.begin(), k_none.end(), [&](std::string_view none) { return said.find(none) != std::string_view::npos; });
}

bool has_version(const std::string& tag_template) {
  const auto names = placeholders_of(tag_template);
  return std::find(names.begin(), names.end(), "version") != names.end();
}

bool has_version(const PublishRule& rule) {
  const auto any = [](const std::vector<std::string>& templates) {
    return std::any_of(templates.begin(), templates.end(), [](const std::string& text) { return has_version(text); });
  };
  const auto* image = std::get_if<ImageDestination>(&rule.what);
  return has_version(rule.git_tag) || (image != nullptr && (any(image->commit_tags) || any(image->branch_tags)));
}

struct TreeAndTime {
  Oid tree;
  std::int64_t seconds; ///< since 1970, of the committer
};

Result<TreeAndTime> tree_and_time(const Oid& commit, const RepositoryState& state) {
  const auto oid = to_git(commit);
  const auto links = oid ? state.commits->links(to_id(*oid)) : Result<std::optional<CommitLinks>>(std::nullopt);
  if (!links) {
    return tl::unexpected(links.error());
  }
  const auto object = oid && *links ? read_object(state.odb.get(), *oid) : Result<OdbObject>(OdbObject());
  if (!object) {
    return tl::unexpected(object.error());
  }
  const auto tree = *object ? tree_in(bytes_of(*object)) : std::nullopt;
  return tree ? Result<TreeAndTime>(TreeAndTime{from_git(*tree), (*links)->date}) : could_not_run("it is not here");
}

Result<std::string> nearest_tag(const RemoteGit& git, const Oid& commit, const std::vector<std::string>& not_these) {
  std::vector<std::string> arguments{"describe", "--tags", "--abbrev=0"};
  std::transform(not_these.begin(), not_these.end(), std::back_inserter(arguments), [](const std::string& pattern) { return "--exclude=" + pattern; });
  arguments.push_back(commit.hex());
  auto told = git.run(std::move(arguments));
  if (!told) {
    return tl::unexpected(told.error());
  }
  if (told->end.ok()) {
    return told->out.substr(0, told->out.find('\n'));
  }
  if (says_there_is_none(told->err)) {
    return std::string();
  }
  return could_not_run("the tag next to " + commit.brief() + " could not be found: " + reason_in(told->err),
                       "try it by hand: git describe --tags --abbrev=0 " + commit.brief());
}

} // namespace

Result<TagFacts> tag_facts(const RefName& branch, const Oid& commit, const std::vector<PublishRule>& rules, const OpenRepository& repository,
                           const Environment& environment, const Interrupt& interrupt) {
  const auto read = tree_and_time(commit, repository.state());
  if (!read) {
    return could_not_run("the commit " + commit.brief() + " could not be read: " + read.error().message, read.error().remedy);
  }
  const auto& [tree, seconds] = *read;
  const bool is_wanted = std::any_of(rules.begin(), rules.end(), [](const PublishRule& rule) { return has_version(rule); });
  auto version = is_wanted ? nearest_tag(RemoteGit(environment, interrupt, {}), commit, git_tag_patterns(rules)) : Result<std::string>("");
  if (!version) {
    return tl::unexpected(version.error());
  }
  // What a clock of nanoseconds holds; a commit may claim any time.
  constexpr std::int64_t k_last_second = 9'000'000'000;
  const auto date = std::chrono::system_clock::time_point(std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, k_last_second)));
  return TagFacts{branch, commit, tree, date, *std::move(version)};
}

} // namespace gate
