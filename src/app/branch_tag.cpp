#include "app/branch_tag.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/shell_word.hpp"

namespace gate {

namespace {

using Has = RemoteStanding::Has;

Result<Has> contains(const Oid& tip, const Oid& commit, Repository& repository) {
  if (tip == commit) {
    return Has::yes;
  }
  const auto object = repository.peel(tip);
  if (!object) {
    return tl::unexpected(object.error());
  }
  if (!object->commit) {
    return Has::cannot_tell;
  }
  const auto history = repository.history(commit, tip, {});
  if (!history) {
    return tl::unexpected(history.error());
  }
  switch (history->relation) {
  case History::Relation::descends:
    return Has::yes;
  case History::Relation::diverged:
    return Has::no;
  default:
    return Has::cannot_tell;
  }
}

// The commit that a tag names, whatever stands around it: a run of exactly as many hex digits as an object name has.
std::optional<Oid> commit_named_by(std::string_view tag) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  for (std::size_t at = tag.find_first_of(k_digits); at < tag.size(); at = tag.find_first_of(k_digits, at)) {
    const std::size_t end = std::min(tag.find_first_not_of(k_digits, at), tag.size());
    if (auto oid = Oid::parse(tag.substr(at, end - at))) {
      return oid;
    }
    at = end;
  }
  return std::nullopt;
}

// Is this commit, as far as can be told, one that the branch has and the entry's commit does not? Then its image is newer.
Result<Has> is_newer(const Oid& commit, const OutboxEntry& entry, const RemoteStanding& remote, Repository& repository) {
  const auto object = repository.peel(commit);
  if (!object) {
    return tl::unexpected(object.error());
  }
  if (!object->commit) {
    return Has::cannot_tell;
  }
  const auto older = contains(entry.commit, commit, repository);
  if (!older || *older == Has::yes) {
    return older ? Result<Has>(Has::no) : older;
  }
  return remote.tip ? contains(*remote.tip, commit, repository) : Has::cannot_tell;
}

// The commit tags of a registry, by what they mean for an entry.
struct TagsByAge {
  std::vector<std::pair<std::string, Oid>> not_older; ///< newer, or not to be told
  std::vector<std::string> older;                     ///< or of a commit that the branch never had
};

Result<TagsByAge> by_age(const std::vector<std::string>& tags, const OutboxEntry& entry, const RemoteStanding& remote, Repository& repository) {
  TagsByAge sorted;
  for (const auto& tag : tags) {
    const auto commit = commit_named_by(tag);
    if (!commit || *commit == entry.commit) {
      continue;
    }
    const auto newer = is_newer(*commit, entry, remote, repository);
    if (!newer) {
      return tl::unexpected(newer.error());
    }
    if (*newer == Has::no) {
      sorted.older.push_back(tag);
    } else {
      sorted.not_older.emplace_back(tag, *commit);
    }
  }
  return sorted;
}

Result<bool> shows(const std::string& tag, const Manifest& shown, RemoteRepository& registry) {
  const auto manifest = registry.find(tag);
  if (!manifest) {
    return tl::unexpected(manifest.error());
  }
  return *manifest && (*manifest)->digest == shown.digest;
}

} // namespace

Result<RemoteStanding> remote_standing(const OutboxEntry& entry, Repository& repository, RemoteBranches& remotes) {
  auto tip = remotes.tip(entry.remote, entry.branch);
  if (!tip) {
    return tl::unexpected(tip.error());
  }
  if (!*tip) {
    return RemoteStanding{Has::no, *tip};
  }
  auto has = contains(**tip, entry.commit, repository);
  if (has && *has == Has::cannot_tell && remotes.bring(entry.remote, entry.branch)) {
    has = contains(**tip, entry.commit, repository);
  }
  return has ? Result<RemoteStanding>(RemoteStanding{*has, *tip}) : tl::unexpected(has.error());
}

Result<std::optional<TagObstacle>> obstacle_to_moving(const OutboxEntry& entry, const Manifest& shown, const RemoteStanding& remote,
                                                      Repository& repository, RemoteRepository& registry) {
  if (remote.tip && *remote.tip == entry.commit) {
    return std::nullopt;
  }
  constexpr std::size_t k_most_questions = 300; // to the registry, one a tag
  const auto tags = registry.tags();
  const auto sorted = tags ? by_age(*tags, entry, remote, repository) : tl::unexpected(tags.error());
  if (!sorted) {
    return tl::unexpected(sorted.error());
  }
  std::size_t questions = 0;
  for (const auto& [tag, commit] : sorted->not_older) {
    const auto same = ++questions <= k_most_questions ? shows(tag, shown, registry) : Result<bool>(false);
    if (!same) {
      return tl::unexpected(same.error());
    }
    if (!*same) {
      continue;
    }
    const auto newer = is_newer(commit, entry, remote, repository);
    if (newer && *newer == Has::yes) {
      return TagObstacle{true, "it shows " + commit.brief() + ", which is newer", ""};
    }
    return TagObstacle{false, "it shows " + commit.brief() + ", and whether that is newer can't be told here: the commit is not in this repository",
                       "git fetch " + shell_word(entry.remote) + " && gate publish"};
  }
  for (auto tag = sorted->older.rbegin(); tag != sorted->older.rend() && ++questions <= k_most_questions; ++tag) {
    const auto same = shows(*tag, shown, registry);
    if (!same) {
      return tl::unexpected(same.error());
    }
    if (*same) {
      return std::nullopt;
    }
  }
  return TagObstacle{false, "which commit it shows can't be told: no commit's tag in the registry has its digest",
                     "leave it to the next publication, or remove the tag in the registry and: gate publish"};
}

} // namespace gate
