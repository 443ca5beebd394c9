#include "app/policies.hpp"

namespace gate {

namespace {
// How far back a readable policy is looked for before gate gives up.
constexpr int k_most_ancestors = 1000;
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

Result<std::optional<BranchTip>> Policies::policy_branch(const std::string& remote, const std::optional<Oid>& pushed) {
  std::vector<RefName> candidates;
  const auto head = m_repository.remote_head(remote);
  if (!head) {
    return tl::unexpected(head.error());
  }
  if (*head) {
    candidates.push_back(**head);
  } else {
    const auto named = branch_named_by(pushed);
    if (!named) {
      return tl::unexpected(named.error());
    }
    if (*named) {
      candidates.push_back(**named);
    }
  }
  // A repository that was not cloned does not know its remote's HEAD: git's own two default names stand in.
  for (const char* name : {"main", "master"}) {
    candidates.push_back(*RefName::branch(name));
  }
  for (const auto& candidate : candidates) {
    const auto tip = m_repository.tracking_tip(remote, candidate);
    if (!tip) {
      return tl::unexpected(tip.error());
    }
    if (*tip) {
      return BranchTip{candidate, **tip};
    }
  }
  return std::nullopt;
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
    return ProtectedSide{};
  }
  auto branch = policy_branch(*remote, pushed);
  if (!branch) {
    return tl::unexpected(branch.error());
  }
  if (!*branch) {
    return ProtectedSide{};
  }
  auto side = newest_readable((*branch)->tip, *remote + "/" + (*branch)->branch.brief());
  if (!side || side->policy == nullptr || !side->policy->policy_branch || side->policy->policy_branch->value == (*branch)->branch) {
    return side;
  }
  // The remote's HEAD may say that the policy is kept elsewhere.
  const auto elsewhere = m_repository.tracking_tip(*remote, side->policy->policy_branch->value);
  if (!elsewhere) {
    return tl::unexpected(elsewhere.error());
  }
  if (!*elsewhere) {
    return side;
  }
  auto named = newest_readable(**elsewhere, *remote + "/" + side->policy->policy_branch->value.brief());
  return !named || named->policy != nullptr ? named : side;
}

} // namespace gate
