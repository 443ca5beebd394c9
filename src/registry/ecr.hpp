// AWS ECR's own API (botocore's data/ecr/2015-09-21/service-2.json).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "ports.hpp"
#include "registry/ecr_api.hpp"
#include "registry/ecr_host.hpp"

namespace gate::registry {

/// Puts the keys that the aws program would use, whatever they come from, into the environment.
inline constexpr const char* k_aws_keys_command = "eval \"$(aws configure export-credentials --format env)\"";

/// The API for a registry.
EcrService ecr_service(const EcrHost& host);

/// Whether a repository lets its tags be moved (PutImageTagMutability).
struct TagMutability {
  /// "MUTABLE", "IMMUTABLE", or either with "_WITH_EXCLUSION"; anything else: that can't be told.
  std::string setting;
  std::vector<std::string> filters; ///< the exclusion's; '*' stands for any text

  /// Could a tag of this name, once it is there, never be moved?
  bool is_fixed(const std::string& tag) const;
};

/// What a repository gets that gate makes: all tags immutable but for those that move ('*' stands for any
/// text). ECR takes five filters at most (ImageTagMutabilityExclusionFilters: letters, digits and "._-*", 128
/// of them). Where more tags move, or any does, it is MUTABLE, since a tag that can't be moved would hold
/// every publication up, and gate itself never moves a commit's tag. What can't be a filter can't be a tag
/// either.
TagMutability mutability_for(const std::vector<std::string>& moving_tags);

/// An error that says why the tag could not be moved, whether it is there already or not, with the command
/// that mends it for all tags like it; nothing where it could be. `moving_tags` as above.
std::optional<Error> why_fixed(const EcrHost& host, const std::string& repository,
                               const TagMutability& mutability, const std::string& tag,
                               const std::vector<std::string>& moving_tags = {});

class Ecr {
public:
  Ecr(EcrApi api, EcrHost host);

  /// GetAuthorizationToken: good for twelve hours, in every repository that the keys may reach. Which
  /// account's they are, it says as well.
  Result<RegistryLogin> login();

  /// DescribeRepositories, after login(). One that is not there is made (CreateRepository) if it may be.
  /// Where the keys may not ask, that is no error: they may be let push all the same, and the registry will
  /// tell.
  Result<TagMutability> repository(const std::string& name, const RepositoryTerms& terms);

  /// After repository(): what is likely behind a refusal of the registry, with what mends it. Only where keys
  /// of another account were not let see the repository.
  const std::optional<Error>& doubt() const { return m_doubt; }

private:
  Result<TagMutability> create(const std::string& name, const std::vector<std::string>& moving_tags);
  bool has_foreign_keys() const;
  std::string whose_keys() const;

  EcrApi m_api;
  EcrHost m_host;
  std::string m_account; ///< of the keys; empty until it is known
  std::optional<Error> m_doubt;
};

} // namespace gate::registry
