#include "app/branch_tag.hpp"

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

// The commit that a tag names by the template that the entry's own commit tags were made from.
std::optional<Oid> commit_named_by(const std::string& tag, const OutboxEntry& entry) {
  const std::string& own = entry.commit.hex();
  for (const auto& pattern : entry.commit_tags) {
    const auto at = pattern.find(own);
    if (at == std::string::npos || tag.size() != pattern.size()) {
      continue;
    }
    const bool same_around = tag.compare(0, at, pattern, 0, at) == 0 && tag.compare(at + own.size(), std::string::npos, pattern, at + own.size()) == 0;
    if (same_around) {
      return Oid::parse(tag.substr(at, own.size()));
    }
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

} // namespace

Result<RemoteStanding> remote_standing(const OutboxEntry& entry, Repository& repository, RemoteBranches& remotes) {
  auto tip = remotes.tip(entry.remote, entry.branch);
  if (!tip) {
    return tl::unexpected(tip.error());
  }
  RemoteStanding standing{Has::no, *tip};
  if (!*tip) {
    return standing;
  }
  auto has = contains(**tip, entry.commit, repository);
  if (has && *has == Has::cannot_tell) {
    const auto tracked = repository.tracking_tip(entry.remote, entry.branch);
    if (!tracked) {
      return tl::unexpected(tracked.error());
    }
    if (*tracked) {
      has = contains(**tracked, entry.commit, repository);
    }
    // It did not have the commit when it was last fetched; whether it has it now is another question.
    if (has && *has == Has::no) {
      has = Has::cannot_tell;
    }
  }
  if (!has) {
    return tl::unexpected(has.error());
  }
  standing.has = *has;
  return standing;
}

Result<std::optional<TagObstacle>> obstacle_to_moving(const OutboxEntry& entry, const Manifest& shown, const RemoteStanding& remote,
                                                      Repository& repository, RemoteRepository& registry) {
  if (remote.tip && *remote.tip == entry.commit) {
    return std::nullopt;
  }
  const auto tags = registry.tags();
  if (!tags) {
    return tl::unexpected(tags.error());
  }
  for (const auto& tag : *tags) {
    const auto commit = commit_named_by(tag, entry);
    if (!commit || *commit == entry.commit) {
      continue;
    }
    const auto newer = is_newer(*commit, entry, remote, repository);
    if (!newer) {
      return tl::unexpected(newer.error());
    }
    if (*newer == Has::no) {
      continue;
    }
    const auto manifest = registry.find(tag);
    if (!manifest) {
      return tl::unexpected(manifest.error());
    }
    if (!*manifest || !((*manifest)->digest == shown.digest)) {
      continue;
    }
    if (*newer == Has::yes) {
      return TagObstacle{true, "it shows " + commit->brief() + ", which is newer", ""};
    }
    return TagObstacle{false, "it shows " + commit->brief() + ", and whether that is newer can't be told here: the commit is not in this repository",
                       "git fetch " + entry.remote + " && gate publish"};
  }
  return std::nullopt;
}

} // namespace gate
