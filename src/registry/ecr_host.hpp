// What the name of an AWS ECR registry says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gate::registry {

/// A private ECR registry. The grammar is that of awslabs/amazon-ecr-credential-helper
/// (ecr-login/api/client.go).
struct EcrHost {
  std::string account; ///< twelve digits
  std::string region;
  std::string suffix; ///< of the partition, or of the dual-stack names: "amazonaws.com", "amazonaws.com.cn",
                      ///< "on.aws", …
  bool fips = false;

  /// Nothing for the host of any other registry, public.ecr.aws among them.
  static std::optional<EcrHost> parse(std::string_view host);

  /// The host of the API that hands out logins for it (botocore's data/endpoints.json).
  std::string api_host() const;
  /// Under which the partition has its other services: "amazonaws.com" for a dual-stack name, too.
  std::string partition_suffix() const;
};

} // namespace gate::registry
