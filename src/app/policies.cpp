#include "app/policies.hpp"

namespace gate {

namespace {
// How far back a readable policy is looked for before gate gives up.
constexpr int k_farthest_ancestor = 1000;

std::string not_in_force() {
  return "the remote's side has no " + std::string(k_policy_file) + " as far as is known here: branch protection is not in force, the suites run";
}

/// Files beside the policy of one commit.
class FilesOfCommit final : public PolicyFiles {
public:
  FilesOfCommit(Repository& repository, const Oid& commit) : m_repository(repository), m_commit(commit) {}

  Result<std::optional<std::string>> read(const std::string& path) override {
    m_were_read = true;
    return m_repository.file_at(m_commit, path);
  }
  std::string name_of(const std::string& path) const override { return m_commit.brief() + ":" + path; }
  bool were_read() const { return m_were_read; }

private:
  Repository& m_repository;
  const Oid& m_commit;
  bool m_were_read = false;
};

} // namespace

Result<std::shared_ptr<CommitPolicy>> Policies::parsed(const std::string& text, const Oid& commit) {
  if (const auto known = m_parsed.find(text); known != m_parsed.end()) {
    return known->second;
  }
  FilesOfCommit files(m_repository, commit);
  auto policy = load_policy(text, files.name_of(std::string(k_policy_file)), files, m_sources, m_version);
  auto read = std::make_shared<CommitPolicy>();
  read->text = text;
  if (policy) {
    read->policy = *std::move(policy);
  } else if (policy.error().error) {
    return tl::unexpected(*policy.error().error);
  } else if (policy.error().problems.list.front().place.file.front() == '/') {
    // This machine's own: no commit can mend it, and none before it was right.
    const auto& first = policy.error().problems.list.front();
    return fail(ErrorKind::policy, first.place.str() + ": " + first.message,
                "the administrator of this machine can mend it; nothing is let through until then");
  } else {
    read->problems = std::move(policy.error().problems.list);
    read->needs_newer_gate = policy.error().problems.needs_newer_gate;
  }
  if (!files.were_read()) {
    m_parsed[text] = read; // it says the same in every commit
  }
  return read;
}

Result<const CommitPolicy*> Policies::at(const Oid& commit) {
  if (const auto found = m_read.find(commit); found != m_read.end()) {
    return found->second.get();
  }
  auto text = m_repository.file_at(commit, k_policy_file);
  if (!text && text.error().kind == ErrorKind::policy) {
    const Place place{commit.brief() + ":" + std::string(k_policy_file), 0, 0};
    auto unreadable = std::make_shared<CommitPolicy>();
    unreadable->problems.push_back({place, text.error().message, text.error().remedy});
    return m_read.emplace(commit, unreadable).first->second.get();
  }
  if (!text) {
    return tl::unexpected(text.error());
  }
  auto read = *text ? parsed(**text, commit) : std::make_shared<CommitPolicy>();
  if (!read) {
    return tl::unexpected(read.error());
  }
  return m_read.emplace(commit, *read).first->second.get();
}

Result<ProtectedSide> Policies::newest_readable(const Oid& tip, const std::string& where) {
  const auto newest = at(tip);
  if (!newest) {
    return tl::unexpected(newest.error());
  }
  if ((*newest)->policy) {
    return ProtectedSide{&*(*newest)->policy, "", false, tip, false};
  }
  if ((*newest)->problems.empty()) {
    return ProtectedSide{};
  }
  const auto& first = (*newest)->problems.front();
  if ((*newest)->needs_newer_gate) {
    return fail(ErrorKind::policy, first.place.str() + ": " + first.message, "upgrade gate");
  }
  auto side = newest_ever(tip);
  if (!side) {
    return side;
  }
  if (side->policy == nullptr) {
    return fail(ErrorKind::policy, "the policy that judges this push can't be read: " + first.place.str() + ": " + first.message,
                "mend " + std::string(k_policy_file) + " on the protected side, where its branch can be updated");
  }
  side->notice = "the policy at " + where + " can't be read; the one at " + side->commit->brief() + " judges";
  return side;
}

// The newest policy on the first-parent line that can be read, and is wanted.
Result<ProtectedSide> Policies::newest_that(const Oid& tip, const std::function<bool(const Policy&)>& is_wanted) {
  Oid commit = tip;
  for (int step = 0; step < k_farthest_ancestor; ++step) {
    const auto read = at(commit);
    if (!read) {
      return tl::unexpected(read.error());
    }
    if ((*read)->policy && is_wanted(*(*read)->policy)) {
      return ProtectedSide{&*(*read)->policy, "", false, commit, false};
    }
    if ((*read)->needs_newer_gate) {
      const auto& first = (*read)->problems.front();
      return fail(ErrorKind::policy, first.place.str() + ": " + first.message, "upgrade gate");
    }
    const auto parent = m_repository.first_parent(commit);
    if (!parent) {
      return tl::unexpected(parent.error());
    }
    if (!*parent) {
      break;
    }
    commit = **parent;
  }
  return ProtectedSide{};
}

// Nobody could mend it by a push: every one would be refused.
Result<ProtectedSide> Policies::usable(ProtectedSide side, const RefName& ref, const std::optional<std::string>& remote) {
  if (side.policy == nullptr || !side.commit) {
    return side;
  }
  const auto rules = rules_for(*side.policy, ref, remote);
  if (rules) {
    return side;
  }
  auto before = newest_that(*side.commit, [&](const Policy& policy) { return rules_for(policy, ref, remote).has_value(); });
  if (!before || before->policy == nullptr) {
    return before ? std::move(side) : std::move(before);
  }
  const auto& first = rules.error().front();
  before->has_gone = side.has_gone;
  before->notice = (side.notice.empty() ? "" : side.notice + "; ") + "the policy at " + side.commit->brief() + " contradicts itself for " +
                   ref.brief() + " (" + first.place.str() + ": " + first.message + "); the one at " + before->commit->brief() + " judges";
  return before;
}

Result<std::optional<RefName>> Policies::branch_named_by(const std::optional<Oid>& pushed) {
  if (!pushed) {
    return std::nullopt;
  }
  const auto own = at(*pushed);
  if (!own) {
    return tl::unexpected(own.error());
  }
  const auto& policy = (*own)->policy;
  return policy && policy->policy_branch ? std::optional(policy->policy_branch->value) : std::nullopt;
}

// Where the policy of new refs may be. A repository that was not cloned does not know its remote's HEAD: git's own two
// default names stand in, and only then the branch that the pushed commit names, which could be anybody's.
Result<std::vector<RefName>> Policies::policy_branches(const std::string& remote, const std::optional<Oid>& pushed) {
  const auto head = m_repository.remote_head(remote);
  if (!head) {
    return tl::unexpected(head.error());
  }
  if (*head) {
    // A HEAD that names a branch which is not there (a server whose team uses another) says nothing.
    const auto tip = m_repository.tracking_tip(remote, **head);
    if (!tip) {
      return tl::unexpected(tip.error());
    }
    if (*tip) {
      return std::vector{**head};
    }
  }
  std::vector<RefName> candidates = {*RefName::branch("main"), *RefName::branch("master")};
  const auto named = branch_named_by(pushed);
  if (!named) {
    return tl::unexpected(named.error());
  }
  if (*named) {
    candidates.push_back(**named);
  }
  return candidates;
}

// The policy of a branch as last seen; the branch that it names as policy branch has the last word.
Result<ProtectedSide> Policies::judging_branch(const std::string& remote, const RefName& branch) {
  const auto tip = m_repository.tracking_tip(remote, branch);
  if (!tip) {
    return tl::unexpected(tip.error());
  }
  if (!*tip) {
    return ProtectedSide{};
  }
  auto side = newest_readable(**tip, remote + "/" + branch.brief());
  if (side && side->policy == nullptr) {
    side = newest_ever(**tip); // a policy that was lost still judges
    if (side && side->policy != nullptr) {
      side->notice = remote + "/" + branch.brief() + " has no " + std::string(k_policy_file) + " any more; the last one it had, at " +
                     side->commit->brief() + ", judges";
    }
  }
  if (!side || side->policy == nullptr || !side->policy->policy_branch || side->policy->policy_branch->value == branch) {
    return side;
  }
  const RefName& named = side->policy->policy_branch->value;
  const auto elsewhere = m_repository.tracking_tip(remote, named);
  if (!elsewhere) {
    return tl::unexpected(elsewhere.error());
  }
  if (!*elsewhere) {
    return side;
  }
  auto last_word = newest_readable(**elsewhere, remote + "/" + named.brief());
  return !last_word || last_word->policy != nullptr ? last_word : side;
}

Result<ProtectedSide> Policies::judging(const RefName& ref, const std::optional<Oid>& tip, const std::optional<std::string>& remote,
                                         const std::optional<Oid>& pushed) {
  // A tag stays where it is: what its commit said of tags once is no policy of today.
  if (ref.is_tag()) {
    auto side = on_policy_branch(remote, pushed);
    if (!side || side->policy != nullptr || !tip) {
      return side;
    }
  }
  if (tip) {
    auto side = newest_readable(*tip, tip->brief());
    if (!side || side->policy != nullptr) {
      return side;
    }
  }
  auto instead = on_policy_branch(remote, pushed);
  if (!instead || !tip) {
    return instead;
  }
  if (instead->policy != nullptr) {
    const auto rules = rules_for(*instead->policy, ref, remote);
    if (rules && !rules->is_protected()) {
      return instead;
    }
  }
  auto before = newest_ever(*tip);
  if (!before || before->policy == nullptr) {
    return before ? std::move(instead) : std::move(before);
  }
  before->has_gone = true;
  before->notice =
      ref.brief() + " has no " + std::string(k_policy_file) + " any more; the last one it had, at " + before->commit->brief() + ", judges";
  return before;
}

Result<ProtectedSide> Policies::on_policy_branch(const std::optional<std::string>& remote, const std::optional<Oid>& pushed) {
  if (!remote) {
    auto side = only_the_systems();
    return side && side->policy == nullptr ? ProtectedSide{nullptr, not_in_force(), false, {}, false} : std::move(side);
  }
  const auto branches = policy_branches(*remote, pushed);
  if (!branches) {
    return tl::unexpected(branches.error());
  }
  for (const auto& branch : *branches) {
    auto side = judging_branch(*remote, branch);
    if (!side || side->policy != nullptr) {
      return side;
    }
  }
  auto side = only_the_systems();
  return !side || side->policy != nullptr ? std::move(side) : nothing_judges(*remote);
}

Result<ProtectedSide> Policies::only_the_systems() {
  if (m_systems) {
    return ProtectedSide{&*m_systems, "", false, {}, false};
  }
  const auto system = m_sources.system();
  if (!system) {
    return tl::unexpected(system.error());
  }
  if (!*system) {
    return ProtectedSide{};
  }
  auto policy = parse_policy((*system)->text, (*system)->path, m_version, PolicyRole::system);
  if (!policy) {
    const auto& first = policy.error().list.front();
    return fail(ErrorKind::policy, first.place.str() + ": " + first.message, "mend it: nothing is let through until then");
  }
  m_systems = *std::move(policy);
  return ProtectedSide{&*m_systems, "", false, {}, false};
}

// Nothing fetched from the remote: the first push to it, for all that can be known here. Something fetched, but neither its
// HEAD nor one of its usual branches: there may be a policy that this repository does not have.
Result<ProtectedSide> Policies::nothing_judges(const std::string& remote) {
  ProtectedSide side;
  bool knows_usual = false;
  const auto head = m_repository.remote_head(remote);
  const auto tips = m_repository.tracking_tips(remote);
  if (!head || !tips) {
    return tl::unexpected(head ? tips.error() : head.error());
  }
  for (const char* name : {"main", "master"}) {
    const auto usual = m_repository.tracking_tip(remote, *RefName::branch(name));
    if (!usual) {
      return tl::unexpected(usual.error());
    }
    knows_usual = knows_usual || usual->has_value();
  }
  side.is_unknown = !*head && !tips->empty() && !knows_usual;
  side.notice = not_in_force();
  return side;
}

} // namespace gate
