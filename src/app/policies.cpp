#include "app/policies.hpp"

namespace gate {

namespace {
// How far back a readable policy is looked for before gate gives up.
constexpr int k_most_ancestors = 1000;

std::string not_in_force() {
  return "the remote's side has no " + std::string(k_policy_file) + " as far as is known here: branch protection is not in force, the suites run";
}
} // namespace

std::shared_ptr<CommitPolicy> Policies::parsed(const std::string& text, const Oid& commit) {
  auto& read = m_parsed[text];
  if (read) {
    return read;
  }
  read = std::make_shared<CommitPolicy>();
  auto policy = parse_policy(text, commit.brief() + ":" + std::string(k_policy_file), m_version);
  if (policy) {
    read->policy = *std::move(policy);
  } else {
    read->problems = std::move(policy.error().list);
    read->needs_newer_gate = policy.error().needs_newer_gate;
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
  return m_read.emplace(commit, read).first->second.get();
}

Result<ProtectedSide> Policies::newest_readable(const Oid& tip, const std::string& where) {
  Oid commit = tip;
  for (int step = 0; step < k_most_ancestors; ++step) {
    const auto read = at(commit);
    if (!read) {
      return tl::unexpected(read.error());
    }
    if ((*read)->policy) {
      const bool newest = commit == tip;
      return ProtectedSide{&*(*read)->policy, newest ? "" : "the policy at " + where + " can't be read; the one at " +
                                                                commit.brief() + " judges"};
    }
    if ((*read)->problems.empty()) {
      if (commit == tip) {
        return ProtectedSide{};
      }
      break;
    }
    if ((*read)->needs_newer_gate) {
      break;
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
  const auto& first = (*at(tip))->problems.front();
  if ((*at(tip))->needs_newer_gate) {
    return fail(ErrorKind::policy, first.place.str() + ": " + first.message, "upgrade gate");
  }
  return fail(ErrorKind::policy, "the policy that judges this push can't be read: " + first.place.str() + ": " + first.message,
              "mend " + std::string(k_policy_file) + " on the protected side, where its branch can be updated");
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
    return std::vector{**head};
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

Result<ProtectedSide> Policies::judging(const std::optional<Oid>& tip, const std::optional<std::string>& remote,
                                         const std::optional<Oid>& pushed) {
  if (tip) {
    auto side = newest_readable(*tip, tip->brief());
    if (!side || side->policy != nullptr) {
      return side;
    }
  }
  if (!remote) {
    return ProtectedSide{nullptr, not_in_force(), false};
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
  return nothing_judges(*remote);
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
