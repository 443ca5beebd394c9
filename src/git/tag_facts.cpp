#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <utility>

#include "git/live_remotes.hpp"
#include "git/publication_ledger.hpp"
#include "git/remote_git.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

// git-describe(1) fails the same way for a commit that has no tag and for one that can't be read.
bool says_there_is_none(std::string_view said) {
  constexpr std::array<std::string_view, 3> k_none{"No names found", "No tags can describe", "No annotated tags can describe"};
  return std::any_of(k_none.begin(), k_none.end(), [&](std::string_view none) { return said.find(none) != std::string_view::npos; });
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

Result<TagFacts> tag_facts(const RefName& branch, const Oid& commit, const std::vector<std::string>& not_versions, const Environment& environment,
                           const Interrupt& interrupt) {
  const RemoteGit git(environment, interrupt, {});
  // Tree and time, a line each.
  const auto shown = git.here({"log", "-1", "--no-show-signature", "--no-color", "--format=%T%n%ct", commit.hex(), "--"},
                              "the commit " + commit.brief() + " could not be read");
  if (!shown) {
    return tl::unexpected(shown.error());
  }
  const auto line_end = std::min(shown->find('\n'), shown->size());
  const auto tree = Oid::parse(std::string_view(*shown).substr(0, line_end));
  std::int64_t seconds = 0;
  const char* const begin = shown->data() + std::min(line_end + 1, shown->size());
  if (!tree || std::from_chars(begin, shown->data() + shown->size(), seconds).ec != std::errc()) {
    return could_not_run("the commit " + commit.brief() + " could not be read: git says neither its tree nor its time");
  }
  auto version = nearest_tag(git, commit, not_versions);
  if (!version) {
    return tl::unexpected(version.error());
  }
  // What a clock of nanoseconds holds; a commit may claim any time.
  constexpr std::int64_t k_last_second = 9'000'000'000;
  const auto date = std::chrono::system_clock::time_point(std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, k_last_second)));
  return TagFacts{branch, commit, *tree, date, *std::move(version)};
}

} // namespace gate
