#include "git/refs.hpp"

#include <algorithm>

namespace gate {

namespace {

Failure unreadable(const std::string& what) {
  return could_not_run("cannot read " + what + ": " + git_reason(), "check the repository with `git fsck`");
}

// git_reference_resolve gives a direct reference back as it is.
Result<std::optional<Oid>> target_of(const git_reference* reference) {
  if (const git_oid* direct = git_reference_target(reference)) {
    return std::optional(from_git(*direct));
  }
  git_reference* raw = nullptr;
  const int status = git_reference_resolve(&raw, reference);
  const ReferenceHandle direct(raw);
  if (status == GIT_ENOTFOUND) {
    return std::optional<Oid>();
  }
  if (status != 0) {
    return unreadable(git_reference_name(reference));
  }
  return std::optional(from_git(*git_reference_target(direct.get())));
}

} // namespace

Result<std::vector<RefTip>> refs_below(git_repository* repository, const std::string& prefix) {
  git_reference_iterator* raw = nullptr;
  if (git_reference_iterator_glob_new(&raw, repository, (prefix + "*").c_str()) != 0) {
    return unreadable(prefix);
  }
  const ReferenceIterator iterator(raw);
  std::vector<RefTip> tips;
  git_reference* found = nullptr;
  int status = 0;
  while ((status = git_reference_next(&found, iterator.get())) == 0) {
    const ReferenceHandle reference(found);
    const std::string name = git_reference_name(found);
    if (name.compare(0, prefix.size(), prefix) != 0) { // it could hold what means something in a pattern
      continue;
    }
    const auto target = target_of(found);
    if (!target) {
      return Failure(target.error());
    }
    if (*target) {
      tips.push_back({name, **target});
    }
  }
  if (status != GIT_ITEROVER) {
    return unreadable(prefix);
  }
  std::sort(tips.begin(), tips.end(), [](const RefTip& a, const RefTip& b) { return a.name < b.name; });
  return tips;
}

Result<std::optional<Oid>> ref_target(git_repository* repository, const std::string& name) {
  git_reference* raw = nullptr;
  const int status = git_reference_lookup(&raw, repository, name.c_str());
  const ReferenceHandle reference(raw);
  if (status == GIT_ENOTFOUND) {
    return std::optional<Oid>();
  }
  return status == 0 ? target_of(raw) : unreadable(name);
}

} // namespace gate
