#include "app/update_facts.hpp"

#include <algorithm>
#include <iterator>

#include "policy/secrets.hpp"

namespace gate {

/// Of all groups of rules together.
struct FactFinder::Needs {
  bool commits = false;
  bool files = false;
  bool secrets = false;
  bool merges = false;
  bool signatures = false;
  bool every_signature = false; ///< not of merges alone
  bool texts = false;           ///< messages, which merges need not have
  std::vector<const Owners*> owners;

  explicit Needs(const RefRules& rules) {
    for (const auto& group : rules.groups) {
      const Rules& wanted = group.rules;
      commits = commits || wanted.needs_commits();
      files = files || wanted.needs_files();
      secrets = secrets || wanted.secrets.has_value();
      texts = texts || !wanted.message.empty() || wanted.sign_off.has_value();
      merges = merges || (wanted.merge_content && wanted.merge_content->value != MergeContent::any);
      signatures = signatures || wanted.needs_signatures();
      every_signature = every_signature || (wanted.signed_commits && wanted.signed_commits->value == SignedCommits::all);
      for (const auto& entry : wanted.owners) {
        owners.push_back(&entry.value);
      }
    }
  }

  bool concerns_owners(const ChangedFile& file) const {
    return std::any_of(owners.begin(), owners.end(), [&](const Owners* entry) {
      return std::any_of(entry->paths.begin(), entry->paths.end(), [&](const PathPattern& pattern) { return pattern.matches(file.path); });
    });
  }

