// Credentials that the machine itself has: of a container (ECS, EKS; docs.aws.amazon.com/sdkref, "Container
// credential provider") and of an instance (EC2; "IMDS credential provider"). Both are asked without a proxy:
// a proxy's own role would be another one.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "registry/aws_credentials.hpp"

namespace gate::registry {

/// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI (of 169.254.170.2), else AWS_CONTAINER_CREDENTIALS_FULL_URI: https,
/// or http to this machine, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23].
/// AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE or _TOKEN goes with it. Nothing where neither is set.
Result<std::optional<AwsCredentials>> container_credentials(const AwsWorld& world);

/// IMDSv2: a token first, then the role's keys. Nothing where nobody answers or there is no role, or
/// AWS_EC2_METADATA_DISABLED is true. AWS_EC2_METADATA_SERVICE_ENDPOINT, with or without a slash at its end,
/// names another address; then it must answer.
Result<std::optional<AwsCredentials>> instance_credentials(const AwsWorld& world);

} // namespace gate::registry
