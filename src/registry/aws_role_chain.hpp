// What a profile of AWS's shared files gives: keys, or a role that is assumed with another profile's.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "registry/aws_credentials.hpp"
#include "registry/aws_profile.hpp"

namespace gate::registry {

/// AWS_ACCESS_KEY_ID and its kin. An error where there is only half of a pair.
Result<std::optional<AwsCredentials>> environment_credentials(const Environment& env);

/// The profile's assumed role: nothing where it has no role_arn, or is of web identity.
Result<std::optional<AwsCredentials>>
assumed_role_credentials(const AwsWorld& world, const AwsProfiles& profiles, const std::string& profile);

/// Web identity (of the environment before the profile, or of the profile alone), SSO, the credentials file,
/// login, credential_process, the config file, in this order (botocore, ProfileProviderBuilder.providers).
enum class WebIdentityFrom { environment_and_profile, profile };
Result<std::optional<AwsCredentials>> profile_credentials(const AwsWorld& world, const AwsProfiles& profiles,
                                                          const std::string& profile, WebIdentityFrom from);

} // namespace gate::registry
