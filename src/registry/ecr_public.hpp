// AWS ECR Public's own API (botocore's data/ecr-public/2020-10-30/service-2.json). Its tags can always be
// moved, and gate makes no repositories there, whatever the terms: their names are shown to everybody, and it
// would be under the alias of the keys' account, whichever the image's name has.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "ports.hpp"
#include "registry/ecr_api.hpp"

namespace gate::registry {

/// The API for public.ecr.aws and ecr-public.aws.com; nothing for the host of any other registry.
std::optional<EcrService> ecr_public_service(std::string_view host);

class EcrPublic {
public:
  explicit EcrPublic(EcrApi api);

  /// GetAuthorizationToken: good for twelve hours.
  Result<RegistryLogin> login();

  /// An error for a repository ("alias/app") that the keys' own account does not have, with the command that
  /// makes it. It may be another account's all the same: the registry knows. Nothing where it is there, or
  /// can't be told.
  Result<std::optional<Error>> why_unknown(const std::string& repository);

private:
  EcrApi m_api;
};

} // namespace gate::registry
