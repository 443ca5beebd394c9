#include "app/policy_delta.hpp"

#include <algorithm>
#include <string>

#include "policy/policy_change.hpp"

namespace gate {

namespace {

// What can't be read as a file is as good as none: it differs from one.
Result<std::optional<std::string>> file_at(Repository& repository, const Oid& commit, const std::string& path) {
  auto text = repository.file_at(commit, path);
  return !text && text.error().kind == ErrorKind::policy ? Result<std::optional<std::string>>(std::nullopt) : text;
}

std::optional<std::int64_t> serial_of(const Policy& policy) { return policy.serial ? std::optional(policy.serial->value) : std::nullopt; }

// By its own name, not by a pattern.
bool is_named(const RefRules& rules, const RefName& ref) {
  return std::any_of(rules.blocks.begin(), rules.blocks.end(), [&](const Block* block) {
    const auto& match = block->match.value;
    return block->enforcement.value == Enforcement::active &&
           std::any_of(match.begin(), match.end(), [&](const RefPattern& pattern) { return pattern.full() == ref.full(); });
  });
}

} // namespace

Result<bool> guards_policy(const RefRules& rules, const RefName& ref, const std::optional<std::string>& remote, Policies& policies) {
  if (ref.is_tag() || !rules.mentioned) {
    return false;
  }
  if (rules.is_protected() || is_named(rules, ref)) {
    return true;
  }
  const auto branches = remote ? policies.policy_branches(*remote, std::nullopt) : Result<std::vector<RefName>>(std::vector<RefName>());
  if (!branches) {
    return tl::unexpected(branches.error());
  }
  return std::find(branches->begin(), branches->end(), ref) != branches->end();
}

Result<std::optional<PolicyChange>> policy_delta(const ProtectedSide& side, const Oid& commit, Policies& policies, Repository& repository) {
  if (side.policy == nullptr || !side.commit) {
    return std::nullopt;
  }
  PolicyChange change;
  for (const auto& path : policy_paths(*side.policy, k_policy_file)) {
    const auto before = file_at(repository, *side.commit, path);
    const auto after = file_at(repository, commit, path);
    if (!before || !after) {
      return tl::unexpected(before ? after.error() : before.error());
    }
    if (*before != *after) {
      change.brought_by[path];
    }
  }
  if (change.brought_by.empty()) {
    return std::nullopt;
  }
  const auto own = policies.at(commit);
  if (!own) {
    return tl::unexpected(own.error());
  }
  change.commit = commit;
  change.kept_at = side.commit;
  change.is_removed = !(*own)->text && (*own)->problems.empty();
  change.old_serial = serial_of(*side.policy);
  change.new_serial = (*own)->policy ? serial_of(*(*own)->policy) : std::nullopt;
  return change;
}

Result<void> find_bringers(PolicyChange& change, const std::vector<ChangedFile>& files, Repository& repository) {
  for (auto& [path, commits] : change.brought_by) {
    const auto after = file_at(repository, change.commit, path);
    for (const auto& file : files) {
      if (file.path != path) {
        continue;
      }
      const auto then = file_at(repository, file.commit, path);
      if (!after || !then) {
        return tl::unexpected(after ? then.error() : after.error());
      }
      if (*then == *after) {
        commits.push_back(file.commit);
      }
    }
  }
  return {};
}

} // namespace gate
