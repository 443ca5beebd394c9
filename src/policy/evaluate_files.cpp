// What the new commits bring: how big, under which names, whose, and whether a secret is in it.
#include <algorithm>
#include <set>

#include "policy/covering.hpp"
#include "policy/judging.hpp"

namespace gate {

namespace {

constexpr std::size_t k_max_files = 3;

/// Files that break one rule, in the order of the facts.
using FileList = std::vector<const ChangedFile*>;

template <typename Predicate> FileList files_that(const Judging& judging, Predicate predicate) {
  FileList files;
  for (const auto& file : judging.facts().files) {
    if (predicate(file)) {
      files.push_back(&file);
    }
  }
  return files;
}

template <typename Text> std::string listed(const FileList& files, Text text) {
  std::vector<std::string> texts(files.size());
  for (std::size_t i = 0; i < files.size() && i < k_max_files; ++i) {
    texts[i] = text(*files[i]);
  }
  return some_of(texts, k_max_files);
}

/// The commits of these files, each once, in the order of the facts.
template <typename Range, typename Of> CommitList commits_of(const Judging& judging, const Range& range, Of of) {
  std::set<Oid> wanted;
  for (const auto& entry : range) {
    wanted.insert(of(entry));
  }
  CommitList commits;
  for (const auto& commit : judging.facts().commits) {
    if (wanted.count(commit.oid) != 0) {
      commits.push_back(&commit);
    }
  }
  return commits;
}

CommitList commits_of(const Judging& judging, const FileList& files) {
  return commits_of(judging, files, [](const ChangedFile* file) { return file->commit; });
}

std::string without_them(const Judging& judging, const FileList& files) {
  return rework_remedy(judging.update(), commits_of(judging, files), "edit", "git rm --cached -- " + shell_word(files.front()->path));
}

void judge_sizes(Judging& judging) {
  const auto& max = judging.rules().max_size;
  if (!max) {
    return;
  }
  const auto files = files_that(judging, [&](const ChangedFile& file) { return file.blob && file.size > max->value; });
  if (files.empty()) {
    return;
  }
  const std::string limit = size_limit_text(max->value);
  const std::string what = listed(files, [&](const ChangedFile& file) {
    return file.path + " (" + size_text(file.size) + ", in " + quoted_of(judging.facts(), file.commit) + ")";
  });
  judging.found("file-size", what + (files.size() == 1 ? " is over " : " are over ") + limit,
                "a file that comes to " + judging.branch() + " has " + limit + " at most", max->place,
                without_them(judging, files) + "   (or keep it in Git LFS: git lfs migrate import --include=" + shell_word(files.front()->path) + ")");
}

// Who takes such a file away does what the rule is for.
void judge_denied(Judging& judging, const Located<PathPattern>& pattern) {
  const auto files = files_that(judging, [&](const ChangedFile& file) { return (file.blob || file.is_submodule) && pattern.value.matches(file.path); });
  if (!files.empty()) {
    const std::string what = listed(files, [&](const ChangedFile& file) { return file.path + " in " + quoted_of(judging.facts(), file.commit); });
    judging.found("denied-file", what + " may not come to " + judging.branch(), "no file that matches " + pattern.value.text() + " comes to " + judging.branch(),
                  pattern.place, without_them(judging, files));
  }
}

void judge_secrets(Judging& judging) {
  const auto& place = judging.rules().secrets;
  const auto& secrets = judging.facts().secrets;
  if (!place || secrets.empty()) {
    return;
  }
  std::vector<std::string> texts(secrets.size());
  for (std::size_t i = 0; i < secrets.size() && i < k_max_files; ++i) {
    texts[i] = secrets[i].path + ":" + std::to_string(secrets[i].line) + " in " + quoted_of(judging.facts(), secrets[i].commit) + " (" + secrets[i].kind + ")";
  }
  const auto commits = commits_of(judging, secrets, [](const FoundSecret& secret) { return secret.commit; });
  judging.found("secret", some_of(texts, k_max_files) + (secrets.size() == 1 ? " looks like a secret" : " look like secrets"),
                "no secret comes to " + judging.branch(), *place,
                rework_remedy(judging.update(), commits, "edit", "git rm --cached -- " + shell_word(secrets.front().path)) +
                    "   (a later commit that takes it away does not help; what was pushed elsewhere already must be revoked)");
}

void judge_owned(Judging& judging, const Covering& covering, const Located<Owners>& owners) {
  const auto& paths = owners.value.paths;
  const auto is_owned = [&](const ChangedFile& file) {
    return std::any_of(paths.begin(), paths.end(), [&](const PathPattern& pattern) { return pattern.matches(file.path); });
  };
  auto files = files_that(judging, is_owned);
  if (files.empty()) {
    return;
  }
  const std::vector<bool> covered = covering.by(owners.value.by);
  const auto is_covered = [&](const ChangedFile* file) {
    const std::size_t at = covering.index_of(file->commit);
    return at < covered.size() && covered[at];
  };
  files.erase(std::remove_if(files.begin(), files.end(), is_covered), files.end());
  if (files.empty()) {
    return;
  }
  const std::string whom = any_of_names(owners.value.by);
  const std::string what = listed(files, [&](const ChangedFile& file) { return file.path + " in " + quoted_of(judging.facts(), file.commit); });
  std::vector<std::string> texts(paths.size());
  std::transform(paths.begin(), paths.end(), texts.begin(), [](const PathPattern& pattern) { return pattern.text(); });
  judging.found("owners", what + (files.size() == 1 ? " is changed" : " are changed") + " without a signature by " + whom,
                "a change of " + some_of(texts, texts.size()) + " comes to " + judging.branch() + " in a commit, or by a merge, that " + whom + " has signed",
                owners.place,
                "have " + whom + " sign it: " + amend_remedy(judging.update(), commits_of(judging, files), "--no-edit -S") +
                    "   or merge it: git merge --no-ff -S " + judging.update().new_oid.brief());
}

} // namespace

void judge_files(Judging& judging) {
  judge_sizes(judging);
  for (const auto& pattern : judging.rules().deny) {
    judge_denied(judging, pattern);
  }
  judge_secrets(judging);
}

void judge_owners(Judging& judging) {
  if (judging.rules().owners.empty()) {
    return;
  }
  const Covering covering(judging.facts());
  for (const auto& owners : judging.rules().owners) {
    judge_owned(judging, covering, owners);
  }
}

namespace {

// The line to look at first, of the rules that ask about commits.
Place place_of_commit_rules(const Rules& rules) {
  std::vector<Place> places;
  const auto add = [&places](const auto& rule) {
    if (rule) {
      places.push_back(rule->place);
    }
  };
  const auto add_first = [&places](const auto& list) {
    if (!list.empty()) {
      places.push_back(list.front().place);
    }
  };
  if (rules.linear) {
    places.push_back(*rules.linear);
  }
  add(rules.merge_content);
  add(rules.signed_commits);
  add_first(rules.message);
  add(rules.subject_max);
  add_first(rules.author_email);
  add_first(rules.committer_email);
  if (rules.sign_off) {
    places.push_back(*rules.sign_off);
  }
  add(rules.max_size);
  add_first(rules.deny);
  add_first(rules.owners);
  if (rules.secrets) {
    places.push_back(*rules.secrets);
  }
  return places.empty() ? Place{} : places.front();
}

} // namespace

void judge_unknown(Judging& judging) {
  if (!judging.rules().needs_commits()) {
    return;
  }
  for (const auto& sentence : judging.facts().unknown) {
    judging.found("history", sentence, "the rules of " + judging.branch() + " ask about what is new; what can't be told is not let through",
                  place_of_commit_rules(judging.rules()),
                  "git fetch " + judging.remote() + "   (in a shallow clone: git fetch --unshallow " + judging.remote() + ")");
  }
}

} // namespace gate
