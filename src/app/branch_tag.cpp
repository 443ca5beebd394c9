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

// The newest of this tag.
std::vector<PublishedRecord>::const_iterator newest_of(const std::string& tag, const std::vector<PublishedRecord>& records) {
  return std::find_if(records.begin(), records.end(),
                      [&](const PublishedRecord& r) { return std::find(r.tags.begin(), r.tags.end(), tag) != r.tags.end(); });
}

bool is_tip(const BranchTagQuestion& question) { return question.remote.tip && *question.remote.tip == question.entry.commit; }

// What it means that the tag shows this commit.
std::optional<TagObstacle> obstacle_of(const Oid& shown, Has is_newer_one, const BranchTagQuestion& question) {
  if (is_newer_one == Has::yes) {
    return TagObstacle{true, "it shows " + shown.brief() + ", which is newer", ""};
  }
  if (is_newer_one == Has::no || is_tip(question)) {
    return std::nullopt;
  }
  return TagObstacle{false, "it shows " + shown.brief() + ", and whether that is newer can't be told here: the commit is not in this repository",
                     "git fetch " + shell_word(question.entry.remote) + " && gate publish"};
}

// By the tags in the registry.
Result<std::optional<TagObstacle>> obstacle_by_tags(const BranchTagQuestion& question, const Manifest& shown, Repository& repository,
                                                    RemoteRepository& registry) {
  const auto& [entry, branch_tag, remote, records] = question;
  if (is_tip(question)) {
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
    return obstacle_of(commit, newer && *newer == Has::yes ? Has::yes : Has::cannot_tell, question);
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

Result<RemoteStanding::Has> is_newer(const Oid& commit, const OutboxEntry& entry, const RemoteStanding& remote, Repository& repository) {
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
  if (entry.branch_tags_at_once) {
    const auto descends = contains(commit, entry.commit, repository);
    if (!descends || *descends == Has::yes) {
      return descends;
    }
  }
  return remote.tip ? contains(*remote.tip, commit, repository) : Has::cannot_tell;
}

const PublishedRecord* newest_of_another(const std::string& tag, const std::vector<PublishedRecord>& records, const Digest& digest) {
  const auto newest = newest_of(tag, records);
  return newest == records.end() || newest->digest == digest.str() ? nullptr : &*newest;
}

Result<std::optional<TagObstacle>> obstacle_to_moving(const BranchTagQuestion& question, const Manifest& shown, Repository& repository,
                                                      RemoteRepository& registry) {
  const auto& [entry, tag, remote, records] = question;
  const auto record = newest_of(tag, records);
  if (record != records.end() && record->digest == shown.digest.str()) {
    const auto newer = is_newer(record->commit, entry, remote, repository);
    if (!newer) {
      return tl::unexpected(newer.error());
    }
    return obstacle_of(record->commit, *newer, question);
  }
  return obstacle_by_tags(question, shown, repository, registry);
}

} // namespace gate