  // Must it be made again? What a merge has like one parent and unlike another, no list of its changes shows; git tells who was right.
  bool concerns_merge(Commits& source, const NewCommit& commit) const {
    if (commit.parents.size() < 2 || merges) {
      return commit.parents.size() > 1;
    }
    return !owners.empty() && std::any_of(commit.parents.begin(), commit.parents.end(), [&](const Oid& parent) {
      NewCommit from_one;
      from_one.oid = commit.oid;
      from_one.parents = {parent};
      const auto changed = source.changed_files(from_one);
      // Something is not here that making it again may not need.
      return !changed || std::any_of(changed->begin(), changed->end(), [&](const ChangedFile& file) { return concerns_owners(file); });
    });
  }
};

namespace {

// An annotated tag, of whatever: what it stands for has another name than it.
bool is_tag_object(const JudgedUpdate& judged) {
  const auto& object = judged.object;
  return object.commit ? *object.commit != judged.update.new_oid : object.tree && *object.tree != judged.update.new_oid;
}

} // namespace

Result<UpdateFacts> FactFinder::gather(const JudgedUpdate& judged) {
  UpdateFacts facts;
  const Needs needs(judged.rules);
  if (judged.update.ref.is_tag() && is_tag_object(judged)) {
    facts.tag_object = judged.update.new_oid;
  }
  if (!needs.commits) {
    return facts;
  }
  if (!judged.object.commit) {
    facts.unknown.push_back(judged.update.new_oid.brief() + " is no commit, so the rules on commits and files can't be held to it");
    return facts;
  }
  const Kind kind = kind_of(judged);
  if (m_brought.count(kind) == 0) {
    if (auto walked = walk(kind); !walked) {
      return tl::unexpected(walked.error());
    }
  }
  facts.commits = std::exchange(m_brought[kind][*judged.object.commit], {});
  if (needs.texts) {
    if (auto marked = mark_dressed_up(facts); !marked) {
      return tl::unexpected(marked.error());
    }
  }
  if (needs.files) {
    if (auto found = find_files(needs, facts); !found) {
      return tl::unexpected(found.error());
    }
  }
  for (const auto& commit : facts.commits) {
    if (needs.concerns_merge(m_commits, commit)) {
      facts.merges.push_back({commit.oid, RemadeMerge::Outcome::cannot_tell, {}, {}});
    }
  }
  if (auto remade = remake_merges(facts); !remade) {
    return tl::unexpected(remade.error());
  }
  if (needs.signatures) {
    if (auto found = find_signatures(judged, needs, facts); !found) {
      return tl::unexpected(found.error());
    }
  }
  return facts;
}

Result<UpdateFacts> FactFinder::gather_policy_change(const JudgedUpdate& judged) {
  UpdateFacts facts;
  Needs needs{RefRules{}};
  needs.every_signature = true;
  auto commits = m_commits.new_commits({*judged.object.commit}, {judged.update.creates() ? *judged.side.commit : judged.update.old_oid});
  if (!commits) {
    return tl::unexpected(commits.error());
  }
  facts.commits = *std::move(commits);
  if (auto found = find_files(needs, facts); !found) {
    return tl::unexpected(found.error());
  }
  if (auto found = find_signatures(judged, needs, facts); !found) {
    return tl::unexpected(found.error());
  }
  return facts;
}

// What the remote has: its refs as last seen, and the old tips of this push, which may be newer.
Result<const std::vector<Oid>*> FactFinder::known() {
  if (!m_known) {
    std::vector<Oid> tips;
    if (m_remote) {
      auto all = m_commits.known_tips(*m_remote);
      if (!all) {
        return tl::unexpected(all.error());
      }
      tips = *std::move(all);
    }
    for (const auto& update : m_push.updates) {
      const auto old_object = update.creates() ? Result<Peeled>(Peeled{}) : m_repository.peel(update.old_oid);
      if (!old_object) {
        return tl::unexpected(old_object.error());
      }
      if (old_object->commit) {
        tips.push_back(*old_object->commit);
      }
    }
    m_known = std::move(tips);
  }
  return &*m_known;
}

void FactFinder::expect(const JudgedUpdate& judged) {
  if (judged.object.commit) {
    m_expected[kind_of(judged)].push_back(*judged.object.commit);
  }
}

// One walk for all updates of a kind; a commit goes to the first whose tip contains it.
Result<void> FactFinder::walk(const Kind& kind) {
  const auto there = known();
  if (!there) {
    return tl::unexpected(there.error());
  }
  const auto& tips = m_expected[kind];
  auto commits = m_commits.new_commits(tips, **there);
  if (!commits) {
    return tl::unexpected(commits.error());
  }
  std::map<Oid, std::size_t> index;
  for (std::size_t i = 0; i < commits->size(); ++i) {
    index.emplace((*commits)[i].oid, i);
  }
  auto& brought = m_brought[kind];
  std::vector<const Oid*> owner(commits->size(), nullptr);
  for (const auto& tip : tips) {
    std::vector<Oid> open = {tip};
    while (!open.empty()) {
      const auto found = index.find(open.back());
      open.pop_back();
      if (found == index.end() || owner[found->second] != nullptr) {
        continue;
      }
      owner[found->second] = &tip;
      const auto& parents = (*commits)[found->second].parents;
      open.insert(open.end(), parents.begin(), parents.end());
    }
  }
  for (std::size_t i = 0; i < commits->size(); ++i) {
    if (owner[i] != nullptr) {
      brought[*owner[i]].push_back(std::move((*commits)[i]));
    }
  }
  return {};
}

// A commit whose first parent contains all its others brings nothing in: it is no merge, whatever it looks like.
Result<void> FactFinder::mark_dressed_up(UpdateFacts& facts) {
  for (auto& commit : facts.commits) {
    bool is_merge = commit.parents.size() < 2;
    for (std::size_t i = 1; i < commit.parents.size() && !is_merge; ++i) {
      const auto known = m_repository.history(commit.parents[i], commit.parents[0], {});
      if (!known) {
        return tl::unexpected(known.error());
      }
      is_merge = known->relation != History::Relation::descends && commit.parents[i] != commit.parents[0];
    }
    commit.is_dressed_up = !is_merge;
  }
  return {};
}

Result<void> FactFinder::find_files(const Needs& needs, UpdateFacts& facts) {
  for (const auto& commit : facts.commits) {
    auto changed = m_commits.changed_files(commit);
    if (!changed) {
      return tl::unexpected(changed.error());
    }
    for (auto& file : *changed) {
      if (needs.secrets) {
        if (auto looked = find_secrets_in(file, facts); !looked) {
          return looked;
        }
      }
      facts.files.push_back(std::move(file));
    }
  }
  return {};
}

Result<void> FactFinder::find_secrets_in(const ChangedFile& file, UpdateFacts& facts) {
  if (!file.blob) {
    return {};
  }
  auto known = m_looked_through.find(*file.blob);
  if (known == m_looked_through.end()) {
    const auto content = m_commits.content(*file.blob);
    if (!content) {
      return tl::unexpected(content.error());
    }
    std::vector<FoundSecret> found;
    for (const auto& secret : find_secrets(*content)) {
      found.push_back({{}, "", secret.line, secret.kind});
    }
    known = m_looked_through.emplace(*file.blob, std::move(found)).first;
  }
  for (const auto& secret : known->second) {
    facts.secrets.push_back({file.commit, file.path, secret.line, secret.kind});
  }
  return {};
}

// Those that are named, in the order of the commits.
Result<void> FactFinder::remake_merges(UpdateFacts& facts) {
  auto commit = facts.commits.begin();
  for (auto& merge : facts.merges) {
    commit = std::find_if(commit, facts.commits.end(), [&](const NewCommit& c) { return c.oid == merge.commit; });
    auto remade = m_commits.remake(*commit);
    if (!remade) {
      return tl::unexpected(remade.error());
    }
    merge = *std::move(remade);
  }
  return {};
}

Result<void> FactFinder::find_signatures(const JudgedUpdate& judged, const Needs& needs, UpdateFacts& facts) {
  std::set<Oid> owned;
  for (const auto& file : facts.files) {
    if (needs.concerns_owners(file)) {
      owned.insert(file.commit);
    }
  }
  std::vector<Oid> asked;
  for (const auto& commit : facts.commits) {
    if (needs.every_signature || commit.parents.size() > 1 || owned.count(commit.oid) != 0) {
      asked.push_back(commit.oid);
    }
  }
  if (facts.tag_object) {
    asked.push_back(*facts.tag_object);
  }
  if (asked.empty()) {
    return {};
  }
  const auto signers = signers_of(judged, facts);
  if (!signers) {
    return tl::unexpected(signers.error());
  }
  auto found = m_commits.signatures(asked, *signers);
  if (!found) {
    return tl::unexpected(found.error());
  }
  facts.signatures = *std::move(found);
  return {};
}

// From the commit that the policy came from: a push can't add its own key.
Result<std::vector<std::string>> FactFinder::signers_of(const JudgedUpdate& judged, UpdateFacts& facts) {
  std::set<std::string> paths;
  for (const auto& file : judged.side.policy->allowed_signers) {
    paths.insert(file.value);
  }
  for (const auto& group : judged.rules.groups) {
    for (const auto& file : group.rules.allowed_signers) {
      paths.insert(file.value);
    }
  }
  std::vector<std::string> texts;
  for (const auto& path : paths) {
    if (path.front() == '/') {
      auto text = m_sources.machine_file(path);
      if (!text) {
        return tl::unexpected(text.error());
      }
      texts.push_back(*std::move(text));
      continue;
    }
    auto text = judged.side.commit ? m_repository.file_at(*judged.side.commit, path) : Result<std::optional<std::string>>(std::nullopt);
    if (!text) {
      return tl::unexpected(text.error());
    }
    if (!*text) {
      facts.unknown.push_back("who may sign is not known: there is no file " + path + " beside the policy that judges");
      texts.emplace_back(); // knows nobody
      continue;
    }
    texts.push_back(**std::move(text));
  }
  return texts;
}

} // namespace gate
