#include "app/policy_delta.hpp"

#include <set>
#include <string>
#include <variant>

namespace gate {

namespace {

// Files beside the policy that are part of what it says.
std::set<std::string> files_of(const Policy& policy) {
  std::set<std::string> paths;
  for (const auto& extension : policy.extends) {
    if (const auto* file = std::get_if<Extension::File>(&extension.what)) {
      paths.insert(file->path);
    }
  }
  for (const auto& file : policy.allowed_signers) {
    if (file.value.front() != '/') {
      paths.insert(file.value);
    }
  }
  return paths;
}

std::optional<std::int64_t> serial_of(const Policy& policy) { return policy.serial ? std::optional(policy.serial->value) : std::nullopt; }

} // namespace

Result<std::optional<PolicyChange>> policy_delta(const ProtectedSide& side, const Oid& commit, Policies& policies, Repository& repository) {
  if (side.policy == nullptr || !side.commit) {
    return std::nullopt;
  }
  const auto judging = policies.at(*side.commit);
  const auto own = judging ? policies.at(commit) : judging;
  if (!own) {
    return tl::unexpected(own.error());
  }
  bool differs = (*judging)->text != (*own)->text;
  for (const auto& path : files_of(*side.policy)) {
    const auto before = repository.file_at(*side.commit, path);
    const auto after = repository.file_at(commit, path);
    if (!before || !after) {
      return tl::unexpected(before ? after.error() : before.error());
    }
    differs = differs || *before != *after;
  }
  if (!differs) {
    return std::nullopt;
  }
  PolicyChange change;
  change.commit = commit;
  change.is_removed = !(*own)->text && (*own)->problems.empty();
  change.old_serial = serial_of(*side.policy);
  change.new_serial = (*own)->policy ? serial_of(*(*own)->policy) : std::nullopt;
  return change;
}

} // namespace gate
